"""One `Example` shows one rule broken and mended. Those of bundles are judged by the checker before they are shown."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchestration.conformance.check import check
from orchestration.conformance.rules import Rule, all_rules
from orchestration.conformance.verdict import Context, Finding, Verdict
from orchestration.guide.fragments import Json, changes, masked, pairs, render, root
from orchestration.guide.lifelike import lifelike
from orchestration.guide.listing import Line, compare, lines_of
from orchestration.guide.records import guide
from orchestration.guide.references import explained
from orchestration.guide.texts import Text, written_examples

Inject = Callable[[str, Json], Json]
"""Break one rule in a copy of a valid bundle; raises LookupError when there is no place for it."""


class ExampleError(ValueError):
    """A rule has no example, or the checker does not see in it what it is meant to show."""


@dataclass(frozen=True, slots=True)
class Example:
    """`before`: what was received earlier. `bad` is empty for a rule that nothing can break. `finding`: the checker's own."""

    bad: tuple[Line, ...]
    good: tuple[Line, ...]
    before: tuple[Line, ...] = ()
    note: Text | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """What the checker says to a bundle, under the rules of today or of the day after the transition."""

    sor_codes: frozenset[str]
    today: date

    def verdict(self, bundle: Json | bytes, phase: str) -> Verdict:
        """The verdict under the rules that a phase has in force."""
        as_of = self.today if phase == "now" else guide().transition_end + timedelta(days=1)
        return check(
            bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode(), Context(self.sor_codes, as_of)
        )

    def tells_apart(self, rule: Rule, good: Json, bad: Json | bytes) -> Finding | None:
        """The finding of the rule in `bad`, if `good` is accepted and has none."""
        before, after = self.verdict(good, rule.phase), self.verdict(bad, rule.phase)
        if before.status != "accepted" or rule.id in {found.rule_id for found in before.findings}:
            return None
        return next((found for found in after.findings if found.rule_id == rule.id), None)


def examples(bundles: Sequence[Json], inject: Inject) -> dict[str, Example]:
    """An example of every rule, by rule id.

    `bundles` are valid reports and deliveries; the first that can show a rule does.

    Raises:
        ExampleError: a rule can't be shown.
    """
    judge = judge_of(bundles)
    written = written_examples()
    found = {}
    for rule in all_rules().values():
        entry = written.get(rule.id)
        found[rule.id] = _written(entry) if entry else _injected(rule, bundles, inject, judge)
    return found


def judge_of(bundles: Sequence[Json]) -> Judge:
    """A judge for whom these bundles are of today and of a sender who may report them."""
    today = min(date.fromisoformat(bundle["timestamp"][:10]) for bundle in bundles)
    sor_codes = {check(json.dumps(bundle).encode(), Context(None, today)).sor_code for bundle in bundles}
    return Judge(frozenset(code for code in sor_codes if code), today)


def _written(entry: dict[str, Any]) -> Example:
    good = lines_of(entry["good"])
    bad, mended = compare(lines_of(entry["bad"]), good, commas=True) if "bad" in entry else ([], good)
    before = tuple(lines_of(entry["before"])) if "before" in entry else ()
    return Example(tuple(bad), tuple(mended), before, Text(**entry["note"]) if "note" in entry else None)


def _injected(rule: Rule, bundles: Sequence[Json], inject: Inject, judge: Judge) -> Example:
    for good in bundles:
        try:
            bad = lifelike(inject(rule.id, good))
        except LookupError:
            continue
        finding = judge.tells_apart(rule, good, bad)
        if finding:
            return _shown(rule, good, bad, finding)
    raise ExampleError(f"no bundle shows {rule.id}")


def _shown(rule: Rule, good: Json, bad: Json, finding: Finding) -> Example:
    good, bad = masked(good), masked(bad)
    paths = list(changes(bad, good))
    start = root(good, paths)
    beside = pairs(bad, good, start, paths)
    sides = [render(side, start, paths, beside, rule.constraint) for side in (bad, good)]
    wrong, right = compare(explained(sides[0], bad), explained(sides[1], good))
    return Example(tuple(wrong), tuple(right), finding=finding)
