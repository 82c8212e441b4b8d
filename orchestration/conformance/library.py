"""One `Guide` is one implementation guide read from its YAML files: profiles, elements, extensions and policy, as plain records."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROFILES = Path(__file__).parent / "profiles"
GUIDES = ("care-1.2.0",)


def read(path: str) -> dict[str, Any]:
    """One YAML file below `profiles/`, as read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load((PROFILES / path).read_bytes(), Loader=loader)
    return data


@dataclass(frozen=True, slots=True)
class Element:
    """One reported element: `rules` maps a role (required, valueset, level2.valueset ...) to the permanent rule id."""

    path: str
    cardinality: str | None
    type: str | None
    binding: str | None
    otherwise: dict[str, Any] | None
    fixed: str | dict[str, str] | None
    targets: tuple[str, ...]
    pattern: str | None
    slices: dict[str, dict[str, Any]]
    rules: dict[str, str]


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension of the guide: url, value type and where it belongs."""

    key: str
    url: str
    type: str
    contexts: frozenset[str]
    targets: tuple[str, ...]
    binding: str | None
    rules: dict[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: elements by path, what is prohibited, the rules that need code, and the columns that flatten emits.

    `prohibited` maps a path to its rule id; `prohibited_when` a path to a further rule for items with a certain value
    (item path, value, rule id).
    """

    key: str
    canonical: str
    type: str
    table: str | None
    elements: dict[str, Element]
    prohibited: dict[str, str]
    prohibited_when: dict[str, tuple[str, str, str]]
    functions: tuple[str, ...]
    columns: tuple[dict[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide. Rules of phase after-transition are in force on days later than `transition_end`."""

    id: str
    report: str
    delivery: str
    profiles: dict[str, Profile]
    extensions: dict[str, Extension]
    functions: tuple[str, ...]
    systems: dict[str, str]
    transition_end: date


def role(rule_id: str, profile: str, path: str) -> str:
    """The part a rule plays at its element: `required`, `valueset`, or with the slice first: `level2.valueset`."""
    rest = rule_id.removeprefix(f"{profile}.{path.replace('[x]', '')}")
    return rest[1:] if rest.startswith("_") else rest.rsplit(".", 1)[-1]


def _element(profile: str, path: str, data: dict[str, Any]) -> Element:
    return Element(
        path=path,
        cardinality=data.get("cardinality"),
        type=data.get("type"),
        binding=data.get("binding"),
        otherwise=data.get("otherwise"),
        fixed=data.get("fixed"),
        targets=tuple(data.get("targets", ())),
        pattern=data.get("pattern"),
        slices=data.get("slices", {}),
        rules={role(rule_id, profile, path): rule_id for rule_id in data["rules"]},
    )


def _profile(data: dict[str, Any]) -> Profile:
    key = data["profile"]
    prohibited = data.get("prohibited", {})
    return Profile(
        key=key,
        canonical=data["canonical"],
        type=data["type"],
        table=data.get("table"),
        elements={path: _element(key, path, element) for path, element in data["elements"].items()},
        prohibited={path: entry["rule"] for path, entry in prohibited.items() if "when" not in entry},
        prohibited_when={
            path.partition("[")[0]: (*next(iter(entry["when"].items())), entry["rule"])
            for path, entry in prohibited.items()
            if "when" in entry
        },
        functions=tuple(data.get("rules", {})),
        columns=tuple(data.get("columns", ())),
    )


def _extension(key: str, data: dict[str, Any]) -> Extension:
    return Extension(
        key=key,
        url=data["url"],
        type=data["type"],
        contexts=frozenset(data["contexts"]),
        targets=tuple(data.get("targets", ())),
        binding=data.get("binding"),
        rules={rule_id.removeprefix(f"ext.{key}."): rule_id for rule_id in data["rules"]},
    )


@cache
def guide(guide_id: str) -> Guide:
    """Read one guide, for instance `care-1.2.0`."""
    data = read(f"{guide_id}/guide.yml")
    profiles = [_profile(read(f"{guide_id}/{name}.yml")) for name in data["profiles"]]
    extensions = read(f"{guide_id}/extensions.yml")["extensions"]
    functions = [
        rule for name in data["rules"] if name != "extensions" for rule in read(f"{guide_id}/{name}.yml")["rules"]
    ]
    return Guide(
        id=data["id"],
        report=data["report"],
        delivery=data["delivery"],
        profiles={profile.key: profile for profile in profiles},
        extensions={key: _extension(key, entry) for key, entry in extensions.items()},
        functions=tuple(functions),
        systems=data["systems"],
        transition_end=data["policy"]["transition_end"]["date"],
    )


@cache
def limits() -> dict[str, int]:
    """The gateway's own bounds: bundle_bytes, depth, number_characters, entries, findings_per_rule."""
    return {name: entry["value"] for name, entry in read("gateway-1.0.0/door.yml")["limits"].items()}
