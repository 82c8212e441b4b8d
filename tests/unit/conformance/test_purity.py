"""One test holds conformance to its promise: it needs nothing of ours, no database, no network, and starts quickly."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[3] / "orchestration" / "conformance"
MODULES = sorted(ROOM.rglob("*.py"))
ALLOWED = {"msgspec", "yaml", "orchestration", *sys.stdlib_module_names}
PROGRAM = """
import sys
from datetime import date
from orchestration.conformance.check import Context, check
assert check(b"{}", Context(None, date(2026, 3, 2))).status == "rejected"
ours = {name for name in sys.modules if name.startswith("orchestration.") and ".conformance" not in name}
assert not ours, ours
heavy = {"duckdb", "dagster", "polars", "pyarrow", "great_expectations", "sqlalchemy", "rich", "socket"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOM)) for path in MODULES])
def test_imports_of_a_module(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in ALLOWED
            assert not name.startswith("orchestration") or name.startswith("orchestration.conformance")


def test_check_loads_nothing_else() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=30)
