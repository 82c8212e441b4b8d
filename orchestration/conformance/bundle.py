"""One report is judged in two steps: index its entries (who is there, what do they claim to be), then judge each by its profile."""

from dataclasses import dataclass
from functools import cache

from orchestration.conformance import library, primitives
from orchestration.conformance.closures import Check
from orchestration.conformance.compile import Compiler
from orchestration.conformance.invariants import INVARIANTS, Invariant
from orchestration.conformance.invariants import report as whole
from orchestration.conformance.invariants.registry import place
from orchestration.conformance.rules import rule
from orchestration.conformance.walk import Entry, Object, Path, Report, Walk

NAMES = {
    "Observation": "deliveryReport.invariant.gateway-care-report-1",
    "Encounter": "deliveryReport.invariant.gateway-care-report-2",
}
RETIRED = {"citizensOwnObservation", "matterOfInterestObservation", "encounter"}


class RuleError(Exception):
    """A rule of ours failed: which one, and the type of the exception (never its text)."""

    def __init__(self, rule_id: str, exception_type: str) -> None:
        super().__init__(rule_id, exception_type)
        self.rule_id, self.exception_type = rule_id, exception_type


@dataclass(frozen=True, slots=True)
class Compiled:
    """One guide ready to judge: a check per profile, its invariants (now, and after the transition), profiles by canonical."""

    guide: library.Guide
    checks: dict[str, Check]
    now: dict[str, tuple[Invariant, ...]]
    later: dict[str, tuple[Invariant, ...]]
    by_canonical: dict[str, library.Profile]
    by_type: dict[str, tuple[library.Profile, ...]]


@cache
def compiled(guide_id: str) -> Compiled:
    """Compile one guide, once per process."""
    guide = library.guide(guide_id)
    now: dict[str, tuple[Invariant, ...]] = {}
    later: dict[str, tuple[Invariant, ...]] = {}
    by_type: dict[str, tuple[library.Profile, ...]] = {}
    for profile in guide.profiles.values():
        found = [INVARIANTS[rule_id] for rule_id in profile.functions if rule_id in INVARIANTS]
        now[profile.key] = tuple(i for i in found if rule(i.rule_id).phase == "now")
        later[profile.key] = tuple(found)
        if profile.table:
            by_type[profile.type] = (*by_type.get(profile.type, ()), profile)
    checks = {profile.key: Compiler(guide, profile).resource() for profile in guide.profiles.values()}
    return Compiled(guide, checks, now, later, {p.canonical: p for p in guide.profiles.values()}, by_type)


def index(bundle: Object, path: Path, profile: str) -> Report:
    """The entries of one report, by (type, id) and fullUrl; tolerant of any shape."""
    report = Report(bundle, path, profile)
    entries = bundle.get("entry")
    for number, item in enumerate(entries if type(entries) is list else ()):
        if type(item) is not dict:
            continue
        resource = item.get("resource")
        if type(resource) is not dict:
            continue
        kind, name, url = resource.get("resourceType"), resource.get("id"), item.get("fullUrl")
        entry = Entry(
            number,
            ((path, "entry", number), "resource", -1),
            resource,
            kind if type(kind) is str else "",
            name if type(name) is str else "",
            url if type(url) is str else "",
        )
        report.entries.append(entry)
        report.by_id.setdefault((entry.type, entry.id), entry)
        if entry.full_url:
            report.by_url.setdefault(entry.full_url, entry)
        if entry.type == "Patient":
            report.patients.append(entry)
    return report


def envelope(guide: Compiled, report: Report, walk: Walk) -> None:
    """The findings of a bundle itself, without its resources."""
    walk.report, walk.entry = report, report
    _resource_rules(report.resource, report.path, walk, is_bundle=True)
    guide.checks[report.profile](report.resource, walk, report.path)
    whole.bundle_rules(report.resource, report.path, report.profile, walk)


def judge(guide: Compiled, report: Report, walk: Walk) -> None:
    """All findings of one report."""
    envelope(guide, report, walk)
    whole.one_citizen(report, walk)
    for entry in report.entries:
        entry.claims = _claims(guide, entry)
        entry.profile = _claimed(guide, entry)
    seen: set[tuple[str, str]] = set()
    for entry in report.entries:
        walk.entry = entry
        if entry.type and entry.id and (entry.type, entry.id) in seen:
            walk.add("resource.id.unique-in-bundle", (entry.path, "id", -1))
        seen.add((entry.type, entry.id))
        _entry(guide, entry, walk)
    walk.entry, walk.retired = report, False
    whole.one_day(report, walk)


def _claimed(guide: Compiled, entry: Entry) -> str | None:
    """The profile of the guide that the resource claims and whose type it has; else the only one for its type."""
    fitting = [key for key in entry.claims if guide.guide.profiles[key].type == entry.type]
    if fitting:
        return fitting[0]
    candidates = guide.by_type.get(entry.type, ())
    return candidates[0].key if len(candidates) == 1 else None


def _claims(guide: Compiled, entry: Entry) -> tuple[str, ...]:
    meta = entry.resource.get("meta")
    profiles = meta.get("profile") if type(meta) is dict else None
    names = [plain(name) for name in profiles if type(name) is str] if type(profiles) is list else []
    return tuple(dict.fromkeys(guide.by_canonical[name].key for name in names if name in guide.by_canonical))


def plain(canonical: str) -> str:
    """A canonical without the version of this guide (`|1.2.0`); another version stays and is unknown."""
    name, bar, version = canonical.partition("|")
    return name if bar and version == "1.2.0" else canonical


def _entry(guide: Compiled, entry: Entry, walk: Walk) -> None:
    if entry.type not in guide.by_type:
        walk.add("deliveryReport.entry.resource.allowed", entry.path)
        return
    _profile_rules(guide, entry, walk)
    _resource_rules(entry.resource, entry.path, walk, is_bundle=False)
    _full_url(entry, walk)
    if entry.profile is None:
        return
    walk.retired = walk.later and entry.profile in RETIRED
    broken = walk.broken
    guide.checks[entry.profile](entry.resource, walk, entry.path)
    if walk.broken == broken:
        for invariant in (guide.later if walk.later else guide.now)[entry.profile]:
            run(invariant, entry.resource, entry.path, walk)


def run(invariant: Invariant, o: Object, path: Path, walk: Walk) -> None:
    """Decide one rule; an exception inside is an error of ours and stops the verdict.

    Raises:
        RuleError: the rule could not be decided.
    """
    try:
        broken = invariant.broken(o, walk)
    except Exception as error:
        raise RuleError(invariant.rule_id, type(error).__name__) from None
    if broken:
        walk.add(invariant.rule_id, place(path, invariant.spot))


def _profile_rules(guide: Compiled, entry: Entry, walk: Walk) -> None:
    """meta.profile: there, of this guide, and of this type; see the choices of the guide for which rule says what."""
    meta = entry.resource.get("meta")
    given = meta.get("profile") if type(meta) is dict else None
    claims = entry.claims
    spot = ((entry.path, "meta", -1), "profile", -1)
    if any(guide.guide.profiles[key].type != entry.type for key in claims) or len(claims) > 1:
        walk.add("resource.meta.profile.matches", spot)
    elif not claims:
        foreign = type(given) is list and bool(given) and entry.type in NAMES
        walk.add(NAMES[entry.type] if foreign else "resource.meta.profile.required", entry.path if foreign else spot)


def _resource_rules(resource: Object, path: Path, walk: Walk, *, is_bundle: bool) -> None:
    name = resource.get("id")
    if name is None:
        walk.add("resource.id.required", (path, "id", -1))
    elif type(name) is str and primitives.is_id(name) and primitives.UUID.fullmatch(name) is None:
        walk.add("resource.id.uuid", (path, "id", -1))
    meta = resource.get("meta")
    if not is_bundle and not (type(meta) is dict and "lastUpdated" in meta):
        walk.add("resource.meta.lastUpdated.required", ((path, "meta", -1), "lastUpdated", -1))


def _full_url(entry: Entry, walk: Walk) -> None:
    url = entry.full_url
    if not url or not entry.id or "/_history/" in url:
        return
    if url.startswith("urn:uuid:"):
        good = url == f"urn:uuid:{entry.id}"
    elif url.startswith(("http://", "https://")):
        good = url.endswith(f"/{entry.type}/{entry.id}")
    else:
        good = url.startswith("urn:")
    if not good:
        walk.add("common.fullUrl.consistent", ((None if entry.path is None else entry.path[0]), "fullUrl", -1))
