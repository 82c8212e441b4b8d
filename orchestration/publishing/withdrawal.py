"""One withdrawal takes one release back: its data are gone, and in their place a signed record says when and why.

Where the latest release is withdrawn, `latest` stays on the withdrawal: a reader then finds no file and fails, which is safer
than to be moved back in time unasked, to rows that were corrected, withheld or struck from the agreement since.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from orchestration.durable import aside, locked, rename
from orchestration.publishing.home import RELEASE_ID, WITHDRAWING, finish_withdrawal, home_of, latest, settle
from orchestration.publishing.manifest import (
    WITHDRAWN,
    Manifest,
    Shape,
    Withdrawal,
    is_withdrawn,
    read_manifest,
    read_withdrawal,
    write_signed,
)
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.report import Words

CPR_LIKE = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
TEXT = Words(
    "Denne udgivelse er trukket tilbage. Brug den ikke, og slet det, der er hentet af den. Den næste erstatter den.",
    "This release is withdrawn. Do not use it, and delete what was taken from it. The next one replaces it.",
)


class WithdrawalError(ValueError):
    """A release can't be withdrawn as asked. Tells what and the remedy."""


@dataclass(frozen=True)
class Withdrawn:
    """What stands now. `is_new` is false where it was withdrawn before: the first reason stays."""

    directory: Path
    record: Withdrawal
    is_new: bool
    was_latest: bool


def withdraw(
    releases_dir: Path, recipient: str, release_id: str, reason: str, publisher: Publisher, *, now: datetime
) -> Withdrawn:
    """Withdraw one release. Safe to kill at any point, and to repeat. Raises WithdrawalError."""
    home = home_of(releases_dir, recipient)
    if home is None or not RELEASE_ID.fullmatch(release_id):
        raise WithdrawalError(f"There is no release {recipient} {release_id}. Remedy: see releases/index.html.")
    if not reason.strip() or CPR_LIKE.search(reason):
        raise WithdrawalError("Give a reason that everybody may read: some words, and no number like a CPR.")
    with locked(home):
        settle(home, publisher, now)
        place = home / release_id
        if not place.is_dir():
            raise WithdrawalError(f"There is no release {recipient} {release_id}. Remedy: see releases/index.html.")
        is_new = not is_withdrawn(place)
        if is_new:
            publisher.show_key(releases_dir, now)
            record = _record(read_manifest(place), recipient, release_id, reason.strip(), publisher, now)
            beside = aside(home, "withdrawal")
            beside.mkdir()
            write_signed(record, beside, WITHDRAWN, publisher.signer)
            tomb = home / f"{WITHDRAWING}{release_id}"
            rename(beside, tomb)
            finish_withdrawal(home, tomb, publisher, now)
        told = read_withdrawal(place)
        if told is None:
            raise WithdrawalError(f"{place / WITHDRAWN} can't be read. Remedy: put it back from a backup.")
        return Withdrawn(place, told, is_new, latest(releases_dir, recipient) == place.resolve())


def _record(
    told: Manifest | None, recipient: str, release_id: str, reason: str, publisher: Publisher, now: datetime
) -> Withdrawal:
    """Of a damaged release only its name is known: it is withdrawn all the same."""
    return Withdrawal(
        format="klgateway-withdrawal/1",
        recipient=recipient,
        release_id=release_id,
        status="withdrawn",
        withdrawn_at=now,
        reason=reason,
        text=TEXT,
        key_id=publisher.signer.key_id,
        supersedes=told.supersedes if told else None,
        agreement=told.agreement if told else None,
        content_digest=told.content_digest if told else None,
        audit=publisher.audit.head(),
        products=tuple(Shape(p.model, p.version, p.schema) for p in told.products) if told else (),
    )
