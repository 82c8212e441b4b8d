"""One run is one received day of an invented nation, from the drop folders to every release, stage by stage, beside its peers.

    python -m tests.bench.nation_day [--bundles 2000 39000 200000] [--seed 9] [--name nation] [--scratch DIR] [--package-peers]

Each volume is a day of its own on an empty warehouse, by the real jobs in a process of their own; of several, the exponent of cost
against volume. While it goes, `klgateway validate` and reading of a release
(that of the volume before) are timed beside it, and once more when it is over.
Writes tests/bench/results/NAME.json, NAME.md and, of several volumes, NAME.svg.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.dbt_manifest import DBT_EXECUTABLE, current_manifest
from orchestration.settings import REPOSITORY, settings
from tests.bench import day_nation, day_stages, door
from tests.bench.day_table import exponent, machine, write
from tests.bench.peers import python_peers
from tests.bench.responsive import Desk
from tests.bench.scratch import EXIT_TOO_LITTLE, TooLittle, need, scratch
from tests.bench.watch import watch

RELEASE = "fct_condition.parquet"
PACKAGES = ("fhir.resources", "pysimdjson")
DOOR_SECONDS = 5.0
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Look for room, measure each volume, write the results; 1 where a run failed, 3 where there is too little room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundles", type=int, nargs="+", default=[2_000])
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--name", default="nation")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--scratch", type=Path, default=REPOSITORY / "data")
    parser.add_argument(
        "--package-peers", action="store_true", help="fhir.resources and simdjson too: installed for a minute"
    )
    asked = parser.parse_args()
    try:
        need(asked.scratch, sum(asked.bundles))
    except TooLittle as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_TOO_LITTLE
    current_manifest()  # before any run: what dbt makes of its project is no part of the day
    volumes: list[dict[str, Any]] = []
    before = machine()
    with scratch(asked.scratch, asked.name) as kept:
        for bundles in sorted(asked.bundles):
            folder = kept / str(
                bundles
            )  # stays to the end: ext4 is slow to make files soon after it has removed as many
            folder.mkdir()
            say(f"{bundles:,} bundles")
            volumes.append(measured(folder, bundles, asked.seed, kept / RELEASE))
            if asked.package_peers and bundles == max(asked.bundles):
                volumes[-1]["peers"] |= package_peers(folder / "data" / "landing")
            shutil.copyfile(folder / "data" / "releases" / "flis" / "latest" / RELEASE, kept / RELEASE)
            say(f"  {volumes[-1]['stages'][-1]['wall']:.0f} s, {volumes[-1]['stages'][-1]['cpu']:.0f} s of CPU")
        say("the door")
        at_the_door = door.told(kept, DOOR_SECONDS)
    load = {"load_after": os.getloadavg()[0]}
    result = {"machine": before | load, "seed": asked.seed, "volumes": volumes, "door": at_the_door}
    if len(volumes) > 1:
        result["exponent"] = {kind: exponent(volumes, kind) for kind in ("wall", "cpu")}
    write(result, asked.results, asked.name)
    failed = [volume["bundles"] for volume in volumes if volume["failed"]]
    for bundles in failed:
        say(f"The run of {bundles:,} bundles failed: what is told of it counts for nothing.")
    return int(bool(failed))


def measured(folder: Path, bundles: int, seed: int, release: Path) -> dict[str, Any]:
    """Everything about one volume. `release`: a file of the release of the volume before, to be read meanwhile."""
    data, dagster = folder / "data", folder / "dagster"
    dagster.mkdir()
    shutil.copyfile(REPOSITORY / ".dagster" / "dagster.yaml", dagster / "dagster.yaml")
    delivered = day_nation.deliver(folder / "nation", data / "drop", bundles, seed)
    environment = {
        **os.environ,
        "KLGATEWAY_DATA": str(data),
        "KLGATEWAY_SENDERS": str(folder / "nation" / "senders.yml"),
        "KLGATEWAY_SETTLE_SECONDS": "0",
        "DAGSTER_HOME": str(dagster),
        "KLGATEWAY_WAREHOUSE": str(data / "warehouse.duckdb"),
        "DBT_PROFILES_DIR": str(settings().dbt_project_dir),
        "DBT_TARGET_PATH": str(folder / "target"),
        "PYTHONWARNINGS": "ignore",
    }
    # As where the code location was loaded before: dbt keeps what it read of its project, by the path of the warehouse.
    subprocess.run([DBT_EXECUTABLE, "--quiet", "parse"], cwd=settings().dbt_project_dir, env=environment, check=True)
    shutil.rmtree(folder / "nation" / "deliveries")
    out = folder / "told.json"
    command = [sys.executable, "-m", "tests.bench.day_run", delivered.day.isoformat(), str(out)]
    with Desk(folder, environment, release if release.exists() else None) as desk:
        run = watch(command, environment, folder / "day_run.log")
    if not out.exists():
        sys.exit(f"The run of the day ended with {run.code}:\n{(folder / 'log').read_text()[-2000:]}")
    told = json.loads(out.read_text())
    nodes = day_stages.dbt_nodes(folder / "target")
    return {
        **{"day": delivered.day.isoformat(), "bundles": delivered.bundles, "resources": delivered.resources},
        **{"bytes": delivered.bytes, "citizens": delivered.citizens, "failed": told["failed"]},
        "stages": [asdict(stage) for stage in day_stages.stages(run, told, data)],
        "steps": {step["step"]: asdict(run.used(step["start"], step["end"])) for step in told["steps"]},
        "layers": layers(),
        "models": {node["node"]: node["seconds"] for node in nodes if node["node"].startswith("model.")},
        "tests": sum(node["seconds"] for node in nodes if node["node"].startswith("test.")),
        "overhead": day_stages.overhead(told, nodes),
        "peers": peers(data, delivered.day.isoformat()),
        "compressed": compressed(data / "landing"),
        "responsive": desk.told(),
    }


def layers() -> dict[str, str]:
    """Model → the folder of its stage."""
    nodes = json.loads(current_manifest().read_bytes())["nodes"]
    return {name: str(node["fqn"][1]) for name, node in nodes.items() if name.startswith("model.")}


def peers(data: Path, day: str) -> dict[str, Any]:
    """What day_peers tells of the same bytes and rows, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.day_peers", str(data), day]
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def package_peers(landing: Path) -> dict[str, Any]:
    """The peers that have to be installed first."""
    sample = [line for line, _ in zip(day_nation.lines(landing), range(500), strict=False)]
    found = {}
    for package, peer in zip(PACKAGES, python_peers(sample, PACKAGES), strict=True):
        if peer.rate:
            found[package] = {"done": 1, "wall": 1 / peer.rate, "cpu": 1 / peer.rate}
        else:
            say(f"{package}: {peer.note}")
    return found


def compressed(landing: Path) -> int:
    """Bytes of the archive as gzip would have it: what a sender that compresses sends."""
    import gzip

    whole = sum(path.stat().st_size for path in (landing / "objects").rglob("*") if path.is_file())
    sample = b"\n".join(line for line, _ in zip(day_nation.lines(landing), range(2000), strict=False))
    return round(whole * len(gzip.compress(sample, 6)) / len(sample))


def say(text: str) -> None:
    """Progress, to the terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
