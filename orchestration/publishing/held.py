"""One `Held` is what a recipient holds after one of its releases: the base that changes are told from, and how far reports reach.

`candidates/<recipient>/held/<release id>/`: a Parquet file for each table of `mode: changes`, and held.json, written last. It is
put in place before the release; what belongs to no release, or to one that others have followed, is removed by the next run.
"""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import msgspec

from orchestration.durable import aside, rename, sweep, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.changes import write_base
from orchestration.publishing.home import latest
from orchestration.publishing.terms import Terms
from orchestration.publishing.verification import verify

FOLDER, RECORD = "held", "held.json"


@dataclass(frozen=True)
class Held:
    """`sha256` is model → hash of its file; `reached` is municipality → the last receipt sequence that it was told of.

    Without a `release_id` the recipient holds nothing to build upon: everything is new.
    """

    release_id: str | None = None
    directory: Path = field(default_factory=Path)
    sha256: dict[str, str] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)

    def file(self, model: str) -> Path | None:
        """The rows of a table, or None where the recipient has none yet."""
        return self.directory / f"{model}.parquet" if model in self.sha256 else None


class _Record(msgspec.Struct, frozen=True):
    sha256: dict[str, str]
    reached: dict[str, int]


def read_held(candidate_dir: Path, release_id: str | None) -> Held:
    """What the recipient of the candidates in that folder holds after that release; nothing where it is not known whole."""
    if release_id is None:
        return Held()
    directory = candidate_dir / FOLDER / release_id
    try:
        told = msgspec.json.decode((directory / RECORD).read_bytes(), type=_Record)
        if any(parquet.sha256(directory / f"{model}.parquet") != value for model, value in told.sha256.items()):
            return Held()
    except (OSError, msgspec.MsgspecError):
        return Held()
    return Held(release_id, directory, told.sha256, told.reached)


def held_now(releases_dir: Path, candidates_dir: Path, recipient: str) -> Held:
    """What the recipient holds now: after its latest release, where that is whole."""
    folder = latest(releases_dir, recipient)
    return read_held(candidates_dir / recipient, folder.name if folder and not verify(folder) else None)


def write_held(
    connection: duckdb.DuckDBPyConnection,
    candidate: Candidate,
    terms: Terms,
    before: Held,
    withheld: Collection[str],
    release_id: str,
) -> None:
    """Write what the recipient will hold after this release: of who is withheld, what it held before."""
    home = candidate.directory / FOLDER
    home.mkdir(exist_ok=True)
    sweep(home)
    for path in home.iterdir():
        if path.name not in (before.release_id, release_id):
            shutil.rmtree(path)
    beside = aside(home, release_id)
    beside.mkdir()
    hashes: dict[str, str] = {}
    for product in candidate.products:
        if terms.product(product.model).mode == "changes":
            path = beside / product.file
            base = before.file(product.model)
            write_base(connection, terms.product(product.model), candidate.path(product), base, withheld, path)
            hashes[product.model] = parquet.sha256(path)
    reached = dict(before.reached)
    if candidate.reports:
        reached |= {
            one.municipality_code: one.last_receipt_sequence
            for one in candidate.reports.slices
            if one.municipality_code not in withheld
        }
    write_whole(beside / RECORD, msgspec.json.encode(_Record(hashes, reached)))
    shutil.rmtree(home / release_id, ignore_errors=True)
    rename(beside, home / release_id)
