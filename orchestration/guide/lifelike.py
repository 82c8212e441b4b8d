"""One placeholder is the `x` that an injected fault puts where any value will do; here it becomes one a reader recognises."""

from typing import Any

OBJECTS: tuple[tuple[Any, Any], ...] = (
    ({"text": "x"}, {"text": "Fritekst"}),
    ({"display": "x"}, {"display": "Anna Eksempel"}),
    ({"value": "x"}, {"value": "12345"}),
    ({"unit": "x"}, {"value": 2, "unit": "stk."}),
)
TEXTS = {"reference": "Organization/12345", "display": "En anden titel", "version": "1.0"}
NAMED: dict[str, Any] = {
    "name": {"family": "Eksempel", "given": ["Anna"]},
    "telecom": {"system": "phone", "value": "00 00 00 00"},
    "address": {"city": "Odense"},
    "note": {"text": "Fritekst"},
}
NOTHING_SAID = {"id": "x"}
"""Stands for a group of elements of which only the presence matters; shown as an ellipsis where nothing better is known."""
LISTED = {"code", "id", "mode", "status", "type", "use", "url"}
"""Here `x` is a code, an id or an address that does not exist, which is the fault."""


def lifelike(value: Any, key: str = "") -> Any:
    """A copy of a broken bundle with recognisable values in place of placeholders. The checker judges this copy."""
    if value == "x" and key not in LISTED:
        return TEXTS.get(key, "Fritekst")
    if value == NOTHING_SAID and key in NAMED:
        return NAMED[key]
    for placeholder, said in OBJECTS:
        if value == placeholder:
            return said
    if isinstance(value, dict):
        return {name: lifelike(item, name) for name, item in value.items()}
    return [lifelike(item, key) for item in value] if isinstance(value, list) else value
