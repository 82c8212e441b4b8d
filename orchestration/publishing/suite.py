"""One suite is what must hold of one product before it is published: expectations as data, with reason and date.

What holds whoever the recipient is stands once, in a block (expectations/common/), and suites include it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import msgspec

from orchestration.publishing.kinds import KINDS, QUERY, fault
from orchestration.publishing.queries import Trial
from orchestration.publishing.records import Lines, Name, RecordError, Text, read_located

Level = Literal["dataset", "municipality", "warning"]
COMMON, NO_IDENTITY = "common", "no_identity"


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must hold. Where it does not, `dataset` blocks the recipient's whole release, `municipality`
    withholds those whose rows break it, and `warning` is published with a note."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$")]
    type: Annotated[str, msgspec.Meta(pattern="^(expect_[a-z_]+|unexpected_rows_expectation)$")]
    kwargs: dict[str, Any]
    level: Level
    reason: Text
    reviewed_on: date

    def columns(self) -> set[str]:
        """The columns that its kwargs name (a query is tried instead: queries.py)."""
        return {self.kwargs["column"]} if "column" in self.kwargs else set(self.kwargs.get("column_list", ()))

    @property
    def check_name(self) -> str:
        """Its name where dots are not allowed: part of the name of an asset check."""
        return self.id.replace(".", "_")


Expectations = tuple[Expectation, ...]


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Expectations that suites of several recipients include."""

    block: Name
    expectations: Annotated[Expectations, msgspec.Meta(min_length=1)]


class Suite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The expectations of one product, in the order in which people should read them: once loaded, those of the blocks
    it includes, then its own."""

    suite: Name
    includes: tuple[Name, ...] = ()
    expectations: Expectations = ()


FIELDS = (
    *Suite.__struct_fields__,
    *Block.__struct_fields__,
    *Expectation.__struct_fields__,
    *Text.__struct_fields__,
)


class Table(Protocol):
    """What a suite must know of the product that it judges."""

    @property
    def model(self) -> str: ...
    @property
    def suite(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def key(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class _File:
    """One file of a suite: its own or a block's."""

    lines: Lines
    sha256: str
    expectations: Expectations

    def where(self, expectation: Expectation, *steps: str) -> str:
        """file:line (id) of the expectation, or of the part of it that the steps lead to."""
        index = next(i for i, one in enumerate(self.expectations) if one is expectation)
        return f"{self.lines.at('expectations', index, *(steps or ('id',)))} ({expectation.id})"


def load_suite(folder: Path, table: Table, trial: Trial, identity: str) -> tuple[Suite, str]:
    """The suite of a product (`<folder>/<suite>.yml` and the blocks that it includes), and one SHA-256 of its files.

    `trial` has all products of the recipient: its queries may look into each. Where its
    `identity` is not cpr, the block that finds a CPR anywhere is included by itself. Raises RecordError with file, line and remedy.
    """
    name = table.suite
    path, shown = folder / f"{name}.yml", f"expectations/{folder.name}/{name}.yml"
    suite, lines = read_located(path, Suite, shown, FIELDS)
    if suite.suite != name:
        what = f"the suite calls itself `{suite.suite}`"
        raise RecordError(lines.at("suite"), what, f"write `suite: {name}`, as the file is called")
    if len(set(suite.includes)) < len(suite.includes):
        raise RecordError(lines.at("includes"), "a block is included twice", "include each block once")
    names = dict.fromkeys(suite.includes if identity == "cpr" else (*suite.includes, NO_IDENTITY))
    blocks = [_read_block(folder.parent / COMMON, block, lines.at("includes")) for block in names]
    files = [*blocks, _File(lines, _sha256(path), suite.expectations)]
    _check_all(files, table, trial)
    everything = tuple(e for file in files for e in file.expectations)
    if not everything:
        raise RecordError(shown, "nothing is expected", "include a block, or list expectations")
    told = "".join(f"{file.lines.name} {file.sha256}\n" for file in files)
    return Suite(name, tuple(names), everything), hashlib.sha256(told.encode()).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_block(common: Path, name: str, included_at: str) -> _File:
    path, shown = common / f"{name}.yml", f"expectations/{COMMON}/{name}.yml"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in common.glob("*.yml")))
        raise RecordError(included_at, f"there is no block `{name}`", f"include one of: {there}")
    block, lines = read_located(path, Block, shown, FIELDS)
    if block.block != name:
        what = f"the block calls itself `{block.block}`"
        raise RecordError(lines.at("block"), what, f"write `block: {name}`, as the file is called")
    return _File(lines, _sha256(path), block.expectations)


def _check_all(files: list[_File], table: Table, trial: Trial) -> None:
    places: dict[str, tuple[_File, Expectation]] = {}
    for file in files:
        for expectation in file.expectations:
            if expectation.check_name in places:
                what = "two expectations have this id"
                raise RecordError(file.where(expectation), what, "give each its own: it names an asset check")
            places[expectation.check_name] = file, expectation
            _check(expectation, file, table)
    queries = {name: e.kwargs["unexpected_rows_query"] for name, (_, e) in places.items() if e.type == QUERY}
    for name, what in trial.faults(queries, table.model, table.key).items():
        file, expectation = places[name]
        remedy = f"name columns and products that the agreement lists; this is product {table.model}"
        raise RecordError(file.where(expectation, "kwargs", "unexpected_rows_query"), what, remedy)


def _check(expectation: Expectation, file: _File, table: Table) -> None:
    if wrong := fault(expectation.type, expectation.kwargs):
        raise RecordError(file.where(expectation, "kwargs" if expectation.type in KINDS else "type"), *wrong)
    stray = min(expectation.columns() - set(table.columns), default=None)
    if stray:
        remedy = "name a column that the agreement lists for this product, or leave out the block that does"
        raise RecordError(
            file.where(expectation, "kwargs"), f"column `{stray}` is not in product {table.model}", remedy
        )
    if expectation.type == QUERY and "{batch}" not in expectation.kwargs["unexpected_rows_query"]:
        remedy = "write a query of the faulty rows with `from {batch}`"
        what = "`unexpected_rows_query` doesn't read from `{batch}`"
        raise RecordError(file.where(expectation, "kwargs", "unexpected_rows_query"), what, remedy)
    if len(expectation.reason.da) < 15 or len(expectation.reason.en) < 15:
        remedy = "say in Danish and English why this must hold"
        raise RecordError(file.where(expectation, "reason"), "the reason says too little", remedy)
