"""One record is one YAML file that people agree on, read strictly: what is unknown, doubled or mistyped is refused."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]


class RecordError(ValueError):
    """What is wrong in a record, where (file, line, field), and the remedy. Quotes the record, never the data."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}. Remedy: {remedy}.")
        self.where, self.what, self.remedy = where, what, remedy


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text for people, in Danish and in English."""

    da: Annotated[str, msgspec.Meta(min_length=1)]
    en: Annotated[str, msgspec.Meta(min_length=1)]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # ten times faster, where built
    """YAML as people read it: `on` and `off` are words (YAML 1.1 makes them booleans), and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"`{key.value}` stands twice", key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


@dataclass(frozen=True)
class Lines:
    """Where the parts of one file stand. `name` is how people call the file."""

    name: str
    node: yaml.Node | None

    def at(self, *steps: str | int) -> str:
        """`file:line` of the spot that the keys and indices lead to, or of the nearest thing that holds it."""
        line = _line(self.node, [("", str(step)) if isinstance(step, int) else (step, "") for step in steps])
        return f"{self.name}:{line}" if line else self.name


def read_record(path: Path, shape: type[T], name: str, fields: Iterable[str]) -> T:
    """The file as a `shape`. `name` is how people call the file; `fields` are the words known in it, to suggest from.

    Raises RecordError.
    """
    return read_located(path, shape, name, fields)[0]


def read_located(path: Path, shape: type[T], name: str, fields: Iterable[str]) -> tuple[T, Lines]:
    """As `read_record`, and with it where each part of the file stands."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise RecordError(name, "the file can't be read as UTF-8 text", "put the file there, saved as UTF-8") from None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        what = getattr(error, "problem", None) or "not YAML"
        raise RecordError(
            where, what, "mend the YAML: two spaces per level, a colon after a key, each key once"
        ) from None
    except ValueError as error:  # a date of the calendar's imagination: PyYAML constructs it outside its own errors
        raise RecordError(name, f"a date that does not exist ({error})", "write a real date as YYYY-MM-DD") from None
    try:
        return msgspec.convert(value, shape), Lines(name, node)
    except msgspec.ValidationError as error:
        raise _located(str(error), node, name, fields) from None


def _located(message: str, node: yaml.Node | None, name: str, fields: Iterable[str]) -> RecordError:
    what, _, path = message.partition(" - at `$")
    steps = [step for step in re.findall(r"\.?([^.\[\]]+)|\[(\d+)\]", path.rstrip("`")) if any(step)]
    unknown = re.search(r"unknown field `([^`]*)`", what)
    if unknown:
        steps.append((unknown.group(1), ""))
    line = _line(node, steps)
    where = f"{name}:{line}" if line else name
    spot = ".".join(key or f"[{index}]" for key, index in steps).replace(".[", "[")
    if unknown:
        near = difflib.get_close_matches(unknown.group(1), list(fields), n=1)
        remedy = f"write `{near[0]}`" if near else "remove it, or see expectations/README.md for the fields there are"
        return RecordError(f"{where} ({spot})", f"`{unknown.group(1)}` is no field here", remedy)
    missing = re.search(r"missing required field `([^`]*)`", what)
    if missing:
        return RecordError(
            f"{where} ({spot or 'top'})", f"`{missing.group(1)}` is missing", f"add `{missing.group(1)}`"
        )
    return RecordError(
        f"{where} ({spot or 'top'})", what, "write what is expected there; expectations/README.md shows each field"
    )


def _line(node: yaml.Node | None, steps: list[tuple[str, str]]) -> int | None:
    """The line (from 1) of the spot that the steps lead to, or of the nearest thing that holds it."""
    line = node.start_mark.line + 1 if node else None
    for key, index in steps:
        if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            node = node.value[int(index)]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            hit = next(((k, v) for k, v in node.value if k.value == key), None)
            if hit is None:
                break
            line, node = hit[0].start_mark.line + 1, hit[1]
    return line
