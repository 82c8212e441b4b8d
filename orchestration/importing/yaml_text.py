"""One text is one record as YAML in the manner of our profile files: blocks where a reader scans, one line where they'd read across."""

import json
import re
from typing import Any

WIDTH = 130
PLAIN = re.compile(r"[A-Za-zÆØÅæøå_/][\wÆØÅæøå ./+()-]*")
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves as it is and YAML doesn't."""

WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n", "nan", ".nan", ".inf"})


def scalar(value: Any) -> str:
    """One value; quoted as JSON (which is YAML) wherever plain text could be read as something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if re.fullmatch(r"\d+\.\.(\d+|\*)", text) and not text.endswith("*"):
        return text  # a cardinality: 0..1
    if PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in WORDS:
        return text
    if re.fullmatch(r"https?://[\w./-]+", text):
        return text
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def inline(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(name)}: {inline(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(part) for part in value) + "]"
    return scalar(value)


def block(record: dict[str, Any], depth: int, indent: int = 0) -> list[str]:
    """A record as lines: nested blocks down to `depth`, then one line each where it fits."""
    lines = []
    margin = " " * indent
    for name, value in record.items():
        head = f"{margin}{scalar(name)}:"
        line = f"{head} {inline(value)}"
        if isinstance(value, dict) and value and (depth > 0 or len(line) > WIDTH):
            lines += [head, *block(value, depth - 1, indent + 2)]
        else:
            lines.append(line)
    return lines
