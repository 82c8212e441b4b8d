"""`klgateway agreements`: who gets what, as the agreements on file say it, and what changed in them."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from orchestration.publishing.agreement import Agreements, load_agreements
from orchestration.publishing.agreement_diff import differences
from orchestration.publishing.described import described


def show_agreements(expectations_dir: Path, dbt_project_dir: Path, out: TextIO = sys.stdout) -> int:
    """One line per agreement; those that can't be read with what, where and the remedy. 0, or 1 where one can't be read."""
    loaded = load_agreements(expectations_dir, described(dbt_project_dir))
    head = f"{'recipient':14}{'status':8}{'version':>7}  {'from':12}{'identity':11}{'tables':>6}{'columns':>9}  legal basis"
    out.write(f"{head}\n")
    for name, agreement in loaded.by_recipient.items():
        terms = agreement.terms
        columns = sum(len(product.columns) for product in terms.products)
        basis = terms.legal_basis.en if len(terms.legal_basis.en) <= 60 else f"{terms.legal_basis.en[:59]}…"
        out.write(
            f"{name:14}{terms.status:8}{terms.version:>7}  {terms.valid_from!s:12}{terms.identity:11}"
            f"{len(terms.products):>6}{columns:>9}  {basis}\n"
        )
    return _show_errors(loaded, out)


def diff_agreements(
    expectations_dir: Path, dbt_project_dir: Path, since: str, lang: str, out: TextIO = sys.stdout
) -> int:
    """What the files say now and did not say at the git revision `since`, in plain words; what lets more out is marked `!`.

    0 done, 1 where an agreement can't be read now, 2 where there is no such revision.
    """
    with tempfile.TemporaryDirectory(prefix="klgateway-agreements-") as name:
        folder = Path(name)
        if not _export(expectations_dir, since, folder):
            sys.stderr.write(f"There is no revision `{since}` of {expectations_dir.name}/ here. Remedy: `git log`.\n")
            return 2
        before = load_agreements(folder / expectations_dir.name)
    after = load_agreements(expectations_dir, described(dbt_project_dir))
    unread = before.errors.keys() | after.errors.keys()
    was, now = (
        {name: each for name, each in loaded.by_recipient.items() if name not in unread} for loaded in (before, after)
    )
    changes = differences(was, now)
    for change in changes:
        said = change.da if lang == "da" else change.en
        out.write(f"{'!' if change.is_wider else ' '} {change.recipient}: {said}\n")
    if not changes:
        out.write("Ingen ændringer.\n" if lang == "da" else "No changes.\n")
    for recipient in before.errors:
        told = "kunne ikke læses dengang" if lang == "da" else "could not be read then"
        out.write(f"  {recipient}: {told}\n")
    return _show_errors(after, out)


def _export(expectations_dir: Path, since: str, folder: Path) -> bool:
    """The folder as it was at that revision, unpacked."""
    archive = ["git", "archive", "--format=tar", since, expectations_dir.name]
    packed = subprocess.run(archive, cwd=expectations_dir.parent, capture_output=True, check=False)
    if packed.returncode:
        return False
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return True


def _show_errors(loaded: Agreements, out: TextIO) -> int:
    for recipient, error in loaded.errors.items():
        out.write(f"✗ {recipient}: {error}\n")
    return 1 if loaded.errors else 0
