"""One outcome is what became of one candidate: released, unchanged, or refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from orchestration.publishing.manifest import Manifest
from orchestration.publishing.report import Refusal


@dataclass(frozen=True)
class Released:
    """A new release stands, and is the latest. `notes` name what was found damaged in the former one."""

    status: ClassVar = "released"
    directory: Path
    manifest: Manifest
    notes: tuple[str, ...] = ()
    pruned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """The latest release says the same: same content, same version of the agreement, same municipalities withheld."""

    status: ClassVar = "unchanged"
    directory: Path
    manifest: Manifest
    pruned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Nothing was released; `record` is the file in failed/ that says why."""

    status: ClassVar = "refused"
    record: Path
    refusals: tuple[Refusal, ...]


Outcome = Released | Unchanged | Refused
