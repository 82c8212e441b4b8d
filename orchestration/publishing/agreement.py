"""One agreement is what one recipient may have and by which law, in expectations/<recipient>/agreement.yml.

What is not listed is not published. An agreement that is off, or can't be read whole, produces nothing.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from orchestration.publishing.records import RecordError, Text, read_record
from orchestration.publishing.suite import Name, Suite, load_suite

Model = Annotated[str, msgspec.Meta(pattern="^(fct|dim|ind|dq)_[a-z0-9_]+$")]
Names = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
PERSONAL = {"none": {"cpr", "citizen_key", "patient_id"}, "pseudonym": {"cpr", "patient_id"}, "cpr": set[str]()}
"""Columns that tell who somebody is, and that the promise of the agreement (`identity`) therefore refuses."""
MUNICIPALITY = "municipality_code"


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table that the recipient gets. Rows of a `municipal` product can be withheld by municipality; a `reference`
    table is the same for all."""

    model: Model
    description: Text
    kind: Literal["municipal", "reference"]
    columns: Names
    key: Names
    suite: Name
    disclosure: Literal["row_level"]
    row_filter: str | None = None


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agreement as it is written."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]+$")]
    recipient: Name
    version: Annotated[int, msgspec.Meta(ge=1)]
    status: Literal["on", "off"]
    title: Text
    purpose: Text
    legal_basis: Text
    contact: Text
    rhythm: Literal["daily", "weekly", "monthly"]
    identity: Literal["cpr", "pseudonym", "none"]
    scope: Literal["all"]
    disclosure: Text
    products: Annotated[tuple[Product, ...], msgspec.Meta(min_length=1)]


FIELDS = (*Terms.__struct_fields__, *Product.__struct_fields__, *Text.__struct_fields__)


@dataclass(frozen=True)
class Agreement:
    """The terms, the suite of each product (by model), and the hashes of the files they were read from."""

    terms: Terms
    suites: dict[str, Suite]
    suite_sha256: dict[str, str]
    sha256: str

    @property
    def recipient(self) -> str:
        """The name of its folder, its candidate and its releases."""
        return self.terms.recipient

    @property
    def is_on(self) -> bool:
        """Whether anything may be produced under it."""
        return self.terms.status == "on"


@dataclass(frozen=True)
class Agreements:
    """All agreements that could be read, by recipient, and why the others could not: one broken file stops no other."""

    by_recipient: dict[str, Agreement]
    errors: dict[str, RecordError]


def load_agreements(expectations_dir: Path) -> Agreements:
    """Every recipient's agreement, on or off. Never raises for the content of one."""
    found: dict[str, Agreement] = {}
    errors: dict[str, RecordError] = {}
    for path in sorted(expectations_dir.glob("*/agreement.yml")):
        try:
            found[path.parent.name] = load_agreement(expectations_dir, path.parent.name)
        except RecordError as error:
            errors[path.parent.name] = error
    return Agreements(found, errors)


def load_agreement(expectations_dir: Path, recipient: str) -> Agreement:
    """One recipient's agreement with its suites. Raises RecordError (what, where, remedy)."""
    folder = expectations_dir / recipient
    path = folder / "agreement.yml"
    shown = f"expectations/{recipient}/agreement.yml"
    terms = read_record(path, Terms, shown, FIELDS)
    if terms.recipient != recipient:
        raise RecordError(
            shown, f"it is for `{terms.recipient}`", f"write `recipient: {recipient}`, as the folder is called"
        )
    doubled = [model for model, count in Counter(p.model for p in terms.products).items() if count > 1]
    if doubled:
        raise RecordError(shown, f"product `{doubled[0]}` stands twice", "list each model once")
    for product in terms.products:
        _check(product, terms.identity, f"{shown} (product {product.model})")
    suites, hashes = {}, {}
    for product in terms.products:
        suites[product.model], hashes[product.model] = load_suite(folder, product)
    return Agreement(terms, suites, hashes, hashlib.sha256(path.read_bytes()).hexdigest())


def _check(product: Product, identity: str, where: str) -> None:
    doubled = [column for column, count in Counter(product.columns).items() if count > 1]
    if doubled:
        raise RecordError(where, f"column `{doubled[0]}` stands twice", "list each column once")
    personal = PERSONAL[identity] & set(product.columns)
    if personal:
        what = f"`{min(personal)}` is listed although the agreement says `identity: {identity}`"
        raise RecordError(where, what, "take the column out; or, with a legal basis for it, change `identity`")
    stray = set(product.key) - set(product.columns)
    if stray:
        raise RecordError(where, f"key column `{min(stray)}` is not among the columns", "list it among the columns too")
    if product.kind == "municipal" and MUNICIPALITY not in product.columns:
        remedy = f"list `{MUNICIPALITY}`, so that one municipality can be withheld; or call it `kind: reference`"
        raise RecordError(where, f"a municipal product without `{MUNICIPALITY}`", remedy)
    if product.row_filter is not None and (";" in product.row_filter or not product.row_filter.strip()):
        raise RecordError(
            where, "the row filter is not one SQL condition", "write one condition, or leave `row_filter` out"
        )
