"""One run mutates bundles for some seconds: no exception, no fault, and both paths say the same. `python -m tests.conformance.fuzz`"""

import argparse
import time
from random import Random

from orchestration.conformance.check import check, explain
from orchestration.conformance.verdict import Context
from orchestration.synthetic.style import Json
from tests.bench.reports import DAY, report
from tests.conformance.mutations import mutated
from tests.conformance.specimens import LATER, NOW, specimens

FREE = Context(None, DAY)


def fuzz(seed: int, seconds: float) -> dict[str, int]:
    """Mutate until the time is up; returns how many verdicts of each status were compared.

    Raises:
        AssertionError: the two paths differ, or a rule of ours failed; the message holds the seed and the number.
    """
    random = Random(seed)
    bundles: list[Json] = [*specimens().values(), *(report(random, f"fuzz/{n}") for n in range(10))]
    counts: dict[str, int] = {}
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        number += 1
        data = mutated(random, random.choice(bundles))
        context = random.choice((NOW, FREE, LATER))
        verdict = check(data, context)
        assert verdict.fault is None, (seed, number, verdict.fault)
        assert verdict == explain(data, context), (seed, number)
        counts[verdict.status] = counts.get(verdict.status, 0) + 1
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600)
    arguments = parser.parse_args()
    print(arguments.seed, fuzz(arguments.seed, arguments.seconds))  # noqa: T201
