"""One sample is one shipped delivery file and the outcome it must have. `python -m orchestration.synthetic.samples`"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from orchestration.synthetic.bundles import to_gzip, to_ndjson
from orchestration.synthetic.mishaps import befall
from orchestration.synthetic.story import Report, Sending, Story, stories
from orchestration.synthetic.telling import report

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
EXPECTED = "expected.csv"
UNREADABLE = "json."
"""Rules of reports that can't be read: they have no Bundle id to tell."""


class Expected(NamedTuple):
    """One row of `expected.csv`: one report and what must become of it. `rule_ids` of errors, by semicolon."""

    day: str
    sender_id: str
    file_name: str
    line_number: str
    bundle_id: str
    state: str
    rule_ids: str
    story: str


@dataclass(frozen=True)
class Sample:
    """One file: where it lies below data/samples, its bytes, and what is expected of each report in it."""

    path: str
    data: bytes
    expected: tuple[Expected, ...]


def samples() -> Iterator[Sample]:
    """Every sample, by sender and day."""
    for sender_id, story in stories().items():
        for day, sendings in story.sent.items():
            for sending in sendings:
                yield _sample(sender_id, story, day, sending)


def write_samples(out: Path) -> None:
    """Write the deliveries and `expected.csv` below `out`, over what is there. The same bytes every time.

    Raises:
        OSError: `out` can't be written.
    """
    rows: list[Expected] = []
    for sample in samples():
        path = out / sample.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.data)
        rows += sample.expected
    (out / EXPECTED).write_bytes(expected_csv(rows))


def expected_csv(rows: list[Expected]) -> bytes:
    """The outcomes as CSV, in the order of days, senders and files."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Expected._fields)
    ordered = sorted(rows, key=lambda row: (row.day, row.sender_id, row.file_name, int(row.line_number or 0)))
    writer.writerows(ordered)
    return text.getvalue().encode()


def _sample(sender_id: str, story: Story, day: date, sending: Sending) -> Sample:
    parts: list[bytes] = []
    expected: list[Expected] = []
    lines = ".ndjson" in sending.file
    if not lines and len(sending.reports) != 1:
        raise ValueError(f"{sender_id} {day} {sending.file}: several reports need .ndjson")
    for number, sent in enumerate(sending.reports, 1):
        bundle = report(sender_id, story, sent.report, sent.of or day)
        parts.append(befall(bundle, sent.mishap))
        line_number = str(number) if lines else ""
        bundle_id = _bundle_id(bundle["id"], sent)
        rule_ids = ";".join(sorted(sent.errors))
        place = (day.isoformat(), sender_id, sending.file, line_number)
        expected.append(Expected(*place, bundle_id, sent.state, rule_ids, sent.story))
    data = to_ndjson(parts) if lines else parts[0]
    if sending.file.endswith(".gz"):
        data = to_gzip(data)
    return Sample(f"{day}/{sender_id}/{sending.file}", data, tuple(expected))


def _bundle_id(bundle_id: str, sent: Report) -> str:
    return "" if any(rule.startswith(UNREADABLE) for rule in sent.errors) else bundle_id


if __name__ == "__main__":
    write_samples(SAMPLES)
