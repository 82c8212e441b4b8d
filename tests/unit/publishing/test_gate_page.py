"""One test is one promise of the gate's page: what it says, that it loads nothing, and that it quotes nothing."""

import re
from dataclasses import replace

from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.gate_page import write_page
from orchestration.publishing.history import keep
from orchestration.publishing.release import release
from orchestration.publishing.report import ProductGate, read_report
from orchestration.publishing.verification import verify
from tests.unit.publishing.conftest import CANARY, at


def written(house, recipient: str = "flis", hour: int = 9) -> str:
    report = replace(house.gate(recipient), judged_at=at(hour))
    trend = keep(report, house.root / "gates")
    return write_page(report, read_candidate(house.candidates, recipient), trend).read_text()


def test_a_sound_candidate_may_be_released_and_every_expectation_is_told(house) -> None:
    page = written(house)
    assert "Kan frigives." in page and "May be released." in page
    suites = house.agreement("flis").suites
    for model, suite in suites.items():
        for expectation in suite.expectations:
            assert f'id="{model}-{expectation.id}"' in page
    assert page.count('<tr id="') == sum(len(suite.expectations) for suite in suites.values())


def test_who_is_withheld_is_named_with_why_and_what_to_do(house) -> None:
    house.slim("recorded_on.not_in_the_future", "is_entered_in_error.rare")
    written(house)
    house.nation.sql(
        f"update marts.fct_condition set recorded_on = '2099-01-01', condition_display = '{CANARY}' where municipality_code = '0615'"
    )
    house.nation.sql("update marts.fct_condition set is_entered_in_error = true where municipality_code = '0461'")
    page = written(house, hour=10)
    assert "Kan frigives uden 1 kommune." in page
    assert re.search(r'id="kommune-0615">\s*<h3>0615 Kommune 0615</h3>', page)
    assert "ret dem ved kilden" in page and "mend them at the source" in page
    assert 'href="#fct_condition-recorded_on.not_in_the_future"' in page
    assert '<article class="card noted" id="kommune-0461">' in page
    assert "▁█" in page, "the trend of that expectation"
    assert CANARY not in page


def test_a_refusal_says_that_the_former_release_stands(house) -> None:
    house.slim()
    house.nation.sql("delete from marts.dim_municipality where municipality_code = '9001'")
    page = written(house, "sds_health")
    assert "Frigives ikke; modtagerens tidligere udgave står ved magt." in page
    assert "rows.all_98" in page and '<span class="tag blocks">' in page


def test_reports_are_told_beside_the_tables(house) -> None:
    """They are no table of the candidate: their verdict has no rows."""
    house.slim()
    report = house.gate("flis")
    reports = ProductGate("care_incremental_delivery", "0" * 64, "conformance", "", report.products[0].outcomes[:1])
    report = replace(report, products=(*report.products, reports))
    trend = keep(report, house.root / "gates")
    page = write_page(report, read_candidate(house.candidates, "flis"), trend).read_text()
    assert 'id="care_incremental_delivery"' in page


def test_the_page_loads_nothing_and_every_link_leads_somewhere(house) -> None:
    house.slim("recorded_on.not_in_the_future")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    page = written(house)
    assert not re.search(r'(src|href)="(?!#|gate\.json")', page)
    assert "url(" not in page and "@import" not in page and "<script" not in page
    targets = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets


def test_the_page_goes_with_the_release_and_is_verified_with_it(house) -> None:
    house.slim()
    written(house)
    candidate, report = read_candidate(house.candidates, "flis"), read_report(house.candidates, "flis")
    outcome = release(candidate, report, house.agreement("flis"), house.releases, house.publisher, now=at(10))
    assert (outcome.directory / "gate.html").read_bytes() == (candidate.directory / "gate.html").read_bytes()
    assert verify(outcome.directory) == ()
    (outcome.directory / "gate.html").write_text("Alt er godt.")
    assert ["gate.html" in fault.en for fault in verify(outcome.directory)] == [True]
