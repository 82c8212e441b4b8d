"""One line of `quarantine/listing.csv` is one thing that arrived without a sender who could be told, or can't be taken in."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from orchestration.conformance.rules import rule
from orchestration.durable import write_whole
from orchestration.intake.drop import LeftInDrop
from orchestration.intake.landing import Arrival, arrivals, received_days
from orchestration.intake.senders import Sender
from orchestration.intake.shielding import shown

COLUMNS = ("received_at", "place", "rule_id", "bytes", "kept_as", "message_da", "message_en", "remedy_en")


def write_listing(
    quarantine_dir: Path, landing_dir: Path, left: Iterable[LeftInDrop], senders: dict[str, Sender]
) -> int:
    """List every arrival of an unknown sender (its bytes are kept in landing) and everything left in the drop folder.

    The listing is made anew each time from the journal and the drop folder. Returns its number of lines.
    """
    lines: list[tuple[object, ...]] = []
    for day in received_days(landing_dir):
        lines += [_arrived(a) for a in arrivals(landing_dir, day) if a.folder not in senders]
    for thing in left:
        lines.append(("", shown(thing.place), thing.rule_id, "", "left where it lies", *_texts(thing.rule_id)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    write_whole(quarantine_dir / "listing.csv", text.getvalue().encode())
    return len(lines)


def _arrived(arrival: Arrival) -> tuple[object, ...]:
    place = f"{arrival.folder}/{arrival.file_name}" if arrival.folder else arrival.file_name
    kept = f"objects/{arrival.content_sha256[:2]}/{arrival.content_sha256}"
    when = arrival.received_at.isoformat()
    return (when, place, "sender.unknown", arrival.content_bytes, kept, *_texts("sender.unknown"))


def _texts(rule_id: str) -> tuple[str, str, str]:
    record = rule(rule_id)
    return record.message_da, record.message_en, record.remedy_en
