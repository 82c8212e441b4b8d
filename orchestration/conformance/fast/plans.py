"""One `Plan` is one profile on the fast path, `Plans` a whole guide: a decoder of its bundles, and a plan for each profile."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union

import msgspec
from msgspec import UNSET, UnsetType

from orchestration.conformance import flatten, library
from orchestration.conformance.fast.elements import Element, by_size, runs
from orchestration.conformance.fast.shape import Group, Shaper, meta, names
from orchestration.conformance.fast.source import COUNTS, row_function
from orchestration.conformance.invariants import INVARIANTS, Invariant
from orchestration.conformance.library import Guide, Profile
from orchestration.conformance.verdict import Row
from orchestration.conformance.walk import Report


@dataclass(frozen=True, slots=True)
class Plan:
    """One profile. `absent`: own columns of nothing. `few`, `large`: its elements by how many contents they have.
    `runs`: those of few with codings, between those of many."""

    guide: str
    name: str
    table: str
    struct: Any
    prefix: str
    key: bytes
    absent: Row
    few: tuple[Element, ...]
    large: tuple[Element, ...]
    runs: tuple[tuple[Element, ...], ...]
    row: Callable[..., tuple[Row, bytes, Any, Any, int]]


@dataclass(frozen=True, slots=True)
class Plans:
    """`by_canonical`: with and without the guide's version. `report`, `delivery`: the canonicals of the two bundles.
    `citizen`: the key of the profile of people. `alike`: profiles whose resources rules compare if they point at the same one."""

    guide: Guide
    decoder: "msgspec.json.Decoder[Any]"
    by_canonical: dict[str, Plan]
    citizen: str
    alike: tuple[str, ...]
    report: frozenset[str]
    delivery: frozenset[str]


@cache
def plans(guide_id: str) -> Plans:
    """The plans of one guide, made once per process."""
    guide = library.guide(guide_id)
    profiles = [profile for profile in guide.profiles.values() if profile.table]
    shapes = {name: Shaper(guide, name).resource() for name in dict.fromkeys(p.type for p in profiles)}
    inner = _bundle(guide, [shape.struct for shape in shapes.values()], tag="Bundle")
    outer = _bundle(guide, [*(shape.struct for shape in shapes.values()), inner], tag=None)
    made = {p.canonical: _plan(guide, p, shapes[p.type], number) for number, p in enumerate(profiles)}
    return Plans(
        guide=guide,
        decoder=msgspec.json.Decoder(outer),
        by_canonical={name: found for canonical, found in made.items() for name in names(canonical)},
        citizen=next(profile.key for profile in profiles if profile.type == "Patient"),
        alike=tuple(p.key for p in profiles if any(i.siblings for i in _invariants(p))),
        report=frozenset(names(guide.profiles[guide.report].canonical)),
        delivery=frozenset(names(guide.profiles[guide.delivery].canonical)),
    )


def _plan(guide: Guide, profile: Profile, shape: Group, number: int) -> Plan:
    """The plan of one profile; `number` tells the keys of the profiles apart."""
    few, large = by_size(guide, profile, shape)
    return Plan(
        guide=guide.id,
        name=profile.key,
        table=profile.table or "",
        struct=shape.struct,
        prefix=f"{profile.type}/",
        key=COUNTS[number],
        absent=flatten.own(guide.id, profile.key)({}, Report({}, None, "")),
        few=few,
        large=large,
        runs=runs(few, large),
        row=row_function(guide, profile, shape, {i.reads for i in _invariants(profile) if i.reads}),
    )


def _invariants(profile: Profile) -> list[Invariant]:
    return [INVARIANTS[rule] for rule in profile.functions if rule in INVARIANTS]


def _bundle(guide: Guide, resources: list[Any], tag: str | None) -> type[Any]:
    """A bundle of these resources with nothing that its profile does not name; `tag` None for the outermost."""
    kinds: Any = Union[tuple(resources)]  # noqa: UP007 - made at run time
    entry: Any = msgspec.defstruct(
        "Entry",
        [("fullUrl", str | UnsetType, UNSET), ("resource", kinds)],
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )
    bundles = (guide.profiles[guide.report], guide.profiles[guide.delivery])
    canonicals = [name for profile in bundles for name in names(profile.canonical)]
    collection: Any = Literal[guide.profiles[guide.report].elements["type"].fixed]
    fields: list[Any] = [
        ("id", str),
        ("meta", meta(canonicals)),
        ("type", collection),
        ("timestamp", str),
        ("entry", list[entry]),
    ]
    if tag is None:
        fields.insert(0, ("resourceType", Literal["Bundle"]))
    return msgspec.defstruct(
        "Bundle", fields, tag_field="resourceType" if tag else None, tag=tag, forbid_unknown_fields=True, gc=False
    )
