"""Each run compares the SQL of the history rules, as dbt compiled it, with a plain Python telling of the same rules.

The compiled statements run on an in-memory DuckDB, so that hypothesis can try hundreds of histories and shrink those
that fail.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
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
    """One report of a resource: the minute it speaks of, when it came, its content."""

    resource: str
    minute: int
    receipt: int
    entry: int
    content: str

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    @property
    def received_at(self) -> datetime:
        """Two submissions now and then come in one delivery."""
        return START + timedelta(hours=1 + self.receipt // 2)


@dataclass
class Version:
    resource: str
    number: int
    submission: str
    valid_from: datetime
    valid_to: datetime | None
    is_newest: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


def told_in_python(reports: Iterable[Report]) -> list[Version]:
    """The history rules as one walks through a history by hand."""
    histories: dict[str, list[Report]] = defaultdict(list)
    for report in distinct(reports):
        histories[report.resource].append(report)
    versions = [version for history in histories.values() for version in versions_of(history)]
    return sorted(versions, key=lambda v: (v.resource, v.number))


def distinct(reports: Iterable[Report]) -> list[Report]:
    """What says of a moment what the report before it said of the same moment says nothing."""
    found: list[Report] = []
    said: dict[tuple[str, int], str] = {}
    for report in sorted(reports, key=lambda r: (r.receipt, r.entry)):
        if said.get((report.resource, report.minute)) != report.content:
            found.append(report)
        said[report.resource, report.minute] = report.content
    return found


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
    versions[-1].is_newest = True
    return versions


Compiled = tuple[duckdb.DuckDBPyConnection, str]


@pytest.fixture(scope="module", params=MODELS)
def compiled(request: pytest.FixtureRequest, warehouse: Path) -> Iterator[Compiled]:
    """Connection with an empty staging view's stand-in, reports and versions as views over it; and the noun."""
    noun, status = request.param, MODELS[request.param]
    more = ", is_problem_list_item boolean, clinical_status_code varchar" if noun == "condition" else ""
    folder = warehouse.parent / "target" / "compiled" / "klgateway" / "models" / "intermediate"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        connection.execute("create schema warehouse.staging; create schema warehouse.intermediate")
        connection.execute(
            f"create table warehouse.staging.stg_{noun} (submission_id varchar, bundle_id varchar, receipt_sequence bigint, "
            f"received_at timestamp, received_on date, entry_index integer, municipality_code varchar, {noun}_id varchar, "
            f"last_updated_at timestamp, content_hash varchar, {status} varchar{more})"
        )
        connection.execute(
            "create table warehouse.staging.stg_citizen (submission_id varchar, bundle_id varchar, received_on date, "
            "sor_code varchar)"
        )
        for kind in ("reports", "versions"):
            statement = (folder / f"int_{noun}__{kind}.sql").read_text(encoding="utf-8")
            connection.execute(f"create view warehouse.intermediate.int_{noun}__{kind} as {statement}")
        yield connection, noun


def hear(compiled: Compiled, reports: list[Report]) -> None:
    connection, noun = compiled
    connection.execute(f"delete from warehouse.staging.stg_{noun}")
    columns = (
        "(submission_id, bundle_id, receipt_sequence, received_at, entry_index, municipality_code, "
        f"{noun}_id, last_updated_at, content_hash, {MODELS[noun]})"
    )
    rows = [
        (
            *(f"s{r.receipt}", f"b{r.receipt}", r.receipt, r.received_at, r.entry, "0461"),
            *(r.resource, r.at, r.content, STATUS.get(r.content)),
        )
        for r in reports
    ]
    connection.executemany(f"insert into warehouse.staging.stg_{noun} {columns} values ({', '.join('?' * 10)})", rows)


def told_in_sql(compiled: Compiled, known_at: datetime | None = None) -> list[Version]:
    """What is known now, or was known at a moment; numbers counted anew, since they are those last known."""
    connection, noun = compiled
    moment = "known_to_at is null"
    if known_at is not None:
        moment = f"known_from_at <= '{known_at}' and (known_to_at is null or known_to_at > '{known_at}')"
    found = connection.execute(
        f"select {noun}_id, row_number() over (partition by {noun}_id order by valid_from_at, receipt_sequence, entry_index), "
        "submission_id, valid_from_at, valid_to_at, is_newest, withdrawn_at, withdrawn_by_submission_id, "
        "is_entered_in_error, is_current, version_number "
        f"from warehouse.intermediate.int_{noun}__versions where {moment} order by 1, 2"
    ).fetchall()
    assert all((row[6] is not None) == row[8] for row in found)
    if known_at is None:
        assert all(row[9] == (row[4] is None) and row[10] == row[1] for row in found)
    return [Version(*row[:5], row[5] if known_at is None else True, *row[6:8]) for row in found]


# Few instants and few contents, so that ties, repeats and errors beside errors are common.
said = st.tuples(st.sampled_from("xyz"), st.integers(0, 6), st.sampled_from(["a", "b", "c", *STATUS]))
several = settings(max_examples=150, deadline=None)
some = settings(max_examples=50, deadline=None)


@several
@given(st.lists(said, min_size=1, max_size=30))
def test_sql_and_python_tell_the_same_history_at_every_moment(
    compiled: Compiled, heard: list[tuple[str, int, str]]
) -> None:
    """Any order of arrival; what is believed at a moment is the history told of what had been received by then."""
    reports = [Report(name, minute, i // 2, i % 2, content) for i, (name, minute, content) in enumerate(heard)]
    hear(compiled, reports)
    assert [astuple(v) for v in told_in_sql(compiled)] == [astuple(v) for v in told_in_python(reports)]
    for moment in sorted({report.received_at for report in reports}):
        known = told_in_python(report for report in reports if report.received_at <= moment)
        for version in known:
            version.is_newest = True  # told of what is known now only
        assert [astuple(v) for v in told_in_sql(compiled, moment)] == [astuple(v) for v in known]


@several
@given(st.lists(said, min_size=1, max_size=30))
def test_nothing_is_believed_twice_and_no_belief_repeats_the_one_before(
    compiled: Compiled, heard: list[tuple[str, int, str]]
) -> None:
    """Beliefs about one version follow each other without overlap, and differ where they meet."""
    reports = [Report(name, minute, i // 2, i % 2, content) for i, (name, minute, content) in enumerate(heard)]
    hear(compiled, reports)
    connection, noun = compiled
    rows = connection.execute(
        f"select {noun}_id, submission_id, entry_index, known_from_at, known_to_at, "
        "(valid_to_at, withdrawn_by_submission_id, closed_from_at) "
        f"from warehouse.intermediate.int_{noun}__versions order by 1, 2, 3, 4"
    ).fetchall()
    assert all(row[4] is None or row[3] < row[4] for row in rows)
    for first, second in pairwise(rows):
        if first[:3] == second[:3]:
            assert first[4] is not None and first[4] <= second[3]
            assert first[4] < second[3] or first[5] != second[5]


shuffled = st.lists(st.sampled_from(["a", "b", "c", *STATUS]), min_size=1, max_size=8).flatmap(
    lambda contents: st.tuples(st.just(contents), st.permutations(range(len(contents))))
)


@some
@given(shuffled)
def test_order_of_arrival_does_not_matter_when_instants_differ(
    compiled: Compiled, drawn: tuple[list[str], list[int]]
) -> None:
    """The same reports, shuffled on the way: the same versions, current and withdrawn alike."""
    contents, arrival = drawn

    def history(receipts: list[int]) -> list[tuple[object, ...]]:
        hear(compiled, [Report("x", i, receipts[i], 0, content) for i, content in enumerate(contents)])
        told = told_in_sql(compiled)
        return [(v.number, v.valid_from, v.valid_to, v.is_newest, v.withdrawn_at) for v in told]

    assert history(arrival) == history(list(range(len(contents))))
