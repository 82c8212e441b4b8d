"""One `Text` is one thing said to a reader, in Danish and in English."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

TEXTS = Path(__file__).parent / "texts"


class Text(NamedTuple):
    """The same in both languages."""

    da: str
    en: str


SEVERITIES = {
    "error": Text("Fejl", "Error"),
    "warning": Text("Advarsel", "Warning"),
    "information": Text("Oplysning", "Information"),
}
KINDS = {
    "cardinality": Text("Antal", "Cardinality"),
    "prohibited": Text("Må ikke angives", "Must be absent"),
    "binding": Text("Kode og værdisæt", "Code and value set"),
    "fixed": Text("Fast værdi", "Fixed value"),
    "format": Text("Form og datatype", "Format and data type"),
    "reference-target": Text("Hvad der må peges på", "What may be pointed at"),
    "bundled-reference": Text("Reference i leverancen", "Reference within the report"),
    "invariant": Text("Sammenhæng mellem elementer", "Relation between elements"),
    "business": Text("Faglig regel", "Business rule"),
    "metadata": Text("Metadata", "Metadata"),
    "json": Text("JSON", "JSON"),
    "file": Text("Fil", "File"),
    "bundle": Text("Leverancen som helhed", "The report as a whole"),
    "sender": Text("Afsender", "Sender"),
}
DECIDED = {
    "check": Text(
        "Når leverancen modtages, og i klgateway validate hos afsenderen.",
        "On receipt, and in klgateway validate at the sender's desk.",
    ),
    "intake": Text(
        "Når leverancen modtages. klgateway validate kender ikke afsenderen og det tidligere modtagne.",
        "On receipt. klgateway validate does not know the sender and what was received before.",
    ),
    "history": Text(
        "Bagefter, ud fra det tidligere modtagne. Leverancen afvises ikke; fundet står i kommunens konsistensrapport.",
        "Afterwards, against what was received before. The report is not rejected; the finding is in the consistency report.",
    ),
    "nothing": Text(
        "Ikke: reglen giver ingen fund, hverken ved modtagelsen eller i konsistensrapporten.",
        "It is not: the rule gives no finding, neither on receipt nor in the consistency report.",
    ),
}


@cache
def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((TEXTS / f"{name}.yml").read_bytes())
    return data


def profile_text(key: str, part: str) -> Text:
    """`intro` or `line` of a profile. Raises KeyError when nobody has written it."""
    return Text(**_read("profiles")[key][part])


def element_text(profile: str, path: str) -> tuple[Text, Text]:
    """Name and explanation of an element: its own, or that of every path that ends so. Raises KeyError when missing."""
    entry = _read("elements").get(profile, {}).get(path) or _read("elements")["common"][path.rpartition(".")[2]]
    (name_da, what_da), (name_en, what_en) = entry["da"], entry["en"]
    return Text(name_da, name_en), Text(what_da, what_en)


def reason_text(choice: dict[str, Any]) -> Text:
    """Why a choice was made. Raises KeyError when its reason is given in English only and nobody has said it in Danish."""
    reason = choice["reason"]
    return Text(**reason) if isinstance(reason, dict) else Text(_read("reasons")[choice["decision"]["en"]], reason)


def written_examples() -> dict[str, dict[str, Any]]:
    """The examples that no broken bundle can show, by rule id: before, bad, good, note."""
    return _read("examples")


def value_set_text(name: str) -> Text:
    """What the codes of a value set are for. Raises KeyError when nobody has written it."""
    return Text(**_read("value_sets")[name])
