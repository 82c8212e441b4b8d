"""One `server` serves the tests of one module."""

from collections.abc import Iterator

import httpx
import pytest

from tests.door.desk import Desk, Server


@pytest.fixture(scope="module")
def desks() -> list[Desk]:
    """Three senders, one municipality each."""
    return [Desk(code) for code in ("0219", "0461", "0751")]


@pytest.fixture(scope="module")
def server(desks: list[Desk], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A door."""
    with Server(tmp_path_factory.mktemp("door"), desks) as found:
        yield found


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """One connection, kept."""
    with httpx.Client(timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def token(server: Server, desks: list[Desk]) -> str:
    """A token of the first sender."""
    return desks[0].token(server.url)
