"""One `Check` is one dbt test as a reader of the dictionary sees it; here they are gathered from the manifest, per table and column."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.dictionary.records import Check, CodeList, Text

Json = Mapping[str, Any]
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
REF = re.compile(r"ref\('([^']+)'\)")


class Checks:
    """The tests of a manifest, by the unique id of the table that they test."""

    def __init__(self, manifest: Json) -> None:
        self._tests: dict[str, list[Json]] = defaultdict(list)
        self._expected: dict[str, list[set[str]]] = defaultdict(list)
        self._constraints: dict[str, list[set[str]]] = {}
        self._bodies = {
            name.removeprefix("test_"): set(re.findall(r"\w+", JINJA.sub(" ", macro["macro_sql"])))
            for macro in manifest["macros"].values()
            if macro["package_name"] == manifest["metadata"]["project_name"]
            and (name := macro["name"]).startswith("test_")
        }
        by_name = {node["name"]: unique_id for unique_id, node in manifest["nodes"].items()}
        for node in manifest["nodes"].values():
            if node["resource_type"] == "test" and node.get("test_metadata"):
                tested = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
                self._tests[tested].append(node)
            if node["resource_type"] == "model":
                self._constraints[node["unique_id"]] = [set(c["columns"]) for c in node.get("constraints") or ()]
        for unit in manifest["unit_tests"].values():
            rows = unit["expect"]["rows"]
            told = {name for row in rows for name in row} if isinstance(rows, list) else set()
            self._expected[by_name[unit["model"]]].append(told)

    def of_table(self, unique_id: str) -> tuple[Check, ...]:
        """What is tested of the table as a whole."""
        return tuple(_check(node) for node in self._tests[unique_id] if not node["column_name"] and not _required(node))

    def of_column(self, unique_id: str, column: str) -> tuple[Check, ...]:
        """What is tested of one column alone; never null first, also where one test says it of many columns."""
        own = [node for node in self._tests[unique_id] if node["column_name"] == column]
        is_required = any(column in _required(node) for node in self._tests[unique_id])
        required = (Check(Text("altid udfyldt", "never null")),) if is_required else ()
        return required + tuple(_check(node) for node in own if not _required(node))

    def named_in(self, unique_id: str, column: str, *, has_constraint: bool) -> int:
        """How many tests look at the column: on it, naming it, expecting a value of it, or a constraint of the contract."""
        tests = sum(_names(node, column, self._bodies) for node in self._tests[unique_id])
        expected = sum(column in told for told in self._expected[unique_id])
        constraints = sum(column in named for named in self._constraints.get(unique_id, ()))
        return tests + expected + constraints + has_constraint

    def code_list(self, unique_id: str, column: str) -> tuple[str | None, CodeList | None]:
        """The list that a test holds the column to: the name of a value set, or the values themselves."""
        for node in self._tests[unique_id]:
            if node["column_name"] != column:
                continue
            kind, said = node["test_metadata"]["name"], node["test_metadata"]["kwargs"]
            if kind == "in_value_set":
                return str(said["value_set"]), None
            if kind == "accepted_values":
                return None, CodeList("", Text(*[", ".join(f"`{value}`" for value in said["values"])] * 2))
        return None, None


def _names(node: Json, column: str, bodies: Mapping[str, set[str]]) -> bool:
    """Whether a test is on the column, or says its name in one of its arguments or in its own SQL."""
    if node["column_name"]:
        return bool(node["column_name"] == column)
    if column in bodies.get(node["test_metadata"]["name"], ()):
        return True
    return any(column in words for words in _words(_arguments(node)))


def _words(said: Any) -> Iterator[set[str]]:
    values = said.values() if isinstance(said, Mapping) else said if isinstance(said, list | tuple) else ()
    if isinstance(said, str):
        yield set(re.findall(r"\w+", re.sub(r"'[^']*'", "", said)))  # a value in quotes is no column
    for value in values:
        yield from _words(value)


def _arguments(node: Json) -> dict[str, Any]:
    said = node["test_metadata"]["kwargs"]
    return {name: value for name, value in said.items() if name not in ("model", "column_name")}


def _required(node: Json) -> list[str]:
    """The columns that may never be null, if that is what the test is about."""
    kind, said = node["test_metadata"]["name"], node["test_metadata"]["kwargs"]
    if kind == "not_null":
        return [node["column_name"]]
    return list(said["columns"]) if kind == "never_null" else []


def _check(node: Json) -> Check:
    kind, said = node["test_metadata"]["name"], node["test_metadata"]["kwargs"]
    is_warning = node["config"]["severity"].lower() == "warn"
    if kind == "relationships":
        to = (REF.search(said["to"]) or ["", said["to"]])[1]
        return Check(Text("findes i", "stands in"), links_to=to, is_warning=is_warning)
    told = WORDS.get(kind)
    if told is None:
        arguments = ", ".join(f"{name}: {_plain(value)}" for name, value in _arguments(node).items())
        words = f"{kind.replace('_', ' ')} ({arguments})" if arguments else kind.replace("_", " ")
        return Check(Text(words, words), is_warning=is_warning)
    values = {name: _plain(value) for name, value in _arguments(node).items()}
    return Check(Text(told.da.format(**values), told.en.format(**values)), is_warning=is_warning)


def _plain(value: Any) -> str:
    return ", ".join(f"`{each}`" for each in value) if isinstance(value, list | tuple) else f"`{value}`"


WORDS = {
    "unique": Text("entydig", "unique"),
    "accepted_values": Text("kun de nævnte værdier", "the listed values only"),
    "in_value_set": Text("kun koder fra {value_set}", "codes of {value_set} only"),
    "expression_holds": Text("altid sandt: {expression}", "always true: {expression}"),
    "unique_combination": Text("entydig tilsammen: {columns}", "unique together: {columns}"),
    "one_current_version": Text(
        "højst én gældende version pr. {identity}", "at most one current version per {identity}"
    ),
    "validity_periods_do_not_overlap": Text(
        "perioderne overlapper ikke for {identity}", "periods do not overlap for {identity}"
    ),
    "clocks_agree": Text("ingen periode slutter, før den begynder", "no period ends before it begins"),
    "row_count_is": Text("antal rækker: {rows}", "number of rows: {rows}"),
}
"""The generic tests of the project in words; a test that is not here shows under its own name."""
