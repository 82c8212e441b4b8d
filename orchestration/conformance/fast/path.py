"""One bundle takes the fast path in three steps: `decode` it, `accept` it, or `learn` from what the explaining path said."""

from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import Any

import msgspec

from orchestration.conformance import json, library
from orchestration.conformance.fast.attempt import Attempt
from orchestration.conformance.fast.known import Learning, Memory, Trusting, Unlearned
from orchestration.conformance.fast.pieces import Remark
from orchestration.conformance.fast.plans import Plans, plans
from orchestration.conformance.fast.source import Unsure
from orchestration.conformance.findings import listed
from orchestration.conformance.invariants import INVARIANTS
from orchestration.conformance.verdict import Context, Verdict
from orchestration.conformance.walk import Path, Report, segments

GUIDE = library.GUIDES[0]
NO = (Unsure, LookupError, AttributeError, TypeError, ValueError)
ACROSS = frozenset(i.rule_id for i in INVARIANTS.values() if i.reads) | {"resource.id.uuid"}
BY_PLACE = itemgetter(1, 0)  # here only entries have remarks, so that the path tells their order
Found = list[tuple[str, Path, Any]]
_memories: dict[tuple[str, bool], Memory] = {}
_encode = msgspec.json.Encoder().encode


def decode(data: bytes) -> Any:
    """The bundle as structs, or None. Where something is escaped, the strict parser is asked about the whole."""
    if len(data) > library.limits()["bundle_bytes"]:
        return None
    try:
        bundle = plans(GUIDE).decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return None if b"\\" in data and json.parse(data)[1] else bundle


def accept(data: bytes, bundle: Any, context: Context) -> Verdict | None:
    """The verdict on decoded data if it is yes: the same as the explaining path's, or None."""
    made = plans(GUIDE)
    attempt = _attempt(made, bundle, context, _memory(made, context.as_of))
    if attempt is None or (attempt.size != len(data) and not _has_each_key_once(data, bundle)):
        return None
    return _verdict(made, bundle, attempt)


def _has_each_key_once(data: bytes, bundle: Any) -> bool:
    """Exact about duplicate keys without looking for them.

    Where nothing is escaped, a bundle written again is as long as what was read, if that was compact and no key was
    dropped (an attempt counts these bytes, too, in the usual case). Otherwise it has one colon per key that was kept, and
    the same colons inside strings. Raw parts are written as they came, and are only known if the strict parser accepted
    these very bytes. Where something is escaped, the strict parser has accepted the whole.
    """
    if b"\\" in data:
        return True
    again = _encode(bundle)
    return len(again) == len(data) or again.count(b":") == data.count(b":")


def learn(bundle: Any, context: Context, reports: list[Report], found: Found, verdict: Verdict) -> None:
    """Remember the contents of an accepted bundle, if with them the fast path says exactly the same."""
    made = plans(GUIDE)
    memory = _memory(made, context.as_of)
    if any(rule_id in ACROSS for rule_id, _, _ in found):
        return
    trial = Learning(
        memory.later, memory.large, memory.pieces, Unlearned(), {}, Trusting(), memory.labels, _lessons(reports, found)
    )
    attempt = _attempt(made, bundle, context, trial)
    if attempt is not None and _verdict(made, bundle, attempt) == verdict:
        memory.kinds |= trial.kinds
        memory.agreed |= trial.agreed


def _memory(made: Plans, as_of: date) -> Memory:
    later = as_of > made.guide.transition_end
    found = _memories.get((made.guide.id, later))
    if found is None:
        large: dict[bytes, Any] = {plan.key: tuple({} for _ in plan.large) for plan in made.by_canonical.values()}
        found = _memories.setdefault((made.guide.id, later), Memory(later, large))
    return found


def _attempt(made: Plans, bundle: Any, context: Context, memory: Memory) -> Attempt | None:
    if len(bundle.entry) > library.limits()["entries"]:
        return None
    attempt = Attempt(made, memory, context.sor_codes)
    try:
        attempt.bundle(bundle)
    except NO:
        return None
    return attempt


def _verdict(made: Plans, bundle: Any, attempt: Attempt) -> Verdict:
    found = listed(sorted(dict.fromkeys(attempt.spots), key=BY_PLACE)) if attempt.spots else ()
    return Verdict("accepted", found, attempt.rows, made.guide.id, bundle.id, attempt.stamp, attempt.sor_code)


def _lessons(reports: list[Report], found: Found) -> Iterator[tuple[Any, tuple[Remark, ...]]]:
    """Each resource of accepted reports with the remarks of the rules between its elements."""
    remarks: dict[int, list[tuple[str, Path]]] = {}
    for rule_id, path, where in found:
        if rule_id in INVARIANTS:
            remarks.setdefault(id(where), []).append((rule_id, path))
    for report in reports:
        for entry in report.entries:
            base = len(segments(entry.path))
            yield entry.resource, tuple((rule, segments(path)[base:]) for rule, path in remarks.get(id(entry), ()))


def forget() -> None:
    """Start anew, as a process does; for tests that change the rules under it."""
    _memories.clear()
