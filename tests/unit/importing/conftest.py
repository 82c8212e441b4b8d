"""One fixture gives the packages of one test, or our records replaced by those of an invented guide."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.conformance import library
from orchestration.importing import committed
from tests.unit.importing.packages import package, tiny

Import = Callable[..., int]


@pytest.fixture
def tiny_package(tmp_path: Path) -> Path:
    return package(tmp_path / "tiny.tgz", *tiny())


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in place of our committed profiles; drafts put there count as records."""
    folder = tmp_path / "records"
    (folder / "r4-4.0.1").mkdir(parents=True)
    for file in (library.PROFILES / "r4-4.0.1").iterdir():
        (folder / "r4-4.0.1" / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(library, "PROFILES", folder)
    committed._read.cache_clear()
    yield folder
    committed._read.cache_clear()
