"""One test is one rule of the house (how the repository is built, named and kept clean)."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
TOP_LEVEL = {"pyproject.toml", "README.md", "orchestration", "dbt_project", "expectations", "tests", "data"}
TOP_LEVEL |= {"constraints.txt", "Makefile"}
LONGEST = 220
LONGER = {"tests": 400}
"""Lines of a Python file (habit 12 says about 200); a file of tests may list more cases before it is split by subject."""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(path for name in names if (path := ROOT / name).is_file())


def of(suffix: str) -> list[Path]:
    return [path for path in tracked() if path.suffix == suffix]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_top_level_is_the_agreed_one() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_imports_go_down_only() -> None:
    done = subprocess.run([BIN / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", of(".py"), ids=shown)
def test_python_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), (
        f"{shown(path)}: the first line says what one run, row or finding of it is"
    )
    limit = LONGER.get(path.relative_to(ROOT).parts[0], LONGEST)
    assert text.count("\n") <= limit, f"{shown(path)}: over {limit} lines, split it by subject"


def test_only_settings_reads_the_environment() -> None:
    readers = [
        shown(p)
        for p in of(".py")
        if "orchestration" in p.parts and re.search(r"os\.environ|os\.getenv", p.read_text())
    ]
    assert readers == ["orchestration/settings.py"]


def test_only_the_warehouse_opens_duckdb() -> None:
    openers = [shown(p) for p in of(".py") if "orchestration" in p.parts and "duckdb.connect(" in p.read_text()]
    assert openers == ["orchestration/warehouse.py"]


def test_nothing_downloads_and_nothing_names_a_machine() -> None:
    machine = re.compile(
        r"/(?:work|home|root|tmp)/[a-z]|INSTALL httpfs|pypi\.org|files\.pythonhosted|registry\.npmjs|cdn\."
    )
    for path in tracked():
        if path != Path(__file__) and path.suffix in {
            ".py",
            ".sql",
            ".yml",
            ".yaml",
            ".toml",
            ".md",
            ".txt",
            ".html",
            "",
        }:
            found = machine.search(path.read_text(errors="replace"))
            assert not found, f"{shown(path)}: {found and found.group()}"


def is_possible_person(digits: str) -> bool:
    """Whether ten digits are a date and pass modulus 11, as the CPR of every person born before 2007 does."""
    day, month = int(digits[:2]), int(digits[2:4])
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return (
        1 <= day <= 31 and 1 <= month <= 12 and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0
    )


def test_no_file_holds_what_could_be_a_real_cpr() -> None:
    assert is_possible_person("0707614285"), (
        "the check must be able to find one (the register's own published test number)"
    )
    for path in tracked():
        if path == Path(__file__):
            continue
        for digits in re.findall(r"(?<![0-9A-Za-z.-])\d{6}-?\d{4}(?![0-9A-Za-z])", path.read_text(errors="replace")):
            assert not is_possible_person(digits.replace("-", "")), (
                f"{shown(path)} holds a number that could be a person's"
            )


def test_yaml_is_read_whole() -> None:
    for path in [*of(".yml"), *of(".yaml")]:
        assert list(yaml.safe_load_all(path.read_text())), shown(path)


def test_dagster_definitions_load_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run([BIN / "dg", "check", "defs"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
