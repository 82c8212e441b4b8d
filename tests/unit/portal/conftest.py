"""One house is released and its site made once; a test that changes something makes a copy of it."""

import shutil
from pathlib import Path

import pytest

from orchestration.portal.figures import Figures
from orchestration.portal.reading import public_release, read_figures
from tests.unit.portal.public_release import PublicHouse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> PublicHouse:
    """An installation with a public release and its site. Not to be changed."""
    made = PublicHouse(tmp_path_factory.mktemp("public") / "house")
    made.release()
    made.publish()
    return made


@pytest.fixture(scope="session")
def site(house: PublicHouse) -> Path:
    """The folder of the site."""
    return (house.portal / "latest").resolve()


@pytest.fixture(scope="session")
def figures(house: PublicHouse) -> Figures:
    """What the release says."""
    return read_figures(public_release(house.releases))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> PublicHouse:
    """As `house`, with the figures of three indicators: quick to copy and to make again. Not to be changed."""
    made = PublicHouse(tmp_path_factory.mktemp("small") / "house", ("A07", "A10", "D01"))
    made.release()
    made.publish()
    return made


@pytest.fixture
def copy(small: PublicHouse, tmp_path: Path) -> PublicHouse:
    """Another installation with the small release and site, to be broken."""
    root = tmp_path / "house"
    shutil.copytree(small.root, root, symlinks=True)
    other = PublicHouse.__new__(PublicHouse)
    other.root, other.releases, other.portal = root, root / "releases", root / "portal"
    other.publisher, other.connection = small.publisher, small.connection
    return other
