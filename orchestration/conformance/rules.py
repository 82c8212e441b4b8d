"""One `Rule` is one record of the catalogue: permanent id, place, kind, severity, when it holds, and its texts in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.conformance import library

ROLE_KINDS = {
    "required": "cardinality",
    "max": "cardinality",
    "cardinality": "cardinality",
    "valueset": "binding",
    "fixed": "fixed",
    "closed": "fixed",
    "target": "reference-target",
    "bundled": "bundled-reference",
    "type": "format",
    "cpr": "format",
    "sor": "format",
    "prohibited": "prohibited",
}
GATEWAY = "gateway-1.0.0"
DECIDED_BY = {"door": "check", "history": "history", "none": "nothing"}
"""Stage → who decides, where the record doesn't say otherwise."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `stage`: door, history or none. `phase`: now or after-transition. `restricts_nothing`: stated, can't be broken.

    `decided_by`: `check` (this package), `intake` (the door knows what the bytes don't tell), `history`, or `nothing`: no finding can
    be made of it, as it says how history is made of what was received, or speaks of what no report shows.
    """

    id: str
    profile: str
    path: str
    kind: str
    severity: str
    stage: str
    phase: str
    source: str
    constraint: str
    message_da: str
    message_en: str
    remedy_da: str
    remedy_en: str
    restricts_nothing: bool = False
    decided_by: str = "check"

    @property
    def page(self) -> str:
        """Where the rule's page lies in the reporting guide, from the guide's own folder."""
        return f"regler/{self.id}.html"


@cache
def _templates() -> dict[str, Any]:
    return library.read("templates.yml")


def rule(rule_id: str) -> Rule:
    """The record of one rule. Raises KeyError for an id that is not in the catalogue."""
    return all_rules()[rule_id]


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule of the gateway and of every guide, by id, in the order of the files."""
    found: dict[str, Rule] = {}
    for entry in _gateway_rules():
        found[entry.id] = entry
    for guide_id in library.GUIDES:
        for entry in _guide_rules(guide_id):
            if entry.id in found:
                raise ValueError(f"rule {entry.id} is defined twice")
            found[entry.id] = entry
    return found


def _gateway_rules() -> Iterator[Rule]:
    for rule_id, data in library.read(f"{GATEWAY}/door.yml")["rules"].items():
        yield _record(rule_id, "", {"path": "", "kind": rule_id.split(".")[0], "source": GATEWAY, **data}, {})
    for rule_id, data in library.read(f"{GATEWAY}/history.yml")["rules"].items():
        yield _record(rule_id, "", {"stage": "history", "source": GATEWAY, **data}, {})


def _guide_rules(guide_id: str) -> Iterator[Rule]:
    data = library.read(f"{guide_id}/guide.yml")
    profiles = [library.read(f"{guide_id}/{name}.yml") for name in data["profiles"]]
    titles = {profile["profile"]: profile["title"] for profile in profiles}
    for profile in profiles:
        yield from _profile_rules(profile, titles)
    for name in data["rules"]:
        file = library.read(f"{guide_id}/{name}.yml")
        for rule_id, entry in file.get("rules", {}).items():
            yield _record(rule_id, "", entry, {})
        for extension in file.get("extensions", {}).values():
            for rule_id, entry in extension["rules"].items():
                yield _record(rule_id, "", {"constraint": "", **entry}, {})


def _profile_rules(profile: dict[str, Any], titles: dict[str, dict[str, str]]) -> Iterator[Rule]:
    key, base = profile["profile"], profile["type"]
    for path, element in profile["elements"].items():
        for rule_id, entry in element["rules"].items():
            part = library.role(rule_id, key, path).rsplit(".", 1)[-1]
            data = {"path": f"{base}.{path}", "kind": ROLE_KINDS[part], **entry}
            yield _record(rule_id, key, data, _words(path, part, element, titles, profile))
    for path, entry in profile.get("prohibited", {}).items():
        data = {"path": f"{base}.{path}", "kind": "prohibited", "source": entry["source"], "constraint": "max 0"}
        yield _record(entry["rule"], key, data, _words(path, "prohibited", {}, titles, profile))
    for rule_id, entry in profile.get("rules", {}).items():
        yield _record(rule_id, key, entry, {})


def _words(
    path: str, part: str, element: dict[str, Any], titles: dict[str, Any], profile: dict[str, Any]
) -> dict[str, Any]:
    """The template to use and its words, per language, for an element rule without texts of its own."""
    templates = _templates()
    many = str(element.get("cardinality", "")).endswith("*")
    parent = path.rpartition(".")[0]
    if part == "required":
        part = "required" + ("_below" if parent else "") + ("_many" if many else "")
    fixed = element.get("fixed") or ""
    template = templates.get(part)
    if template is None:
        return {}
    words: dict[str, Any] = {}
    for lang in ("da", "en"):
        join = f" {templates['or'][lang]} "
        values = {
            "element": path.replace("[x]", ""),
            "parent": parent.replace("[x]", ""),
            "title": profile["title"][lang],
            "fixed": f"{fixed['system']}|{fixed['code']}" if isinstance(fixed, dict) else fixed,
            "binding": element.get("binding", ""),
            "targets": join.join(titles[key][lang] for key in element.get("targets", ())),
            "type": element.get("type", ""),
        }
        words[lang] = tuple(template[kind][lang].format(**values) for kind in ("message", "remedy"))
    return words


def _record(rule_id: str, profile: str, data: dict[str, Any], words: dict[str, Any]) -> Rule:
    own = "message" in data
    message = data["message"] if own else {lang: words[lang][0] for lang in ("da", "en")}
    remedy = data["remedy"] if own else {lang: words[lang][1] for lang in ("da", "en")}
    stage = data.get("stage", "door")
    return Rule(
        id=rule_id,
        profile=profile,
        path=data["path"],
        kind=data["kind"],
        severity=data.get("severity", "error"),
        stage=stage,
        phase=data.get("phase", "now"),
        source=data["source"],
        constraint=str(data.get("constraint", "")),
        message_da=message["da"],
        message_en=message["en"],
        remedy_da=remedy["da"],
        remedy_en=remedy["en"],
        restricts_nothing=data.get("restricts") == "nothing",
        decided_by=data.get("decided_by", DECIDED_BY[stage]),
    )
