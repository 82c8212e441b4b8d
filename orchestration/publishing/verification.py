"""One fault is one thing that is wrong with a release on disk: its signature, its place, a file, a page. Never a value."""

import gzip
import zlib
from pathlib import Path

import duckdb
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestration.publishing import parquet
from orchestration.publishing.manifest import (
    MANIFEST,
    WITHDRAWN,
    Manifest,
    is_withdrawn,
    read_manifest,
    read_withdrawal,
)
from orchestration.publishing.released import ReleasedProduct
from orchestration.publishing.report import Words
from orchestration.publishing.signing import SIGNATURE, KeyFault, find_public, id_of, is_signed
from orchestration.warehouse import connect

Faults = tuple[Words, ...]
IN_MEMORY = Path(":memory:")


def verify(release_dir: Path, key: Ed25519PublicKey | None = None) -> Faults:
    """What is wrong with a release: signature, place, hashes, files; empty when it is whole and unchanged.

    `key` is the only one to trust; without it, the keys published above the release are. A withdrawn release is at fault.
    """
    if is_withdrawn(release_dir):
        return _withdrawn(release_dir, key)
    manifest = read_manifest(release_dir)
    if manifest is None:
        return (Words(f"{MANIFEST} mangler eller kan ikke læses", f"{MANIFEST} is missing or can't be read"),)
    faults = signature_faults(release_dir, MANIFEST, manifest.key_id, key)
    faults += _place(release_dir, manifest.recipient, manifest.release_id, MANIFEST)
    for name, (size, digest) in manifest.files.items():
        faults += _file(release_dir / name, size, digest)
    return tuple(faults + _strays(release_dir, manifest) + _disagreement(manifest))


def inspect(release_dir: Path, manifest: Manifest) -> Faults:
    """What the files say themselves: rows, schema, row groups, each page's checksum. Reads everything."""
    faults = []
    for product in manifest.products:
        path = release_dir / product.file
        if not path.is_file():
            continue  # `verify` names it
        try:
            faults += _parquet(path, product)
        except (OSError, duckdb.Error) as error:  # its text could quote data
            faults.append(_unreadable(path, error))
    if manifest.reports and (path := release_dir / manifest.reports.file).is_file():
        try:
            faults += _ndjson(path, manifest.reports.deliveries)
        except (OSError, EOFError, zlib.error) as error:
            faults.append(_unreadable(path, error))
    return tuple(faults)


def signature_faults(folder: Path, name: str, key_id: str, key: Ed25519PublicKey | None) -> list[Words]:
    """What is wrong with the signature of a record (manifest.json, withdrawn.json) in a folder."""
    try:
        data, signature = (folder / name).read_bytes(), (folder / f"{name}{SIGNATURE}").read_bytes()
    except OSError:
        return [
            Words(f"{name}{SIGNATURE} mangler eller kan ikke læses", f"{name}{SIGNATURE} is missing or can't be read")
        ]
    if key is not None and id_of(key) != key_id:
        da = f"{name} er underskrevet med nøglen {key_id}, ikke med den nøgle, der stoles på ({id_of(key)})"
        return [Words(da, f"{name} is signed with key {key_id}, not with the one that is trusted ({id_of(key)})")]
    try:
        trusted = key or find_public(folder, key_id)
    except KeyFault:
        trusted = None
    if trusted is None:
        da = f"{name} er underskrevet med nøglen {key_id}, som ikke er offentliggjort her"
        return [Words(da, f"{name} is signed with key {key_id}, which is not published here")]
    if not is_signed(data, signature, trusted):
        return [Words(f"{name} er ikke den, der blev underskrevet", f"{name} is not the one that was signed")]
    return []


def _withdrawn(release_dir: Path, key: Ed25519PublicKey | None) -> Faults:
    told = read_withdrawal(release_dir)
    if told is None:
        return (Words(f"{WITHDRAWN} kan ikke læses", f"{WITHDRAWN} can't be read"),)
    day = told.withdrawn_at.date()
    faults = [
        Words(f"trukket tilbage {day}: {told.reason}. Brug den ikke", f"withdrawn {day}: {told.reason}. Do not use it")
    ]
    faults += signature_faults(release_dir, WITHDRAWN, told.key_id, key)
    return tuple(faults + _place(release_dir, told.recipient, told.release_id, WITHDRAWN))


def _place(release_dir: Path, recipient: str, release_id: str, name: str) -> list[Words]:
    """Whether a record lies where it says that it does: a whole and signed one of another release is none of this one."""
    faults = []
    if release_id != release_dir.name:
        da = f"{name} hører til {release_id}, ikke til {release_dir.name}"
        faults.append(Words(da, f"{name} is that of {release_id}, not of {release_dir.name}"))
    home = release_dir.parent
    wanted = tuple(recipient.split("/"))
    if (home / "latest").is_symlink() and home.parts[-len(wanted) :] != wanted:
        da = f"{name} er udstedt til {recipient}, ikke til {home.name}"
        faults.append(Words(da, f"{name} was issued to {recipient}, not to {home.name}"))
    return faults


def _file(path: Path, told_size: int, told_digest: str) -> list[Words]:
    name = path.name
    if path.is_symlink() or not path.is_file():
        return [Words(f"{name} mangler", f"{name} is missing")]
    try:
        size, digest = path.stat().st_size, parquet.sha256(path)
    except OSError as error:
        return [_unreadable(path, error)]
    if size != told_size:
        da = f"{name} har {size} bytes, manifestet siger {told_size}"
        return [Words(da, f"{name} has {size} bytes, the manifest says {told_size}")]
    if digest != told_digest:
        da = f"{name} har et andet indhold, end manifestet siger (SHA-256)"
        return [Words(da, f"{name} has other content than the manifest says (SHA-256)")]
    return []


def _unreadable(path: Path, error: Exception) -> Words:
    fault = type(error).__name__
    return Words(f"{path.name} kan ikke læses ({fault})", f"{path.name} can't be read ({fault})")


def _strays(release_dir: Path, manifest: Manifest) -> list[Words]:
    known = {MANIFEST, f"{MANIFEST}{SIGNATURE}", *manifest.files}
    stray = sorted({path.name for path in release_dir.iterdir()} - known)
    return [Words(f"{name} hører ikke til udgivelsen", f"{name} does not belong to the release") for name in stray]


def _disagreement(manifest: Manifest) -> list[Words]:
    digest = manifest.digest
    if digest == manifest.content_digest and manifest.release_id.endswith(f"-{digest[:8]}"):
        return []
    da = f"{MANIFEST} er ikke enig med sig selv (hash af indholdet)"
    return [Words(da, f"{MANIFEST} does not agree with itself (content digest)")]


def _ndjson(path: Path, told: int) -> list[Words]:
    rows = 0
    with gzip.open(path) as file:
        for line in file:
            rows += 1
            try:
                msgspec.json.decode(line)
            except msgspec.MsgspecError:
                return [Words(f"{path.name}, linje {rows}, er ikke JSON", f"{path.name}, line {rows}, is not JSON")]
    return _differs(path.name, "leverancer", "deliveries", rows, told)


def _parquet(path: Path, product: ReleasedProduct) -> list[Words]:
    pages = parquet.damaged_pages(path)
    if pages:
        da = "; ".join(f"rækkegruppe {group}, {column}" if group else "filens slutning" for group, column in pages)
        en = "; ".join(f"row group {group}, {column}" if group else "its footer" for group, column in pages)
        return [Words(f"{path.name} er beskadiget: {da}", f"{path.name} is damaged: {en}")]
    with connect(IN_MEMORY) as connection:
        schema, groups = parquet.schema(connection, path), parquet.row_groups(path)
    faults = _differs(path.name, "rækker", "rows", sum(groups), product.rows)
    faults += _differs(path.name, "rækker pr. gruppe", "rows per group", list(groups), list(product.row_groups))
    if list(schema.items()) != list(product.schema.items()):
        da = f"{path.name} har andre kolonner eller typer, end manifestet siger"
        faults.append(Words(da, f"{path.name} has other columns or types than the manifest says"))
    return faults


def _differs(name: str, da: str, en: str, found: object, told: object) -> list[Words]:
    if found == told:
        return []
    return [
        Words(f"{name} har {found} {da}, manifestet siger {told}", f"{name} has {found} {en}, the manifest says {told}")
    ]
