"""One test proves one thing about the reports before any mishap: that a nurse and a vendor could have made them."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import yaml

from orchestration.synthetic.codes import concept
from orchestration.synthetic.story import STORIES, Story, stories
from orchestration.synthetic.style import COPENHAGEN, STYLES, Json
from orchestration.synthetic.telling import report

FIRST_DAY = date(2026, 3, 2)


def reports() -> Iterator[tuple[str, Story, str, date, Json]]:
    for sender_id, story in stories().items():
        for name, person in story.citizens.items():
            for day in person.days:
                yield sender_id, story, name, day, report(sender_id, story, name, day)


ALL = list(reports())
RESOURCES = [(bundle, entry["resource"]) for *_, bundle in ALL for entry in bundle["entry"]]


def of_type(resource_type: str) -> list[Json]:
    return [resource for _, resource in RESOURCES if resource["resourceType"] == resource_type]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["reference"]] if "reference" in value else []
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def is_home_care(condition: Json) -> bool:
    """J is the legacy letter of home care conditions, I of nursing; the new ones are told apart by their level."""
    key = concept(condition["code"]["coding"][0]["code"]).user_key
    return key.startswith("J") if re.match(r"[IJ]\d", key) else not key.startswith("Problemer_")


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.yml")), ids=lambda path: path.stem)
def test_no_name_stands_twice(path: Any) -> None:
    """YAML would keep the last of two lines silently."""

    def walk(node: Any) -> None:
        if isinstance(node, yaml.MappingNode):
            names = [key.value for key, _ in node.value]
            assert len(names) == len(set(names)), f"{path.name}:{node.start_mark.line + 1}"
            for _, value in node.value:
                walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                walk(value)

    walk(yaml.compose(path.read_text(encoding="utf-8")))


def test_ages_in_the_stories_are_right() -> None:
    for story in stories().values():
        for name, person in story.citizens.items():
            told = re.match(r"(Man|Woman) of (\d+)\b", person.story)
            assert told, name
            had_birthday = (FIRST_DAY.month, FIRST_DAY.day) >= (person.born.month, person.born.day)
            assert int(told[2]) == FIRST_DAY.year - person.born.year - (not had_birthday), name
            assert (told[1] == "Man") is (person.sex == "male"), name


def test_both_styles_and_five_municipalities() -> None:
    told = stories()
    assert len(told) == 5
    assert {STYLES[story.style].codes for story in told.values()} == {"user_key", "uuid"}
    assert all(sender_id.startswith(story.municipality) for sender_id, story in told.items())
    assert all(3 <= len(story.citizens) <= 7 for story in told.values())


def test_every_reference_is_in_the_report_and_about_its_citizen() -> None:
    for *_, bundle in ALL:
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        assert len(urls) == len(set(urls))
        citizens = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient"]
        assert len(citizens) == 1
        for reference in references(bundle):
            assert sum(url == reference or url.endswith(f"/{reference}") for url in urls) == 1
        subjects = {r["subject"]["reference"] for e in bundle["entry"] if "subject" in (r := e["resource"])}
        assert all(subject.endswith(citizens[0]["id"]) for subject in subjects)


def test_home_care_conditions_have_a_level_and_nursing_has_none() -> None:
    for condition in of_type("Condition"):
        assert ("severity" in condition) is is_home_care(condition)


def test_goals_are_for_home_care_conditions_and_one_is_open() -> None:
    for *_, bundle in ALL:
        by_id = {e["resource"]["id"]: e["resource"] for e in bundle["entry"]}
        open_goals = []
        for goal in (r for r in by_id.values() if r["resourceType"] == "Goal"):
            condition_id = re.split("[/:]", goal["addresses"][0]["reference"])[-1]
            assert is_home_care(by_id[condition_id])
            open_goals += [condition_id] if goal["lifecycleStatus"] == "active" else []
        assert len(open_goals) == len(set(open_goals))


def test_times_are_of_the_day_of_the_report() -> None:
    for _, story, name, day, bundle in ALL:
        drawn = datetime.fromisoformat(bundle["timestamp"])
        assert drawn.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M") == f"{day} 23:45"
        for entry in bundle["entry"]:
            changed = datetime.fromisoformat(entry["resource"]["meta"]["lastUpdated"])
            assert changed <= drawn
            if STYLES[story.style].restamps:
                assert changed.astimezone(COPENHAGEN).date() == day, name
        changes = [datetime.fromisoformat(e["resource"]["meta"]["lastUpdated"]) for e in bundle["entry"]]
        assert any(at.astimezone(COPENHAGEN).date() == day for at in changes), name


def test_dates_are_plausible() -> None:
    for condition in of_type("Condition"):
        recorded = condition["recordedDate"][:10]
        assert recorded == "2062-03-02" or "2025-09-01" <= recorded <= "2026-03-04"
    for plan in of_type("CarePlan"):
        assert "2025-09-01" <= plan["period"]["start"] <= plan["period"].get("end", "2026-03-16")
        assert plan["status"] != "completed" or plan["period"]["end"] <= "2026-03-04"


def test_codes_follow_the_style() -> None:
    for _, story, _, _, bundle in ALL:
        style = STYLES[story.style]
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "Condition":
                coding = entry["resource"]["code"]["coding"][0]
                assert (len(coding["code"]) == 36) is (style.codes == "uuid")
                assert ("display" in coding) is (style.titles != "none")


def test_follow_ups_follow_the_style() -> None:
    old = [story.style for _, story, _, _, b in ALL if "follow-up-encounter-extension" in str(b)]
    new = [story.style for _, story, _, _, b in ALL if "care-general-encounter" in str(b)]
    assert set(old) == {"old", "old-terse"}
    assert set(new) == {"new", "new-urn"}
