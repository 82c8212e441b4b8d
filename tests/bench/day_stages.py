"""One `Stage` is a part of the day's run: wall, CPU and peak memory as seen from outside, and what came of it in rows and bytes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.watch import Used, Watched

ENDINGS = {"_candidate": "candidates", "_gate": "gates", "_release": "releases"}
NAMES = {
    "arrivals": "landing",
    "raw_tables": "conformance and raw",
    "receipts": "receipts",
    "dbt_models": "dbt",
    "portal": "portal",
}


@dataclass(frozen=True)
class Stage:
    """`rows` and `bytes` of what it left; 0 where there is nothing to count."""

    name: str
    wall: float
    cpu: float
    peak: int
    rows: int = 0
    bytes: int = 0


def stages(run: Watched, told: dict[str, Any], data: Path) -> list[Stage]:
    """Every stage in the order of its first step; the last is all of it."""
    left = _left(data)
    used: dict[str, list[Used]] = {"code location": [run.used(*told["loaded"])]}
    for step in sorted(told["steps"], key=lambda step: step["start"]):
        used.setdefault(_stage(step["step"]), []).append(run.used(step["start"], step["end"]))
    found = [Stage(name, *_sum(parts), *left.get(name, (0, 0))) for name, parts in used.items()]
    return [*found, Stage("all of it", *_sum([run.whole()]))]


def _stage(step: str) -> str:
    for ending, name in ENDINGS.items():
        if step.endswith(ending):
            return name
    return NAMES.get(step, "cards, findings, status")


def _sum(parts: list[Used]) -> tuple[float, float, int]:
    return sum(p.wall for p in parts), sum(p.cpu for p in parts), max(p.peak for p in parts)


def _left(data: Path) -> dict[str, tuple[int, int]]:
    """Rows and bytes that each stage left in the data folder."""
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        of = dict(
            connection.execute(
                "select schema_name, sum(estimated_size)::bigint from duckdb_tables() group by all"
            ).fetchall()
        )
    built = sum(rows for schema, rows in of.items() if schema != "raw")
    published = [json.loads(path.read_bytes()) for path in (data / "candidates").glob("*/candidate.json")]
    manifests = [
        json.loads(path.read_bytes())
        for path in (data / "releases").rglob("manifest.json")
        if not path.parent.is_symlink()
    ]
    return {
        "landing": (0, size(data / "landing")),
        "conformance and raw": (of.get("raw", 0), 0),
        "receipts": (sum(1 for _ in (data / "receipts").rglob("*.json")), size(data / "receipts")),
        "dbt": (built, (data / "warehouse.duckdb").stat().st_size),
        "candidates": (_rows(published), size(data / "candidates")),
        "releases": (_rows(manifests), size(data / "releases")),
        "portal": (0, size(data / "portal")),
    }


def _rows(records: Iterable[dict[str, Any]]) -> int:
    return sum(product["rows"] for record in records for product in record["products"])


def size(folder: Path) -> int:
    """Bytes of the files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def dbt_nodes(target: Path) -> list[dict[str, Any]]:
    """The nodes of the newest dbt run below `target`: seconds each, begin and end."""
    newest = max(target.glob("*/run_results.json"), key=lambda path: path.stat().st_mtime)
    found = []
    for result in json.loads(newest.read_bytes())["results"]:
        times = [t for t in result["timing"] if t["name"] == "execute" and t["completed_at"]]
        if times:
            begun, ended = (
                datetime.fromisoformat(times[0][key].replace("Z", "+00:00")) for key in ("started_at", "completed_at")
            )
            found.append({"node": result["unique_id"], "seconds": result["execution_time"], "end": ended.timestamp()})
            found[-1]["start"] = begun.timestamp()
    return found


def overhead(told: dict[str, Any], nodes: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds of wall that Dagster and dbt took for themselves: nothing of our own ran meanwhile."""
    steps = {step["step"]: step for step in told["steps"]}
    in_steps = sum(step["end"] - step["start"] for step in steps.values())
    dbt = steps["dbt_models"]
    last = max(node["end"] for node in nodes)
    return {
        "code location": told["loaded"][1] - told["loaded"][0],
        "Dagster between the steps": sum(end - start for start, end in told["jobs"].values()) - in_steps,
        "dbt beside its nodes": last - dbt["start"] - sum(node["seconds"] for node in nodes),
        "Dagster told of dbt's": dbt["end"] - last,
        "Dagster told of the gates'": sum(
            step["end"] - step["first_check"]
            for name, step in steps.items()
            if name.endswith("_gate") and "first_check" in step
        ),
    }
