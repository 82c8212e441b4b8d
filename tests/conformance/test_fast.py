"""One test holds one promise of the fast path: it says yes exactly where the explaining path finds no error, and the same."""

from copy import deepcopy
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.conformance import check as checker
from orchestration.conformance import flatten, library
from orchestration.conformance.bundle import index
from orchestration.conformance.check import check, explain
from orchestration.conformance.fast import known, labels, path
from orchestration.conformance.fast.shape import Shaper
from orchestration.conformance.invariants import INVARIANTS
from orchestration.conformance.terminology import terminology
from orchestration.conformance.verdict import Context
from orchestration.conformance.walk import Report, Walk
from orchestration.synthetic import faults
from orchestration.synthetic.bundles import to_json
from tests.bench.reports import DAY, drawn, report
from tests.conformance.fuzz import fuzz
from tests.conformance.mutations import duplicated, mutated, written
from tests.conformance.specimens import LATER, NOW, specimens

FREE = Context(None, DAY)
CONTEXTS = (NOW, FREE, LATER)
GUIDE = library.guide("care-1.2.0")


def same(data: bytes, context: Context) -> str:
    """Judge twice, the second time with what the first has taught; both must be as explained. Returns the status."""
    expected = explain(data, context)
    for _ in range(2):
        assert check(data, context) == expected
    return expected.status


def fast(data: bytes, context: Context) -> bool:
    """Whether the fast path says yes."""
    bundle = path.decode(data)
    return bundle is not None and path.accept(data, bundle, context) is not None


@pytest.mark.parametrize("name", specimens())
def test_what_was_accepted_once_is_accepted_fast(name: str) -> None:
    data, context = to_json(specimens()[name]), LATER if name == "tomorrow" else NOW
    assert same(data, context) == "accepted"
    assert fast(data, context)


def test_nearly_all_that_is_drawn_is_accepted_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = list(drawn(11, 400))
    assert {same(data, FREE) for data in reports} == {"accepted"}
    assert all(fast(data, FREE) for data in reports)
    explained: list[bytes] = []
    monkeypatch.setattr(checker, "explain", lambda data, *rest: explained.append(data) or explain(data, *rest))
    for data in drawn(12, 400):
        assert check(data, FREE).status == "accepted"
    assert len(explained) < 40


@pytest.mark.parametrize("rule_id", faults.injectable())
def test_every_fault_is_seen_by_both(rule_id: str) -> None:
    for name in ("new", "tomorrow", "delivery"):
        try:
            broken = to_json(faults.inject(rule_id, specimens()[name]))
        except faults.CannotInjectError:
            continue
        same(broken, LATER if name == "tomorrow" else NOW)


@given(st.sampled_from(sorted(specimens())), st.integers(0, 2**32), st.sampled_from(CONTEXTS))
@settings(max_examples=400, deadline=None)
def test_any_mutation_is_judged_alike(name: str, seed: int, context: Context) -> None:
    random = Random(seed)
    bundle = specimens()[name] if seed % 2 else report(random, f"mutated/{seed % 7}")
    same(mutated(random, bundle), context)


@given(st.sampled_from(["new", "urn", "old", "delivery"]), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_a_key_that_comes_twice_is_never_accepted(name: str, seed: int) -> None:
    random = Random(seed)
    data = duplicated(random, written(random, specimens()[name]))
    verdict = check(data, NOW)
    assert "json.duplicate-key" in {finding.rule_id for finding in verdict.findings}


@given(st.sampled_from(["new", "urn", "old", "delivery"]), st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_form_means_nothing(name: str, seed: int) -> None:
    data, plain = written(Random(seed), specimens()[name]), to_json(specimens()[name])
    assert same(data, NOW) == "accepted"
    assert check(data, NOW) == check(plain, NOW)


def test_every_character_is_written_as_it_was_read() -> None:
    """The premise of `path.decode`: without escapes, what is read and written again has the same length."""
    text = "".join(chr(code) for code in range(0x20, 0x11000) if chr(code) not in '"\\' and not 0xD800 <= code < 0xE000)
    data = f'"{text}"'.encode()
    assert path._encode(msgspec.json.decode(data)) == data


def test_fuzz_for_two_seconds() -> None:
    assert sum(fuzz(seed=20261123, seconds=2).values()) > 50


def test_a_full_memory_starts_anew_and_stays_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST", 60)
    path.forget()
    for data in drawn(13, 60):
        assert same(data, FREE) == "accepted"
    for memory in path._memories.values():
        assert max(len(memory.pieces), len(memory.contents), len(memory.kinds)) <= 100
    path.forget()


class Tripwire(Report):
    """A report that must not be looked at."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.mark.parametrize("rule_id", [i.rule_id for i in INVARIANTS.values() if not i.reads])
def test_rules_that_read_other_resources_say_so(rule_id: str) -> None:
    for later in (False, True):
        walk = Walk(later, None, Tripwire.__new__(Tripwire))
        for _, resource in _resources():
            INVARIANTS[rule_id].broken(resource, walk)


def test_rules_between_elements_see_no_more_of_a_code_than_its_label() -> None:
    """For every element of every specimen with a code of a large group: all codes of the group are alike to all rules."""
    groups: dict[str, list[str]] = {}
    for (_, code), group in labels.groups().items():
        groups.setdefault(group, []).append(code)
    assert len(groups) == 5
    for key, resource in _resources():
        for coding in _codings(resource):
            group = labels.groups().get((coding.get("system", ""), coding["code"]))
            if group is None:
                continue
            outcomes = set()
            for coding["code"] in groups[group]:
                outcomes.add(tuple(_decided(key, resource, later) for later in (False, True)))
            assert len(outcomes) == 1, (key, group)


def _decided(key: str, resource: Any, later: bool) -> tuple[bool, ...]:
    others = Report({}, None, "")
    rules = [INVARIANTS[rule] for rule in GUIDE.profiles[key].functions if rule in INVARIANTS]
    own = tuple(rule.broken(resource, Walk(later, None, others)) for rule in rules if not rule.reads)
    return own + tuple(rule.broken(about, _with(resource, later)) for rule, about in _referring(resource))


def _referring(resource: Any) -> list[tuple[Any, Any]]:
    literal = {"reference": f"{resource['resourceType']}/{resource['id']}"}
    return [(rule, {rule.reads: [literal], "id": "x"}) for rule in INVARIANTS.values() if rule.reads]


def _with(resource: Any, later: bool) -> Walk:
    return Walk(later, None, index({"entry": [{"resource": resource}]}, None, ""))


def _resources() -> list[tuple[str, Any]]:
    by_canonical = {profile.canonical: profile.key for profile in GUIDE.profiles.values()}
    bundles = deepcopy([specimens()[name] for name in ("new", "old")])
    found = [entry["resource"] for bundle in bundles for entry in bundle["entry"]]
    return [(by_canonical[resource["meta"]["profile"][0]], resource) for resource in found]


def _codings(node: Any) -> list[Any]:
    if isinstance(node, list):
        return [coding for item in node for coding in _codings(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if isinstance(node.get("code"), str) else []
    return own + [coding for child in node.values() for coding in _codings(child)]


def test_values_stand_under_keys_that_the_content_hash_knows() -> None:
    for kind in ("Patient", "Condition", "Goal", "CarePlan", "Procedure", "Encounter", "Observation"):
        values = Shaper(GUIDE, kind).resource().values()
        assert {value.path[-1] for value in values if value.kind in ("when", "text")} <= flatten.VARYING


def test_groups_are_of_codes_of_the_same_value_sets() -> None:
    members = terminology().members
    for name, codes in members.items():
        for group in set(labels.groups().values()):
            grouped = {code for code, its in labels.groups().items() if its == group}
            assert grouped <= codes or not grouped & codes, (name, group)
