"""One `Piece` is one coded element as sent, judged by the explaining path's own check of that element, once."""

from functools import cache
from typing import Any

from orchestration.conformance import flatten, json, library
from orchestration.conformance.bundle import RETIRED
from orchestration.conformance.closures import Check
from orchestration.conformance.compile import Compiler
from orchestration.conformance.fast.elements import Element
from orchestration.conformance.fast.labels import label
from orchestration.conformance.fast.plans import Plan
from orchestration.conformance.rules import rule
from orchestration.conformance.walk import Path, Report, Walk, segments

DEPTH = 32  # of a piece, so that it is within the limit wherever it stands
Remark = tuple[str, tuple[tuple[str, int], ...]]  # rule id, place below the resource


# As one tuple, since it is unpacked for every resource: its label for the kind, remarks, the hashes of its codings, columns.
Piece = tuple[Any, ...]


def piece(plan: Plan, element: Element, part: bytes, later: bool) -> Piece:
    """Judge one element.

    Raises:
        KeyError: it is not right, or not to be judged by itself (it holds a reference or another value).
    """
    value, problems = json.parse(part)
    _, codings, values = flatten.parts({element.path[-1]: value})
    if problems or values or not json.depth_within(value, DEPTH):
        raise KeyError
    walk = Walk(later, None, Report({}, None, ""), retired=later and plan.name in RETIRED)
    _check(plan.guide, plan.name, element.path)(value, walk, _above(element))
    if any(rule(rule_id).severity == "error" for rule_id, _, _ in walk.found):
        raise KeyError
    resource = value
    for key, (_, index) in zip(reversed(element.path), reversed(element.names), strict=True):
        resource = {key: resource if index < 0 else [resource]}
    own = flatten.own(plan.guide, plan.name)(resource, walk.report)
    remarks = tuple((rule_id, segments(path)) for rule_id, path, _ in walk.found)
    return label(value), remarks, b"".join(codings), *(own[number] for number in element.columns)


@cache
def _check(guide_id: str, profile: str, path: tuple[str, ...]) -> Check:
    guide = library.guide(guide_id)
    return Compiler(guide, guide.profiles[profile]).element(path)


def _above(element: Element) -> Path:
    path: Path = None
    for name, index in element.names[:-1]:
        path = (path, name, index)
    return path
