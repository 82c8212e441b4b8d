"""One strict parse gives either the document or the reasons it is no JSON we take: `(tree, ())` or `(None, problems)`.

UTF-8 without BOM, no duplicate keys at any depth, no NaN, bounded size, depth and number length, no lone surrogates,
no trailing bytes. Fast and exact about duplicate keys: every key has one colon outside strings; the decoded tree,
written again, has one colon per key it kept plus the colons inside strings. Fewer colons = a key was dropped. Escapes
(`\\u003a`) could hide or add one, so a document with `\\u00` or an unusual number takes the explaining path.
"""

import json
import re
from string import digits
from typing import Any, NamedTuple

import msgspec

from orchestration.conformance.library import limits

Segment = tuple[str, int]
BOM = b"\xef\xbb\xbf"
ESCAPE = re.compile(rb"\\u00[0-3]|\\[bf]")
NUMERIC = bytes(48 if chr(byte) in digits + ".eE+-" else 32 for byte in range(256))  # numeric characters → "0"
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
SAFE_KEY = re.compile(r"[A-Za-z_][A-Za-z_]{0,63}")


class Problem(NamedTuple):
    """One reason: rule id and, where it can be told, the path as (key, index or -1) pairs."""

    rule_id: str
    path: tuple[Segment, ...] = ()


def parse(data: bytes) -> tuple[Any, tuple[Problem, ...]]:
    """Parse one document; never raises for any bytes."""
    if len(data) > limits()["bundle_bytes"]:
        return None, (Problem("json.size"),)
    try:
        tree = msgspec.json.decode(data)
        if (
            data.count(b":") == msgspec.json.encode(tree).count(b":")
            and (b"\\" not in data or not ESCAPE.search(data))
            and b"0" * (limits()["number_characters"] + 1) not in data.translate(NUMERIC)
            and depth_within(tree, limits()["depth"])
        ):
            return tree, ()
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
        pass
    return explain(data)


def depth_within(tree: Any, limit: int) -> bool:
    """Whether objects and arrays are nested at most `limit` deep, found level by level, without recursion."""
    level = [tree] if type(tree) is dict or type(tree) is list else []
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


class _Object(dict[str, Any]):
    """An object as parsed, with the keys that came twice."""

    __slots__ = ("twice",)
    twice: tuple[str, ...]


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Object(pairs)
    if len(found) == len(pairs):
        return dict(pairs)
    seen: set[str] = set()
    found.twice = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


class _BadNumber(ValueError):
    pass


def _constant(_: str) -> Any:
    raise _BadNumber


def _number(text: str) -> int | float:
    if len(text) > limits()["number_characters"]:
        raise _BadNumber
    value = float(text) if any(sign in text for sign in ".eE") else int(text)
    if value in (float("inf"), float("-inf")):
        raise _BadNumber
    return value


def explain(data: bytes) -> tuple[Any, tuple[Problem, ...]]:
    """The slow, explaining parse: the same yes or no, with the reason."""
    if not data.strip(b" \t\r\n"):
        return None, (Problem("json.empty"),)
    if _too_deep(data, limits()["depth"]):
        return None, (Problem("json.depth"),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None, (Problem("json.encoding"),)
    if data.startswith(BOM):
        return None, (Problem("json.encoding"),)
    decoder = json.JSONDecoder(
        object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_number, parse_float=_number, strict=True
    )
    stripped = text.strip(" \t\r\n")
    try:
        tree, end = decoder.raw_decode(stripped)
    except _BadNumber:
        return None, (Problem("json.number"),)
    except (ValueError, RecursionError):
        return None, (Problem("json.syntax"),)
    if end != len(stripped):
        return None, (Problem("json.trailing"),)
    problems = tuple(_walk(tree))
    return (None, problems) if problems else (tree, ())


def _too_deep(data: bytes, limit: int) -> bool:
    """Nesting by brackets outside strings; works on any bytes, also where the JSON is broken."""
    depth = 0
    for match in re.finditer(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', data, re.DOTALL):
        sign = match.group()
        if sign in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif sign in b"]}":
            depth -= 1
    return False


def _walk(tree: Any) -> list[Problem]:
    """Duplicate keys, lone surrogates and control characters of a parsed tree, with their places."""
    problems: list[Problem] = []
    stack: list[tuple[Any, tuple[Segment, ...]]] = [(tree, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node, str):
            problems += _text(node, path)
        elif isinstance(node, list):
            stack += [(child, indexed(path, index)) for index, child in enumerate(node)]
        elif isinstance(node, dict):
            twice = getattr(node, "twice", ())
            problems += [Problem("json.duplicate-key", (*path, (key, -1)) if safe_key(key) else path) for key in twice]
            for key, child in node.items():
                problems += _text(key, path)
                stack.append((child, (*path, (key, -1)) if safe_key(key) else path))
    return problems


def _text(text: str, path: tuple[Segment, ...]) -> list[Problem]:
    found = [Problem("json.surrogate", path)] if LONE_SURROGATE.search(text) else []
    return [*found, Problem("json.control", path)] if CONTROL.search(text) else found


def indexed(path: tuple[Segment, ...], index: int) -> tuple[Segment, ...]:
    """The path of one item of the array at `path`."""
    return (*path[:-1], (path[-1][0], index)) if path else path


def safe_key(key: str) -> bool:
    """Whether a key may be shown: letters and underscores only, so that it cannot be a CPR number or a text."""
    return SAFE_KEY.fullmatch(key) is not None
