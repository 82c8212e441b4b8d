"""One test proves one thing about the builder itself: bytes, records, and what it refuses."""

import gzip
import json
from datetime import date, datetime

import pytest

from orchestration.synthetic.bundles import STORED_BLOCK, incremental_delivery, to_gzip, to_json, to_ndjson
from orchestration.synthetic.codes import concept, level
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests
from orchestration.synthetic.journal import Journal
from orchestration.synthetic.mishaps import befall
from orchestration.synthetic.style import COPENHAGEN, NEW, OLD, Style

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
NOON = datetime(2026, 3, 2, 12, tzinfo=COPENHAGEN)
NEXT_NOON = datetime(2026, 3, 3, 12, tzinfo=COPENHAGEN)


def record(style: Style = NEW) -> Journal:
    cpr = invented_cpr(date(1938, 5, 17), "female")
    made = Journal(style, "test/anna", cpr=cpr, sor_code=sor_code_for_tests("0461"), opened_at=NOON)
    made.write("ulcer", NOON, "condition", code=concept("I4.4"), recorded=MONDAY)
    return made


def types(bundle: dict[str, object]) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in bundle["entry"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [0, 1, STORED_BLOCK, STORED_BLOCK + 1, 3 * STORED_BLOCK])
def test_gzip_gives_the_bytes_back(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    assert gzip.decompress(to_gzip(data)) == data


def test_json_is_compact_utf8_and_the_same_every_time() -> None:
    data = to_json(record().report(MONDAY))
    assert data == to_json(record().report(MONDAY))
    assert "tryksår".encode() in data
    assert json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode() == data


def test_ndjson_has_one_report_a_line() -> None:
    assert to_ndjson([b"{}", b"[]"]) == b"{}\n[]\n"


def test_codes_are_found_by_key_uuid_and_title() -> None:
    assert concept("I4.4") is concept("bb0ea5fa-3462-40de-9047-a16fc4815a47") is concept("I4.4 Problemer med tryksår")
    assert [level(n).user_key for n in range(5)] == ["B1", "B2", "B3", "B4", "B5"]
    with pytest.raises(ValueError, match="no such code"):
        concept("J9.9")
    with pytest.raises(ValueError, match="is called"):
        concept("I4.4 Problemer med venøst sår")


def test_a_report_holds_what_changed_and_what_that_refers_to() -> None:
    made = record()
    made.write(
        "dressing", NEXT_NOON, "planned_intervention", code=concept("G1.39"), granted=TUESDAY, conditions=["ulcer"]
    )
    made.write("other", NOON, "condition", code=concept("I9.3"), recorded=MONDAY)
    assert types(made.report(TUESDAY)) == ["Patient", "Condition", "CarePlan"]


def test_a_planned_follow_up_in_both_styles() -> None:
    for style, profile in ((OLD, "klgateway-care-encounter"), (NEW, "klgateway-care-general-encounter")):
        made = record(style)
        made.plan_follow_up("review", NOON, TUESDAY, ["ulcer"])
        _, condition, encounter = (entry["resource"] for entry in made.report(MONDAY)["entry"])
        assert encounter["meta"]["profile"][0].endswith(profile)
        assert ("extension" in condition) is (style is OLD)
        assert ("reasonReference" in encounter) is (style is NEW)


def test_context_is_restamped_by_systems_that_do_so() -> None:
    for style, seen in ((OLD, "2026-03-03T22:45:00Z"), (NEW, "2026-03-02T12:00:00+01:00")):
        assert record(style).report(TUESDAY)["entry"][0]["resource"]["meta"]["lastUpdated"] == seen


def test_a_withdrawn_condition_has_no_clinical_status() -> None:
    made = record()
    before = made.report(MONDAY)["entry"][1]["resource"]
    made.withdraw("ulcer", NEXT_NOON)
    after = made.report(TUESDAY)["entry"][1]["resource"]
    assert after.pop("verificationStatus")["coding"][0]["code"] == "entered-in-error"
    told = ("meta", "clinicalStatus", "verificationStatus")
    assert {k: v for k, v in after.items() if k not in told} == {k: v for k, v in before.items() if k not in told}
    assert "clinicalStatus" not in after


def test_records_refuse_what_does_not_hang_together() -> None:
    made = record()
    with pytest.raises(ValueError, match="once with a kind"):
        made.write("ulcer", NOON, "condition", code=concept("I4.4"), recorded=MONDAY)
    with pytest.raises(ValueError, match="once with a kind"):
        made.write("nothing", NOON, status="completed")
    with pytest.raises(KeyError, match="not in the record"):
        made.write("goal", NOON, "goal", condition="walking", severity=1, start=MONDAY)


def test_an_incremental_delivery_holds_reports() -> None:
    inner = record().report(MONDAY)
    outer = incremental_delivery(NEW, "8f7d0000-0000-4000-8000-000000000001", NOON, [inner])
    assert outer["entry"][0]["resource"] is inner
    assert outer["meta"]["profile"][0].endswith("klgateway-care-incremental-delivery")


def test_a_mishap_leaves_the_report_itself_alone() -> None:
    report = record().report(MONDAY)
    before = to_json(report)
    assert befall(report, "wrong_code") != before
    assert befall(report, None) == to_json(report) == before
