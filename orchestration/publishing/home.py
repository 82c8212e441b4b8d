"""One home is the folder of one recipient: its releases, `latest`, and what a killed run left, which `settle` brings to an end.

Names that begin with a dot are nobody's to read: `.aside-*` is being made, `.withdrawing-<id>` and `.pruning-<id>` are decided
and must be finished. Every function here is called while holding the lock of the home.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from orchestration.durable import ASIDE, aside, point, rename, sweep
from orchestration.publishing.manifest import MANIFEST, is_withdrawn, read_manifest, read_place, read_withdrawal
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.signing import KEYS
from orchestration.publishing.verification import verify

LATEST, FAILED = "latest", "failed"
WITHDRAWING, PRUNING = ".withdrawing-", ".pruning-"
RECIPIENT = re.compile(r"[a-z][a-z0-9_]*(/[0-9]{4})?")
RELEASE_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


def home_of(releases_dir: Path, recipient: str) -> Path | None:
    """The folder of a recipient that somebody typed; None for what is no recipient's name, or has no folder."""
    home = releases_dir / recipient
    return home if RECIPIENT.fullmatch(recipient) and home.is_dir() else None


def latest(releases_dir: Path, recipient: str) -> Path | None:
    """The folder of the latest release: resolve it once, then read all its files from there. It may be a withdrawal."""
    link = releases_dir / recipient / LATEST
    return link.resolve() if link.is_symlink() and link.exists() else None


def releases_in(home: Path) -> list[Path]:
    """The folders of the releases and withdrawals of a recipient, oldest first."""
    return sorted(path for path in home.iterdir() if RELEASE_ID.fullmatch(path.name) and path.is_dir())


def homes_in(releases_dir: Path) -> Iterator[Path]:
    """The home of every recipient, also where recipients have folders within one (municipality/0461)."""
    for path in sorted(releases_dir.iterdir()) if releases_dir.is_dir() else ():
        is_named = re.fullmatch(r"[a-z][a-z0-9_]*|[0-9]{4}", path.name) and path.name not in (FAILED, KEYS)
        if is_named and path.is_dir() and not path.is_symlink():
            yield path
            yield from homes_in(path)


def settle(home: Path, publisher: Publisher, now: datetime) -> str | None:
    """Finish what a killed run began, or undo it; say what became of it in the log. Returns the id of the latest release."""
    for tomb in sorted(home.glob(f"{WITHDRAWING}*")):
        is_logged = _logged(publisher, "withdrawn", tomb.name.removeprefix(WITHDRAWING))
        finish_withdrawal(home, tomb, publisher, now, is_logged=is_logged, late=True)
    for doomed in sorted(home.glob(f"{PRUNING}*")):
        is_logged = _logged(publisher, "pruned", doomed.name.removeprefix(PRUNING))
        finish_pruning(home, doomed, publisher, now, is_logged=is_logged)
    for left in sorted(home.glob(f"{ASIDE}*-release")):
        told = read_manifest(left)
        if (
            told
            and _logged(publisher, "released", told.release_id)
            and not _logged(publisher, "abandoned", told.release_id)
        ):
            publisher.record("abandoned", told.recipient, now, release_id=told.release_id)
    sweep(home)
    return _finish_interrupted(home)


def finish_withdrawal(
    home: Path, tomb: Path, publisher: Publisher, now: datetime, *, is_logged: bool = False, late: bool = False
) -> None:
    """Put a withdrawal, which is whole and signed, in the place of its release. Its files are gone in one step.

    `late`: another run than the one that decided it writes the line in the log.
    """
    release_id = tomb.name.removeprefix(WITHDRAWING)
    told = read_withdrawal(tomb)
    if told is None:
        raise RuntimeError(f"{tomb} can't be read. Remedy: remove it, and withdraw {release_id} again.")
    if not is_logged:
        publisher.record("withdrawn", told.recipient, now, release_id=release_id, reason=told.reason, late=late)
    place = home / release_id
    if place.exists():
        rename(place, aside(home, "withdrawn"))
    rename(tomb, place)
    sweep(home)


def finish_pruning(home: Path, doomed: Path, publisher: Publisher, now: datetime, *, is_logged: bool = False) -> None:
    """Remove what `retention` took out of sight, after the log has it."""
    release_id = doomed.name.removeprefix(PRUNING)
    if not is_logged:
        was = "withdrawn" if is_withdrawn(doomed) else "released"
        publisher.record("pruned", recipient_of(home, doomed), now, release_id=release_id, was=was)
    shutil.rmtree(doomed, ignore_errors=True)  # what can't be removed is out of sight, and tried again by the next run


def recipient_of(home: Path, release_dir: Path) -> str:
    """The recipient that a release names, or that its folder is called after where it says nothing."""
    told = read_manifest(release_dir) or read_withdrawal(release_dir)
    return told.recipient if told else home.name


def _logged(publisher: Publisher, event: str, release_id: str) -> bool:
    """Whether the log has it; reads the whole log, which only a killed run makes necessary."""
    return any(e.event == event for e in publisher.audit.entries(release_id))


def _finish_interrupted(home: Path) -> str | None:
    """Point `latest` to a release that was put in place just before its run was killed. Returns the latest's id."""
    link = home / LATEST
    current = link.readlink().name if link.is_symlink() else None
    followers: dict[str | None, list[str]] = {}
    for path in releases_in(home):
        if place := read_place(path):
            followers.setdefault(place.supersedes, []).append(path.name)
    while whole := [name for name in followers.pop(current, []) if _may_be_latest(home / name)]:
        current = whole[-1]
        point(link, current)
    return current


def _may_be_latest(release_dir: Path) -> bool:
    return (release_dir / MANIFEST).exists() and not verify(release_dir)
