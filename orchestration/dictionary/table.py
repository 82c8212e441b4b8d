"""One row of the CSV is one column of one table, with all that is said of both; for a spreadsheet, or another catalogue."""

import csv
import io

from orchestration.dictionary.records import Check, Column, Dictionary, Table, Text

HEADER = (
    "table", "stage", "schema", "position", "column", "type", "description", "fki_term", "unit_da", "unit_en", "code_list",
    "tests", "tested_by_count", "is_personal", "grain", "owner", "group", "access", "freshness_da", "freshness_en",
    "has_contract", "sent_to",
)  # fmt: skip


def table(dictionary: Dictionary) -> str:
    """The CSV: comma, quotes where needed, one line per column, in the order of the page. Begins with a byte order mark.

    The mark is for Excel, which reads æøå wrongly without it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for each in dictionary.tables:
        writer.writerows(_row(each, place, column) for place, column in enumerate(each.columns, 1))
    return "\ufeff" + text.getvalue()


def _row(of: Table, place: int, column: Column) -> tuple[object, ...]:
    unit, freshness = column.unit or Text("", ""), of.freshness or Text("", "")
    codes = (column.code_list.name or column.code_list.says.en.replace("`", "")) if column.code_list else ""
    return (
        of.name,
        of.stage,
        of.schema,
        place,
        column.name,
        column.type,
        plain(column.description),
        ", ".join(column.fki),
        *unit,
        codes,
        "; ".join(map(_said, column.checks)),
        column.named_in,
        _yes(column.is_personal),
        plain(of.grain),
        of.owner,
        of.group,
        of.access,
        *freshness,
        _yes(of.has_contract),
        ", ".join(of.sent_to),
    )


def plain(text: str) -> str:
    """A description without its marks."""
    return text.replace("`", "").replace("*", "")


def _said(check: Check) -> str:
    return plain(f"{check.says.en} {check.links_to}".strip())


def _yes(value: bool) -> str:
    return "true" if value else "false"
