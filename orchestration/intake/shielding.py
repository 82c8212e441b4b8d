"""One shielded text is a text of a sender's (an id, a title, a file's name) in which nothing can be a CPR number any more.

A CPR number is in the archive, in `raw.citizen.cpr` and in what is made of it for those who may have it. A sender that writes it
elsewhere (an id made from it, a title, the name of a file) gets it no further than the archive: the text is replaced whole by a
keyed one, the same for the same text, so that what points at it still does.
"""

import hashlib
import hmac
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from orchestration.conformance.primitives import UUID
from orchestration.conformance.tables import Column, tables
from orchestration.conformance.verdict import Row

if TYPE_CHECKING:
    from orchestration.intake.judging import Submission

CPR_LIKE = re.compile(r"\d{6}-?\d{4}")
"""What could be a CPR number in a name that is only shown."""
POSSIBLE_CPR = re.compile(r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])(?:0[1-9]|1[0-2])\d\d-?\d{4}")
"""A day (with 60 added: a replacement number), a month, six digits: wherever it stands in the text."""
RANDOM = re.compile(r"[0-9a-f]{32}")
UNTOUCHED = frozenset({"cpr", "sor_code", "content_hash"})
"""Columns that are not the sender's wording, or that are where the number belongs."""
MASK = "masked-"
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def shown(text: str) -> str:
    """A name with digits in place of which nothing can be read; for lists and receipts."""
    return CPR_LIKE.sub("##########", text)


def may_hold_cpr(text: str) -> bool:
    """Whether a text could hold a CPR number; a random uuid is none, in whichever way it is written."""
    if UUID.fullmatch(text) or RANDOM.fullmatch(text):
        return False
    return POSSIBLE_CPR.search(UUID.sub("", text)) is not None


def masked(text: str, secret: str) -> str:
    """The text itself, or what stands for it: `masked-` and 32 letters (a keyed hash)."""
    if not may_hold_cpr(text):
        return text
    digest = hmac.new(secret.encode(), f"text|{text}".encode(), hashlib.sha256).hexdigest()[:32]
    return MASK + digest.translate(LETTERS)


def shield(submission: "Submission", secret: str) -> "Submission":
    """Mask the submission's Bundle id, the ids in its findings and the texts of its citizens, before anything is compared or
    written. Its other rows are masked when they are laid out: `shielded_tables.py`."""
    verdict = submission.verdict
    bundle_id = verdict.bundle_id and masked(verdict.bundle_id, secret)
    citizens = [_row(row, _places(), secret) for row in verdict.rows.get("citizen", ())]
    rows = verdict.rows | {"citizen": citizens} if citizens else verdict.rows
    submission.verdict = msgspec.structs.replace(verdict, bundle_id=bundle_id, rows=rows)
    submission.findings = [
        msgspec.structs.replace(f, resource_id=masked(f.resource_id, secret)) if may_hold_cpr(f.resource_id) else f
        for f in submission.findings
    ]
    return submission


def is_wording(column: Column) -> bool:
    """Whether it holds the sender's own texts."""
    return column.type.startswith("VARCHAR") and column.name not in UNTOUCHED


@cache
def _places() -> tuple[int, ...]:
    """Where the sender's texts stand in a row of a citizen."""
    return tuple(i for i, c in enumerate(tables()["citizen"].columns) if is_wording(c))


def _row(row: Row, places: tuple[int, ...], secret: str) -> Row:
    changed: dict[int, Any] = {}
    for place in places:
        value = row[place]
        if type(value) is str:
            if may_hold_cpr(value):
                changed[place] = masked(value, secret)
        elif value and any(map(may_hold_cpr, value)):
            changed[place] = [masked(text, secret) for text in value]
    return tuple(changed.get(place, value) for place, value in enumerate(row)) if changed else row
