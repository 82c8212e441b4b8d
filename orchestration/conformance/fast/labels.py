"""One label is one coded element as the rules between elements see it: the many codes of a large group are one to them.

Whether a condition needs a severity depends on whether its code is one of home care, not on which. Codes of one system
and of exactly the same value sets are alike where there are many of them, and so are a municipality's own codes; a test
tries every invariant on every code of each group.
"""

from collections import Counter
from functools import cache
from typing import Any

from orchestration.conformance import library
from orchestration.conformance.flatten import canonical
from orchestration.conformance.terminology import Code, terminology

MANY = 20  # a group of fewer codes is spelt out: its codes may be named by rules (B6, finished, ...)


@cache
def groups() -> dict[Code, str]:
    """The group of each code that is in a large one."""
    sets: dict[Code, list[str]] = {}
    for name, codes in sorted(terminology().members.items()):
        for code in codes:
            sets.setdefault(code, []).append(name)
    named = {code: " ".join((code[0], *names)) for code, names in sets.items()}
    sizes = Counter(named.values())
    return {code: name for code, name in named.items() if sizes[name] >= MANY}


@cache
def own_systems() -> frozenset[str]:
    """The code systems that municipalities fill themselves."""
    profiles = (profile for name in library.GUIDES for profile in library.guide(name).profiles.values())
    slices = (element.slices for profile in profiles for element in profile.elements.values())
    return frozenset(each["level3"]["system"] for each in slices if "level3" in each)


def label(value: Any) -> bytes:
    """The label of an element."""
    return canonical(_seen(value))


def _seen(value: Any) -> Any:
    if isinstance(value, list):
        return [_seen(item) for item in value]
    if not isinstance(value, dict):
        return value
    system, code = value.get("system"), value.get("code")
    if isinstance(system, str) and isinstance(code, str):
        group = "" if system in own_systems() else groups().get((system, code), code)
        return {**value, "code": group, "display": ""}
    return {key: _seen(item) for key, item in value.items()}
