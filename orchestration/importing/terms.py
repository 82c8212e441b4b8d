"""One `TermsDraft` is the code lists a guide needs: each value set's codes, and the concepts of the code systems they are from."""

import csv
import io
import re
from dataclasses import dataclass

from orchestration.conformance.terminology import Terminology
from orchestration.importing.expansion import Codes, Expanded, Expander
from orchestration.importing.guide import GuideDraft
from orchestration.importing.library import Library, name_of, plain

MEMBER_OF = re.compile(r"memberOf\('([^']+)'\)")
CODES = ("value_set", "system", "code", "display", "former_display", "valid_after_transition")
CONCEPTS = ("system", "code", "display", "parent_code", "level")


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """Value sets by the name our records use, and the code systems behind them as rows of `concepts.csv`."""

    value_sets: dict[str, Expanded]
    concepts: tuple[tuple[str, str, str, str, int], ...]


def terms_draft(guide: GuideDraft, library: Library, committed: Terminology) -> TermsDraft:
    """Expand every value set the package has, binds, or asks membership of, and those they are made of."""
    expander = Expander(library, known_codes(committed))
    waiting = sorted({*library.own_value_sets, *_bound(guide)}, key=lambda url: (name_of(url), url))
    found: dict[str, Expanded] = {}
    while waiting:
        url = plain(waiting.pop(0))
        if name_of(url) not in found:
            found[name_of(url)] = expander.expand(url)
            waiting += found[name_of(url)].uses
    systems = sorted({system for one in found.values() for system, _ in one.codes})
    rows = [
        (url, code, node.display, node.parent, node.level)
        for url in systems
        if url in library.code_systems
        for code, node in expander.concepts(library.code_systems[url]).nodes.items()
    ]
    return TermsDraft(dict(sorted(found.items())), tuple(rows))


def known_codes(committed: Terminology) -> dict[str, Codes]:
    """Our committed code lists as expansions."""
    return {
        name: {code: committed.display.get(code, "") for code in sorted(codes)}
        for name, codes in committed.members.items()
    }


def codes_csv(draft: TermsDraft, committed: Terminology) -> str:
    """`codes.csv` in the committed format.

    The last two columns are review: what is known of a code is carried over, what is not stays empty to be decided.
    """
    rows = []
    for name, expanded in draft.value_sets.items():
        for code, display in sorted(expanded.codes.items()):
            known = committed.display.get(code)
            former = sorted(committed.former.get(code, ()))
            if known and display and known != display:
                former.insert(0, known)
            later = "" if known is None else "no" if code in committed.retiring else "yes"
            rows.append((name, *code, display or known or "", former[0] if former else "", later))
    return _table(CODES, rows)


def concepts_csv(draft: TermsDraft) -> str:
    """`concepts.csv`: every concept of the code systems used, with what stands above it."""
    return _table(CONCEPTS, draft.concepts)


def _table(columns: tuple[str, ...], rows: object) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def _bound(guide: GuideDraft) -> set[str]:
    """Canonicals of the value sets that the guide binds or asks membership of."""
    rules = [rule for profile in guide.profiles for rule in profile.rules.values()]
    rules += [rule for extension in guide.extensions for rule in extension.rules.values()]
    asked = [rule.constraint for profile in guide.profiles for rule in profile.needs_code.values()]
    bound = {plain(rule.value_set) for rule in rules if rule.value_set}
    return bound | {plain(url) for text in asked for url in MEMBER_OF.findall(text)}
