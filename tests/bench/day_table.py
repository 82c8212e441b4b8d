"""One table is what a run of a benchmark found, to be read: markdown beside the JSON, and a plot of several volumes."""

import json
import math
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.settings import REPOSITORY
from tests.bench.plot import Line, plot

TOOLS = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations", "msgspec", "pyarrow")
MEGA = 1_000_000
SIZES = ("peak", "bytes", "compressed")
MID_DAY = 39_000
"""Bundles of a usual day of the whole nation."""


def machine() -> dict[str, Any]:
    """Where and with what, and how busy it was before."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "",
    )
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "python": platform.python_version(),
        "versions": {tool: version(tool) for tool in TOOLS},
        "commit": commit.stdout.strip(),
        "load_before": os.getloadavg()[0],
    }


def exponent(volumes: Sequence[dict[str, Any]], kind: str) -> float:
    """Of cost against volume, by least squares over the logarithms; what a run costs before its first bundle counts too."""
    points = [(math.log(v["bundles"]), math.log(v["stages"][-1][kind])) for v in volumes]
    x, y = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def marginal(small: dict[str, Any], large: dict[str, Any], stage: str) -> float:
    """Microseconds of CPU that a stage takes for each further bundle."""
    of = [next((s["cpu"] for s in v["stages"] if s["name"] == stage), 0.0) for v in (small, large)]
    return (of[1] - of[0]) / (large["bundles"] - small["bundles"]) * MEGA


def write(result: dict[str, Any], folder: Path, name: str) -> None:
    """JSON, markdown, and a plot where there are several volumes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(in_megabytes(result), indent=1) + "\n")
    volumes = result["volumes"]
    if len(volumes) > 1:
        stages = [stage["name"] for stage in volumes[-1]["stages"]]
        heavy = sorted(stages[:-1], key=lambda s: -_stage(volumes[-1], s)["cpu"])[:5]
        lines = [Line(s, [(v["bundles"], _stage(v, s)["cpu"]) for v in volumes]) for s in [stages[-1], *heavy]]
        (folder / f"{name}.svg").write_text(plot("CPU seconds of a day against its bundles", "bundles", "CPU s", lines))
    (folder / f"{name}.md").write_text(
        "\n".join(
            [
                *head(result, "nation_day"),
                *(line for v in volumes for line in _volume(v)),
                *_door(result["door"]),
                *_growth(result, name),
            ]
        )
    )


def in_megabytes(told: Any) -> Any:
    """The same with sizes in megabytes: as bytes they may have the ten digits of a CPR number, which no file here may."""
    if isinstance(told, list):
        return [in_megabytes(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        f"{key}_mb" if key in SIZES else key: round(value / MEGA, 3) if key in SIZES else in_megabytes(value)
        for key, value in told.items()
    }


def _stage(volume: dict[str, Any], name: str) -> dict[str, Any]:
    empty = {"name": name, "wall": 0.0, "cpu": 0.0, "peak": 0, "rows": 0, "bytes": 0}
    return next((stage for stage in volume["stages"] if stage["name"] == name), empty)


def head(result: dict[str, Any], module: str) -> list[str]:
    """Where, with what, how busy."""
    m = result["machine"]
    tools = ", ".join(f"{tool} {number}" for tool, number in m["versions"].items())
    return [
        f"<!-- Written by tests/bench/{module}.py: run it again instead of editing. -->",
        f"{m['cpu']}, {m['cores']} cores, {m['memory_gb']} GB; Python {m['python']}, {tools}; commit {m['commit']}; seed {result['seed']}. "
        f"Load of the machine before: {m['load_before']:.2f}, after: {m['load_after']:.2f}.",
        "",
    ]


def _volume(v: dict[str, Any]) -> list[str]:
    n, r = v["bundles"], v["resources"]
    head = f"### {n:,} bundles, {r:,} resources, {v['bytes'] / MEGA:,.0f} MB, {v['citizens']:,} citizens"
    rows = [
        (s["name"], f"{s['wall']:.1f}", f"{s['cpu']:.1f}", f"{s['peak'] / MEGA:,.0f}", _n(s["rows"]), _n(s["bytes"] / MEGA),
         f"{s['cpu'] / n * MEGA:,.0f}", f"{s['cpu'] / r * MEGA:,.0f}", f"{s['bytes'] / r:,.0f}" if s["bytes"] else "")
        for s in v["stages"]
    ]  # fmt: skip
    stages = table(
        (
            "stage",
            "wall s",
            "CPU s",
            "peak MB",
            "rows left",
            "MB left",
            "CPU µs a bundle",
            "CPU µs a resource",
            "bytes a resource",
        ),
        rows,
    )
    models = sorted(v["models"].items(), key=lambda item: -item[1])[:12]
    layers = {
        layer: sum(s for name, s in v["models"].items() if v["layers"][name] == layer) for layer in v["layers"].values()
    }
    told = [
        "dbt by layer: " + ", ".join(f"{layer} {seconds:.1f} s" for layer, seconds in sorted(layers.items())) + ".",
        f"dbt: models {sum(v['models'].values()):.1f} s, tests {v['tests']:.1f} s; the slowest models: "
        + ", ".join(f"{name.split('.')[-1]} {seconds:.1f}" for name, seconds in models)
        + ".",
        "Overhead of Dagster and dbt: "
        + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in v["overhead"].items())
        + f"; together {sum(v['overhead'].values()):.1f} s.",
        f"Raw reports {v['bytes'] / r:,.0f} bytes a resource; gzip would make {v['compressed'] / r:,.0f} of them.",
        "",
    ]
    return [head, "", *stages, "", *told, *_beside(v), ""]


def _door(told: dict[str, float]) -> list[str]:
    """The door by itself, with authentication, conformance and fsync; who asks shares its cores."""
    row = (
        f"{told['a second']:,.0f}",
        f"{told['p99 at 500/s, ms']:.1f}",
        f"{told['CPU µs']:,.0f}",
        f"{told['MB']:,.0f}",
    )
    header = ("the door: reports a second", "p99 at 500 a second, ms", "CPU µs a report", "MB", "stored")
    return [*table(header, [(*row, f"{told['accepted']:.0%}")]), ""]


def _beside(v: dict[str, Any]) -> list[str]:
    """Peers, each in the unit of what it did, and how many times as much ours takes."""
    n, peers = v["bundles"], v["peers"]
    raw, dbt = _stage(v, "conformance and raw"), _stage(v, "dbt")
    to_raw = _stage(v, "landing")["wall"] + raw["wall"]
    ours = {
        "sequential read": ("landing and raw", to_raw, v["bytes"]),
        "DuckDB COPY": ("landing and raw", to_raw, raw["rows"]),
        "orjson decode": ("conformance, one core", peers["conformance"]["cpu"] / peers["conformance"]["done"] * n, n),
        "msgspec decode": ("conformance, one core", peers["conformance"]["cpu"] / peers["conformance"]["done"] * n, n),
        "pysimdjson": ("conformance, one core", peers["conformance"]["cpu"] / peers["conformance"]["done"] * n, n),
        "fhir.resources": ("conformance, one core", peers["conformance"]["cpu"] / peers["conformance"]["done"] * n, n),
    }
    rows = []
    for name, peer in peers.items():
        if name not in ours:
            continue
        what, seconds, amount = ours[name]
        same = peer["wall"] / max(peer["done"], 1) * amount
        rows.append((name, f"{same:.2f}", what, f"{seconds:.2f}", f"{seconds / same:.2f}"))
    rate = peers["conformance"]["done"] / peers["conformance"]["cpu"]
    lines = [
        f"Landing to raw: {n / to_raw:,.0f} bundles/s, peak {raw['peak'] / MEGA:,.0f} MB; the checker alone "
        f"{rate:,.0f} bundles/s on one core; dbt {dbt['rows'] / max(dbt['wall'], 0.01):,.0f} rows/s.",
        "",
        *table(("peer, on the same bytes or rows", "s", "ours", "s", "ours : peer"), rows),
    ]
    while_it_ran = [
        (name, f"{t['idle']:.2f}", f"{t['busy']:.2f}", f"{t['slowest']:.2f}", f"{t['ratio']:.2f}", t["rounds"])
        for name, t in v["responsive"].items()
    ]
    return [
        *lines,
        "",
        *table(("beside the run", "idle s", "busy s", "slowest s", "busy : idle", "times"), while_it_ran),
    ]


def _growth(result: dict[str, Any], name: str) -> list[str]:
    volumes = result["volumes"]
    if len(volumes) < 2:
        return []
    small, large = volumes[0], volumes[-1]
    names = [stage["name"] for stage in large["stages"]]
    rows = [
        (s, *(f"{_stage(v, s)['cpu']:.1f}" for v in volumes), f"{marginal(small, large, s):,.0f}",
         f"{marginal(small, large, s) * large['bundles'] / large['resources']:,.0f}")
        for s in names
    ]  # fmt: skip
    head = (
        "CPU s of a day of",
        *(f"{v['bundles']:,}" for v in volumes),
        "µs a further bundle",
        "µs a further resource",
    )
    power = result["exponent"]
    return [
        "### Cost against volume",
        "",
        *table(head, rows),
        "",
        f"Exponent: CPU {power['cpu']:.2f}, wall {power['wall']:.2f} (asked: at most 1.05).",
        "",
        f"![CPU seconds against bundles]({name}.svg)",
        "",
        *_on_paper(small, large),
    ]


def _on_paper(small: dict[str, Any], large: dict[str, Any]) -> list[str]:
    """What a year of usual days would take, by these coefficients: what a further bundle leaves on disk, and costs."""

    def grown(stage: str) -> float:
        return (_stage(large, stage)["bytes"] - _stage(small, stage)["bytes"]) / (large["bundles"] - small["bundles"])

    year = 365 * MID_DAY
    kept = {
        "landing as sent": grown("landing"),
        "receipts": grown("receipts"),
        "warehouse": grown("dbt"),
        "releases": grown("releases"),
    }
    gzipped = large["compressed"] / large["bundles"]
    rows = [(name, f"{size:,.0f}", f"{size * year / 1e9:,.0f}") for name, size in kept.items()]
    rows.append(("landing, were it sent as gzip", f"{gzipped:,.0f}", f"{gzipped * year / 1e9:,.0f}"))
    a_year = sum(kept.values()) * year
    day = marginal(small, large, "all of it") * MID_DAY / MEGA + small["stages"][-1]["cpu"]
    return [
        f"### On paper: a year of {MID_DAY:,} bundles a day",
        "",
        *table(("on disk", "bytes a further bundle", "GB a year"), rows),
        "",
        f"As sent {a_year / 1e9:,.0f} GB a year, so that 1 TB lasts {1e12 / a_year:.1f} years, and with gzip at the sender "
        f"{1e12 / (a_year - (kept['landing as sent'] - gzipped) * year):.1f}. A usual day: {day:,.0f} s of CPU "
        "by these coefficients; two cores have 172,800 s a day.",
        "",
    ]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Markdown."""
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]


def _n(number: float) -> str:
    return f"{number:,.0f}" if number else ""
