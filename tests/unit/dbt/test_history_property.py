"""Each run compares the SQL of the history rules, as dbt compiled it, with a plain Python telling of the same rules.

The compiled statement runs on an in-memory DuckDB, so that hypothesis can try hundreds of histories and shrink those
that fail.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 3, 2)  # noqa: DTZ001 - the warehouse holds UTC without a zone
STATUS = {"e1": "entered-in-error", "e2": "entered-in-error"}
MODELS = {
    "condition": "verification_status_code",
    "planned_intervention": "status_code",
}


@dataclass(frozen=True)
class Report:
    resource: str
    minute: int
    receipt: int
    entry: int
    content: str

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)


@dataclass
class Version:
    resource: str
    number: int
    submission: str
    valid_from: datetime
    valid_to: datetime | None
    is_current: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


def told_in_python(reports: list[Report]) -> list[Version]:
    """The history rules as one walks through a history by hand."""
    histories: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        histories[report.resource].append(report)
    return [version for history in histories.values() for version in versions_of(history)]


def versions_of(history: list[Report]) -> list[Version]:
    versions: list[Version] = []
    before: Report | None = None
    for report in sorted(history, key=lambda r: (r.minute, r.receipt, r.entry)):
        if before is not None and before.content == report.content:
            continue
        submission = f"s{report.receipt}"
        is_error = report.content in STATUS
        open_version = versions[-1] if versions and versions[-1].valid_to is None else None
        if open_version is not None:
            open_version.valid_to = report.at
        if not is_error:
            versions.append(Version(report.resource, len(versions) + 1, submission, report.at, None))
        elif before is None:
            versions.append(Version(report.resource, 1, submission, report.at, report.at, False, report.at, submission))
        elif open_version is not None:
            open_version.withdrawn_at, open_version.withdrawn_by = report.at, submission
        before = report
    if versions and versions[-1].valid_to is None:
        versions[-1].is_current = True
    return versions


@pytest.fixture(scope="module", params=MODELS)
def compiled(request: pytest.FixtureRequest, warehouse: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str, str]]:
    """Connection with an empty staging table, the table's name, and the compiled statement that reads it."""
    noun, status = request.param, MODELS[request.param]
    folder = warehouse.parent / "target" / "compiled" / "klgateway" / "models" / "intermediate"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.staging")
        connection.execute(
            f"create table warehouse.staging.stg_{noun} (submission_id varchar, receipt_sequence bigint, "
            f"entry_index integer, municipality_code varchar, {noun}_id varchar, last_updated_at timestamp, "
            f"content_hash varchar, {status} varchar)"
        )
        yield connection, noun, (folder / f"int_{noun}__versions.sql").read_text(encoding="utf-8")


def told_in_sql(compiled: tuple[duckdb.DuckDBPyConnection, str, str], reports: list[Report]) -> list[Version]:
    connection, noun, statement = compiled
    connection.execute(f"delete from warehouse.staging.stg_{noun}")
    rows = [
        (f"s{r.receipt}", r.receipt, r.entry, "0461", r.resource, r.at, r.content, STATUS.get(r.content))
        for r in reports
    ]
    connection.executemany(f"insert into warehouse.staging.stg_{noun} values ({', '.join('?' * 8)})", rows)
    found = connection.execute(
        f"select {noun}_id, version_number, submission_id, valid_from_at, valid_to_at, is_current, withdrawn_at, "
        f"withdrawn_by_submission_id, is_entered_in_error from ({statement}) order by {noun}_id, version_number"
    ).fetchall()
    assert all((row[6] is not None) == row[8] for row in found)
    return [Version(*row[:8]) for row in found]


# Few instants and few contents, so that ties, repeats and errors beside errors are common.
said = st.tuples(st.sampled_from("xyz"), st.integers(0, 6), st.sampled_from(["a", "b", "c", *STATUS]))
several = settings(max_examples=150, deadline=None)
some = settings(max_examples=50, deadline=None)


@several
@given(st.lists(said, min_size=1, max_size=30))
def test_sql_and_python_tell_the_same_history(
    compiled: tuple[duckdb.DuckDBPyConnection, str, str], heard: list[tuple[str, int, str]]
) -> None:
    """Any order of arrival; two resources now and then share a submission."""
    reports = [Report(name, minute, i // 2, i % 2, content) for i, (name, minute, content) in enumerate(heard)]
    expected = sorted(told_in_python(reports), key=lambda v: (v.resource, v.number))
    assert [astuple(v) for v in told_in_sql(compiled, reports)] == [astuple(v) for v in expected]


shuffled = st.lists(st.sampled_from(["a", "b", "c", *STATUS]), min_size=1, max_size=8).flatmap(
    lambda contents: st.tuples(st.just(contents), st.permutations(range(len(contents))))
)


@some
@given(shuffled)
def test_order_of_arrival_does_not_matter_when_instants_differ(
    compiled: tuple[duckdb.DuckDBPyConnection, str, str], drawn: tuple[list[str], list[int]]
) -> None:
    """The same reports, shuffled on the way: the same versions, current and withdrawn alike."""
    contents, arrival = drawn

    def history(receipts: list[int]) -> list[tuple[object, ...]]:
        reports = [Report("x", i, receipts[i], 0, content) for i, content in enumerate(contents)]
        told = told_in_sql(compiled, reports)
        return [(v.number, v.valid_from, v.valid_to, v.is_current, v.withdrawn_at) for v in told]

    assert history(arrival) == history(list(range(len(contents))))
