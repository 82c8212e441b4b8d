"""One `Terms` is one version of an agreement as it is written: every field that agreement.yml may hold."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from orchestration.publishing.records import Name, Text

Model = Annotated[str, msgspec.Meta(pattern="^(fct|dim|bridge|ind|dq)_[a-z0-9_]+$")]
Names = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Profile = Annotated[str, msgspec.Meta(pattern="^klgateway-[a-z-]+$")]
Element = Annotated[str, msgspec.Meta(pattern="^[A-Z][A-Za-z]+(\\.[a-z][A-Za-z]+)+(\\[local\\])?$")]
MUNICIPALITY, CPR, PSEUDONYM = "municipality_code", "cpr", "citizen_pseudonym"


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table that the recipient gets.

    `kind`: rows of a `municipal` product can be withheld by municipality; a `reference` table is the same for all. `mode`:
    `snapshot` is all rows in each release; `changes` is what is new, changed or withdrawn since the release before, with an
    `operation` column. `version` is the product's own: one more when a reader of the former would no longer understand it.
    """

    model: Model
    description: Text
    kind: Literal["municipal", "reference"]
    columns: Names
    key: Names
    suite: Name
    disclosure: Literal["row_level", "protected"]
    row_filter: str | None = None
    mode: Literal["snapshot", "changes"] = "snapshot"
    version: Count = 1


class FhirDelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accepted reports themselves, as CareIncrementalDelivery bundles: one a line, only what is listed of them.

    `profiles` are the resources that are passed on, `without` the elements that are not (`[local]` after one of codings: only
    the municipality's own codes), `care_domain` whose codes.
    `citizen_filter` is an SQL condition on marts.dim_citizen: whose reports.
    """

    description: Text
    profiles: Annotated[tuple[Profile, ...], msgspec.Meta(min_length=1)]
    without: tuple[Element, ...] = ()
    care_domain: Literal["nursing", "home_care"] | None = None
    citizen_filter: str | None = None
    reports_per_bundle: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long releases are kept: each for `days` days, and in any case the newest `releases` of them."""

    days: Count
    releases: Count


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of an agreement: from `valid_from` to `valid_to`, both included; without a `valid_to` until told.

    `quality_card`: with the municipality's rows goes its quality card, as this text describes it.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]+$")]
    recipient: Name
    version: Count
    status: Literal["on", "off"]
    valid_from: date
    title: Text
    purpose: Text
    legal_basis: Text
    contact: Text
    rhythm: Literal["daily", "weekly", "monthly"]
    identity: Literal["cpr", "pseudonym", "none"]
    scope: Literal["all", "own"]
    disclosure: Text
    retention: Retention
    products: Annotated[tuple[Product, ...], msgspec.Meta(min_length=1)]
    fhir: FhirDelivery | None = None
    quality_card: Text | None = None
    valid_to: date | None = None

    @property
    def builds_on_the_former(self) -> bool:
        """Whether a release tells what is new since the one before, in tables or as reports."""
        return self.fhir is not None or any(product.mode == "changes" for product in self.products)

    def product(self, model: str) -> Product:
        """The product of this model. Raises StopIteration when it is not listed."""
        return next(product for product in self.products if product.model == model)
