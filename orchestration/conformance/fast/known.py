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
Kind = tuple[bytes, bytes, tuple[Remark, ...]]  # its name, the hash of its structure, remarks
Content = tuple[Any, ...]  # a kind, with the hashes and the columns of the elements of few contents


@dataclass(slots=True)
class Memory:
    """`pieces` by element and content; `large` the same by profile, for the elements of many contents; `kinds` by the names of
    their labels; `contents` by all the rest. `agreed`: combinations of kinds of resources that refer to each other, which
    rules across resources accept."""

    later: bool
    pieces: dict[tuple[bytes, tuple[str, ...], bytes], Piece] = field(default_factory=dict)
    large: dict[bytes, list[dict[bytes, Piece]]] = field(default_factory=dict)
    contents: dict[bytes, Content] = field(default_factory=dict)
    kinds: dict[bytes, Kind] = field(default_factory=dict)
    agreed: set[tuple[bytes, ...]] = field(default_factory=set)
    labels: dict[bytes, bytes] = field(default_factory=dict)

    def of(self, plan: Plan) -> list[dict[bytes, Piece]]:
        """The large elements of a profile, each by its content."""
        found = self.large.get(plan.key)
        return self.large.setdefault(plan.key, [{} for _ in plan.large]) if found is None else found

    def judge(self, plan: Plan, number: int, part: bytes) -> Piece:
        """A large element whose content is new.

        Raises:
            KeyError: it is not right.
        """
        self._make_room()
        judged = self.of(plan)[number][part] = self._piece(plan, plan.large[number], part)
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
        hashes: list[bytes] = []
        columns: list[Any] = []
        said: tuple[Remark, ...] = ()
        for number, element in enumerate(plan.few, 1):
            label, remarks, coded, *own = self._piece(plan, element, parts[number])
            parts[number] = label
            said += remarks
            hashes += () if element.plain else (coded,)
            columns += own
        name, digest, remarks = self.kind(SEPARATOR.join(parts))
        found = self.contents[key] = (name, digest, said + remarks, *hashes, *columns)
        return found

    def kind(self, name: bytes) -> Kind:
        """The kind of this name.

        Raises:
            KeyError: it is for the explaining path.
        """
        return self.kinds[name]

    def _make_room(self) -> None:
        """Bounded: it is cheap to learn again."""
        parts = (self.pieces, self.contents, self.kinds, self.agreed, self.labels)
        if max(len(part) for part in parts) >= MOST:
            for part in (*parts, self.large):
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

    def kind(self, name: bytes) -> Kind:
        """Learn it."""
        resource, remarks = next(self.lessons)
        structure, _, _ = flatten.parts({key: value for key, value in resource.items() if key != "meta"})
        found = self.kinds[name] = (name, sha256(flatten.canonical(structure)).digest(), remarks)
        return found


class Trusting(set[tuple[bytes, ...]]):
    """In place of `agreed` while a bundle is tried that the explaining path accepted: whatever is asked holds, and is kept."""

    def __contains__(self, combination: object) -> bool:
        self.add(combination)  # type: ignore[arg-type]
        return True
