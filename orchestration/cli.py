"""`klgateway`: one command is one thing a person does at a terminal. Imports what a command needs inside that command."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 for done, 1 for not as it should be, 2 for a command that is not understood."""
    parser = argparse.ArgumentParser(prog="klgateway", description="The KL Gateway data platform.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="run the main job on the shipped samples, day by day, and show what came of it")
    commands.add_parser("docs", help="write the dbt documentation as one HTML file")
    samples = commands.add_parser("samples", help="write the shipped samples anew, from their story")
    samples.add_argument("--out", help="another folder than data/samples")
    chosen = parser.parse_args(arguments)
    if chosen.command == "demo":
        from orchestration.demo import run_demo

        return run_demo()
    if chosen.command == "docs":
        from orchestration.dbt_manifest import write_docs

        print(write_docs())  # noqa: T201  # the answer of the command
        return 0
    return _samples(chosen.out)


def _samples(out: str | None) -> int:
    from pathlib import Path

    from orchestration.settings import settings
    from orchestration.synthetic.samples import write_samples

    write_samples(Path(out) if out else settings().samples_dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
