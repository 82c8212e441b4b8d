"""One `Outcome` is what became of one submission after the door: by the files that the day's run left, and the manifests of releases."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from orchestration.conformance.verdict import Finding
from orchestration.intake.outcome_files import FINDINGS, SUBMISSIONS

MANIFEST = "manifest.json"


class Source(msgspec.Struct, frozen=True):
    """Up to which submission a release goes, by receipt."""

    last_submission_id: str | None
    last_received_on: date | None


class Product(msgspec.Struct, frozen=True):
    """A table of a release."""

    model: str


class Release(msgspec.Struct, frozen=True):
    """Of a manifest, what tells whether a submission is in the release; `municipalities` is code → model → rows."""

    recipient: str
    release_id: str
    created_at: datetime
    source_submissions: Source
    municipalities: dict[str, dict[str, int]]
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Since:
    """A finding over time about something in the report."""

    finding: Finding
    found_on: str


@dataclass(frozen=True)
class Outcome:
    """`run_at` is when the day was last loaded, None before; `facts` is table → rows; `releases` the first to each recipient."""

    run_at: str | None = None
    submission: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    told: tuple[Finding, ...] = ()
    since: tuple[Since, ...] = ()
    releases: tuple[Release, ...] = ()


class Outcomes:
    """Reads what lies there now; nothing is kept but manifests, which never change. A release that was withdrawn has none."""

    def __init__(self, status_dir: Path, releases_dir: Path) -> None:
        self._status, self._releases = status_dir, releases_dir
        self._manifests: dict[Path, Release | None] = {}

    def find(self, submission_id: str, day: str) -> Outcome:
        """What became of a submission that was received on a day."""
        rows = self._ask(
            day, f"select {', '.join(SUBMISSIONS)} from submissions where submission_id = ?", submission_id
        )
        if not rows:
            return Outcome()
        ((_, run_at),) = self._ask(day, "select day, at from run")
        submission = dict(zip(SUBMISSIONS, rows[0], strict=True))
        facts = dict(self._ask(day, "select model, rows from facts where submission_id = ? order by 1", submission_id))
        told = self._ask(day, f"select {TOLD} from told where submission_id = ? order by number", submission_id)
        since = self._ask(
            FINDINGS.removesuffix(".sqlite"), f"select {SINCE} from findings where submission_id = ?", submission_id
        )
        return Outcome(
            run_at,
            submission,
            facts,
            tuple(Finding(*row) for row in told),
            tuple(
                Since(Finding(row[0], row[1], "", row[2] or "", row[3] or "", row[4] or "", 1), row[5]) for row in since
            ),
            tuple(self._released(submission, set(facts))),
        )

    def files_of(self, municipality_code: str, day: str, most: int) -> list[dict[str, Any]]:
        """What came through the drop folder on a day, newest first, once the day's run has judged it."""
        query = (
            f"select {', '.join(SUBMISSIONS)} from submissions where municipality_code = ? and door = 'file' "
            "order by receipt_sequence desc limit ?"
        )
        return [dict(zip(SUBMISSIONS, row, strict=True)) for row in self._ask(day, query, municipality_code, most)]

    def _ask(self, name: str, query: str, *values: object) -> list[tuple[Any, ...]]:
        path = self._status / f"{name}.sqlite"
        if not path.is_file():
            return []
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def _released(self, submission: dict[str, Any], models: set[str]) -> Iterator[Release]:
        """For each recipient, the first release that goes as far as the submission and holds tables that have rows of it."""
        first: dict[str, Release] = {}
        for release in self._all():
            rows = release.municipalities.get(submission["municipality_code"] or "", {})
            if not any(product.model in models and rows.get(product.model) for product in release.products):
                continue
            known = first.get(release.recipient)
            if (known is None or release.created_at < known.created_at) and self._goes_to(release, submission):
                first[release.recipient] = release
        yield from (first[name] for name in sorted(first))

    def _goes_to(self, release: Release, submission: dict[str, Any]) -> bool:
        last = release.source_submissions
        if last.last_submission_id is None or last.last_received_on is None:
            return False
        query = "select receipt_sequence from submissions where submission_id = ?"
        found = self._ask(last.last_received_on.isoformat(), query, last.last_submission_id)
        return bool(found) and int(submission["receipt_sequence"]) <= int(found[0][0])

    def _all(self) -> Iterator[Release]:
        for path in chain(self._releases.glob(f"*/*/{MANIFEST}"), self._releases.glob(f"municipality/*/*/{MANIFEST}")):
            if path.parent.is_symlink() or path.parent.name.startswith("."):
                continue
            if path not in self._manifests:
                self._manifests[path] = _read(path)
            if (release := self._manifests[path]) is not None:
                yield release


TOLD = "rule_id, severity, profile, expression, resource_type, resource_id, occurrences"
SINCE = "rule_id, severity, expression, resource_type, resource_id, found_on"


def _read(path: Path) -> Release | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Release)
    except (OSError, msgspec.MsgspecError):
        return None
