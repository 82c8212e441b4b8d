"""One run plays an invented nation through intake and dbt, and compares what came of it with the truth.

    python -m tests.pipeline.nation FOLDER [--municipalities 98] [--citizens 20000] [--days 30] [--seed 1] [--faults 0.01]

Facts, states, faults: `klgateway generate --check`. Consistency findings: against the truth's, rule by rule. Exit code 1 where
something differs. No Dagster: the days are landed, loaded and built by the same functions.
"""

import argparse
import os
import shutil
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration import cli
from orchestration.intake.drop import scan
from orchestration.intake.judging import judge
from orchestration.intake.landing import arrivals, land_all
from orchestration.intake.raw import load_day
from orchestration.intake.senders import load_senders
from tests.pipeline.platform import Platform


def main() -> int:
    """Generate, play, build, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, default in (
        ("municipalities", "98"),
        ("citizens", "20000"),
        ("days", "30"),
        ("seed", "1"),
        ("faults", "0.01"),
    ):
        parser.add_argument(f"--{name}", default=default)
    asked = parser.parse_args()
    nation, run = asked.folder / "nation", asked.folder / "run"
    settings = [f"--{name}={getattr(asked, name)}" for name in ("municipalities", "citizens", "days", "seed", "faults")]
    if cli.main(["generate", "--out", str(nation), *settings]):
        return 2
    run.mkdir()
    platform = Platform(run)
    started = time.perf_counter()
    play(platform, nation, run)
    show(f"landed, checked and loaded in {time.perf_counter() - started:.0f} s\n")
    started = time.perf_counter()
    platform.dbt("build", "--exclude-resource-type", "unit_test")
    show(f"built in {time.perf_counter() - started:.0f} s\n")
    # dbt keeps the file open in this process, with settings of its own: the comparison reads a copy.
    platform.sql(lambda c: c.execute("checkpoint"))
    copy = run / "checked" / platform.warehouse.name  # views name the database by its file
    copy.parent.mkdir()
    shutil.copyfile(platform.warehouse, copy)
    return compare(copy, nation)


def compare(warehouse: Path, nation: Path) -> int:
    """Everything that the truth tells of; 0 where nothing differs."""
    differs = cli.main(["generate", "--out", str(nation), "--check", str(warehouse)])
    return int(bool(differs) | bool(consistency(warehouse, nation)))


def play(platform: Platform, nation: Path, run: Path, days: slice = slice(None)) -> None:
    """Each day's deliveries arrive in the evening of it. `days`: which of them, by number."""
    senders, landing = load_senders(nation / "senders.yml"), run / "landing"
    for folder in sorted((nation / "deliveries").iterdir())[days]:
        day = land(folder, run)
        platform.sql(
            lambda c, day=day: load_day(c, day, judge(arrivals(landing, day), senders, landing, day), "nation-secret")
        )


def land(delivered: Path, run: Path) -> date:
    """One day's deliveries arrive in the evening of it; returns the day."""
    day, drop = date.fromisoformat(delivered.name), run / "drop"
    for file in sorted(delivered.rglob("*.ndjson")):
        place = drop / file.parent.name / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(file, place)
    land_all(scan(drop, 0), run / "landing", datetime(day.year, day.month, day.day, 21, tzinfo=UTC))
    return day


def consistency(warehouse: Path, nation: Path) -> int:
    """A line per rule: expected, found, missed, not expected. Returns how many differ."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        truth = f"'{nation / 'truth' / 'consistency.parquet'}'"
        rows = connection.execute(f"""
            with
                expected as (
                    select distinct rule_id, municipality_code, resource_id, found_on from {truth}
                    where rule_id != 'sender.day.silent'
                ),
                silent as (select distinct municipality_code, found_on from {truth} where rule_id = 'sender.day.silent'),
                found as (
                    select distinct rule_id, municipality_code, resource_id, found_on
                    from quality.dq_consistency_finding where rule_id != 'sender.day.silent'
                ),
                heard as (
                    select distinct municipality_code, found_on
                    from quality.dq_consistency_finding where rule_id = 'sender.day.silent'
                ),
                joined as (
                    select coalesce(e.rule_id, f.rule_id) as rule_id, e.rule_id is not null as is_expected,
                        f.rule_id is not null as is_found, e.found_on is distinct from f.found_on as is_other_day
                    from expected as e
                    full join found as f using (rule_id, municipality_code, resource_id)
                    union all
                    select 'sender.day.silent', e.found_on is not null, f.found_on is not null, false
                    from silent as e full join heard as f
                        on f.municipality_code = e.municipality_code and f.found_on = e.found_on
                )
            select rule_id, count(*) filter (is_expected), count(*) filter (is_found),
                count(*) filter (is_expected and not is_found), count(*) filter (is_found and not is_expected),
                count(*) filter (is_expected and is_found and is_other_day)
            from joined group by rule_id order by rule_id
        """).fetchall()
    show(f"{'consistency rule':40} {'expected':>9} {'found':>9} {'missed':>9} {'unasked':>9} {'other day':>9}\n")
    for rule_id, *numbers in rows:
        show(f"{rule_id:40}" + "".join(f" {number:>9,}" for number in numbers) + "\n")
    return sum(sum(row[3:5]) for row in rows)


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
