"""One run plays one received day through the real jobs in this process, and leaves when each step began and ended as JSON.

python -m tests.bench.day_run DAY OUT     (KLGATEWAY_DATA, KLGATEWAY_SENDERS and DAGSTER_HOME are set by tests.bench.nation_day)
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.intake.landing import COPENHAGEN
from orchestration.jobs import all_municipalities
from orchestration.settings import dagster_home
from orchestration.workers import die_with_parent


def main(day: str, out: Path) -> int:
    """The job of the day, then the municipalities' extracts, as the sensor would start them."""
    began = time.time()
    from orchestration.definitions import defs

    definitions = defs()
    told: dict[str, Any] = {"loaded": [began, time.time()], "steps": [], "jobs": {}, "failed": []}
    received_at = datetime.fromisoformat(f"{day}T21:00").replace(tzinfo=COPENHAGEN)
    config = {"ops": {"arrivals": {"config": {"received_at": received_at.isoformat()}}}}
    runs: dict[str, dict[str, Any]] = {
        "gateway": {"partition_key": day, "run_config": config},
        "municipal_extracts": {"tags": all_municipalities()},
    }
    for name, how in runs.items():
        with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
            began = time.time()
            result = definitions.resolve_job_def(name).execute_in_process(
                instance=instance, raise_on_error=False, **how
            )
            told["jobs"][name] = [began, time.time()]
            told["steps"] += steps(instance, result.run_id)
        if not result.success:
            told["failed"].append(name)
    out.write_text(json.dumps(told))
    return int(bool(told["failed"]))


def steps(instance: dg.DagsterInstance, run_id: str) -> list[dict[str, Any]]:
    """Step, its begin and end, and when the first of its checks was told (from there on it only tells Dagster)."""
    found: dict[str, dict[str, Any]] = {}
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        step = found.setdefault(event.step_key, {"step": event.step_key})
        if event.event_type == dg.DagsterEventType.STEP_START:
            step["start"] = entry.timestamp
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            step.setdefault("first_check", entry.timestamp)
            step["checks"] = step.get("checks", 0) + 1
        elif event.event_type in (dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE):
            step["end"] = entry.timestamp
            step["is_success"] = event.event_type == dg.DagsterEventType.STEP_SUCCESS
    return [step for step in found.values() if "start" in step and "end" in step]


if __name__ == "__main__":
    die_with_parent()  # also where the benchmark is killed in a way that nothing can tidy up
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
