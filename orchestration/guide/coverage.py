"""One `Coverage` is one rule: the valid report that it is silent about, and where it speaks once that report is broken.

`klgateway rules` prints the table.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TextIO

import msgspec

from orchestration.conformance import library
from orchestration.conformance.rules import Rule, all_rules
from orchestration.guide.examples import Inject, Judge, judge_of
from orchestration.guide.fragments import Json

Damage = Callable[[bytes], bytes]
"""Break one rule in the bytes of a valid bundle, which are compact."""
OF_THE_WHOLE: dict[str, Damage] = {
    "json.empty": lambda data: b"",
    "json.size": lambda data: data + b" " * library.limits()["bundle_bytes"],
}
NOT_SHOWN = "NOT SHOWN"


@dataclass(frozen=True, slots=True)
class Coverage:
    """`good_example`, `bad_example`: which of the guide's reports, and the spot of the finding; in brackets why there is none."""

    rule_id: str
    severity: str
    stage: str
    phase: str
    good_example: str
    bad_example: str


def coverage(bundles: Sequence[Json], inject: Inject, damages: Mapping[str, Damage]) -> list[Coverage]:
    """Every rule of the catalogue; both examples are judged by the checker here and now, nothing is taken on trust."""
    judge, damages = judge_of(bundles), {**damages, **OF_THE_WHOLE}
    return [
        Coverage(rule.id, rule.severity, rule.stage, rule.phase, *_examples(rule, bundles, inject, damages, judge))
        for rule in all_rules().values()
    ]


def _examples(
    rule: Rule, bundles: Sequence[Json], inject: Inject, damages: Mapping[str, Damage], judge: Judge
) -> tuple[str, str]:
    if rule.restricts_nothing:
        return "any report", "(the rule restricts nothing: nothing can break it)"
    if rule.decided_by == "intake":
        return "(see the rule's page)", "(decided at the door: by the file, the sender or what came before)"
    if rule.stage != "door":
        return "(see the rule's page)", "(decided afterwards, against what came before)"
    for number, good in enumerate(bundles, 1):
        try:
            bad = damages[rule.id](msgspec.json.encode(good)) if rule.id in damages else inject(rule.id, good)
        except LookupError:
            continue
        finding = judge.tells_apart(rule, good, bad)
        if finding:
            return f"report {number}", f"report {number}, broken at {finding.expression or 'the text itself'}"
    return NOT_SHOWN, NOT_SHOWN


def write(covered: Sequence[Coverage], out: TextIO) -> None:
    """The table as CSV."""
    writer = csv.DictWriter(out, [field.name for field in fields(Coverage)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(each) for each in covered)
