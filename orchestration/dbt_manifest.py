"""One manifest is dbt's own description of the project; made anew when a file of the project is younger than it."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from orchestration.durable import aside, locked, sweep, write_whole
from orchestration.settings import dbt_environment, settings

DBT_EXECUTABLE = str(Path(sys.executable).parent / "dbt")

OF_A_TIME_AND_PLACE = {
    "created_at", "database", "relation_name", "build_path", "root_path", "compiled", "compiled_code", "compiled_path",
}  # fmt: skip


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
        *(p for d in ("models", "seeds", "macros", "tests", "docs") for p in (project / d).rglob("*")),
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


def project_sha256(manifest: Path) -> str:
    """One hash of all that decides what dbt makes: models, seeds, macros, tests and how they are configured and described.

    The same project gives the same hash at any time and place: what a manifest says of those is left out.
    """
    told = json.loads(manifest.read_bytes())
    kept = {kind: {key: _lasting(node) for key, node in told[kind].items()} for kind in ("nodes", "sources", "macros")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def project_fingerprint(manifest: Path) -> str:
    """dbt's own hash of models, seeds, tests and macros: the macro of this name, which each build stores (`int_loads__built`)."""
    nodes = json.loads(manifest.read_bytes())["nodes"]
    history = yaml.safe_load((settings().dbt_project_dir / "dbt_project.yml").read_bytes())["vars"]["history_version"]
    files = sorted(node["checksum"]["checksum"] for node in nodes.values())
    return hashlib.md5("".join([history, *files, *sorted(nodes)]).encode(), usedforsecurity=False).hexdigest()


def column_descriptions(manifest: Path) -> dict[str, dict[str, str]]:
    """Model → column → description; the CPR, which joins a product late, is described with every model."""
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    told = {
        node["name"]: {name: column["description"] for name, column in node["columns"].items() if column["description"]}
        for node in nodes
        if node["resource_type"] in ("model", "seed")
    }
    cpr = {"cpr": told["int_citizen__identity"]["cpr"]}
    return {model: cpr | columns for model, columns in told.items()}


def _lasting(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name not in OF_A_TIME_AND_PLACE}


def write_docs() -> Path:
    """Write dbt's documentation of the warehouse as one HTML file, whole or not at all, and return its path.

    dbt works in a folder aside: the manifest that the code location reads stays as it is. It opens the warehouse, so the
    caller runs in the pool `duckdb`.

    Raises:
        RuntimeError: dbt failed; its own message stands above.
    """
    dbt_environment()
    project, docs = settings().dbt_project_dir, settings().docs_dir
    with locked(docs):
        sweep(docs)
        work = aside(docs, "dbt")
        command = [DBT_EXECUTABLE, "--quiet", "docs", "generate", "--static", "--project-dir", str(project)]
        if subprocess.run([*command, "--target-path", str(work)], cwd=project, check=False).returncode:
            raise RuntimeError(
                "dbt could not write its documentation; mend what it names above, then try again. "
                "If it could not lock the warehouse, a run is writing it: wait for that."
            )
        write_whole(docs / "dbt_docs.html", (work / "static_index.html").read_bytes())
        sweep(docs)
    return docs / "dbt_docs.html"
