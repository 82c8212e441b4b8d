"""One command is what a person does with releases at a terminal: verify, pull, release withdraw, audit verify.

Each answers in Danish with English beside it. Exit code: 0 good, 1 something is wrong and said, 2 not understood.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestration.publishing.report import Words

EXIT = "Exit code: 0 good, 1 something is wrong, 2 the command is not understood."
COMMANDS = ("verify", "pull", "release", "audit")


def describe(commands: Any) -> None:
    """Add these commands to a parser's subparsers."""
    verifying = commands.add_parser("verify", help="check a release: signature, hashes, rows, schema, page checksums")
    verifying.description = f"Check a release on disk; one line per fault. {EXIT}"
    verifying.add_argument("release", metavar="RELEASE", type=Path, help="its folder; `latest` will do")
    pulling = commands.add_parser("pull", help="bring the latest release of a recipient to a folder, verified")
    pulling.description = f"Copy the latest release, verify the copy, and put it into place whole. {EXIT}"
    pulling.add_argument("recipient", metavar="RECIPIENT")
    pulling.add_argument("--to", metavar="DIR", type=Path, required=True, help="becomes DIR/RECIPIENT/latest")
    for parser in (verifying, pulling):
        parser.add_argument("--key", metavar="PEM", type=Path, help="trust this public key only")
    releases = commands.add_parser("release", help="take a release back").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    withdrawing = releases.add_parser(
        "withdraw", help="take a release back", description=f"Put a signed notice. {EXIT}"
    )
    withdrawing.add_argument("recipient", metavar="RECIPIENT")
    withdrawing.add_argument("release", metavar="RELEASE")
    withdrawing.add_argument("--reason", required=True, metavar="TEXT", help="everybody may read it")
    audit = commands.add_parser("audit", help="check the audit log").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    audit.add_parser("verify", help="check the audit log", description=f"The chain, and the releases beside it. {EXIT}")


def run(chosen: argparse.Namespace) -> int:
    """Run one of these commands."""
    from orchestration.publishing.audit import AuditError
    from orchestration.publishing.signing import KeyFault

    try:
        if chosen.command == "verify":
            return _verify(chosen.release, chosen.key)
        if chosen.command == "pull":
            return _pull(chosen.recipient, chosen.to, chosen.key)
        if chosen.command == "release":
            return _withdraw(chosen.recipient, chosen.release, chosen.reason)
        return _audit()
    except (KeyFault, AuditError) as error:
        print(error, file=sys.stderr)  # noqa: T201  # the answer of the command
        return 2 if isinstance(error, KeyFault) else 1


def _verify(release: Path, key: Path | None) -> int:
    from orchestration.publishing.manifest import read_manifest
    from orchestration.publishing.signing import load_public
    from orchestration.publishing.verification import inspect, verify

    if not release.is_dir():
        print(f"{release} is no folder", file=sys.stderr)  # noqa: T201
        return 2
    place = release.resolve()
    faults = verify(place, load_public(key) if key else None)
    manifest = read_manifest(place)
    if manifest is not None:
        faults += inspect(place, manifest)
    _say(faults)
    if faults:
        return 1
    assert manifest is not None, "without a manifest there is a fault"
    rows, trust = sum(p.rows for p in manifest.products), key or "releases/keys"
    done = f"{len(manifest.products)} files, {rows} rows, key {manifest.key_id} ({trust})"
    print(f"{place.name}: i orden · in order ({done})")  # noqa: T201
    return 0


def _pull(recipient: str, to: Path, key: Path | None) -> int:
    from orchestration.publishing.pull import PullError, pull
    from orchestration.publishing.signing import load_public
    from orchestration.settings import settings

    try:
        pulled = pull(settings().releases_dir, recipient, to, load_public(key) if key else None)
    except PullError as error:
        _say(error.lines)
        return 1
    words = "hentet · pulled" if pulled.is_new else "allerede hentet · up to date"
    print(f"{pulled.directory.name}: {words}: {pulled.directory}")  # noqa: T201
    return 0


def _withdraw(recipient: str, release: str, reason: str) -> int:
    from datetime import UTC, datetime

    from orchestration.publishing.catalogue import write_catalogue
    from orchestration.publishing.here import publisher_here
    from orchestration.publishing.withdrawal import WithdrawalError, withdraw
    from orchestration.settings import settings

    now, publisher = datetime.now(UTC), publisher_here()
    try:
        done = withdraw(settings().releases_dir, recipient, release, reason, publisher, now=now)
    except WithdrawalError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    write_catalogue(settings().releases_dir, publisher.audit, now=now)
    words = "trukket tilbage · withdrawn" if done.is_new else "var allerede trukket tilbage · was withdrawn already"
    print(f"{recipient} {release}: {words}: {done.record.reason}")  # noqa: T201
    if done.was_latest:
        print("`latest` viser det · `latest` shows it. Næste udgivelse afløser den · The next release replaces it.")  # noqa: T201
    return 0


def _audit() -> int:
    from orchestration.publishing.audit import AuditLog
    from orchestration.publishing.audit_check import check_audit
    from orchestration.settings import settings

    count, faults = check_audit(AuditLog(settings().audit_dir), settings().releases_dir)
    _say(faults)
    if not faults:
        print(f"{count} linjer, i orden · {count} lines, in order")  # noqa: T201
    return 1 if faults else 0


def _say(faults: "Iterable[Words]") -> None:
    for fault in faults:
        print(f"{fault.da} · {fault.en}")  # noqa: T201
