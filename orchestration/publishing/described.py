"""One entry of `described` is one mart: the columns that dbt describes of it, read from the project's own YAML (no dbt needed)."""

from pathlib import Path

import yaml

FOLDERS = ("marts", "indicators", "quality")
"""Whence a recipient can get anything. Staging and intermediate are nobody's but ours."""


def described(dbt_project_dir: Path) -> dict[str, frozenset[str]]:
    """Model → its columns, of every model that an agreement may list. A file that can't be read describes nothing."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, frozenset[str]] = {}
    for folder in FOLDERS:
        for path in sorted((dbt_project_dir / "models" / folder).glob("*.yml")):
            content = yaml.load(path.read_text(encoding="utf-8"), loader)  # a safe loader, in C where built
            for model in (content or {}).get("models") or []:
                found[model["name"]] = frozenset(column["name"] for column in model.get("columns") or [])
    return found
