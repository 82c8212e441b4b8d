"""One `Gap` is one thing that a reader must be told and is not: of a table, or of a column of a mart."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from orchestration.conformance import library
from orchestration.dictionary.lineage import Lineage, carried
from orchestration.dictionary.reading import fki_terms
from orchestration.dictionary.records import Column, Dictionary, Table

MEASURED = ("int", "decimal", "double", "float", "real", "date", "time", "interval")
"""Types whose values mean nothing without a unit; a boolean and a text need none."""


class Gap(NamedTuple):
    """`column` is empty where the table itself lacks it."""

    table: str
    column: str
    lacks: str


def gaps(dictionary: Dictionary) -> list[Gap]:
    """What is missing: of every model its grain, owner and freshness; of every column of a mart all that makes it usable."""
    found = []
    for table in dictionary.tables:
        found += [Gap(table.name, "", lacks) for lacks in _of_table(table)]
        if table.is_promised:
            found += [Gap(table.name, column.name, lacks) for column in table.columns for lacks in _of_column(column)]
    return found


def _of_table(table: Table) -> Iterator[str]:
    if not table.description:
        yield "a description"
    elif not table.grain:
        yield "its grain: the description begins with 'One row per ...'"
    if not table.owner:
        yield "an owner: `config: meta: owner`"
    if not table.freshness:
        yield "its freshness: `config: meta: freshness`"
    if table.is_promised and not table.has_contract:
        yield "an enforced contract"
    if table.is_promised and table.access != "public":
        yield "access public: a mart is promised to its readers"
    if not table.columns:
        yield "its columns"


def _of_column(column: Column) -> Iterator[str]:
    if not column.description:
        yield "a description"
    if not column.type:
        yield "a type: `data_type`"
    if column.name.endswith(("_code", "_codes")) and not column.code_list:
        yield "a code list: a test of its values, or `code_list` in its meta, or its name in docs/units_and_codes.yml"
    if is_measured(column) and not column.unit:
        yield "a unit: `unit` in its meta, or its name in docs/units_and_codes.yml"
    if not column.named_in:
        yield "a test: on it, naming it, or a unit test that expects a value of it"


def is_measured(column: Column) -> bool:
    """Whether its values are numbers, days or times."""
    kind = column.type.lower().removesuffix("[]")
    return (kind.startswith(("u", "big", "small", "tiny", "huge")) and "int" in kind) or kind.startswith(MEASURED)


def unnamed_terms(dictionary: Dictionary, lineage: Lineage) -> list[Gap]:
    """The columns of marts that are a reported element, renamed or cast at most, and don't say its Danish term (FKI).

    A column that is worked out from what was reported is a thing of its own, and has no term. A bridge may say it once, of the
    link as a whole.
    """
    terms = reported_terms()
    found = []
    for table in filter(lambda t: t.is_promised, dictionary.tables):
        for column in table.columns:
            reported = {source for source in carried(lineage, (table.name, column.name)) if source in terms}
            wanted = {terms[source] for source in reported}
            if len(wanted) == 1 and not any(
                term.endswith(min(wanted)) for term in (*column.fki, *fki_terms(table.description))
            ):
                found.append(Gap(table.name, column.name, f"its Danish term in the description: FKI: *{min(wanted)}*"))
    return found


def reported_terms() -> Mapping[tuple[str, str], str]:
    """(raw table, column) → its term in the information model, as the profiles have it."""
    return {
        (profile.table, column["name"]): column["fki"]
        for guide_id in library.GUIDES
        for profile in library.guide(guide_id).profiles.values()
        for column in profile.columns
        if profile.table and "fki" in column
    }
