"""One specimen is one small valid bundle that holds every profile: new style, old style, a delivery, and one for after the transition."""

from datetime import UTC, date, datetime
from functools import cache

from orchestration.conformance.check import Context, Finding, Verdict, check
from orchestration.synthetic import bundles, contacts, resources
from orchestration.synthetic.codes import concept
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests, stable_id
from orchestration.synthetic.resources import Stamp
from orchestration.synthetic.style import NEW, NEW_URN, OLD, Json, Style

SOR = sor_code_for_tests("0461")
NOW = Context(frozenset({SOR}), date(2026, 3, 2))
LATER = Context(frozenset({SOR}), date(2027, 1, 1))
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
WALKING, WOUND, CLEANING, WOUND_CARE = "Mobilitet og bevægelse", "I4.4", "G1", "G1"


def report(style: Style, *, retiring: bool = True, name: str = "a") -> Json:
    """One delivery report; without `retiring` only what outlives the transition."""

    def stamp(what: str) -> Stamp:
        return Stamp(
            style, stable_id("specimen", style.name, name, what), AT, stable_id("specimen", style.name, name, "citizen")
        )

    def made(what: str) -> str:
        return stamp(what).id

    walking, wound = _conditions(style)
    cleaning, care = _interventions(style)
    follow_up = made("old encounter") if retiring else None
    entries = [
        resources.citizen(stamp("citizen"), cpr=invented_cpr(date(1941, 5, 7), "female"), sor_code=SOR),
        resources.condition(
            stamp("walking"),
            code=concept(walking),
            recorded=DAY,
            severity=2,
            verification="confirmed",
            follow_up_id=follow_up,
        ),
        resources.condition(stamp("wound"), code=concept(wound), recorded=AT, verification="confirmed"),
        resources.goal(stamp("goal"), condition_id=made("walking"), severity=1, start=DAY),
        resources.planned_intervention(
            stamp("plan"),
            code=concept(cleaning),
            granted=DAY,
            condition_ids=[made("walking")],
            local=("L1", "Lokal ydelse"),
            delivery_types=["individual"],
            follow_up_id=follow_up,
        ),
        resources.completed_intervention(
            stamp("done"), code=concept(care), performed=AT, condition_ids=[made("wound")]
        ),
        contacts.general_encounter(
            stamp("next"), type_code=contacts.FOLLOW_UP, start=date(2026, 6, 1), condition_ids=[made("walking")]
        ),
        contacts.general_encounter(
            stamp("visit"),
            type_code=contacts.DELIVERY,
            start=AT,
            status="finished",
            planned_intervention_ids=[made("plan")],
        ),
        contacts.follow_up_observation(
            stamp("outcome"), value=concept("E1"), effective=AT, condition_ids=[made("walking")]
        ),
    ]
    if retiring:
        entries += [
            contacts.encounter(stamp("old encounter"), start=date(2026, 6, 1)),
            contacts.citizens_own_observation(
                stamp("own"), value=concept("C1"), effective=AT, condition_id=made("walking")
            ),
            contacts.matter_of_interest(stamp("area"), area=concept("J1"), effective=AT, at_risk=[concept(wound)]),
        ]
    return bundles.delivery_report(style, made("report"), datetime(2026, 3, 2, 20, tzinfo=UTC), entries)


def _conditions(style: Style) -> tuple[str, str]:
    """A home care condition with a severity and a nursing condition without; the new ones outlive the transition."""
    return ("J1.1", "I4.4") if style is OLD else (_new("KLConditionCodesHomeCare"), _new("KLConditionCodesNursing"))


def _interventions(style: Style) -> tuple[str, str]:
    new = _new("KLHomeCareInterventionsFSIII"), _new("KLNursingInterventionsFSIII")
    return (concept(new[0]).user_key, concept(new[1]).user_key) if style is OLD else new


@cache
def _new(value_set: str) -> str:
    from orchestration.conformance.terminology import terminology

    terms = terminology()
    codes = sorted(code for system, code in terms.members[value_set] if (system, code) not in terms.retiring)
    return next(code for code in codes if terms.display[("urn:oid:1.2.208.176.2.21", code)])


def delivery(style: Style) -> Json:
    """An incremental delivery of two reports."""
    reports = [report(style, name="a"), report(style, name="b")]
    reports[1]["timestamp"] = "2026-03-03T20:00:00Z"
    return bundles.incremental_delivery(style, stable_id("specimen", style.name, "delivery"), AT, reports)


@cache
def specimens() -> dict[str, Json]:
    """All specimens by name; don't change them, copy."""
    return {
        "new": report(NEW),
        "urn": report(NEW_URN),
        "old": report(OLD),
        "delivery": delivery(NEW),
        "tomorrow": report(NEW, retiring=False),
    }


def judged(bundle: Json, context: Context = NOW) -> Verdict:
    """The verdict of a bundle given as a dict."""
    return check(bundles.to_json(bundle), context)


def rule_ids(verdict: Verdict) -> set[str]:
    """The rules that were broken."""
    return {finding.rule_id for finding in verdict.findings}


def found(verdict: Verdict, rule_id: str) -> Finding | None:
    """The first finding of a rule."""
    return next((finding for finding in verdict.findings if finding.rule_id == rule_id), None)
