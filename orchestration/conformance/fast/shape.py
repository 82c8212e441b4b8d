"""One `Shape` is one R4 resource type as the guide's profiles use it: a struct, and where its values stand.

Everything a profile does not name is left out and forbidden, so that a bundle that holds it is not decoded. Coded
content stays raw (bytes as sent); references, dates and numbers with a pattern are values.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw, UnsetType

from orchestration.conformance.library import Guide, Profile
from orchestration.conformance.structure import Field, structure

ABSENT = Raw(b"")
DATES = frozenset({"date", "dateTime", "instant"})
Tree = dict[str, "Tree"]


class Reference(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A literal reference and nothing beside it."""

    reference: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value that differs from report to report: `kind` is when, text, reference, references or extension.

    `path`: JSON keys from the resource. `type`: the R4 type. `pattern`: what a text must match. `extension`: the url of the
    one whose reference it is.
    """

    path: tuple[str, ...]
    kind: str
    type: str
    pattern: re.Pattern[str] | None = None
    extension: str | None = None


@dataclass(slots=True)
class Node:
    """One element of a struct: coded (raw JSON), a value, or a group of nodes (`many`: given as an array of exactly one).
    `key` is its JSON key, `name` its FHIRPath name.
    """

    key: str
    name: str
    value: Value | None = None
    group: "Group | None" = None
    many: bool = False
    plain: bool = False

    @property
    def attribute(self) -> str:
        """The name of the struct's attribute."""
        return f"{self.key}_" if iskeyword(self.key) else self.key


@dataclass(slots=True)
class Group:
    """A struct type and its nodes."""

    struct: type[Any]
    nodes: list[Node] = field(default_factory=list)

    def values(self) -> Iterable[Value]:
        """All values below, in the order of the nodes."""
        for node in self.nodes:
            if node.value:
                yield node.value
            elif node.group:
                yield from node.group.values()


class Shaper:
    """Builds the shape of one resource type from all profiles that constrain it."""

    def __init__(self, guide: Guide, type_name: str) -> None:
        self.guide, self.type = guide, type_name
        self.profiles = [p for p in guide.profiles.values() if p.type == type_name]
        self.types = structure("r4-4.0.1").types
        self.primitives = structure("r4-4.0.1").primitives

    def resource(self) -> Group:
        """The struct of the resource, told from others by resourceType."""
        nodes = self._nodes(self.type, wanted(self.profiles), ())
        canonicals = [name for profile in self.profiles for name in names(profile.canonical)]
        return Group(struct(self.type, nodes, self.type, meta(canonicals)), nodes)

    def _nodes(self, type_name: str, tree: Tree, above: tuple[str, ...]) -> list[Node]:
        fields = {key: (f, kind) for f in self.types[type_name] for key, kind in f.json.items()}
        if type_name == "Period":
            tree = {"start": {}, "end": {}}
        return [self._node(*fields[key], key, inner, (*above, key)) for key, inner in tree.items() if key in fields]

    def _node(self, field: Field, kind: str, key: str, tree: Tree, path: tuple[str, ...]) -> Node:
        if kind == "Reference" and not tree:
            return Node(key, field.name, Value(path, "references" if field.many else "reference", kind))
        if kind in DATES:
            return Node(key, field.name, Value(path, "when", kind))
        if kind == "Extension":
            return Node(key, field.name, self._extension(path))
        if kind in self.primitives:
            pattern = next(
                (e.pattern for p in self.profiles if (e := p.elements.get(".".join(path))) and e.pattern), None
            )
            value = Value(path, "text", kind, re.compile(pattern)) if pattern else None
            return Node(key, field.name, value, plain=True)
        nodes = self._nodes(kind, tree, path) if tree or kind == "Period" else []
        group = Group(struct("_".join(path), nodes), nodes)
        return (
            Node(key, field.name, None, group, field.many)
            if any(True for _ in group.values())
            else Node(key, field.name)
        )

    def _extension(self, path: tuple[str, ...]) -> Value | None:
        """The extension with a reference that belongs here, if there is one; coded ones stay raw."""
        context = ".".join((self.type, *path[:-1]))
        here = [e for e in self.guide.extensions.values() if context in e.contexts and e.type == "Reference"]
        return Value(path, "extension", "Extension", extension=here[0].url) if here else None


def names(canonical: str) -> tuple[str, str]:
    """A canonical, and with the guide's version."""
    return canonical, f"{canonical}|1.2.0"


def wanted(profiles: Iterable[Profile]) -> Tree:
    """The JSON keys that profiles and their columns name, as a tree without array brackets and slices."""
    tree: Tree = {}
    for profile in profiles:
        paths = [(path, element.type) for path, element in profile.elements.items()]
        for path, type_name in [*paths, *((column["path"], None) for column in profile.columns)]:
            tokens = [token.partition(":")[0] for token in path.split(".")]
            if tokens[-1].endswith("[x]") and type_name:
                tokens[-1] = tokens[-1].removesuffix("[x]") + type_name[0].upper() + type_name[1:]
            level = tree
            for token in tokens:
                level = level.setdefault(token, {})
    return tree


def meta(canonicals: list[str]) -> Any:
    """`meta` with one of these profiles and perhaps lastUpdated; anything more is for the explaining path."""
    fields: list[Any] = [("profile", tuple[Literal[tuple(canonicals)]]), ("lastUpdated", str | UnsetType, UNSET)]  # type: ignore[misc]
    return msgspec.defstruct("Meta", fields, forbid_unknown_fields=True, omit_defaults=True, gc=False)


def struct(name: str, nodes: list[Node], tag: str | None = None, meta: Any = None) -> type[Any]:
    """A struct type of these nodes; absent is `ABSENT` or UNSET and not written again."""
    fields: list[Any] = [("id", str), ("meta", meta)] if tag else []
    for node in nodes:
        kind, absent = _type(node)
        fields.append((node.attribute, kind, absent))
    rename = {node.attribute: node.key for node in nodes}
    return msgspec.defstruct(
        name, fields, tag_field="resourceType" if tag else None, tag=tag, forbid_unknown_fields=True,
        omit_defaults=True, rename=rename, gc=False,
    )  # fmt: skip


def _type(node: Node) -> tuple[Any, Any]:
    if node.value is None and node.group is None:
        return Raw, ABSENT
    if node.group is not None:
        inner: Any = node.group.struct
        return (tuple[inner] if node.many else inner) | UnsetType, UNSET
    assert node.value is not None
    if node.value.kind == "reference":
        return Reference | UnsetType, UNSET
    if node.value.kind == "references":
        return tuple[Reference, ...] | UnsetType, UNSET
    if node.value.kind == "extension":
        fields = [("url", Literal[node.value.extension]), ("valueReference", Reference)]
        inner = msgspec.defstruct("Extension", fields, forbid_unknown_fields=True, gc=False)
        return tuple[inner, ...] | UnsetType, UNSET
    return str | UnsetType, UNSET
