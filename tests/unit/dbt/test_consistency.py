"""One test holds the findings of the consistency rules against those worked out by hand from the stories."""

from datetime import date
from pathlib import Path

from orchestration.conformance.rules import all_rules
from tests.unit.dbt.warehouse import PROJECT, query

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))
# rule, municipality, resource, found on
FOUND = {
    ("citizen.active.false", "0219", "p-olga", WEDNESDAY),
    ("citizen.deceased.reported", "0219", "n-care", WEDNESDAY),
    ("completedIntervention.correction", "0219", "m-done", TUESDAY),
    ("condition.active.duplicate", "0219", "m-twin-1", MONDAY),
    ("condition.active.duplicate", "0219", "m-twin-2", MONDAY),
    ("condition.code.immutable", "0219", "m-code", TUESDAY),
    ("condition.followup.planned", "0219", "m-alone", MONDAY),
    ("condition.recordedDate.stable", "0219", "m-date", TUESDAY),
    ("deliveryReport.frequency.daily", "0253", "LATE", MONDAY),
    ("error.dependents.cleaned", "0219", "m-goal-err", WEDNESDAY),
    ("error.entered-in-error.exists", "0219", "m-lost", WEDNESDAY),
    ("error.entered-in-error.same-content", "0219", "m-err", WEDNESDAY),
    ("error.wrong-cpr", "0219", "e-care", TUESDAY),
    ("followUp.overdue", "0219", "m-missed", TUESDAY),
    ("generalEncounter.correction", "0219", "m-held", TUESDAY),
    ("goal.change.new-instance", "0219", "m-goal", TUESDAY),
    ("goal.open.duplicate", "0219", "m-rival-1", MONDAY),
    ("goal.open.duplicate", "0219", "m-rival-2", MONDAY),
    ("observation.correction", "0219", "m-result", TUESDAY),
    ("plannedIntervention.code.immutable", "0219", "m-plan", TUESDAY),
    ("reference.target.never-reported", "0219", "m-goal-nowhere", MONDAY),
    ("resource.id.globally-unique", "0219", "o-care", WEDNESDAY),
    ("resource.id.globally-unique", "0253", "m-sound", MONDAY),
    ("resource.lastUpdated.future", "0219", "m-future", WEDNESDAY),
    ("resource.period.end-before-start", "0219", "m-end", TUESDAY),
    ("resource.status.backwards", "0219", "m-again", WEDNESDAY),
    # Silent on Tuesday and Wednesday; Wednesday is not over.
    ("sender.day.silent", "0253", "0253-sender", WEDNESDAY),
}


def test_each_fault_is_found_under_its_rule_and_what_is_sound_is_not(warehouse: Path) -> None:
    rows = query(
        warehouse,
        """
        select rule_id, municipality_code, resource_type_code, resource_id, found_on
        from quality.dq_consistency_finding
        where municipality_code in ('0219', '0253')
        """,
    )
    found = []
    for row in rows:
        place = "LATE" if row["resource_type_code"] == "Bundle" else row["resource_id"]
        found.append((row["rule_id"], row["municipality_code"], place, row["found_on"]))
    assert sorted(found) == sorted(FOUND)


def test_every_model_of_a_rule_is_united_and_seen_to_find(warehouse: Path) -> None:
    """All but those of rows that are not as they should be: they have a test of their own (test_bad_rows.py)."""
    united = (PROJECT / "models" / "quality" / "dq_consistency_finding.sql").read_text(encoding="utf-8")
    models = {file.stem for file in (PROJECT / "models" / "quality").glob("dq_*.sql")} - {"dq_consistency_finding"}
    assert not [name for name in models if f'ref("{name}")' not in united]
    silent = [name for name in models if not query(warehouse, f"select 1 from quality.{name} limit 1")]
    of_bad_rows = {
        "dq_code__unknown",
        "dq_encounter__period_negative",
        "dq_resource__dated_in_future",
        "dq_resource__untyped",
    }
    assert set(silent) == of_bad_rows


def test_every_rule_that_says_it_is_judged_over_time_has_a_model_that_does() -> None:
    """And a rule that says how history works, or speaks of what no report shows (`decided_by: nothing`), has none."""
    told = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "models" / "quality").glob("dq_*.sql"))
    found = {rule.id for rule in all_rules().values() if f'"{rule.id}"' in told or f"'{rule.id}'" in told}
    assert found == {rule.id for rule in all_rules().values() if rule.decided_by == "history"}
    of_nothing = {rule.id for rule in all_rules().values() if rule.decided_by == "nothing"}
    assert of_nothing == {
        "completedIntervention.unplanned",
        "deliveryReport.day-complete",
        "resource.update.same-id",
        "error.entered-in-error.semantics",
    }


def test_every_finding_has_a_severity_and_a_key_of_its_own(warehouse: Path) -> None:
    (row,) = query(
        warehouse,
        """
        select count(*) as rows, count(distinct finding_key) as keys, count(severity_code) as severities
        from quality.dq_consistency_finding
        """,
    )
    assert row["rows"] == row["keys"] == row["severities"] > 0
