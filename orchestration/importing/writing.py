"""One writing puts one draft into its folder whole: made aside, then renamed into place."""

import shutil
import tempfile
from pathlib import Path

from orchestration.importing.errors import ImportRefused

MARK = "import.yml"
"""The file by which a folder is known as a draft of ours, that may be replaced."""


def write_draft(out: Path, name: str, files: dict[str, str]) -> Path:
    """Write `files` (path below the folder → text) as the folder `out/name`; an earlier draft there is replaced.

    Raises:
        ImportRefused: the folder is there and no draft of this command, or can't be written.
    """
    target = out / name
    if target.is_symlink() or (target.exists() and not (target / MARK).is_file()):
        raise ImportRefused(f"{target} exists and is no draft of this command; it is left as it is")
    try:
        out.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=out))
        try:
            aside.chmod(0o755)
            for path, text in files.items():
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
            _replace(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise ImportRefused(f"{target} can't be written ({error.strerror or type(error).__name__})") from None
    return target


def _replace(aside: Path, target: Path) -> None:
    """Swap folders; a reader sees the old draft or the new one. A folder can't be renamed over one that has files."""
    former = aside.with_name(aside.name + ".former")
    if target.exists():
        target.rename(former)
    try:
        aside.rename(target)
    except OSError:
        if former.exists():
            former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)
