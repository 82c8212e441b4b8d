"""One run writes the dictionary below a folder, as page and as CSV; each file is whole or the former one."""

import json
from pathlib import Path

from orchestration.dictionary.page import page
from orchestration.dictionary.reading import read
from orchestration.dictionary.records import Dictionary
from orchestration.dictionary.table import table
from orchestration.durable import write_whole

PAGE, CSV = "data_dictionary.html", "data_dictionary.csv"


def read_dictionary(manifest: Path) -> Dictionary:
    """The dictionary of the dbt project that a manifest lies in (`<project>/target/manifest.json`)."""
    return read(json.loads(manifest.read_bytes()), manifest.parents[1])


def write_dictionary(dictionary: Dictionary, out: Path) -> list[Path]:
    """Write both files and return their paths. The same dictionary gives the same bytes.

    Raises:
        OSError: the folder can't be written.
    """
    files = {out / PAGE: page(dictionary), out / CSV: table(dictionary)}
    for path, content in files.items():
        write_whole(path, content.encode())
    return list(files)
