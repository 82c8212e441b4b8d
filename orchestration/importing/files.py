"""One file is one profile (or the extensions, or the guide) as a record in our YAML format, made of a draft."""

from collections.abc import Mapping
from typing import Any

from orchestration.importing.grammar import kebab
from orchestration.importing.guide import GuideDraft
from orchestration.importing.package import Package
from orchestration.importing.profile import ProfileDraft
from orchestration.importing.rules import DraftRule
from orchestration.importing.yaml_text import block

SAYS = ("cardinality", "type", "binding", "fixed", "targets", "pattern")
KINDS: Mapping[str, str] = {
    "required": "cardinality",
    "max": "cardinality",
    "cardinality": "cardinality",
    "valueset": "binding",
    "fixed": "fixed",
    "closed": "fixed",
    "target": "reference-target",
    "bundled": "bundled-reference",
    "type": "format",
    "prohibited": "prohibited",
}
"""What kind of rule each role is; any other role of an element is a format."""

TEMPLATES = frozenset({"prohibited", "required", "max", "valueset", "fixed", "target", "bundled", "type"})
"""Roles whose texts come from profiles/templates.yml."""

HEAD = """\
# One entry below `elements` is one element that may be reported: cardinality, type, binding, fixed value, targets, rules.
# A draft, made by `klgateway profiles import`. Rule ids are permanent: keep those that are in use. To be added by hand:
# title, the texts of rules that no template has (`needs_text`), the rules that the guide states in prose, and `columns`.
"""


def guide_files(draft: GuideDraft, packages: tuple[Package, ...]) -> dict[str, str]:
    """Text by file name: guide.yml, one file per profile, extensions.yml, and import.yml, which says what they were made of."""
    files = {f"{kebab(profile.key)}.yml": _text(HEAD, profile_record(profile), 3) for profile in draft.profiles}
    if draft.extensions:
        head = "# One entry is one extension of the guide: its url, value, the places where it belongs, and its rules. A draft.\n"
        files["extensions.yml"] = _text(head, {"extensions": extension_records(draft)}, 4)
    head = "# One guide: its id, the profiles it has, and the dated policy that its rules follow. A draft.\n"
    files["guide.yml"] = _text(head, _guide(draft), 1)
    made_of = {p.label: {"canonical": p.manifest.canonical, "sha256": p.sha256} for p in packages}
    files["import.yml"] = _text("# One entry is one package this draft was made of.\n", {"packages": made_of}, 1)
    return dict(sorted(files.items()))


def profile_record(draft: ProfileDraft) -> dict[str, Any]:
    """One profile as our loader reads it."""
    elements: dict[str, dict[str, Any]] = {}
    for rule in draft.rules.values():
        elements.setdefault(rule.place.path, {"rules": {}})
    for path, element in elements.items():
        mine = [rule for rule in draft.rules.values() if rule.place.path == path]
        said = {name: value for rule in mine if not rule.place.slice for name, value in rule.element.items()}
        term = draft.fki.get(path) or draft.fki.get(f"{path}.coding")
        kept = {name: said[name] for name in SAYS if name in said}
        slices = {"slices": draft.slices[path]} if path in draft.slices else {}
        rules = {rule.id: _entry(rule, draft.type, path) for rule in mine}
        elements[path] = kept | ({"fki": term} if term else {}) | slices | element | {"rules": rules}
    record: dict[str, Any] = {
        "profile": draft.key,
        "canonical": draft.canonical,
        "type": draft.type,
        "elements": elements,
    }
    if draft.prohibited:
        record["prohibited"] = {
            rule.place.fhirpath.partition(".")[2]: {"rule": rule.id, "source": rule.source}
            | ({"when": draft.when[rule.id]} if draft.when.get(rule.id) else {})
            for rule in draft.prohibited.values()
        }
    if draft.needs_code:
        record["rules"] = {rule.id: _code_entry(rule) for rule in draft.needs_code.values()}
    return record


def extension_records(draft: GuideDraft) -> dict[str, Any]:
    """The extensions as our loader reads them."""
    return {
        extension.key: {
            "url": extension.url,
            "type": extension.says.get("type", "Extension"),
            "contexts": extension.says.get("contexts", []),
            **{name: extension.says[name] for name in ("targets", "binding") if name in extension.says},
            "rules": {
                rule.id: {"path": rule.place.fhirpath, "kind": rule.kind or KINDS[rule.role], "source": rule.source}
                for rule in extension.rules.values()
            },
        }
        for extension in draft.extensions
    }


def kind_of(rule: DraftRule) -> str:
    """The kind of a drafted rule."""
    return rule.kind or KINDS.get(rule.role, "format")


def _entry(rule: DraftRule, base: str, path: str) -> dict[str, Any]:
    where = {} if rule.place.fhirpath == f"{base}.{path}" else {"path": rule.place.fhirpath}
    needs = {"needs_text": True} if rule.place.slice or rule.role not in TEMPLATES else {}
    said = {"constraint": rule.constraint} if rule.constraint else {}
    nothing = {"restricts": "nothing"} if rule.element.get("cardinality") == "0..*" else {}
    return where | {"source": rule.source} | said | nothing | needs


def _code_entry(rule: DraftRule) -> dict[str, Any]:
    entry: dict[str, Any] = {"path": rule.place.fhirpath, "kind": rule.kind}
    if rule.severity != "error":
        entry["severity"] = rule.severity
    entry |= {"constraint": rule.constraint, "source": rule.source}
    return entry | ({"human": rule.human} if rule.human else {}) | {"needs_text": True}


def _guide(draft: GuideDraft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "canonical": draft.canonical,
        "version": draft.version,
        "r4": "r4-4.0.1",
        "report": draft.report,
        "delivery": draft.delivery,
        "rules": ["extensions"] if draft.extensions else [],
        "profiles": [kebab(profile.key) for profile in draft.profiles],
        "systems": {},
        "policy": {"transition_end": {"date": None, "reason": "to be decided"}},
    }


def _text(head: str, record: dict[str, Any], depth: int) -> str:
    return head + "\n".join(block(record, depth)) + "\n"
