"""One run of `klgateway profiles import` drafts one package's guide into a folder, and says what differs from our records."""

import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.conformance.terminology import terminology
from orchestration.importing.code_changes import compare_codes
from orchestration.importing.committed import CommittedGuide, committed_guide
from orchestration.importing.comparison import compare_guides
from orchestration.importing.errors import ImportRefused
from orchestration.importing.files import guide_files
from orchestration.importing.guide import GuideDraft, guide_draft
from orchestration.importing.library import Library, library
from orchestration.importing.package import Manifest, Package, read_package
from orchestration.importing.report import report
from orchestration.importing.terms import TermsDraft, codes_csv, concepts_csv, terms_draft
from orchestration.importing.writing import write_draft

NAME = "klgateway profiles import"
BASE = "hl7.fhir.r4.core "


def import_profiles(paths: Sequence[str], *, out: str, compare: bool = False) -> int:
    """Read the packages (the guide's own first, then those it depends on), write the draft below `out`, compare.

    Compares when asked to, or when our records have the same guide in the same version.

    Returns:
        0 written, and nothing differs that wasn't reviewed; 1 written, differences to look at; 2 not written.
    """
    try:
        packages = tuple(read_package(Path(path)) for path in paths)
        known = library(packages)
        ours = committed_guide(known.manifest.canonical, known.manifest.version)  # before the draft is there
        draft, terms = drafts(known)
        files = guide_files(draft, packages)
        files["terminology/codes.csv"] = codes_csv(terms, terminology())
        files["terminology/concepts.csv"] = concepts_csv(terms)
        target = write_draft(Path(out), draft.id, files)
    except ImportRefused as error:
        sys.stderr.write(f"{NAME}: {error}\n")
        return 2
    for note in _notes(known):
        sys.stderr.write(f"{NAME}: note: {note}\n")
    sys.stdout.write(_summary(target, draft, terms))
    return _compare(packages[0], ours, draft, terms, compare)


def _notes(known: Library) -> list[str]:
    """What a reader of the draft must know is missing in it."""
    bare = sum(1 for structure in known.own if not structure.snapshot)
    notes = []
    if bare:
        notes.append(f"{bare} profiles have no snapshot; what they inherit is drafted only where the base is given")
    for name in known.absent:
        if bare or not name.startswith(BASE):  # snapshots repeat the base
            notes.append(f"depends on {name}, which was not given; what only it says is not in the draft")
    return notes


def drafts(known: Library) -> tuple[GuideDraft, TermsDraft]:
    """The guide and its terminology as drafts; it bears the name that our records have for its canonical."""
    draft = guide_draft(known, _name(known.manifest))
    return draft, terms_draft(draft, known, terminology())


def _name(manifest: Manifest) -> str:
    ours = committed_guide(manifest.canonical, manifest.version)
    return ours.name if ours else manifest.name.replace("/", ".").rsplit(".", 1)[-1]


def _summary(target: Path, draft: GuideDraft, terms: TermsDraft) -> str:
    rules = sum(len(p.rules) + len(p.prohibited) + len(p.needs_code) for p in draft.profiles)
    rules += sum(len(extension.rules) for extension in draft.extensions)
    code = sum(len(profile.needs_code) for profile in draft.profiles)
    codes = sum(len(expanded.codes) for expanded in terms.value_sets.values())
    return (
        f"{target}: {len(draft.profiles)} profiles, {len(draft.extensions)} extensions, {rules} rules "
        f"({code} to be written as code), {len(terms.value_sets)} value sets with {codes} codes\n"
    )


def _compare(package: Package, ours: CommittedGuide | None, draft: GuideDraft, terms: TermsDraft, asked: bool) -> int:
    if ours is None:
        if asked:
            sys.stdout.write(f"Nothing to compare with: our records have no guide {package.manifest.canonical}\n")
        return 0
    if not asked and ours.version != package.manifest.version:
        return 0
    comparison = compare_guides(draft, ours)
    compare_codes(comparison, terms, terminology())
    text, fresh = report(comparison, package.label, ours.id, ours.name)
    sys.stdout.write("\n" + text)
    return 1 if fresh else 0
