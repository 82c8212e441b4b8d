"""One body is one report that the door has stored, read back byte for byte by its submission id."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from orchestration.intake.ledger import index, segments
from orchestration.intake.ledger.ledger import FOLDER, INDEX


@contextmanager
def bodies(landing_dir: Path) -> Iterator[Callable[[str], bytes]]:
    """The reader of bodies, while the ledger's index is open.

    The reader raises LookupError for a submission that the ledger does not know, and OSError for one that can't be read.
    """
    root = landing_dir / FOLDER
    if not (root / INDEX).is_file():
        raise LookupError("There is no ledger. Remedy: put landing back from its backup.")
    with closing(index.open_index(root / INDEX, read_only=True)) as connection:

        def body(submission_id: str) -> bytes:
            row = index.of_submission(connection, submission_id)
            if row is None:
                raise LookupError("The ledger lacks a report. Remedy: put landing back from its backup.")
            return segments.read_one(root, row.place)[1]

        yield body
