"""One pruning removes one release that its agreement no longer keeps. Never the latest; a withdrawal stays a year at least."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.durable import rename
from orchestration.publishing.home import LATEST, PRUNING, finish_pruning, releases_in
from orchestration.publishing.manifest import is_withdrawn, read_withdrawal
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.terms import Retention

WITHDRAWAL_DAYS = 365
"""A recipient that reads once a year must still find that what it holds was withdrawn (2026-11-26)."""


def prune(home: Path, retention: Retention, publisher: Publisher, now: datetime) -> list[str]:
    """Remove what is neither among the newest nor young enough; returns the ids. The caller holds the lock of the home."""
    removed = []
    for path in outdated(home, retention, now):
        doomed = home / f"{PRUNING}{path.name}"
        rename(path, doomed)
        finish_pruning(home, doomed, publisher, now)
        removed.append(path.name)
    return removed


def outdated(home: Path, retention: Retention, now: datetime) -> list[Path]:
    """The releases and withdrawals that may go, oldest first."""
    link = home / LATEST
    current = link.readlink().name if link.is_symlink() else None
    found = releases_in(home)
    newest = [path.name for path in found if not is_withdrawn(path)][-retention.releases :]
    return [
        path
        for path in found
        if path.name != current and path.name not in newest and _keep_until(path, retention.days) < now
    ]


def _keep_until(path: Path, days: int) -> datetime:
    if is_withdrawn(path):
        told = read_withdrawal(path)
        return (
            told.withdrawn_at + timedelta(days=max(days, WITHDRAWAL_DAYS)) if told else datetime.max.replace(tzinfo=UTC)
        )
    made = datetime.strptime(path.name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return made + timedelta(days=days)
