"""One report is a comparison as a person reads it: what to look at first, then what agrees."""

from collections.abc import Iterator

from orchestration.importing.code_changes import CODES
from orchestration.importing.comparison import CHANGED, GONE, NEW, Comparison, Difference
from orchestration.importing.reviewed import reviewed, split


def report(comparison: Comparison, package: str, ours: str, guide_name: str) -> tuple[str, int]:
    """The text, and how many differences are still to be looked at."""
    reasons = reviewed(guide_name)
    fresh, known, stale = split(comparison, reasons)
    lines = [f"{package} compared with our records of {ours}", ""]
    for group in (NEW, GONE, CHANGED, CODES):
        lines += _group(group, [one for one in fresh if one.group == group])
    if not fresh:
        lines += ["Nothing to look at: every difference is reviewed.", ""]
    lines += [*_agreement(comparison), ""]
    if comparison.renamed:
        lines += ["The same rule under another id (ours is permanent and stays)"]
        lines += [f"  {theirs} is {here}" for theirs, here in comparison.renamed] + [""]
    if comparison.stated:
        lines += ["Rules of ours that the package's R4 base holds anyway"]
        lines += [f"  {rule_id}" for rule_id in comparison.stated] + [""]
    if known:
        lines += [f"Reviewed before ({len(known)})"]
        lines += [f"  {_first(one)}: {reasons[one.key]}" for one in known] + [""]
    if stale:
        lines += ["Reviews that fit no difference any more", *(f"  {key}" for key in stale), ""]
    lines += [*(f"Note: {note}" for note in comparison.notes)]
    return "\n".join(lines).rstrip() + "\n", len(fresh)


def _group(title: str, differences: list[Difference]) -> list[str]:
    if not differences:
        return []
    lines = [f"{title} ({len(differences)})"]
    for one in differences:
        first, *rest = one.text.split("\n")
        lines += [f"  {first}", *(f"      {line}" for line in rest)]
    return [*lines, ""]


def _agreement(comparison: Comparison) -> Iterator[str]:
    total = sum(comparison.equal.values())
    yield f"Equal: {total} rules ({_counted(comparison.equal)})"
    yield f"Ours alone, from prose, JSON format and business: {sum(comparison.only_ours.values())} rules ({_counted(comparison.only_ours)})"
    same = sum(1 for theirs, ours in comparison.sizes.values() if theirs == ours)
    yield f"Value sets: {same} of {len(comparison.sizes)} of the same size"
    for name, (theirs, ours) in comparison.sizes.items():
        if theirs != ours:
            yield f"  {name}: {theirs} in the package, {ours} here"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {counts[kind]}" for kind in sorted(counts))


def _first(one: Difference) -> str:
    return one.key if one.group != CHANGED else one.text
