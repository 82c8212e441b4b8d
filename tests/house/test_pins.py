"""One test is one promise about what is installed."""

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS_OR_VENV = {"klgateway", "pip", "setuptools", "wheel"}
"""Ourselves, and what `python -m venv` brings in the version of the Python at hand."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().split()
    return {normal(name): version for name, version in (line.split("==") for line in lines)}


def test_the_installed_set_is_the_pinned_one() -> None:
    installed = {normal(d.name): d.version for d in distributions() if normal(d.name) not in OURS_OR_VENV}
    assert installed == {name: version for name, version in pins().items() if name not in OURS_OR_VENV}


def test_pins_are_exact_and_record_no_download_address() -> None:
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.+!_-]+", line), line
