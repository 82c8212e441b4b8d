"""One `PublicHouse` is an installation with a public release of invented figures: the 98 municipalities, and every bad input there is.

python -m tests.unit.portal.public_release FOLDER    releases it and makes the site, to be looked at
"""

import math
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from orchestration.portal.publishing import Published, publish
from orchestration.publishing.agreement import load_agreement
from orchestration.publishing.audit import Actor, AuditLog
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.gate import run_gate
from orchestration.publishing.outcome import Released, Unchanged
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.release import release
from orchestration.publishing.signing import load_signer
from orchestration.settings import REPOSITORY

SEEDS, MODELS = REPOSITORY / "dbt_project" / "seeds", REPOSITORY / "dbt_project" / "models"
LAST_MONTH = date(2026, 6, 1)
NO_DATA, THREE_CITIZENS, WITHHELD, NEW, NOBODY = "0615", "0563", "0851", "0825", "0773"
"""Horsens, Fanø, Aalborg, Læsø, Morsø: one municipality per bad input."""
MERGED, ENDED = "0741", date(2026, 2, 28)
"""Samsø is merged into another; the last day that it is there."""
BORN = date(2026, 4, 1)
"""The day that the new municipality is there from."""
STATES = {NO_DATA: "not_reported", THREE_CITIZENS: "suppressed", WITHHELD: "withheld", NOBODY: "missing"}
FIRST_CODES = date(2026, 1, 1)
"""A07 has no figures of periods before this day: its codes did not exist."""


def periods(kind: str) -> Iterator[tuple[date, date]]:
    """First and last day of each period that is told, oldest first."""
    length = {"month": 1, "quarter": 3, "rolling_12": 12}[kind]
    for back in range({"month": 14, "quarter": 5, "rolling_12": 5}[kind] - 1, -1, -1):
        last = _month(LAST_MONTH, -back * (1 if kind == "month" else 3))
        yield _month(last, 1 - length), _month(last, 1) - timedelta(days=1)


def _month(day: date, by: int) -> date:
    number = day.year * 12 + day.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


class PublicHouse:
    """Writes the four tables of the public, and releases them under the agreement that ships."""

    def __init__(self, root: Path, only: tuple[str, ...] = ()) -> None:
        """`only`: the indicators that have figures; all of them unless told."""
        self.root, self.releases, self.portal = root, root / "releases", root / "portal"
        root.mkdir(parents=True, exist_ok=True)
        signer = load_signer(root / "keys" / "key.pem", create=True)
        self.publisher = Publisher(signer, AuditLog(root / "audit"), Actor("tester"), "0.1.0", "d" * 64)
        self.connection = duckdb.connect()
        self.dice, self.only = random.Random(7), only
        self._found()

    def _found(self) -> None:
        sql = self.connection.execute
        sql("create schema raw; create schema marts; create schema indicators; create schema intermediate")
        sql(
            "create table raw.submissions (submission_id varchar, received_on date, receipt_sequence bigint, state varchar)"
        )
        sql("insert into raw.submissions values ('s1', date '2026-07-14', 1, 'accepted')")
        for schema in ("marts", "indicators"):
            for path in sorted((MODELS / schema).glob("*.yml")):
                for model in yaml.safe_load(path.read_text()).get("models") or ():
                    if model["name"] in TABLES:
                        columns = ", ".join(f"{c['name']} {c['data_type']}" for c in model["columns"])
                        sql(f"create table {schema}.{model['name']} ({columns})")
        for table, query in TABLES.items():
            if query:
                sql(f"insert into {table_of(table)} by name {query}")
        columns = [name for name, *_ in sql("describe indicators.ind_public_value").fetchall()]
        rows = pl.DataFrame(list(self._figures()), schema=columns, orient="row", infer_schema_length=None).to_arrow()
        self.connection.register("told", rows)
        sql("insert into indicators.ind_public_value by name from told")

    def _figures(self) -> Iterator[list[Any]]:
        ask = self.connection.execute
        people = ask(
            "select municipality_code, region_code, population_count from marts.dim_municipality order by 1"
        ).fetchall()
        for indicator, kind, per, native, personal in ask(INDICATORS).fetchall():
            if self.only and indicator not in self.only:
                continue
            kinds = dict.fromkeys(
                [native.removesuffix("_before"), *(["rolling_12"] if indicator.startswith("A") else [])]
            )
            level = self.dice.uniform(0.05, 0.5)
            for period_kind in kinds:
                for start, end in periods(period_kind):
                    yield from self._period(indicator, kind, per, personal, level, period_kind, start, end, people)

    def _period(
        self,
        indicator: str,
        kind: str,
        per: int,
        personal: bool,
        level: float,
        period_kind: str,
        start: date,
        end: date,
        people: list[Any],
    ) -> Iterator[list[Any]]:
        shared = [indicator, period_kind, start, end, 1, True, _month(end.replace(day=1), 1) + timedelta(days=13)]
        totals: dict[str, list[float]] = {}
        for code, region, population in people:
            state = STATES.get(code, "value")
            if (
                (code == NEW and start < BORN)
                or (code == MERGED and end > ENDED)
                or (indicator == "A07" and start < FIRST_CODES)
            ):
                state = "no_such_period"
            below = float(max(population // 25, 250))
            above = float(max(round(below * level * self.dice.uniform(0.7, 1.3)), 5))
            figure = [above, below, *_told(above, below, per, level, kind)] if state == "value" else [None] * 10
            is_new = code == NEW and start <= BORN <= end and state == "value"
            reason = ["region", "Kommunen er ny.", "The municipality is new."] if is_new else [None] * 3
            is_flagged = state == "value" and above / below > 1.2 * level
            yield [*shared, "municipality", code, "all", state, *figure, is_flagged, False, is_new, *reason]
            if state == "value":
                for area in (region, "DK"):
                    pair = totals.setdefault(area, [0.0, 0.0])
                    pair[0], pair[1] = pair[0] + above, pair[1] + below
        for area, (above, below) in totals.items():
            above = round(above / 5) * 5.0 if personal else above
            below = round(below / 5) * 5.0 if personal and kind != "rate" else below
            figure = [above, below, *_told(above, below, per, level, kind)]
            place = "country" if area == "DK" else "region"
            yield [*shared, place, area, "all", "value", *figure, False, personal, False, None, None, None]

    def release(self, hour: int = 10) -> Released | Unchanged:
        """Candidate, gate, release."""
        now = datetime(2026, 8, 5, hour, tzinfo=UTC)
        agreement = load_agreement(REPOSITORY / "expectations", "public")
        candidate = write_candidate(self.connection, agreement, self.root / "candidates", descriptions=DESCRIBED)
        done = release(
            candidate,
            run_gate(candidate, agreement, self.releases, now=now),
            agreement,
            self.releases,
            self.publisher,
            now=now,
        )
        assert isinstance(done, Released | Unchanged), done
        return done

    def publish(self, hour: int = 11) -> Published:
        """The site of the newest release."""
        return publish(self.releases, self.portal, self.publisher.signer, now=datetime(2026, 8, 5, hour, tzinfo=UTC))


def _told(above: float, below: float, per: int, level: float, kind: str) -> list[float | None]:
    """Value, interval, standardised, four limits: as the release has them, by the normal approximation."""
    share, error = above / below, math.sqrt(level * (1 - level) / below)
    told = [share * per, (share - 1.96 * error) * per, (share + 1.96 * error) * per, share * per * 0.98]
    limits = (
        [(level + z * error) * per for z in (-1.96, 1.96, -3.09, 3.09)] if kind in ("share", "rate") else [None] * 4
    )
    return [round(told[0], 2), *(round(v, 1) for v in told[1:]), *(None if v is None else round(v, 1) for v in limits)]


def table_of(name: str) -> str:
    return f"{'marts' if name == 'dim_municipality' else 'indicators'}.{name}"


TABLES = {
    "dim_municipality": f"""
        select m.*, region_code, region_name from read_csv('{SEEDS}/municipality.csv', all_varchar = true) as m
        inner join read_csv('{SEEDS}/municipality_region.csv', all_varchar = true) as r
            on r.municipality_code = m.municipality_code and r.valid_from_on < '2026'
    """,
    "dim_indicator": f"from read_csv('{SEEDS}/indicator.csv', all_varchar = true)",
    "dim_comparison_group": f"from read_csv('{SEEDS}/comparison_group.csv', all_varchar = true)",
    "ind_public_value": "",
}
INDICATORS = (
    "select indicator_id, kind_code, per_number, period_kind_code, is_personal from indicators.dim_indicator order by 1"
)
DESCRIBED = {"ind_public_value": {"value": "The value (*værdi*), per what `dim_indicator.per_number` says."}}


def main() -> int:
    """Release, make the site, say where."""
    house = PublicHouse(Path(sys.argv[1]))
    house.release()
    done = house.publish()
    sys.stdout.write(f"{done.status}: {done.directory / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
