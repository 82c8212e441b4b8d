"""One call settles the accepted reports of one chunk of a day: which of their Bundle ids were used before, by whom, over both doors."""

import duckdb
import pyarrow as pa

from orchestration.intake.judging import Submission, reports, settle
from orchestration.intake.ledger.claims import Claim, Claims

Known = dict[str, tuple[str, str]]
"""Bundle id → (submission_id, content_sha256) of the accepted submission that used it."""


def settle_chunk(connection: duckdb.DuckDBPyConnection, chunk: list[Submission], claims: Claims | None) -> None:
    """Settle what was accepted: against earlier days and chunks (the tables), the door (the ledger), and earlier in this chunk.

    What the door has acknowledged was settled there, at once, and stays as it was answered.
    """
    accepted = [s for s in chunk if s.state == "accepted"]
    if not accepted:
        return
    wanted = sorted({bundle_id for s in accepted for bundle_id in reports(s)})
    known = _in_tables(connection, wanted, chunk[0].receipt_sequence)
    if claims:
        known |= claims.of_door(wanted)
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


def _in_tables(connection: duckdb.DuckDBPyConnection, wanted: list[str], before: int) -> Known:
    connection.register("wanted_reports", pa.table({"bundle_id": wanted}))
    hits = connection.execute(
        """
        with used as (
            select bundle_id, submission_id from raw.submissions where state = 'accepted'
            union
            select bundle_id, submission_id from raw.citizen
        )
        select used.bundle_id, submission_id, s.content_sha256
        from used
        join wanted_reports using (bundle_id)
        join raw.submissions as s using (submission_id)
        where s.receipt_sequence < ?
        """,
        [before],
    ).fetchall()
    connection.unregister("wanted_reports")
    return {bundle_id: (submission_id, sha) for bundle_id, submission_id, sha in hits}


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
