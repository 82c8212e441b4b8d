"""One run takes what lies in a landing through the job `gateway`, for one received day: `python -m tests.pipeline.through_the_door DAY`.

In an environment that names data folder, senders and Dagster home; a process of its own, as the daily run is.
"""

import sys

import dagster as dg

from orchestration.definitions import defs


def main() -> int:
    """Run the day; 0 when the run went well."""
    with dg.DagsterInstance.get() as instance:
        done = (
            defs()
            .resolve_job_def("gateway")
            .execute_in_process(partition_key=sys.argv[1], instance=instance, raise_on_error=False)
        )
    for event in done.all_events:
        if event.is_step_failure:
            sys.stdout.write(f"failed: {event.step_key}\n")
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main())
