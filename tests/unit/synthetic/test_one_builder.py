"""One test shows that there is one builder of bundles in the house: the stories of the samples and the nation share it."""

import ast
from pathlib import Path

from orchestration import synthetic
from orchestration.synthetic import bundles, contacts, journal, resources, telling
from orchestration.synthetic.nation import lives, record

ROOM = Path(synthetic.__file__).parent
BUILDERS = {Path(str(module.__file__)) for module in (bundles, contacts, resources)}
BREAKERS = "faults*.py", "mishaps.py"
"""What breaks a finished report may add to it what should not be there."""


def builds(path: Path) -> bool:
    """Whether a resource is made here: a dict with a `resourceType`, or a call of `Stamp.resource`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict) and any(
            isinstance(k, ast.Constant) and k.value == "resourceType" for k in node.keys
        ):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "resource":
            return True
    return False


def test_resources_and_bundles_are_made_in_three_files_only() -> None:
    rooms = ROOM, ROOM.with_name("guide"), ROOM.parent / "demo.py"
    found = {path for room in rooms for path in (room.rglob("*.py") if room.is_dir() else [room]) if builds(path)}
    breakers = {path for pattern in BREAKERS for path in ROOM.glob(pattern)}
    assert found - breakers == BUILDERS


def test_stories_and_lives_write_into_the_same_journal() -> None:
    assert issubclass(record.Record, journal.Journal)
    assert record.Record.report is journal.Journal.report
    assert telling.Journal is journal.Journal
    assert lives.Record is record.Record
