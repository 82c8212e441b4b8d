"""One test is one promise of the work over all cores: in order, whatever is ready first, and without what the program imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.workers import in_order

PROGRAM = """
import this_is_heavy
from orchestration.workers import in_order

if __name__ == "__main__":
    print(*in_order(eval, ["'this_is_heavy' in __import__('sys').modules"]))
"""


@pytest.mark.parametrize("ahead", [1, 10])
def test_what_is_made_comes_in_order(ahead: int) -> None:
    waits = [0.3, 0, 0, 0.1, 0]
    asked = [f"__import__('time').sleep({wait}) or {number}" for number, wait in enumerate(waits)]
    assert list(in_order(eval, asked, ahead)) == [0, 1, 2, 3, 4]


def test_an_error_is_raised_in_its_turn() -> None:
    made = in_order(eval, ["1", "1 / 0", "2"], ahead=3)
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_a_worker_does_not_import_the_program_that_was_started(tmp_path: Path) -> None:
    (tmp_path / "this_is_heavy.py").touch()
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run([sys.executable, tmp_path / "program.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
