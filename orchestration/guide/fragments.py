"""One fragment is the part of a bundle that a reader needs to see a fault: the spot, and what it hangs on; the rest is `…`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from orchestration.guide.lifelike import NOTHING_SAID
from orchestration.guide.listing import ELLIPSIS, Line

Json = dict[str, Any]
Path = tuple[str | int, ...]
IN_SHORT = ("resourceType", "id", "timestamp", "status", "lifecycleStatus", "addresses")
WORD = re.compile(r"[A-Za-z]+")


def masked(value: Any) -> Any:
    """A copy without CPR numbers: of what stands as a citizen's identifier, the last four characters are dots."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: masked(item) for key, item in value.items()}
    if copy.get("resourceType") == "Patient":
        identifiers = copy.get("identifier")
        for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
            if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
                identifier["value"] = identifier["value"][:-4] + "••••"
    return copy


def changes(one: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """The paths where two JSON values differ, as deep as they can be told."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            if key not in one or key not in other:
                yield (*path, key)
            else:
                yield from changes(one[key], other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            if index >= min(len(one), len(other)):
                yield (*path, index)
            else:
                yield from changes(one[index], other[index], (*path, index))
    elif type(one) is not type(other) or one != other:
        yield path


def root(bundle: Any, paths: list[Path]) -> Path:
    """The innermost resource that holds every change; a resource that is there on one side only is not one."""
    shared = paths[0]
    for path in paths[1:]:
        shared = shared[: next((i for i, (a, b) in enumerate(zip(shared, path, strict=False)) if a != b), len(path))]
    found: Path = ()
    for length in range(1, len(shared) + (len(paths) > 1)):
        node = _at(bundle, shared[:length])
        if isinstance(node, dict) and "resourceType" in node:
            found = shared[:length]
    return found


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


def render(bundle: Json, start: Path, paths: list[Path], beside: list[Path], words: str) -> list[Line]:
    """The resource at `start` as lines: changed paths whole, those `beside` them in short, what `words` name; else `…`."""
    marked, context = ([path[len(start) :] for path in some] for some in (paths, beside))
    kept = _prune(_at(bundle, start), marked, context, frozenset(WORD.findall(words)))
    return [Line(line) for line in readable(json.dumps(kept, ensure_ascii=False, indent=2)).split("\n")]


def pairs(bad: Json, good: Json, start: Path, paths: list[Path]) -> list[Path]:
    """Where an entry is on one side only: the first entry of the same resource type that both have, so that a pair is seen."""
    found = []
    depth = len(start)
    changed = {path[depth + 1] for path in paths if path[depth : depth + 1] == ("entry",) and len(path) > depth + 1}
    entries = [_at(side, (*start, "entry")) or [] for side in (bad, good)]
    for index in changed:
        here = [_type(side[int(index)]) for side in entries if int(index) < len(side)]
        if len(here) == 1 and here[0]:
            alike = (i for i, entry in enumerate(entries[1]) if _type(entry) == here[0] and i not in changed)
            found += [(*start, "entry", i) for i in alike][:1]
    return found


def readable(text: str) -> str:
    """`"…": "…"` and `"…"` as a bare `…`."""
    return re.sub(r'^( *)"…\d*"(?:: "…")?,?$', rf"\1{ELLIPSIS}", text, flags=re.MULTILINE)


def _prune(node: Any, marked: list[Path], context: list[Path], words: frozenset[str]) -> Any:
    if () in marked:
        return _short(node)
    if isinstance(node, dict):
        return _prune_object(node, marked, context, words)
    return _prune_list(node, marked, context, words) if isinstance(node, list) else node


def _prune_object(node: Json, marked: list[Path], context: list[Path], words: frozenset[str]) -> Json:
    kept: Json = {}
    is_resource = "resourceType" in node
    for key, value in node.items():
        below, near = _below(marked, key), _below(context, key)
        named = key == "resourceType" or (key in words and key not in ("entry", "meta", "id"))
        if below or near:
            kept[key] = _prune(value, below, near, words)
        elif named if is_resource else not isinstance(value, dict | list) and (key != "fullUrl" or key in words):
            kept[key] = value
        else:
            kept["…"] = kept.pop("…", "…")
    return kept


def _prune_list(node: list[Any], marked: list[Path], context: list[Path], words: frozenset[str]) -> list[Any]:
    kept: list[Any] = []
    for index, item in enumerate(node):
        below, near = _below(marked, index), _below(context, index)
        if below or near:
            kept.append(_prune(item, below, near, words) if below else _short(item))
        elif kept[-1:] != ["…"]:
            kept.append("…")
    return kept


def _below(paths: list[Path], step: str | int) -> list[Path]:
    return [path[1:] for path in paths if path and path[0] == step]


def _type(item: Any) -> str | None:
    resource = item.get("resource") if isinstance(item, dict) else None
    return resource.get("resourceType") if isinstance(resource, dict) else None


def _short(value: Any) -> Any:
    """A whole resource inside a fragment: its type, id and state; anything else as it is."""
    if isinstance(value, dict) and "resourceType" in value:
        return {key: value[key] for key in IN_SHORT if key in value} | {"…": "…"}
    if value == NOTHING_SAID:
        return {"…": "…"}
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items() if key != "fullUrl" or "resource" not in value}
    return [_short(item) for item in value] if isinstance(value, list) else value
