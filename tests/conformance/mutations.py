"""One mutation makes other bytes of a bundle: a small change of content, of form, or of the bytes themselves."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from orchestration.conformance.terminology import terminology
from orchestration.synthetic import faults
from orchestration.synthetic.style import Json

ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 1e300, "", "x", " ", "\u00e6\u2028", "\x7f", "2026-13-01", "2026", "2026-03-02T09:30:00Z",
    "2026-03-02T09:30:00.5+01:00", "2026-03-02T24:00:00Z", [], {}, [[]], [None], {"a": None}, "Patient/x", "active", "final",
    "entered-in-error", "http://x/_history/1", {"reference": "Patient/x"}, {"coding": []}, {"text": "x"},
]  # fmt: skip
KEYS = [
    "colour",
    "id",
    "extension",
    "display",
    "version",
    "text",
    "userSelected",
    "value",
    "_status",
    "reference",
    "period",
]
CODES = sorted(terminology().display)
RULES = faults.injectable()


def mutated(random: Random, bundle: Json) -> bytes:
    """One to three changes of content, then perhaps one of form; now and then damaged bytes."""
    changed = deepcopy(bundle)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        changed = random.choice(CONTENT)(random, changed)
    data = written(random, changed)
    return random.choice(BYTES)(random, data) if random.random() < 0.2 else data


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of a tree."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    """The node at a path."""
    for key in path:
        node = node[key]
    return node


def _spot(random: Random, bundle: Json) -> tuple[Any, Any]:
    path = random.choice(list(places(bundle)))
    return at(bundle, path[:-1]), path[-1]


def _delete(random: Random, bundle: Json) -> Json:
    holder, key = _spot(random, bundle)
    del holder[key]
    return bundle


def _replace(random: Random, bundle: Json) -> Json:
    holder, key = _spot(random, bundle)
    holder[key] = deepcopy(random.choice(ODD))
    return bundle


def _add(random: Random, bundle: Json) -> Json:
    holder, key = _spot(random, bundle)
    if isinstance(holder, dict):
        holder[random.choice(KEYS)] = deepcopy(random.choice(ODD))
    else:
        holder.insert(key, deepcopy(random.choice([holder[key], *ODD])))
    return bundle


def _swap(random: Random, bundle: Json) -> Json:
    """A value from one place to another of the same key: an id, a reference, a code, a whole resource."""
    holder, key = _spot(random, bundle)
    same = [path for path in places(bundle) if path[-1] == key]
    holder[key] = deepcopy(at(bundle, random.choice(same)))
    return bundle


def _recode(random: Random, bundle: Json) -> Json:
    codings = [at(bundle, path[:-1]) for path in places(bundle) if path[-1] == "code"]
    codings = [coding for coding in codings if isinstance(coding, dict) and isinstance(coding.get("code"), str)]
    if codings:
        coding = random.choice(codings)
        coding["system"], coding["code"] = random.choice(CODES)
        if random.random() < 0.5:
            coding["display"] = terminology().display[coding["system"], coding["code"]]
    return bundle


def _fault(random: Random, bundle: Json) -> Json:
    try:
        return faults.inject(random.choice(RULES), bundle)
    except (LookupError, TypeError, AttributeError, ValueError):
        return bundle  # the mutations before left no place for it


def written(random: Random, bundle: Json) -> bytes:
    """As JSON: keys in any order or as they are; compact, with blanks, indented, or with everything escaped."""
    if random.random() < 0.3:
        bundle = shuffled(bundle, random)
    form: dict[str, Any] = random.choice(
        [{"separators": (",", ":")}, {"separators": (",", ":")}, {}, {"indent": 1}, {"separators": (" ,\t", ":\n")}]
    )
    return json.dumps(bundle, ensure_ascii=random.random() < 0.1, **form).encode("utf-8", "surrogatepass")


def shuffled(node: Any, random: Random) -> Any:
    """The same JSON with the keys of every object in another order."""
    if isinstance(node, dict):
        keys = list(node)
        random.shuffle(keys)
        return {key: shuffled(node[key], random) for key in keys}
    return [shuffled(item, random) for item in node] if isinstance(node, list) else node


def duplicated(random: Random, data: bytes) -> bytes:
    """The same key twice in one object: a member repeated right behind itself, with the same value or another."""
    decoder = json.JSONDecoder()
    text = data.decode("utf-8", "surrogatepass")
    starts = [index for index in range(len(text)) if text[index] == '"' and _is_key(text, index)]
    if not starts:
        return data
    start = random.choice(starts)
    _, end = decoder.raw_decode(text, start)
    colon = text.index(":", end)
    value = colon + 1
    while text[value] in " \t\n":
        value += 1
    _, stop = decoder.raw_decode(text, value)
    other = random.choice([text[value:stop], "null", '""', "{}", '"x:y"'])
    member = f"{text[start:end]}:{other},"
    return (text[:start] + member + text[start:]).encode("utf-8", "surrogatepass")


def _is_key(text: str, index: int) -> bool:
    try:
        _, end = json.JSONDecoder().raw_decode(text, index)
    except ValueError:
        return False
    before = text[:index].rstrip(" \t\n")[-1:]
    return before in ("{", ",") and text[end:].lstrip(" \t\n")[:1] == ":"


def _damaged(random: Random, data: bytes) -> bytes:
    position = random.randrange(len(data))
    patch = random.choice(
        [b"", b"\x00", b'"', b"\\", b",", b"}", b"{", b":", b"\xff", b"\xed\xa0\x80", b"NaN", b"\\u0041"]
    )
    return data[:position] + patch + data[position + random.randint(0, 2) :]


def _framed(random: Random, data: bytes) -> bytes:
    return random.choice([b"\xef\xbb\xbf" + data, b" " + data + b"\n", data + data, data + b"\x00", data[:-1]])


CONTENT: list[Callable[[Random, Json], Json]] = [_delete, _replace, _add, _swap, _recode, _fault]
BYTES: list[Callable[[Random, bytes], bytes]] = [duplicated, duplicated, _damaged, _framed]
