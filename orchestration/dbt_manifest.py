"""One manifest is dbt's own description of the project; made anew when a file of the project is younger than it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestration.settings import dbt_environment, settings

DBT_EXECUTABLE = str(Path(sys.executable).parent / "dbt")


def current_manifest() -> Path:
    """The path of a manifest that is not older than the project.

    Raises:
        RuntimeError: dbt could not parse the project; its own message stands above.
    """
    dbt_environment()
    project = settings().dbt_project_dir
    manifest = project / "target" / "manifest.json"
    parts = [
        project / "dbt_project.yml",
        *(p for d in ("models", "seeds", "macros", "tests") for p in (project / d).rglob("*")),
    ]
    youngest = max(p.stat().st_mtime for p in parts if p.is_file())
    if not manifest.exists() or manifest.stat().st_mtime < youngest:
        command = [DBT_EXECUTABLE, "--quiet", "parse", "--project-dir", str(project)]
        if subprocess.run(command, cwd=project, check=False).returncode:
            raise RuntimeError("dbt could not parse dbt_project; mend what it names above, then try again.")
        manifest.touch()
    return manifest


def described_sources() -> dict[str, Any]:
    """dbt's description of each table of the schema `raw`, and of its columns: the one place where they are described."""
    sources = json.loads(current_manifest().read_text())["sources"].values()
    return {source["name"]: source for source in sources if source["source_name"] == "raw"}


def write_docs() -> Path:
    """Write dbt's documentation of the warehouse as one HTML file and return its path.

    Raises:
        RuntimeError: dbt failed; its own message stands above.
    """
    current_manifest()
    project = settings().dbt_project_dir
    command = [DBT_EXECUTABLE, "--quiet", "docs", "generate", "--static", "--project-dir", str(project)]
    if subprocess.run(command, cwd=project, check=False).returncode:
        raise RuntimeError("dbt could not write its documentation; mend what it names above, then try again.")
    return project / "target" / "static_index.html"
