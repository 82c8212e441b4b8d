"""One run loads the guide's public example bundles, builds the facts, and prints what holds at given moments, as JSON.

python -m tests.pipeline.public_examples FOLDER EXAMPLES
"""

import json
import sys
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from dbt.cli.main import dbtRunner

from orchestration.intake.senders import Organisation, Sender
from tests.pipeline.platform import PROJECT, Platform, received

AS_OF = ("2021-02-11", "2021-02-13", "2021-02-16", "2021-02-26")
KNOWN_AT = (None, "2021-02-13")
# The guide tells the same two citizens in old and in new style: each style gets a municipality of its own.
SENDERS = {
    style: Sender(style, "Public examples", True, (Organisation("123456789012345", code),))
    for style, code in (("old", "0461"), ("new", "0751"))
}
HOLDS = """
with
    condition as (select * from {{ as_of(ref('fct_condition'), VALID, KNOWN) }}),
    intervention as (select * from {{ as_of(ref('fct_planned_intervention'), VALID, KNOWN) }}),
    link as (select * from {{ as_of(ref('bridge_encounter_condition'), VALID, KNOWN) }}),
    encounter as (select * from {{ as_of(ref('fct_encounter'), VALID, KNOWN) }}),
    goal as (select * from {{ as_of(ref('fct_goal'), VALID, KNOWN) }})
select
    if(citizen.municipality_code = '0461', 'old', 'new') as style,
    if(citizen.citizen_key in (select citizen_key from {{ ref('fct_completed_intervention') }}), 'nursing', 'home care') as story,
    (select list(severity_level order by severity_level) from condition where condition.citizen_key = citizen.citizen_key
     and condition_state_code = 'active' and care_domain_code = 'home_care') as levels,
    (select count(*) from condition where condition.citizen_key = citizen.citizen_key
     and condition_state_code = 'active' and care_domain_code = 'nursing') as nursing,
    (select count(*) from intervention where intervention.citizen_key = citizen.citizen_key
     and status_code = 'active') as interventions,
    (select count(*) from goal where goal.citizen_key = citizen.citizen_key) as goals,
    (select cast(max(encounter.started_on) as varchar) from link
     inner join encounter using (municipality_code, encounter_id)
     where link.citizen_key = citizen.citizen_key and encounter_kind_code = 'follow_up'
     and encounter.status_code = 'planned') as next_follow_up
from {{ ref('dim_citizen') }} as citizen
"""


def main(folder: Path, examples: Path) -> list[dict[str, Any]]:
    platform = Platform(folder)
    days: dict[date, list[tuple[Sender, bytes]]] = defaultdict(list)
    texts = [file.read_bytes() for file in examples.glob("*.json")]
    bundles = [(msgspec.json.decode(text), text) for text in texts]
    told = [(bundle, text) for bundle, text in bundles if bundle.get("timestamp", "").startswith("2021")]
    new = {patient(bundle) for bundle, text in told if b"klgateway-care-general-encounter" in text}
    for bundle, text in sorted(told, key=lambda pair: pair[0]["timestamp"]):
        day = datetime.fromisoformat(bundle["timestamp"]).date()
        days[day].append((SENDERS["new" if patient(bundle) in new else "old"], text))
    for day, reports in sorted(days.items()):
        platform.receive(day, received(day, reports))
        platform.dbt("run")
    found = []
    for valid in AS_OF:
        for known in KNOWN_AT:
            moments = HOLDS.replace("VALID", f"\"timestamp '{valid} 12:00'\"")
            moments = moments.replace("KNOWN", f"\"timestamp '{known} 12:00'\"" if known else "none")
            statement = compiled(platform, folder, moments)
            for style, story, *holds in platform.sql(lambda c, statement=statement: c.execute(statement).fetchall()):
                found.append({"style": style, "story": story, "as_of": valid, "known_at": known, "holds": holds})
    return found


def patient(bundle: dict[str, Any]) -> str:
    """The id of the report's citizen."""
    return next(e["resource"]["id"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")


def compiled(platform: Platform, folder: Path, inline: str) -> str:
    """The SQL that an analyst's macro becomes."""
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target")]
    done = dbtRunner(manifest=platform.manifest).invoke(["--quiet", "compile", "--inline", inline, *paths])
    assert done.success, done.exception
    return str(done.result.results[0].node.compiled_code)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))  # noqa: T201
