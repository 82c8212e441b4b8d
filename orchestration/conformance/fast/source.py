"""One row function is the fast path of one profile: Python source made from its shape and columns, compiled once per process."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from msgspec import UNSET

from orchestration.conformance import primitives
from orchestration.conformance.fast.elements import Element, by_size, keys, runs
from orchestration.conformance.fast.shape import Group, Value
from orchestration.conformance.fast.templates import ACROSS, CONTENT, DATES, END, JUDGES, LARGE, REMARKS, START
from orchestration.conformance.library import Guide, Profile
from orchestration.conformance.verdict import Row

SUBJECT = ("subject",)  # always there, and one
COUNTS = tuple(b"%d" % number for number in range(100))


class Unsure(Exception):
    """The fast path cannot say yes."""


def row_function(
    guide: Guide, profile: Profile, shape: Group, reads: set[str]
) -> Callable[..., tuple[Row, bytes, Any, Any, int]]:
    """A function `(plan, r, n, ...)` that gives row, name of the kind, remarks, day of change and bytes of a resource.

    It raises Unsure, or LookupError, TypeError, AttributeError or ValueError, where it cannot say yes. `reads`: the elements
    whose targets the rules of the profile read.
    """
    values = tuple(shape.values())
    names: dict[str, Any] = {"UNSET": UNSET, "COUNT": COUNTS, "Unsure": Unsure, "sha256": sha256}
    names |= {name: getattr(primitives, name) for name in ("when", "DAYS", "HOURS", "MINUTES")}
    names |= {"HOUR": slice(14), "REST": slice(14, 19), "ZONE": slice(19, None)}  # made once: a slice is an object
    names |= {"join": b"\0".join}
    few, large = by_size(guide, profile, shape)
    lines = [START.format(large="".join(f"large_{number}, " for number in range(len(large))) or "_")]
    places: dict[tuple[str, ...], str] = {}
    _read(shape, "r", (), lines, iter(range(len(values))), places)
    for n, element in enumerate(large):
        columns = "".join(f"c{column}, " for column in element.columns)
        lines.append(LARGE.format(n, places[element.path], columns))
    for number, value in enumerate(values):
        names[f"targets_{number}"] = _targets(guide, profile, value)
        names[f"matches_{number}"] = value.pattern.fullmatch if value.pattern else None
        judge = JUDGES["subject" if value.path == SUBJECT else value.kind]
        lines.append(judge.format(number, DATES.get(value.type, "").format(number)))
    key = [places[element.path] for element in few] + [f"l{n}" for n in range(len(large))]
    key += [f"k{n}" for n, value in enumerate(values) if value.path != SUBJECT]
    between = runs(few, large)
    known = [f"h{n}, " for n, run in enumerate(between) if run or n == 0]
    known += [f"c{column}, " for element in few for column in element.columns]
    lines.append(CONTENT.format(key=", ".join(key), found="".join(known)))
    lines += [REMARKS.format(n) for n in range(len(large))]
    lines += [ACROSS.format(n) for n, value in enumerate(values) if ".".join(value.path) in reads]
    lines += _periods(values)
    texts = sorted([*((value.path, f"{{s{n}}}") for n, value in enumerate(values)), (("id",), "{name}\\0")])
    columns = ", ".join(
        _column(guide, profile, column, number, values) for number, column in enumerate(profile.columns)
    )
    sizes = " + ".join(["z", *(f"z{n}" for n in range(len(large)))])
    hashes = _hashes(between, large)
    lines.append(END.format(sizes=sizes, hashes=hashes, values="".join(text for _, text in texts), columns=columns))
    exec("\n".join(lines), names)
    made: Callable[..., tuple[Row, bytes, Any, Any, int]] = names["row"]
    return made


def _read(
    group: Group, holder: str, path: tuple[str, ...], lines: list[str], numbers: Iterator[int], places: dict[Any, str]
) -> None:
    """Values into v0, v1 ...; where each element stands into `places`."""
    for node in group.nodes:
        place = f"{holder}.{node.attribute}"
        if node.group is not None:
            inner = f"{holder}_{node.attribute}"
            lines.append(f"    {inner} = {place}{'[0]' if node.many else ''}  # absent: an error that means no")
            _read(node.group, inner, (*path, node.key), lines, numbers, places)
        elif node.value is None:
            places[(*path, node.key)] = place
        else:
            lines.append(f"    v{next(numbers)} = {place}")


def _hashes(between: tuple[tuple[Element, ...], ...], large: tuple[Element, ...]) -> str:
    """The sum of what the content hash takes of the coded elements, in sorted order; the first run has the structure's too."""
    numbers = sorted(range(len(large)), key=large.__getitem__)
    found = ["h0"]
    for n, number in enumerate(numbers, 1):
        found += [f"g{number}", *([f"h{n}"] if between[n] else [])]
    return " + ".join(found)


def _targets(guide: Guide, profile: Profile, value: Value) -> frozenset[str]:
    """The profiles that a reference may point at; none where the profile does not speak of it."""
    if value.kind == "extension":
        return frozenset(next(e.targets for e in guide.extensions.values() if e.url == value.extension))
    element = profile.elements.get(".".join(value.path))
    return frozenset(element.targets) if element else frozenset()


def _periods(values: tuple[Value, ...]) -> list[str]:
    """per-1, as the explaining path has it (contents.period)."""
    at = {value.path: number for number, value in enumerate(values)}
    lines = []
    for path, start in at.items():
        end = at.get((*path[:-1], "end"))
        if path[-1] == "start" and end is not None:
            test = f"at{end} < at{start} if at{start} and at{end} else end{end}.date() < on{start}"
            lines.append(f"    if v{end} is not UNSET and v{start} is not UNSET and ({test}): raise Unsure")
    return lines


def _column(guide: Guide, profile: Profile, column: dict[str, str], number: int, values: tuple[Value, ...]) -> str:
    """The expression of one column: from a value, or as known."""
    take, path = column.get("take", "value"), keys(column["path"])
    for index, value in enumerate(values):
        if path[: len(value.path)] != value.path:
            continue
        if take == "reference_ids":
            wanted = {p.key for p in guide.profiles.values() if p.type == column["target"]}
            if _targets(guide, profile, value) <= wanted:
                return f"i{index}"
            return f"[ids[t] for t in t{index} if names[t] in {wanted!r}]"
        if take == "reference_id":
            return f"i{index}[0] if i{index} else None"
        if take.startswith("date_"):
            return f"{take.removeprefix('date_').replace('precision', 'p')}{index}"
        return f"None if v{index} is UNSET else v{index}"
    return f"[*c{number}]" if take == "all" else f"c{number}"
