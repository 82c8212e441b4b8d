"""One call settles the accepted reports of one chunk of a day: which of their Bundle ids were used before, by whom, over both doors."""

from datetime import date

import duckdb
import pyarrow as pa

from orchestration.intake.judging import Submission, reports, settle
from orchestration.intake.ledger.claims import Claim, Claims
from orchestration.intake.ledger.index import Owner

Known = dict[str, tuple[str, str]]
"""Bundle id → (submission_id, content_sha256) of the accepted submission that used it."""


def settle_chunk(
    connection: duckdb.DuckDBPyConnection, chunk: list[Submission], known: Known, day: date, claims: Claims | None
) -> None:
    """Settle what was accepted: against other days (the tables), the door (the ledger), and earlier in the day (`known`, which
    learns).

    What the door has acknowledged was settled there, at once, and stays as it was answered.
    """
    accepted = [s for s in chunk if s.state == "accepted"]
    if not accepted:
        return
    wanted = sorted({bundle_id for s in accepted for bundle_id in reports(s)})
    of_door, elsewhere = claims.used(wanted) if claims else ({}, wanted)
    if elsewhere:  # the tables of years are looked through only for what the ledger says they hold
        known |= _in_tables(connection, elsewhere, day)
    known |= of_door
    for submission in accepted:
        if submission.entry is None:
            settle(submission, known)
        if submission.state == "accepted":
            for bundle_id in reports(submission):
                known[bundle_id] = (submission.submission_id, submission.delivery.content_sha256)
    if claims:
        _claim([s for s in accepted if s.state == "accepted" and s.entry is None], claims)


def _claim(accepted: list[Submission], claims: Claims) -> None:
    """Tell the ledger; what the door has accepted while we looked gives the file no way."""
    wanted = [
        Claim(s.submission_id, s.delivery.content_sha256, s.sender.sender_id, tuple(reports(s))) for s in accepted
    ]
    for submission, taken in zip(accepted, claims.take(wanted), strict=True):
        settle(submission, taken)


def claim_what_is_loaded(connection: duckdb.DuckDBPyConnection, claims: Claims) -> None:
    """Tell a ledger that knows of no file which ids the files of all days have used up: it is new, or was lost."""
    if claims.knows_files():
        return
    rows = connection.execute(LOADED).fetchall()
    for day, *claim in rows:
        list(claims.take([Claim(claim[0], claim[1], claim[2], tuple(claim[3]))], day))


def used_by_other_days(connection: duckdb.DuckDBPyConnection, report_ids: list[str], day: date) -> list[Owner]:
    """Who else uses ids that a day's files have let go of: the ledger knows one owner of each, the tables all."""
    connection.register("wanted_reports", pa.table({"bundle_id": report_ids}))
    rows = connection.execute(USED_ELSEWHERE, {"day": day}).fetchall()
    connection.unregister("wanted_reports")
    return [Owner(*row) for row in rows]


def _in_tables(connection: duckdb.DuckDBPyConnection, wanted: list[str], day: date) -> Known:
    connection.register("wanted_reports", pa.table({"bundle_id": wanted}))
    hits = connection.execute(USED_BEFORE, {"day": day}).fetchall()
    connection.unregister("wanted_reports")
    return {bundle_id: (submission_id, sha) for bundle_id, submission_id, sha in hits}


USED = """
with used as (
    select bundle_id, submission_id from raw.submissions
    where state = 'accepted' and received_on {when} $day and bundle_id in (from wanted_reports)
    union
    select bundle_id, submission_id from raw.citizen
    where received_on {when} $day and bundle_id in (from wanted_reports)
)
"""
USED_BEFORE = (
    USED.format(when="<")
    + "select used.bundle_id, submission_id, content_sha256 from used join raw.submissions using (submission_id)"
)
USED_ELSEWHERE = (
    USED.format(when="!=")
    + """
select used.bundle_id, submission_id, content_sha256, sender_id, received_on::varchar
from used
join raw.submissions using (submission_id)
where door = 'file'
order by receipt_sequence desc
"""
)
LOADED = """
with used as (
    select bundle_id, submission_id from raw.submissions where state = 'accepted'
    union
    select bundle_id, submission_id from raw.citizen
)
select s.received_on::varchar, submission_id, s.content_sha256, s.sender_id, list(used.bundle_id)
from used
join raw.submissions as s using (submission_id)
where s.door = 'file' and used.bundle_id is not null
group by all
order by min(s.receipt_sequence)
"""
