"""One fault is one place where the audit log was changed after it was written, or does not agree with the releases.

The chain finds a line that was changed, removed or moved. Whoever writes the whole rest anew, or cuts it off, is found by the
releases: each signed manifest and withdrawal names the line that was the last one before it, and has a line of its own.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.publishing.audit import LOG, NOTHING, AuditLog, Entry, Head, line_hash, parse
from orchestration.publishing.home import FAILED, PRUNING, homes_in, releases_in
from orchestration.publishing.manifest import (
    MANIFEST,
    WITHDRAWN,
    Manifest,
    Withdrawal,
    is_withdrawn,
    read_manifest,
    read_withdrawal,
)
from orchestration.publishing.report import Words
from orchestration.publishing.verification import signature_faults


@dataclass
class Seen:
    """What the log says: the hash of each line by its number, and the releases by what was done with them."""

    hashes: dict[int, str] = field(default_factory=lambda: {0: NOTHING})
    releases: dict[str, dict[str, Entry]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    faults: list[Words] = field(default_factory=list)

    def fault(self, da: str, en: str) -> None:
        """Add one."""
        self.faults.append(Words(da, en))


def check_audit(log: AuditLog, releases_dir: Path) -> tuple[int, tuple[Words, ...]]:
    """How many lines the log has, and everything that is wrong with it."""
    seen = Seen()
    count = _chain(log, seen)
    for home in homes_in(releases_dir):
        for place in releases_in(home):
            _anchored(place, place.relative_to(releases_dir).as_posix(), seen)
        for record in sorted((home / FAILED).glob("*.json")):
            if record.name not in seen.refused:
                seen.fault(
                    f"Afslaget {home.name}/{FAILED}/{record.name} har ingen linje i loggen",
                    f"The refusal {home.name}/{FAILED}/{record.name} has no line in the log",
                )
    _gone(releases_dir, seen)
    return count, tuple(seen.faults)


def _chain(log: AuditLog, seen: Seen) -> int:
    expected, previous, count = 1, NOTHING, 0
    lines = list(log.lines())
    if lines and not log.path.read_bytes().endswith(b"\n"):
        number = len(lines)
        lines.pop()
        seen.fault(
            f"{LOG}, linje {number}, er afbrudt midt i (en proces blev standset); den næste linje retter det",
            f"{LOG}, line {number}, breaks off (a process was killed); the next line mends it",
        )
    for number, line in enumerate(lines, 1):
        count += 1
        entry = parse(line)
        if entry is None:
            seen.fault(f"{LOG}, linje {number}, kan ikke læses", f"{LOG}, line {number}, can't be read")
            expected, previous = expected + 1, ""
            continue
        if entry.hash != line_hash(line):
            seen.fault(f"{LOG}, linje {number}, er ændret", f"{LOG}, line {number}, was changed")
        elif entry.sequence != expected:
            what = (number, entry.sequence, expected)
            da = "{} linje {}: her står nr. {}, hvor nr. {} skulle stå (fjernet eller flyttet)"
            en = "{} line {}: number {} stands here, where number {} should (removed or moved)"
            seen.fault(da.format(LOG, *what), en.format(LOG, *what))
        elif previous and entry.previous != previous:
            da = f"{LOG}, linje {number}, fortsætter ikke den linje, der står før den"
            seen.fault(da, f"{LOG}, line {number}, does not continue the line before it")
        expected, previous = entry.sequence + 1, entry.hash
        _remember(entry, seen)
    return count


def _remember(entry: Entry, seen: Seen) -> None:
    seen.hashes[entry.sequence] = entry.hash
    told = entry.details
    if entry.event == "key":
        seen.keys.add(str(told.get("key_id")))
    elif entry.event == "refused":
        seen.refused.add(str(told.get("record")))
    elif release_id := told.get("release_id"):
        seen.releases.setdefault(f"{entry.recipient}/{release_id}", {})[entry.event] = entry


def _anchored(place: Path, name_in_log: str, seen: Seen) -> None:
    """A release or withdrawal on disk against the log. One that can't be read is for `klgateway verify` to tell of."""
    has_notice = is_withdrawn(place)
    name = WITHDRAWN if has_notice else MANIFEST
    told: Manifest | Withdrawal | None = read_withdrawal(place) if has_notice else read_manifest(place)
    if told is None or signature_faults(place, name, told.key_id, None):
        seen.fault(f"{place.name}: {name} er ikke gyldigt underskrevet", f"{place.name}: {name} has no valid signature")
        return
    if told.key_id not in seen.keys:
        da = f"{place.name}: nøglen {told.key_id} står ikke i loggen"
        seen.fault(da, f"{place.name}: the key {told.key_id} is not in the log")
    _reaches(place.name, told.audit, seen)
    lines = seen.releases.get(name_in_log, {})
    wanted = "withdrawn" if has_notice else "released"
    if wanted not in lines:
        seen.fault(f"{place.name} har ingen linje i loggen", f"{place.name} has no line ({wanted}) in the log")
    elif not has_notice:
        digest = hashlib.sha256((place / MANIFEST).read_bytes()).hexdigest()
        if lines["released"].details.get("manifest_sha256") != digest:
            da = f"{place.name} er ikke den udgivelse, som loggen fortæller om"
            seen.fault(da, f"{place.name} is not the release that the log tells of")


def _reaches(name: str, head: Head, seen: Seen) -> None:
    """Whether the log still has the line that a signed record says was the last one."""
    if seen.hashes.get(head.sequence) != head.hash:
        da = f"{name} kender linje {head.sequence} i loggen: den mangler nu eller er en anden (afkortet eller skrevet om)"
        en = f"{name} knows line {head.sequence} of the log: it is gone now or another (cut off or written anew)"
        seen.fault(da, en)


def _gone(releases_dir: Path, seen: Seen) -> None:
    """What the log says was released or withdrawn, and nobody pruned, must be there."""
    for name, lines in seen.releases.items():
        place = releases_dir / name
        is_there = place.is_dir() or place.with_name(f"{PRUNING}{place.name}").is_dir()
        if "pruned" not in lines and "abandoned" not in lines and not is_there:
            seen.fault(f"{name} er væk, uden at loggen siger hvorfor", f"{name} is gone, and the log does not say why")
        elif "withdrawn" in lines and is_there and not is_withdrawn(place) and "pruned" not in lines:
            da = f"{name} er trukket tilbage ifølge loggen, men står der stadig"
            seen.fault(da, f"{name} is withdrawn by the log, and still stands")
