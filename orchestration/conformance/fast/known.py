"""One `Memory` is what the fast path knows of one guide, before or after the transition: what the explaining path accepts.

A *piece* is one coded element as sent. A *kind* is a combination of elements, as the rules between elements see them; it
is learned from bundles that the explaining path accepted. A resource is right when each piece of it and its kind are.
Two lookups find both: one for each element of many contents, one for all others together with the kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any

from orchestration.conformance import flatten
from orchestration.conformance.fast.elements import Element
from orchestration.conformance.fast.pieces import Piece, Remark, piece
from orchestration.conformance.fast.plans import Plan
from orchestration.conformance.walk import Object

MOST = 50_000  # of each are kept, some 30 MB; beyond, they start anew
SEPARATOR = b"\0"  # in no JSON
NAMES = count(1)  # of labels, never used again: what is forgotten cannot be taken for something new
Kind = tuple[bytes, bytes, int, tuple[Remark, ...]]  # its name, hash and bytes of its structure, remarks
# Name of the kind, bytes and remarks, these two with those of the elements of few contents; their hashes in runs, the first
# with that of the kind's structure; their columns.
Content = tuple[Any, ...]
META = len(',"meta":{"profile":[""]}')


@dataclass(slots=True)
class Memory:
    """`pieces` by element and content; `large` the same by profile, for the elements of many contents; `kinds` by the names of
    their labels; `contents` by all the rest. `agreed`: combinations of kinds of resources that refer to each other, which
    rules across resources accept."""

    later: bool
    large: dict[bytes, tuple[dict[bytes, Piece], ...]]
    pieces: dict[tuple[bytes, tuple[str, ...], bytes], Piece] = field(default_factory=dict)
    contents: dict[bytes, Content] = field(default_factory=dict)
    kinds: dict[bytes, Kind] = field(default_factory=dict)
    agreed: set[tuple[bytes, ...]] = field(default_factory=set)
    labels: dict[bytes, bytes] = field(default_factory=dict)

    def judge(self, plan: Plan, number: int, part: bytes) -> Piece:
        """A large element whose content is new.

        Raises:
            KeyError: it is not right.
        """
        self._make_room()
        judged = (len(part), *self._piece(plan, plan.large[number], part))
        self.large[plan.key][number][part] = judged
        return judged

    def _piece(self, plan: Plan, element: Element, part: bytes) -> Piece:
        """Label, remarks, hashes, columns of an element."""
        if not part:
            return (b"", (), b"", *(plan.absent[column] for column in element.columns))
        key = (plan.key, element.path, part)
        found = self.pieces.get(key)
        if found is None:
            label, *rest = piece(plan, element, part, self.later)
            name = self.labels.get(label) or self.labels.setdefault(label, b"%d" % next(NAMES))
            found = self.pieces[key] = (name, *rest)
        return found

    def recall(self, plan: Plan, key: bytes) -> Content:
        """A combination that is new: what its elements of few contents say, and its kind.

        Raises:
            KeyError: an element is not right, or the kind is not known.
        """
        self._make_room()
        parts = key.split(SEPARATOR)
        size = sum(len(part) for part in parts[1 : len(plan.few) + 1])
        hashes: dict[Element, bytes] = {}
        columns: list[Any] = []
        said: tuple[Remark, ...] = ()
        for number, element in enumerate(plan.few, 1):
            label, remarks, hashes[element], *own = self._piece(plan, element, parts[number])
            parts[number] = label
            said += remarks
            columns += own
        name, digest, structure, remarks = self.kind(plan, SEPARATOR.join(parts))
        first, *others = (b"".join(hashes[element] for element in run) for run in plan.runs)
        coded = (digest + first, *(run for run, elements in zip(others, plan.runs[1:], strict=True) if elements))
        found = self.contents[key] = (name, size + structure, said + remarks, *coded, *columns)
        return found

    def kind(self, plan: Plan, name: bytes) -> Kind:
        """The kind of this name.

        Raises:
            KeyError: it is for the explaining path.
        """
        return self.kinds[name]

    def _make_room(self) -> None:
        """Bounded: it is cheap to learn again."""
        parts: tuple[Any, ...] = (self.pieces, self.contents, self.kinds, self.agreed, self.labels)
        if max(len(part) for part in parts) >= MOST:
            for part in (*parts, *(each for elements in self.large.values() for each in elements)):
                part.clear()


class Unlearned(dict[bytes, Content]):
    """Contents on trial: each is asked for anew."""

    def get(self, name: bytes, default: Any = None) -> Any:
        """None, so that the next lesson is taken."""
        return None


@dataclass(slots=True)
class Learning(Memory):
    """A memory on trial: each kind it is asked for is that of the next of `lessons`, a resource that the explaining path
    accepted, with the remarks of the rules between its elements."""

    lessons: Iterator[tuple[Object, tuple[Remark, ...]]] = field(default_factory=lambda: iter(()))

    def kind(self, plan: Plan, name: bytes) -> Kind:
        """Learn it."""
        resource, remarks = next(self.lessons)
        body = {key: value for key, value in resource.items() if key != "meta"}
        structure, _, values = flatten.parts(body)
        digest = sha256(flatten.canonical(structure)).digest()
        inside = sum(_size(body, element.path) for element in (*plan.few, *plan.large)) + sum(
            len(value.encode()) for value in values
        )
        size = (
            len(flatten.canonical(body)) + META - inside - len(values)
        )  # one more byte for each value comes with its text
        found = self.kinds[name] = (name, digest, size, remarks)
        return found


def _size(node: Any, path: tuple[str, ...]) -> int:
    """The bytes of an element, 0 when it is not there."""
    for key in path:
        node = (node[0] if isinstance(node, list) else node).get(key)
        if node is None:
            return 0
    return len(flatten.canonical(node))


class Trusting(set[tuple[bytes, ...]]):
    """In place of `agreed` while a bundle is tried that the explaining path accepted: whatever is asked holds, and is kept."""

    def __contains__(self, combination: object) -> bool:
        self.add(combination)  # type: ignore[arg-type]
        return True
