"""One reference resolves to one entry of the same report, or gives exactly one finding that says why it does not."""

import re

from orchestration.conformance.library import Element
from orchestration.conformance.walk import Entry, Object, Path, Report, Walk

RELATIVE = re.compile(r"([A-Z][A-Za-z]{1,39})/([A-Za-z0-9.-]{1,64})")
UNRESOLVED = "common.references.resolve"
OUTSIDE = "report.self-contained"


def find(reference: str, report: Report) -> Entry | None:
    """The entry a literal reference means: relative by type and id, absolute and urn:uuid by fullUrl."""
    kind, slash, name = reference.partition("/")
    if slash and (entry := report.by_id.get((kind, name))) is not None:
        return entry
    return report.by_url.get(reference)


def well_formed(reference: str) -> bool:
    """Relative `Type/id`, an http(s) url or urn:uuid; not a fragment, not version specific."""
    if reference.startswith(("http://", "https://", "urn:uuid:")):
        return not any(char.isspace() for char in reference)
    return RELATIVE.fullmatch(reference) is not None


def check_any(o: Object, walk: Walk, path: Path) -> None:
    """A reference that no profile says more about: if it is literal, it must resolve."""
    reference = o.get("reference")
    if type(reference) is str:
        resolve(reference, walk, path, UNRESOLVED)


def resolve(reference: str, walk: Walk, path: Path, missing: str) -> Entry | None:
    """The entry meant, or None and one finding: malformed, outside the report, or `missing`."""
    entry = find(reference, walk.report)
    if entry is not None:
        return entry
    if not well_formed(reference):
        rule_id = UNRESOLVED
    elif reference.startswith(("http://", "https://")):
        rule_id = OUTSIDE
    else:
        rule_id = missing
    walk.add(rule_id, (path, "reference", -1))
    return None


class Reference:
    """The check of one profiled reference: resolves in the report, points at an allowed profile, subject is the citizen."""

    def __init__(self, element: Element, rules: dict[str, str], types: dict[str, str], logical: str | None) -> None:
        """`types` maps a profile key to its resource type; `logical` is the rule for a reference without `reference`."""
        self.bundled = rules.get("bundled", UNRESOLVED)
        self.logical = logical or self.bundled
        self.target = rules.get("target")
        self.targets = frozenset(element.targets)
        self.types = frozenset(types[key] for key in element.targets)
        self.is_subject = element.path == "subject"

    def __call__(self, o: Object, walk: Walk, path: Path) -> None:
        reference = o.get("reference")
        if reference is None:
            walk.add(self.logical, path)
            return
        if type(reference) is not str:
            return
        entry = resolve(reference, walk, path, self.bundled)
        if entry is None:
            return
        wrong = entry.profile not in self.targets if entry.profile else entry.type not in self.types
        if self.target and wrong:
            walk.add(self.target, (path, "reference", -1))
        elif self.is_subject and walk.report.patients and entry is not walk.report.patients[0]:
            walk.add("deliveryReport.subject.same-citizen", (path, "reference", -1))
