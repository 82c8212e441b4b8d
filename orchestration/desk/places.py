"""One `Places` is one report's text, and tells at which line and column of it a FHIRPath spot stands."""

import json
import re
from bisect import bisect_left
from functools import cached_property

BLANK = re.compile(r"[ \t\r\n]*")
STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
DECODER = json.JSONDecoder(strict=False)
Place = tuple[int, int]  # line and column, both from 1


class Places:
    """Reads JSON only as far as it must; an element that is missing is placed at the nearest one that holds it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._members: dict[int, dict[str, list[tuple[int, int]]]] = {}
        self._items: dict[int, list[int]] = {}

    @cached_property
    def _text(self) -> str:
        return self._data.decode("utf-8", "replace")

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    def of(self, rule_id: str, expression: str) -> Place | None:
        """Where a finding stands; None when it concerns no spot in the text."""
        try:
            offset = self._fault(rule_id) if rule_id in FAULTS else self._spot(rule_id, expression)
        except (ValueError, IndexError, RecursionError):
            return None  # no JSON that can be walked: the finding says so itself
        if offset is None:
            return None
        line = bisect_left(self._breaks, offset)
        return line + 1, offset - (self._breaks[line - 1] if line else -1)

    def _fault(self, rule_id: str) -> int | None:
        """Where the text stops being what it must be: the first bad byte, bad sign or superfluous sign."""
        if rule_id == "json.encoding":
            return max(self._text.find("\N{REPLACEMENT CHARACTER}"), 0)
        start = _blank(self._text, 0)
        try:
            _, end = DECODER.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            return error.pos
        return _blank(self._text, end)

    def _spot(self, rule_id: str, expression: str) -> int | None:
        if not expression:
            return None
        twice = rule_id == "json.duplicate-key"
        value = found = _blank(self._text, 0)
        steps = STEP.findall(expression)[1:]
        for number, (name, index) in enumerate(steps, 1):
            hits = self._named(value, name)
            if not hits:
                break
            found, value = hits[-1 if twice and number == len(steps) else 0]
            if index and self._text[value] == "[":
                items = self._list(value)
                if int(index) >= len(items):
                    break
                found = value = items[int(index)]
        return found

    def _named(self, start: int, name: str) -> list[tuple[int, int]]:
        """Offsets (key, value) of a member; of a choice element `value` that is `valueQuantity`."""
        if self._text[start] != "{":
            return []
        members = self._object(start)
        if name in members:
            return members[name]
        return next((hits for key, hits in members.items() if key.startswith(name) and key[len(name)].isupper()), [])

    def _object(self, start: int) -> dict[str, list[tuple[int, int]]]:
        if start not in self._members:
            found: dict[str, list[tuple[int, int]]] = {}
            text, at = self._text, _blank(self._text, start + 1)
            while text[at] == '"':
                key, end = DECODER.raw_decode(text, at)
                value = _blank(text, _blank(text, end) + 1)
                found.setdefault(key, []).append((at, value))
                at = _blank(text, DECODER.raw_decode(text, value)[1])
                at = _blank(text, at + 1) if text[at] == "," else at
            self._members[start] = found
        return self._members[start]

    def _list(self, start: int) -> list[int]:
        if start not in self._items:
            found: list[int] = []
            text, at = self._text, _blank(self._text, start + 1)
            while text[at] != "]":
                found.append(at)
                at = _blank(text, DECODER.raw_decode(text, at)[1])
                at = _blank(text, at + 1) if text[at] == "," else at
            self._items[start] = found
        return self._items[start]


FAULTS = frozenset({"json.encoding", "json.syntax", "json.trailing"})


def _blank(text: str, at: int) -> int:
    """The next sign that isn't blank; most JSON is compact, so that it is this one."""
    if text[at : at + 1] > " ":
        return at
    match = BLANK.match(text, at)
    return match.end() if match else at
