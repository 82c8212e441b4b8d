"""Each run rebuilds the generated seeds from the spec and compares; skipped where the spec is not there."""

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.dbt.warehouse import PROJECT

SPEC = PROJECT.parents[1] / "shared" / "spec"


def builder() -> ModuleType:
    location = importlib.util.spec_from_file_location("build_seeds", PROJECT / "seeds" / "build_seeds.py")
    assert location is not None and location.loader is not None
    module = importlib.util.module_from_spec(location)
    location.loader.exec_module(module)
    return module


def test_texts_of_the_rules_are_those_of_the_records() -> None:
    assert read(PROJECT / "seeds" / "consistency_rule.csv") == builder().consistency_rules()


@pytest.mark.skipif(not SPEC.is_dir(), reason="the spec's CSVs are not beside this checkout")
def test_seeds_are_those_of_the_spec() -> None:
    for name, rows in builder().seeds(SPEC).items():
        assert read(PROJECT / "seeds" / f"{name}.csv") == rows, name


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
