"""One record is one YAML file of a guide as it was read, kept: titles, FKI terms, policy and choices are only there."""

from functools import cache
from typing import Any

from orchestration.conformance import library
from orchestration.conformance.library import Guide
from orchestration.guide.texts import Text

GUIDE = library.GUIDES[0]


@cache
def index() -> dict[str, Any]:
    """The guide itself: title, profiles, policy, choices."""
    return library.read(f"{GUIDE}/guide.yml")


@cache
def raw_profiles() -> dict[str, dict[str, Any]]:
    """Every profile as written, by key, in the order of the guide."""
    read = (library.read(f"{GUIDE}/{name}.yml") for name in index()["profiles"])
    return {profile["profile"]: profile for profile in read}


def guide() -> Guide:
    """The same guide as the checker has it."""
    return library.guide(GUIDE)


@cache
def title(key: str) -> Text:
    """A profile in running text: `en tilstand`."""
    return Text(**raw_profiles()[key]["title"])


@cache
def heading(key: str) -> Text:
    """A profile as a heading: `Tilstand`."""
    return Text(*(_headed(text) for text in title(key)))


def _headed(text: str) -> str:
    noun = text.partition(" ")[2]
    return noun[:1].upper() + noun[1:]
