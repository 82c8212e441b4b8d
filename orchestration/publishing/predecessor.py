"""One predecessor is the release that the next one follows: whole, damaged, unreadable or withdrawn; or none."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.publishing.home import releases_in
from orchestration.publishing.manifest import (
    MANIFEST,
    Manifest,
    Shape,
    is_withdrawn,
    read_manifest,
    read_withdrawal,
)
from orchestration.publishing.report import Refusal, Words
from orchestration.publishing.verification import signature_faults, verify


@dataclass(frozen=True)
class Predecessor:
    """`manifest` only where the release is whole; `shapes` also where only its data are damaged, or it was withdrawn.

    `damage` names what was found, one line each.
    """

    release_id: str | None
    directory: Path | None = None
    manifest: Manifest | None = None
    shapes: tuple[Shape, ...] = ()
    agreement_version: int = 0
    damage: tuple[str, ...] = ()


def read_predecessor(home: Path, release_id: str | None) -> Predecessor:
    """The release of this id. An unreadable one is followed too: it is named, and stops nobody."""
    if release_id is None:
        return Predecessor(None)
    directory = home / release_id
    if is_withdrawn(directory):
        told = read_withdrawal(directory)
        version = told.agreement.version if told and told.agreement else 0
        return Predecessor(release_id, directory, shapes=told.products if told else (), agreement_version=version)
    faults = verify(directory)
    manifest = read_manifest(directory)
    if manifest is None or signature_faults(directory, MANIFEST, manifest.key_id, None):
        return Predecessor(release_id, directory, damage=_named(release_id, faults))
    shapes = tuple(Shape(p.model, p.version, p.schema) for p in manifest.products)
    whole = None if faults else manifest
    return Predecessor(release_id, directory, whole, shapes, manifest.agreement.version, _named(release_id, faults))


def withdrawn_before(home: Path, manifest: Manifest) -> tuple[Refusal, ...]:
    """A refusal where just this, under this version of the agreement, was released before and withdrawn.

    Otherwise the next scheduled run would hand out again what somebody took back.
    """
    for path in releases_in(home):
        told = read_withdrawal(path)
        if not told or told.content_digest != manifest.content_digest or not told.agreement:
            continue
        if told.agreement.version == manifest.agreement.version:
            da = f"Det samme indhold er trukket tilbage ({path.name}): {told.reason}. Ret årsagen, eller hæv aftalens version."
            en = f"The same content was withdrawn ({path.name}): {told.reason}. Mend the cause, or raise the agreement's version."
            return (Refusal("release.withdrawn", Words(da, en)),)
    return ()


def _named(release_id: str, faults: tuple[Words, ...]) -> tuple[str, ...]:
    return tuple(f"{release_id}: {fault.en}" for fault in faults)
