"""One `Comparison` is what a package's draft says otherwise than our committed records, and where both agree."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from orchestration.importing.committed import CommittedGuide, CommittedRule
from orchestration.importing.elements import untyped
from orchestration.importing.files import SAYS, extension_records, kind_of, profile_record
from orchestration.importing.guide import GuideDraft
from orchestration.importing.rules import DraftRule


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `key` names it for good, so that a review can be recorded; `text` is for a person."""

    group: str
    key: str
    text: str


@dataclass(slots=True)
class Comparison:
    """`equal` and `only_ours` count rules by kind. `stated` and `renamed` are no differences: the demand is the same."""

    equal: Counter[str] = field(default_factory=Counter)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    stated: list[str] = field(default_factory=list)
    only_ours: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


NEW = "In the package, not in our records"
GONE = "In our records, not in the package"
CHANGED = "Changed"


def compare_guides(draft: GuideDraft, ours: CommittedGuide) -> Comparison:
    """Compare rules by id, then by place and role, then what the elements say."""
    result = Comparison()
    theirs = drafted_rules(draft)
    for rule_id in theirs.keys() & ours.rules.keys():
        result.equal[kind_of(theirs[rule_id])] += 1
        _invariant(result, theirs[rule_id], ours.rules[rule_id])
    new = {rule_id: rule for rule_id, rule in theirs.items() if rule_id not in ours.rules}
    gone = {rule_id: rule for rule_id, rule in ours.rules.items() if rule_id not in theirs}
    _pair_renamed(result, new, gone)
    cardinalities = {
        (profile.key, path): count for profile in draft.profiles for path, count in profile.cardinalities.items()
    }
    for rule_id, theirs_rule in new.items():
        what = theirs_rule.constraint or ", ".join(f"{name} {value}" for name, value in theirs_rule.element.items())
        result.differences.append(
            Difference(
                NEW, rule_id, f"{rule_id}  [{kind_of(theirs_rule)}] {theirs_rule.place.fhirpath}: {what}".rstrip(": ")
            )
        )
    for rule_id, rule in gone.items():
        if not rule.is_formal:
            result.only_ours[rule.kind] += 1
        elif rule.role in ("max", "cardinality", "required") and _holds(rule, cardinalities, ours):
            result.stated.append(rule_id)
        else:
            result.differences.append(Difference(GONE, rule_id, f"{rule_id}  [{rule.kind}] {rule.place}"))
    _profiles(result, draft, ours)
    for profile in draft.profiles:
        record = profile_record(profile)
        for path, element in record["elements"].items():
            _element(result, f"{profile.key}.{path}", element, ours.elements.get((profile.key, path), {}))
    for key, extension in extension_records(draft).items():
        _element(result, f"ext.{key}", extension, ours.extensions.get(key, {}))
    result.differences.sort(key=lambda one: ((NEW, GONE, CHANGED).index(one.group), one.key))
    return result


def drafted_rules(draft: GuideDraft) -> dict[str, DraftRule]:
    """Every rule of a draft by id."""
    found: dict[str, DraftRule] = {}
    for profile in draft.profiles:
        found |= profile.rules | profile.prohibited | profile.needs_code
    for extension in draft.extensions:
        found |= extension.rules
    return found


def _pair_renamed(result: Comparison, new: dict[str, DraftRule], gone: dict[str, CommittedRule]) -> None:
    """The same role at the same place is the same rule; its id is permanent, so ours stays."""
    by_place = {(rule.profile, rule.place, rule.role): rule_id for rule_id, rule in gone.items() if rule.is_formal}
    for rule_id, rule in list(new.items()):
        profile = rule_id.split(".", 1)[0]
        ours = by_place.pop((profile, untyped(rule.place.fhirpath), rule.role), None)
        if ours:
            result.renamed.append((rule_id, ours))
            result.equal[kind_of(rule)] += 1
            del new[rule_id], gone[ours]


def _holds(rule: CommittedRule, cardinalities: dict[tuple[str, str], str], ours: CommittedGuide) -> bool:
    """Whether the package demands at least as much at that place, so that the rule only repeats what holds anyway."""
    count = cardinalities.get((rule.profile, rule.place))
    if count is None:
        return False
    low, high = count.split("..")
    if rule.role == "required":
        return low != "0"
    if rule.role == "max":
        return high in ("0", "1")
    element = next((e for (_, _), e in ours.elements.items() if rule.id in e["rules"]), {})
    return element["rules"][rule.id].get("restricts") == "nothing" if element else False


def _invariant(result: Comparison, theirs: DraftRule, ours: CommittedRule) -> None:
    if theirs.role != "invariant":
        return
    for name, before, after in (
        ("severity", ours.severity, theirs.severity),
        ("expression", ours.constraint, theirs.constraint),
    ):
        if before != after:
            _changed(result, f"{theirs.id} {name}", before, after)


def _profiles(result: Comparison, draft: GuideDraft, ours: CommittedGuide) -> None:
    drafted = {profile.canonical: profile.key for profile in draft.profiles}
    for canonical in sorted(drafted.keys() - ours.profiles.keys()):
        result.differences.append(Difference(NEW, canonical, f"the profile {drafted[canonical]} ({canonical})"))
    for canonical in sorted(ours.profiles.keys() - drafted.keys()):
        result.differences.append(Difference(GONE, canonical, f"the profile {ours.profiles[canonical]} ({canonical})"))


def _element(result: Comparison, where: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    """What both say of one element. What only one of them says has a rule of its own, which is told already."""
    for name in (*SAYS, "url", "contexts"):
        if name in theirs and name in ours and _plain(theirs[name]) != _plain(ours[name]):
            _changed(result, f"{where} {name}", ours[name], theirs[name])
    slices = ours.get("slices", {})
    for name, slice_ in theirs.get("slices", {}).items():
        for part, value in slice_.items():
            if name in slices and part in slices[name] and _plain(value) != _plain(slices[name][part]):
                _changed(result, f"{where}:{name} {part}", slices[name][part], value)


def _changed(result: Comparison, key: str, before: Any, after: Any) -> None:
    result.differences.append(Difference(CHANGED, key, f"{key}: {before} here, {after} in the package"))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
