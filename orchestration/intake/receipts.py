"""One receipt is the answer to one submission: a FHIR OperationOutcome in Danish and English, and a line of the day's index.

`receipts/<sender>/<received day>/<file>[.line-<n>].<submission>.json`, and `index.csv` beside them. A receipt is made from the
tables, so that it can be made again at any time; it names the rule, the place and the remedy, and never a value.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import msgspec

from orchestration.conformance.outcome import operation_outcome
from orchestration.conformance.verdict import Finding
from orchestration.durable import write_all_whole
from orchestration.intake.drop import LeftInDrop
from orchestration.intake.shielding import shown

INDEX = ("file", "line", "bundle_id", "state", "errors", "warnings", "receipt")
AT_ONCE = 5_000
"""So many receipts are put on disk together."""
ID, AT = "<id>", "<at>"
"""Stand for what differs in a text that is known already: nothing else in a receipt is written so."""


def write_receipts(connection: duckdb.DuckDBPyConnection, day: date, receipts_dir: Path) -> Counter[str]:
    """Write the receipts of one received day's files; a receipt that is there already with the same content stays as it is.

    A report that came over HTTP was answered there, and its sender finds the answer there again (`$receipt`).

    Returns the number of receipts per sender.
    """
    submissions = connection.execute(
        """
        select sender_id, file_name, line_number, submission_id, bundle_id, state, error_count, warning_count,
            original_submission_id, received_at
        from raw.submissions where received_on = ? and door = 'file' order by receipt_sequence
        """,
        [day],
    ).fetchall()
    findings, texts = _findings(connection, day), _Texts()
    written: Counter[str] = Counter()
    made: dict[Path, bytes] = {}
    index: dict[str, list[tuple[object, ...]]] = {}
    for (
        sender,
        file_name,
        line,
        submission_id,
        bundle_id,
        state,
        errors,
        warnings,
        original,
        received_at,
    ) in submissions:
        answered = original if state == "duplicate" else submission_id
        data = texts.receipt(submission_id, received_at, state, tuple(findings.get(answered, ())))
        name = receipt_name(file_name, line, submission_id)
        folder = receipts_dir / sender / day.isoformat()
        made[folder / name] = data
        if len(made) == AT_ONCE:
            _write_new(made)
            made = {}
        index.setdefault(sender, []).append((file_name, line, bundle_id, state, errors, warnings, name))
        written[sender] += 1
    _write_new(made)
    _write_new({receipts_dir / sender / day.isoformat() / "index.csv": _csv(lines) for sender, lines in index.items()})
    return written


class _Texts:
    """Receipts that differ in their id and time only, as nearly all do, are put into words once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[Finding, ...]], str] = {}

    def receipt(self, submission_id: str, received_at: datetime, state: str, findings: tuple[Finding, ...]) -> bytes:
        text = self._known.get((state, findings))
        if text is None:
            if len(self._known) == AT_ONCE:  # a day of many faults: bounded memory
                self._known.clear()
            meta = {"lastUpdated": AT, "tag": [_state_tag(state)]}
            outcome = {"resourceType": "OperationOutcome", "id": ID, "meta": meta}
            outcome |= operation_outcome(findings, lang="both")
            text = self._known[state, findings] = _pretty(outcome).decode()
        return (
            text.replace(f'"{ID}"', f'"{submission_id}"', 1)
            .replace(f'"{AT}"', f'"{received_at.isoformat()}Z"', 1)
            .encode()
        )


def receipt_name(file_name: str, line: int | None, submission_id: str) -> str:
    """A file name made from the sender's (as it is shown), safe to write."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", file_name).replace("__________", "x")[:120]
    return f"{safe}{f'.line-{line}' if line else ''}.{submission_id[:8]}.json"


def _findings(connection: duckdb.DuckDBPyConnection, day: date) -> dict[str, list[Finding]]:
    """The findings of the day's submissions, and of the earlier ones that they repeat."""
    rows = connection.execute(
        """
        select submission_id, rule_id, severity, profile, expression, resource_type, resource_id, occurrences
        from raw.findings
        where submission_id in (
            select coalesce(original_submission_id, submission_id) from raw.submissions where received_on = $day
            union
            select submission_id from raw.submissions where received_on = $day
        )
        order by submission_id, finding_number
        """,
        {"day": day},
    ).fetchall()
    found: dict[str, list[Finding]] = {}
    for submission_id, *finding in rows:
        found.setdefault(submission_id, []).append(Finding(*finding))
    return found


def _pretty(outcome: Mapping[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(outcome), indent=2) + b"\n"


def _state_tag(state: str) -> dict[str, str]:
    return {"system": "urn:klgateway:state", "code": state}


def _csv(lines: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(INDEX)
    writer.writerows(lines)
    return text.getvalue().encode()


def _write_new(files: dict[Path, bytes]) -> None:
    """Write what is not there already with the same content."""
    write_all_whole({path: data for path, data in files.items() if not path.exists() or path.read_bytes() != data})


def write_left_in_drop(left: Iterable[LeftInDrop], senders: Iterable[str], receipts_dir: Path) -> None:
    """Tell each sender what lies in its drop folder that can't be taken in; the notice goes when the thing has gone."""
    places: dict[str, list[LeftInDrop]] = {}
    for thing in left:
        places.setdefault(thing.folder, []).append(thing)
    for sender in senders:
        path = receipts_dir / sender / "left-in-drop.json"
        if sender not in places:
            path.unlink(missing_ok=True)
            continue
        findings = [Finding(t.rule_id, "error", "", shown(t.place), "", "", 1) for t in places[sender]]
        outcome = operation_outcome(findings, lang="both")
        _write_new({path: _pretty(outcome)})
