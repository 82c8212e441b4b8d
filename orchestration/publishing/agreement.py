"""One agreement is what one recipient may have and by which law, in expectations/<recipient>/agreement.yml.

What is not listed is not published. An agreement that is off, or can't be read whole, produces nothing. A version that is
to follow may lie beside it as agreement-<anything>.yml: the one whose days hold today is the one that counts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from orchestration.publishing.agreement_checks import check_terms, in_force, today
from orchestration.publishing.approvals import Approval, read_approvals
from orchestration.publishing.queries import trial
from orchestration.publishing.records import Lines, RecordError, Text, read_located
from orchestration.publishing.suite import COMMON, Suite, load_suite
from orchestration.publishing.terms import FhirDelivery, Product, Retention, Terms

FIELDS = tuple(
    field for shape in (Terms, Product, Retention, FhirDelivery, Text) for field in shape.__struct_fields__
)  # the words that a misspelt one may have meant
KEPT = 32
"""Recipients whose suites stay in memory, by the content of their files."""


@dataclass(frozen=True)
class Agreement:
    """The terms, the suite of each product (by model), and the hashes of the files they were read from.

    `approvals` are those on file of an agreement with `scope: own`; `municipality_code` is set in the agreement as it holds
    for one municipality of it.
    """

    terms: Terms
    suites: dict[str, Suite]
    suite_sha256: dict[str, str]
    sha256: str
    approvals: tuple[Approval, ...] = ()
    municipality_code: str | None = None

    @property
    def recipient(self) -> str:
        """The name of its folder, its candidate and its releases: `flis`, or `municipality/0461`."""
        return f"{self.terms.recipient}/{self.municipality_code}" if self.municipality_code else self.terms.recipient

    @property
    def is_on(self) -> bool:
        """Whether anything may be produced under it."""
        return self.terms.status == "on"

    def approved(self, on: date | None = None) -> tuple[str, ...]:
        """The municipalities whose approval is on file on that day (today), sorted."""
        return tuple(sorted({a.municipality_code for a in self.approvals if a.holds(on or today())}))

    def of(self, municipality_code: str) -> "Agreement":
        """The agreement as it holds for one municipality: its own rows, in releases of its own."""
        return replace(self, municipality_code=municipality_code)


@dataclass(frozen=True)
class Agreements:
    """All agreements that could be read, by recipient, and why the others could not: one broken file stops no other."""

    by_recipient: dict[str, Agreement]
    errors: dict[str, RecordError]


def load_agreements(
    expectations_dir: Path, described: Mapping[str, frozenset[str]] | None = None, on: date | None = None
) -> Agreements:
    """Every recipient's agreement, on or off. Never raises for the content of one."""
    found: dict[str, Agreement] = {}
    errors: dict[str, RecordError] = {}
    for path in sorted(expectations_dir.glob("*/agreement.yml")):
        try:
            found[path.parent.name] = load_agreement(expectations_dir, path.parent.name, described, on)
        except RecordError as error:
            errors[path.parent.name] = error
    return Agreements(found, errors)


def load_agreement(
    expectations_dir: Path,
    recipient: str,
    described: Mapping[str, frozenset[str]] | None = None,
    on: date | None = None,
) -> Agreement:
    """One recipient's agreement with its suites, as it holds on that day (today).

    `described` is model → columns as dbt describes them: with it, a column that is not there is refused. Raises RecordError
    (what, where, remedy).
    """
    folder = expectations_dir / recipient
    versions: list[tuple[Terms, Lines, Path]] = []
    for path in sorted(folder.glob("agreement*.yml")) or [folder / "agreement.yml"]:
        terms, lines = read_located(path, Terms, f"expectations/{recipient}/{path.name}", FIELDS)
        check_terms(terms, lines, recipient, described)
        versions.append((terms, lines, path))
    terms, lines, path = in_force(versions, on or today())
    suites, hashes = _suites(folder, terms.products, terms.identity, _content(folder, expectations_dir / COMMON))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    approvals = read_approvals(folder) if terms.scope == "own" else ()
    return Agreement(terms, suites, hashes, digest, approvals)


@lru_cache(maxsize=KEPT)
def _suites(
    folder: Path, products: tuple[Product, ...], identity: str, _content: str
) -> tuple[dict[str, Suite], dict[str, str]]:
    """The suite of each product, and its hash. Read again only when a file is another: each step of a day asks for the agreement
    anew, and to read its suites and try their queries takes 50 to 500 ms."""
    suites, hashes = {}, {}
    with trial({product.model: product.columns for product in products}) as tried:
        for product in products:
            suites[product.model], hashes[product.model] = load_suite(folder, product, tried, identity)
    return suites, hashes


def _content(*folders: Path) -> str:
    """One hash of the YAML in the folders, with the files' names."""
    told = hashlib.sha256()
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        told.update(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()
