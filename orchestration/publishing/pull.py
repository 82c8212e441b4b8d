"""One pull brings the latest release of one recipient to the reader's own folder: whole, verified, or not at all."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestration.durable import aside, locked, point, rename, sweep, sync, write_whole
from orchestration.publishing.home import LATEST, home_of, latest
from orchestration.publishing.manifest import MANIFEST, is_withdrawn, read_manifest, read_withdrawal
from orchestration.publishing.report import Words
from orchestration.publishing.signing import KEYS, find_public, id_of, pem_of
from orchestration.publishing.verification import verify

TRIES = 3
"""`latest` may move, and an old release be pruned, while it is copied."""


class PullError(RuntimeError):
    """Nothing new was put in place; what was there stays. `lines` say why, one each."""

    def __init__(self, *lines: Words) -> None:
        super().__init__("; ".join(line.en for line in lines))
        self.lines = lines


@dataclass(frozen=True)
class Pulled:
    """Where the release lies now; `is_new` is false where it lay there already, whole."""

    directory: Path
    is_new: bool


def pull(releases_dir: Path, recipient: str, to: Path, key: Ed25519PublicKey | None = None) -> Pulled:
    """Copy `latest` to `to/<recipient>/<release>`, verify the copy, rename it into place, point `to/<recipient>/latest` at it.

    `key` is the only one to trust; without it, those published beside the releases are. Raises PullError.
    """
    if home_of(releases_dir, recipient) is None:
        raise PullError(Words(f"Der er intet til {recipient} her", f"There is nothing for {recipient} here"))
    home = to / recipient
    with locked(home):
        sweep(home)
        for _ in range(TRIES):
            source = latest(releases_dir, recipient)
            if source is None:
                raise PullError(
                    Words(f"Der er ingen udgivelse til {recipient}", f"There is no release for {recipient}")
                )
            if is_withdrawn(source):
                raise PullError(_withdrawn(source, home))
            target = home / source.name
            try:
                trusted = key or _published(source)
                if target.is_dir() and not verify(target, trusted):
                    point(home / LATEST, target.name)
                    return Pulled(target, is_new=False)
                _bring(source, target, recipient, trusted)
            except (FileNotFoundError, shutil.Error):
                continue
            return Pulled(target, is_new=True)
    da = f"Udgivelsen til {recipient} kunne ikke kopieres, eller den flyttede sig: se efter plads, og prøv igen"
    raise PullError(
        Words(da, f"The release for {recipient} could not be copied, or it moved: see to room, and try again")
    )


def _bring(source: Path, target: Path, recipient: str, key: Ed25519PublicKey) -> None:
    beside = aside(target.parent, "pull")
    copy = beside / source.name
    try:
        shutil.copytree(source, copy)
        faults = verify(copy, key)
        manifest = read_manifest(copy)
        if faults or manifest is None:
            raise PullError(*faults)
        if manifest.recipient != recipient:
            da = f"{source.name} er udstedt til {manifest.recipient}, ikke til {recipient}"
            raise PullError(Words(da, f"{source.name} was issued to {manifest.recipient}, not to {recipient}"))
        for path in (*copy.iterdir(), copy):
            sync(path)
        if target.exists():
            rename(target, aside(target.parent, "damaged"))
        _keep_key(key, target, recipient)
        copy.rename(target)
        sync(target.parent)
        point(target.parent / LATEST, target.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        sweep(target.parent)


def _keep_key(key: Ed25519PublicKey, target: Path, recipient: str) -> None:
    """Keep the key beside the copies, so that `klgateway verify` finds it there."""
    to = target.parents[len(Path(recipient).parts)]
    path = to / KEYS / f"{id_of(key)}.pub"
    if not path.is_file():
        write_whole(path, pem_of(key))


def _published(source: Path) -> Ed25519PublicKey:
    """The key that the source's manifest names, where it is published beside the releases."""
    manifest = read_manifest(source)
    if manifest is None and not (source / MANIFEST).exists():
        raise FileNotFoundError(source)  # withdrawn or pruned since it was the latest
    key = find_public(source, manifest.key_id) if manifest else None
    if key is None:
        da = f"{source.name}: nøglen, som manifestet er underskrevet med, er ikke offentliggjort"
        raise PullError(Words(da, f"{source.name}: the key that signed the manifest is not published"))
    return key


def _withdrawn(source: Path, home: Path) -> Words:
    told = read_withdrawal(source)
    reason = f": {told.reason}" if told else ""
    held = (home / source.name).is_dir()
    da, en = f"{source.name} er trukket tilbage{reason}", f"{source.name} is withdrawn{reason}"
    if held:
        da, en = f"{da}. Brug ikke den, der er hentet, og slet den", f"{en}. Do not use the one you hold, and delete it"
    return Words(da, en)
