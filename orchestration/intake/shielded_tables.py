"""One call masks every text of the tables of a chunk: the same as `masked` of each, by column."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.conformance.primitives import UUID
from orchestration.conformance.tables import tables
from orchestration.intake.shielding import POSSIBLE_CPR, is_wording, masked

SUSPECT = rf"(?s){POSSIBLE_CPR.pattern}|{UUID.pattern}.|.{UUID.pattern}".replace(r"\d", r"\p{Nd}")
"""Arrow's form of what `may_hold_cpr` must look at: the number, or a uuid with something beside it. It finds more, never less."""


def shielded_tables(laid: dict[str, pa.Table], secret: str) -> dict[str, pa.Table]:
    """Tables of raw with each text masked. Few can hold a number: Arrow finds those in all of them at once (its search is
    quick, and slow to begin), and only they are looked at."""
    places = [(name, c.name) for name in laid for c in tables()[name].columns if is_wording(c)]
    parts = [c for name, column in places for c in _texts(laid[name][column]).chunks]
    texts = (
        pa.concat_arrays(parts) if parts else pa.array([], pa.string())
    )  # of many chunks it would begin as many times
    suspects = texts.filter(pc.match_substring_regex(texts, SUSPECT)).unique()
    told = {text: masked(text, secret) for text in suspects.to_pylist()}
    if all(text == mask for text, mask in told.items()):
        return laid
    for name, column in places:
        if pc.any(pc.is_in(_texts(laid[name][column]), suspects)).as_py():
            laid[name] = _replaced(laid[name], column, told)
    return laid


def _texts(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.list_flatten(values) if pa.types.is_list(values.type) else values


def _replaced(table: pa.Table, column: str, told: dict[str, str]) -> pa.Table:
    place, kind = table.schema.get_field_index(column), table.schema.field(column).type
    values: list[Any] = table[column].to_pylist()
    if pa.types.is_list(kind):
        new = [each and [told.get(text, text) for text in each] for each in values]
    else:
        new = [told.get(text, text) for text in values]
    return table.set_column(place, column, pa.array(new, kind))
