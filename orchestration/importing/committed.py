"""One `CommittedRule` is one rule of our own records, as far as a package could say the same."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.conformance import library
from orchestration.conformance.rules import ROLE_KINDS
from orchestration.importing.elements import untyped

PROSE = ("input/pagecontent", "FejlrettelseNotat")
"""Sources of rules that a guide states in its pages and notes, not in a profile."""


@dataclass(frozen=True, slots=True)
class CommittedRule:
    """`place` is the spot with all spellings made one; `is_formal` = a package of the guide ought to have the rule too."""

    id: str
    profile: str
    place: str
    role: str
    kind: str
    severity: str
    constraint: str
    is_formal: bool


@dataclass(frozen=True, slots=True)
class CommittedGuide:
    """`elements` by (profile, path), `extensions` by key; `profiles` maps canonical → key."""

    id: str
    name: str
    version: str
    rules: dict[str, CommittedRule]
    elements: dict[tuple[str, str], dict[str, Any]]
    extensions: dict[str, dict[str, Any]]
    profiles: dict[str, str]


def committed_guide(canonical: str, version: str) -> CommittedGuide | None:
    """Our records of the guide with this canonical: of this version, else the newest one that is not newer, else the newest."""
    found = []
    for file in sorted(library.PROFILES.glob("*/guide.yml")):
        data = library.read(f"{file.parent.name}/guide.yml")
        if data["canonical"] == canonical:
            found.append((_numbers(str(data["version"])), file.parent.name, data))
    if not found:
        return None
    found.sort(key=lambda one: one[:2])
    older = [one for one in found if one[0] <= _numbers(version)]
    return _read((older or found)[-1][1])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else -1 for part in version.replace("-", ".").split("."))


@cache
def _read(folder: str) -> CommittedGuide:
    data = library.read(f"{folder}/guide.yml")
    rules: dict[str, CommittedRule] = {}
    elements: dict[tuple[str, str], dict[str, Any]] = {}
    profiles: dict[str, str] = {}
    for name in data["profiles"]:
        record = library.read(f"{folder}/{name}.yml")
        key, base = record["profile"], record["type"]
        profiles[record["canonical"]] = key
        for path, element in record["elements"].items():
            elements[key, path] = element
            for rule_id, entry in element["rules"].items():
                _add(rules, rule_id, key, {"path": f"{base}.{path}", **entry})
        for path, entry in record.get("prohibited", {}).items():
            _add(rules, entry["rule"], key, {"path": f"{base}.{path}", **entry})
        for rule_id, entry in record.get("rules", {}).items():
            _add(rules, rule_id, key, entry)
    extensions: dict[str, dict[str, Any]] = {}
    for name in data["rules"]:
        record = library.read(f"{folder}/{name}.yml")
        for rule_id, entry in record.get("rules", {}).items():
            _add(rules, rule_id, "", entry)
        for key, extension in record.get("extensions", {}).items():
            extensions[key] = extension
            for rule_id, entry in extension["rules"].items():
                _add(rules, rule_id, f"ext.{key}", entry)
    version = str(data["version"])
    return CommittedGuide(
        data["id"], data["id"].removesuffix(f"-{version}"), version, rules, elements, extensions, profiles
    )


def _add(rules: dict[str, CommittedRule], rule_id: str, profile: str, entry: dict[str, Any]) -> None:
    role = rule_id.rsplit(".", 1)[-1]
    is_invariant = ".invariant." in rule_id
    kind = entry.get("kind") or ROLE_KINDS.get(role, "format")
    formal = (
        bool(profile)
        and kind not in ("business", "metadata")
        and entry.get("stage", "door") == "door"
        and entry.get("phase", "now") == "now"
        and not str(entry.get("source", "")).startswith(PROSE)
    )
    rules[rule_id] = CommittedRule(
        rule_id,
        profile,
        untyped(entry["path"]),
        "invariant" if is_invariant else role,
        kind,
        entry.get("severity", "error"),
        " ".join(str(entry.get("constraint", "")).split()),
        formal,
    )
