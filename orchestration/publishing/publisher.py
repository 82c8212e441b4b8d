"""One publisher is who releases now: with which key, writing to which log, with which software and which dbt project."""

import os
import pwd
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.publishing.audit import Actor, AuditLog, Entry, Event
from orchestration.publishing.signing import Signer


@dataclass(frozen=True)
class Publisher:
    """What every release, withdrawal and pruning needs beside its own subject.

    `dbt_manifest_sha256` is of the dbt project that made the facts (`dbt_manifest.project_sha256`); None where nothing is
    made of facts, as in a withdrawal.
    """

    signer: Signer
    audit: AuditLog
    actor: Actor
    software_version: str
    dbt_manifest_sha256: str | None = None

    def record(self, event: Event, recipient: str | None, at: datetime, /, **details: Any) -> Entry:
        """Write one line of the audit log, in this publisher's name."""
        return self.audit.append(event, recipient, details, at=at, actor=self.actor)

    def show_key(self, releases_dir: Path, at: datetime) -> None:
        """Put the public key beside the releases, where it is not there yet, and say so in the log before."""
        if not self.signer.is_shown(releases_dir):
            self.record("key", None, at, key_id=self.signer.key_id)
            self.signer.show(releases_dir)


def this_user() -> str:
    """The user of the operating system whose process this is, as the system knows it (no variable can change that)."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
