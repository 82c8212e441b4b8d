"""One guide is generated for all tests of a session, as `klgateway guide` generates it."""

from typing import Any

import pytest

from orchestration.guide.examples import Example, examples
from orchestration.guide.site import site
from orchestration.guide_command import guide_bundles
from orchestration.synthetic.faults import inject
from tests.unit.guide.html import Document, parse


@pytest.fixture(scope="session")
def bundles() -> list[dict[str, Any]]:
    """The valid bundles that the examples are made from."""
    return guide_bundles()


@pytest.fixture(scope="session")
def files(bundles: list[dict[str, Any]]) -> dict[str, bytes]:
    """The site: path → bytes."""
    return site(bundles, inject)


@pytest.fixture(scope="session")
def documents(files: dict[str, bytes]) -> dict[str, Document]:
    """Every HTML page, read."""
    return {path: parse(data.decode()) for path, data in files.items() if path.endswith(".html")}


@pytest.fixture(scope="session")
def made(bundles: list[dict[str, Any]]) -> dict[str, Example]:
    """The example of every rule."""
    return examples(bundles, inject)
