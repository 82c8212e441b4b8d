"""One call gives one verdict: `check(bytes, context)`. Pure: the same bytes and context always give the same verdict."""

from typing import Any

from orchestration.conformance import flatten, json, library, primitives
from orchestration.conformance.bundle import Compiled, RuleError, compiled, envelope, index, judge, plain
from orchestration.conformance.fast import path
from orchestration.conformance.findings import Spot, findings, spot
from orchestration.conformance.invariants import report as whole
from orchestration.conformance.tables import COMMON
from orchestration.conformance.verdict import Context, Fault, Finding, Row, Verdict
from orchestration.conformance.walk import Entry, Object, Path, Report, Walk, segments

CITIZEN = [column.name for column in COMMON].index("patient_id")
__all__ = ["Context", "Fault", "Finding", "Row", "Verdict", "check"]


def check(data: bytes, context: Context) -> Verdict:
    """Judge one bundle.

    Args:
        data: the bytes as received, one JSON document.
        context: what the door knows besides.

    Returns:
        Accepted with rows, rejected with all findings, or `fault` when a rule of ours failed. Never raises.
    """
    try:
        return _check(data, context)
    except RuleError as error:
        return Verdict("fault", fault=Fault(error.rule_id, error.exception_type))
    except Exception as error:
        return Verdict("fault", fault=Fault("", type(error).__name__))


def _check(data: bytes, context: Context) -> Verdict:
    guess = path.decode(data)
    verdict = path.accept(data, guess, context) if guess is not None else None
    return verdict or explain(data, context, guess)


def keeps_every_rule(delivery: Object, reports: list[bytes], context: Context) -> bool:
    """Whether `check` of an incremental delivery that we made would find no error: `reports` are the bytes of its reports, in order,
    which in `delivery` may lack their entries.

    Each report by itself, which the fast path can, and what is asked of the delivery besides: a tenth of the time. A delivery
    for which this is False is not yet wrong: `check` says what of it is.
    """
    guide, profile = _route(delivery)
    if guide is None or profile != guide.guide.delivery or len(reports) > library.limits()["entries"]:
        return False
    if sum(map(len, reports)) > library.limits()["bundle_bytes"] // 2:
        return False  # near the limit of size: let the bytes themselves be judged
    moments = set()
    for data in reports:
        verdict = check(data, context)
        if verdict.status != "accepted" or verdict.ig != guide.guide.id:
            return False
        moments.add((verdict.rows["citizen"][0][CITIZEN], verdict.bundle_timestamp))
    if len(moments) < len(reports):
        return False  # two of one citizen and one moment, or what should not be in a delivery
    top = index(delivery, None, profile)
    if [_route(entry.resource)[1] for entry in top.entries] != [guide.guide.report] * len(reports):
        return False
    walk = Walk(later=context.as_of > guide.guide.transition_end, sor_codes=context.sor_codes, report=top)
    envelope(guide, top, walk)
    return not any(finding.severity == "error" for finding in findings([_spot(*found) for found in walk.found]))


def explain(data: bytes, context: Context, guess: Any = None) -> Verdict:
    """The explaining path: every finding of any bundle. `guess`: the bundle as decoded by the fast path, which learns.

    Raises:
        RuleError: a rule of ours failed.
    """
    tree, problems = json.parse(data)
    if problems:
        return _refused([(p.rule_id, p.path, "", "", "") for p in problems])
    if type(tree) is not dict:
        return _refused([("json.not-object", (), "", "", "")])
    if tree.get("resourceType") != "Bundle":
        return _refused([("bundle.not-bundle", (), "", "", "")])
    known: dict[str, Any] = {"bundle_id": _bundle_id(tree), "bundle_timestamp": flatten.timestamp(tree)}
    guide, profile = _route(tree)
    if guide is None:
        return _refused([("bundle.ig.unknown", (("meta", -1), ("profile", -1)), "", "Bundle", "")], **known)
    entries = tree.get("entry")
    if type(entries) is list and len(entries) > library.limits()["entries"]:
        return _refused([("bundle.entries.max", (("entry", -1),), profile, "Bundle", "")], ig=guide.guide.id, **known)
    walk, reports = _walk(guide, profile, tree, context)
    given = findings([_spot(*found) for found in walk.found])
    known |= {"ig": guide.guide.id, "sor_code": _sor_code(reports)}
    if any(finding.severity == "error" for finding in given):
        return Verdict("rejected", given, **known)
    rows: dict[str, list[Row]] = {}
    for report in reports:
        flatten.rows(guide.guide, report, rows)
    verdict = Verdict("accepted", given, rows, **known)
    if guess is not None:
        path.learn(guess, context, reports, walk.found, verdict)
    return verdict


def _walk(guide: Compiled, profile: str, tree: Object, context: Context) -> tuple[Walk, list[Report]]:
    """Judge one report, or a delivery of reports one by one."""
    top = index(tree, None, profile)
    later = context.as_of > guide.guide.transition_end
    walk = Walk(later=later, sor_codes=context.sor_codes, report=top)
    if profile == guide.guide.report:
        judge(guide, top, walk)
        return walk, [top]
    walk.entry = top
    envelope(guide, top, walk)
    inner = []
    for entry in top.entries:
        if _route(entry.resource)[1] != guide.guide.report:
            walk.entry = entry
            walk.add("incrementalDelivery.entry.resource.allowed", entry.path)
            continue
        report = index(entry.resource, entry.path, guide.guide.report)
        judge(guide, report, walk)
        inner.append(report)
    walk.entry = top
    whole.same_moment(inner, walk)
    return walk, inner


def _route(bundle: Object) -> tuple[Compiled | None, str]:
    """The guide and the bundle profile that meta.profile names; (None, "") when no guide of ours does."""
    meta = bundle.get("meta")
    profiles = meta.get("profile") if type(meta) is dict else None
    if bundle.get("resourceType") != "Bundle" or type(profiles) is not list:
        return None, ""
    for guide_id in library.GUIDES:
        guide = compiled(guide_id)
        for name in profiles:
            found = guide.by_canonical.get(plain(name)) if type(name) is str else None
            if found is not None and found.key in (guide.guide.report, guide.guide.delivery):
                return guide, found.key
    return None, ""


def _spot(rule_id: str, path: Path, where: Entry | Report) -> Spot:
    if isinstance(where, Report):
        return spot(rule_id, segments(path), where.profile, "Bundle", where.resource.get("id"))
    return spot(rule_id, segments(path), where.profile or "", where.type, where.id)


def _refused(spots: list[Spot], **known: Any) -> Verdict:
    return Verdict("rejected", findings(spots), **known)


def _bundle_id(bundle: Object) -> str | None:
    name = bundle.get("id")
    return name if type(name) is str and primitives.is_id(name) else None


def _sor_code(reports: list[Report]) -> str | None:
    """The SOR code of the first citizen, if it is one."""
    for report in reports:
        for patient in report.patients:
            organisation = patient.resource.get("managingOrganization")
            identifier = organisation.get("identifier") if type(organisation) is dict else None
            value = identifier.get("value") if type(identifier) is dict else None
            if type(value) is str and primitives.SOR.fullmatch(value):
                return value
    return None
