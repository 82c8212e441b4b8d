"""One `Walk` is one pass over a bundle: where we are, what was found, and what the report holds. Paths are linked tuples."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from orchestration.conformance import json

Path = tuple[Any, str, int] | None  # (parent, FHIRPath name, index or -1); None is the root
Object = dict[str, Any]


@dataclass(slots=True, eq=False)
class Entry:
    """One entry of a report: its resource, the profiles of the guide that it claims, and the one it is judged by."""

    index: int
    path: Path
    resource: Any
    type: str
    id: str
    full_url: str
    profile: str | None = None
    claims: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Report:
    """One delivery report with its entries by (type, id) and by fullUrl."""

    resource: Object
    path: Path
    profile: str
    entries: list[Entry] = field(default_factory=list)
    by_id: dict[tuple[str, str], Entry] = field(default_factory=dict)
    by_url: dict[str, Entry] = field(default_factory=dict)
    patients: list[Entry] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Walk:
    """State of one pass. `broken` counts faults of shape and number: what stands below them is not judged further."""

    later: bool
    sor_codes: frozenset[str] | None
    report: Report
    found: list[tuple[str, Path, Entry | Report]] = field(default_factory=list)
    broken: int = 0
    retired: bool = False
    entry: Entry | Report | None = None

    def add(self, rule_id: str, path: Path) -> None:
        """Note one finding at a path, for the resource under way."""
        self.found.append((rule_id, path, self.entry or self.report))

    def shape(self, path: Path) -> None:
        """Note that the JSON shape does not fit the element."""
        self.found.append(("common.json.array-shape", path, self.entry or self.report))
        self.broken += 1

    def unknown(self, parent: Path, key: str) -> None:
        """Note an element that R4 does not have; its name is shown only when it cannot hold data."""
        self.add("common.json.unknown-element", (parent, key, -1) if json.safe_key(key) else parent)


def segments(path: Path) -> tuple[tuple[str, int], ...]:
    """A linked path as (name, index or -1) pairs from the root."""
    parts = []
    while path is not None:
        parts.append((path[1], path[2]))
        path = path[0]
    return tuple(reversed(parts))


@lru_cache(maxsize=4096)
def expression(parts: tuple[tuple[str, int], ...]) -> str:
    """FHIRPath of a spot: `Bundle.entry[3].resource.code.coding[0].code`."""
    return ".".join(["Bundle", *[name if index < 0 else f"{name}[{index}]" for name, index in parts]])
