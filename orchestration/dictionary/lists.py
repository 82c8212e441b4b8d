"""One entry is one code list with its values, read from the seeds that dbt loads: value sets of FSIII and FHIR, municipalities."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.dictionary.records import CodeList, Text

CONVENTIONS = Path("docs") / "units_and_codes.yml"


class Conventions:
    """Units and code lists by the name of a column, or by how it ends: `docs/units_and_codes.yml` of the dbt project."""

    def __init__(self, project: Path) -> None:
        said = yaml.safe_load((project / CONVENTIONS).read_bytes())
        self._units, self._code_lists = said["units"], said["code_lists"]
        self._lists = code_lists(project / "seeds")

    def unit(self, column: str, meta: Mapping[str, Any]) -> Text | None:
        """The column's own unit, else that of its name, else that of its ending."""
        return text(meta.get("unit") or _by_name(column, self._units))

    def code_list(self, column: str, meta: Mapping[str, Any], tested: str | None) -> CodeList | None:
        """The column's own list, else the one it is tested against, else that of its name or ending.

        Raises:
            KeyError: a list is named that no seed holds.
        """
        said = meta.get("code_list") or tested or _by_name(column, self._code_lists)
        if said is None:
            return None
        if isinstance(said, str) and said in self._lists:
            return self._lists[said]
        if isinstance(said, str):
            raise KeyError(f"Column {column} names the code list {said}, which is no value set and no seed.")
        return CodeList("", Text(**said))


def _by_name(column: str, said: Mapping[str, Any]) -> Any:
    """What is said of the name, else of an ending (which begins with an underscore) that it has."""
    return said.get(column) or next(
        (each for end, each in said.items() if end[0] == "_" and column.endswith(end)), None
    )


def text(said: Mapping[str, str] | str | None) -> Text | None:
    """Both languages, or one text for both; None for nothing said."""
    if not said:
        return None
    return Text(said, said) if isinstance(said, str) else Text(**said)


def code_lists(seeds: Path) -> dict[str, CodeList]:
    """Every list by name."""
    titles = {row["code"]: row["display"] for row in _rows(seeds, "fsiii_code")}
    keys = {row["fsiii_uuid"]: _user_facing(row["legacy_code"]) for row in _rows(seeds, "fsiii_crosswalk")}
    found: dict[str, list[tuple[str, str, str]]] = {
        "municipality": [
            (row["municipality_code"], row["municipality_name"], "") for row in _rows(seeds, "municipality")
        ],
        "code_group": [(row["code_group_code"], row["code_group_display"], "") for row in _rows(seeds, "code_group")],
        "indicator": [(row["indicator_id"], row["title_da"], "") for row in _rows(seeds, "indicator")],
        "fsiii_code": [(code, title, keys.get(code, "")) for code, title in titles.items()],
    }
    for row in _rows(seeds, "fsiii_value_set_member"):
        code = row["code"]
        found.setdefault(row["value_set"], []).append((code, titles.get(code, ""), keys.get(code, "")))
    for row in _rows(seeds, "fhir_code"):
        found.setdefault(row["value_set"], []).append((row["code"], row["display"], ""))
    return {name: CodeList(name, Text(name, name), tuple(sorted(codes, key=_order))) for name, codes in found.items()}


def _user_facing(key: str) -> str:
    """The key a person knows (J1.1); some former keys are the uuid again, with underscores."""
    return "" if re.fullmatch(r"[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}", key) else key


def _order(code: tuple[str, str, str]) -> tuple[str, list[int], str, str]:
    """By former key, J1.2 before J1.10; what has none comes last, by its title."""
    plain, title, key = code
    letter = key[:1] or "\uffff"
    return letter, [int(number) for number in re.findall(r"\d+", key)], title, plain


def _rows(seeds: Path, name: str) -> Iterator[dict[str, str]]:
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
