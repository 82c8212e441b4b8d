"""One `Former` is what the recipient has already: the products of its latest release, to hold a candidate against.

The rows of a municipality that was withheld from the latest release are those of the last release that had them. So a
gate that withholds somebody for what is missing does not forgive by itself the next day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.publishing import parquet
from orchestration.publishing.candidate import Candidate, CandidateProduct
from orchestration.publishing.held import read_held
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import Manifest, read_manifest, read_withdrawal
from orchestration.publishing.released import ReleasedProduct

LOOK_BACK = 30
"""Releases: about a month of daily ones; who was withheld for longer is as new."""


@dataclass(frozen=True)
class Part:
    """Rows of one product in one former release: all of them, or those of some `municipalities`. `codes` have a row in it."""

    path: Path
    product: ReleasedProduct
    municipalities: tuple[str, ...] | None
    codes: frozenset[str]

    def query(self, schema: dict[str, str]) -> str:
        """Its rows with the columns that the product has now; what the release did not have is null."""
        known = self.product.schema
        columns = (
            f'try_cast("{c}" as {t}) as "{c}"' if c in known else f'null::{t} as "{c}"' for c, t in schema.items()
        )
        query = f"select {', '.join(columns)} from read_parquet({parquet.quoted(str(self.path))})"
        if self.municipalities is not None:
            query += f" where municipality_code in ({', '.join(map(parquet.quoted, self.municipalities))})"
        return query


@dataclass(frozen=True)
class Former:
    """`release_id` is None where there is no former release that can be read."""

    release_id: str | None = None
    parts: dict[str, list[Part]] = field(default_factory=dict)

    def municipalities(self, model: str) -> set[str]:
        """Whose rows there were of a product."""
        return {code for part in self.parts.get(model, []) for code in part.codes}

    def query(self, product: CandidateProduct) -> str:
        """The former rows of a product, with its columns of now; no rows where there were none."""
        parts = [part.query(product.schema) for part in self.parts.get(product.model, [])]
        columns = ", ".join(f'null::{type_} as "{column}"' for column, type_ in product.schema.items())
        return " union all ".join(parts) or f"select {columns} where false"


def read_former(releases_dir: Path, candidate: Candidate) -> Former:
    """What the recipient of the candidate has. A file that is not what its manifest says is left out: the gate trusts no
    damaged one. Of a table of changes it is what the recipient holds after them."""
    parts: dict[str, list[Part]] = {}
    first: str | None = None
    missing: set[str] = set()
    for directory, manifest in _chain(releases_dir, candidate.recipient):
        wanted = None if first is None else tuple(sorted(missing & set(manifest.municipalities)))
        first = first or manifest.release_id
        held = read_held(candidate.directory, manifest.release_id if wanted is None else None)
        for product in manifest.products:
            if product.changes is not None:
                if whole := held.file(product.model):
                    codes = _codes(manifest, product, None) | frozenset(manifest.withheld_codes)
                    parts[product.model] = [Part(whole, product, None, codes)]
                continue
            path = directory / product.file
            named = product.kind == "municipal" or wanted is None
            if named and wanted != () and path.is_file() and parquet.sha256(path) == product.sha256:
                parts.setdefault(product.model, []).append(
                    Part(path, product, wanted, _codes(manifest, product, wanted))
                )
        missing = set(manifest.withheld_codes) if wanted is None else missing - set(wanted)
        if not missing:
            break
    return Former(first, parts)


def _codes(manifest: Manifest, product: ReleasedProduct, wanted: tuple[str, ...] | None) -> frozenset[str]:
    rows = {code: models.get(product.model, 0) for code, models in manifest.municipalities.items()}
    return frozenset(code for code, count in rows.items() if count and (wanted is None or code in wanted))


def _chain(releases_dir: Path, recipient: str) -> Iterator[tuple[Path, Manifest]]:
    """The latest release, the one before it, and so on, as far as they can be read. A withdrawn one is passed over."""
    directory = latest(releases_dir, recipient)
    for _ in range(LOOK_BACK):
        manifest = read_manifest(directory) if directory else None
        told = manifest or (read_withdrawal(directory) if directory else None)
        if directory is None or told is None:
            return
        if manifest is not None:
            yield directory, manifest
        directory = directory.parent / told.supersedes if told.supersedes else None
