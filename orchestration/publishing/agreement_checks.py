"""One check is one thing that an agreement may not say, refused with file, line and remedy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.publishing.records import Lines, RecordError
from orchestration.publishing.terms import CPR, MUNICIPALITY, PSEUDONYM, Product, Terms

PERSONAL = {
    "none": {CPR, PSEUDONYM, "citizen_key", "patient_id", "birth_on"},
    "pseudonym": {CPR, "citizen_key", "patient_id", "birth_on"},
    "cpr": {PSEUDONYM, "citizen_key"},
}
"""Columns that tell who somebody is, and that the promise of the agreement (`identity`) therefore refuses."""
Version = tuple[Terms, Lines, Path]


def today() -> date:
    """The day in Denmark: an agreement begins and ends by it."""
    return datetime.now(ZoneInfo("Europe/Copenhagen")).date()


def check_terms(
    terms: Terms, lines: Lines, recipient: str, described: Mapping[str, frozenset[str]] | None = None
) -> None:
    """Raises RecordError for the first thing that can't be agreed on."""
    if terms.recipient != recipient:
        what, remedy = f"it is for `{terms.recipient}`", f"write `recipient: {recipient}`, as the folder is called"
        raise RecordError(lines.at("recipient"), what, remedy)
    if terms.valid_to and terms.valid_to < terms.valid_from:
        raise RecordError(lines.at("valid_to"), "it ends before it begins", "put `valid_to` after `valid_from`")
    seen: set[str] = set()
    for index, product in enumerate(terms.products):
        where = lines.at("products", index, "model")
        if product.model in seen:
            raise RecordError(where, f"product `{product.model}` stands twice", "list each model once")
        seen.add(product.model)
        _check_product(terms, product, index, lines)
        if described is not None:
            _check_described(product, index, lines, described)
    if terms.fhir and terms.identity != "cpr":
        what = f"the reports themselves hold CPR numbers, but the agreement says `identity: {terms.identity}`"
        raise RecordError(lines.at("fhir"), what, "take `fhir` out; or, with a legal basis for it, change `identity`")
    if terms.quality_card and terms.scope != "own":
        what = f"a quality card is for one municipality alone, but the agreement says `scope: {terms.scope}`"
        raise RecordError(lines.at("quality_card"), what, "take `quality_card` out")
    if terms.scope == "own" and any(p.mode == "changes" for p in terms.products):
        raise RecordError(lines.at("scope"), "`mode: changes` is not made for single municipalities", "use `snapshot`")


def in_force(versions: Sequence[Version], on: date) -> Version:
    """The version whose days hold `on`. Raises RecordError where two do, or none of an agreement that is on."""
    ordered = sorted(versions, key=lambda version: version[0].valid_from)
    for (former, former_lines, _), (terms, lines, _) in pairwise(ordered):
        if former.valid_to is None or former.valid_to >= terms.valid_from:
            what = f"version {terms.version} begins while version {former.version} ({former_lines.name}) still holds"
            raise RecordError(lines.at("valid_from"), what, "end the former (`valid_to`) the day before this begins")
        if former.version >= terms.version:
            what = f"version {terms.version} follows version {former.version}"
            raise RecordError(lines.at("version"), what, "raise `version` with every change")
    for version in ordered:
        if version[0].valid_from <= on and on <= (version[0].valid_to or on):
            return version
    terms, lines, _ = next((v for v in ordered if v[0].valid_from > on), ordered[-1])
    if terms.status == "off":
        return terms, lines, ordered[-1][2]
    if terms.valid_from > on:
        what, remedy = f"it begins on {terms.valid_from}", "wait until then, or write `status: off`"
        raise RecordError(lines.at("valid_from"), what, remedy)
    what = f"it expired on {terms.valid_to}"
    raise RecordError(lines.at("valid_to"), what, "renew the agreement and then `valid_to`, or write `status: off`")


def _check_product(terms: Terms, product: Product, index: int, lines: Lines) -> None:
    def at(*steps: str | int) -> str:
        return f"{lines.at('products', index, *steps)} (product {product.model})"

    doubled = [column for column, count in Counter(product.columns).items() if count > 1]
    if doubled:
        last = len(product.columns) - 1 - product.columns[::-1].index(doubled[0])
        raise RecordError(at("columns", last), f"column `{doubled[0]}` stands twice", "list each column once")
    personal = [column for column in product.columns if column in PERSONAL[terms.identity]]
    if personal:
        what = f"`{personal[0]}` is listed although the agreement says `identity: {terms.identity}`"
        remedy = "take the column out; or, with a legal basis for it, change `identity`"
        raise RecordError(at("columns", product.columns.index(personal[0])), what, remedy)
    if terms.identity == "none" and (product.disclosure == "row_level") and product.kind == "municipal":
        what, remedy = "rows of persons, although the agreement says `identity: none`", "list protected tables only"
        raise RecordError(at("disclosure"), what, remedy)
    stray = sorted(set(product.key) - set(product.columns))
    if stray:
        raise RecordError(at("key"), f"key column `{stray[0]}` is not among the columns", "list it there too")
    if product.kind == "municipal" and MUNICIPALITY not in product.columns:
        remedy = f"list `{MUNICIPALITY}`, so that one municipality can be withheld; or call it `kind: reference`"
        raise RecordError(at("kind"), f"a municipal product without `{MUNICIPALITY}`", remedy)
    if product.row_filter is not None and (";" in product.row_filter or not product.row_filter.strip()):
        what, remedy = "the row filter is not one SQL condition", "write one condition, or leave `row_filter` out"
        raise RecordError(at("row_filter"), what, remedy)


def _check_described(product: Product, index: int, lines: Lines, described: Mapping[str, frozenset[str]]) -> None:
    known = described.get(product.model)
    if known is None:
        what, remedy = f"dbt describes no mart `{product.model}`", "mend the name, or build the model first"
        raise RecordError(lines.at("products", index, "model"), what, remedy)
    joined = {CPR, PSEUDONYM} if "citizen_key" in known else set()
    for number, column in enumerate(product.columns):
        if column not in known | joined:
            where = f"{lines.at('products', index, 'columns', number)} (product {product.model})"
            what = f"`{product.model}` has no column `{column}`"
            raise RecordError(where, what, "name a column that dbt describes, or take it out")
