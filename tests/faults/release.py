"""One kill is one release, withdrawal or candidate that dies by SIGKILL at a random point; then a run that is left alone.

`python -m tests.faults.release --kills 200 --seed 1` prints a table by point. What a reader can see must be whole at any
time: the former release, or the new one; and after the next run the audit log must agree with what stands. Exit code 1: not so.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.publishing.agreement import load_agreement
from orchestration.publishing.audit import Actor, AuditLog
from orchestration.publishing.audit_check import check_audit
from orchestration.publishing.candidate import CandidateError, read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.home import latest, releases_in
from orchestration.publishing.manifest import WITHDRAWN, read_manifest, read_withdrawal
from orchestration.publishing.parquet import sha256
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.release import release
from orchestration.publishing.report import read_report
from orchestration.publishing.signing import load_signer
from orchestration.publishing.verification import verify
from orchestration.publishing.withdrawal import withdraw
from orchestration.warehouse import connect
from tests.faults.dying import HALVES, End, When, in_child
from tests.unit.publishing.conftest import House, Nation

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
PARTS = ("releases", "audit", "keys", "candidates")
BY_CLOCK = 0.3
"""Share of the kills that come when the clock says so, also within DuckDB and Arrow."""


@dataclass
class Scenario:
    """One kind of work. `kept` is the installation as it is before each kill; `former` the latest release there."""

    name: str
    house: House
    kept: Path
    work: Callable[[datetime], object]
    former: str | None
    steps: int = 0
    seconds: float = 0.0

    def restore(self) -> None:
        for name in PARTS:
            shutil.rmtree(self.house.root / name, ignore_errors=True)
            shutil.copytree(self.kept / name, self.house.root / name, symlinks=True)

    def measure(self) -> None:
        """How many steps the work has, and how long it takes when nobody kills it."""
        self.restore()
        started = datetime.now(UTC)
        self.steps = in_child(lambda: self.work(NOW)).steps
        self.seconds = (datetime.now(UTC) - started).total_seconds()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    drawn = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        table, faults = run(Path(folder), chosen.kills, drawn)
    show(table)
    print(*faults, sep="\n")  # noqa: T201
    print(f"{sum(table.values())} kills, seed {chosen.seed}: {len(faults)} faults")  # noqa: T201
    return 1 if faults else 0


def run(root: Path, kills: int, drawn: random.Random) -> tuple[Counter[tuple[str, str, str]], list[str]]:
    """The table (scenario, point, what stood → kills), and every fault in words."""
    scenarios = list(_scenarios(root))
    for scenario in scenarios:
        scenario.measure()
    table: Counter[tuple[str, str, str]] = Counter()
    faults: list[str] = []
    points: list[tuple[Scenario, int]] = []
    for number in range(kills):
        if not points:
            points = [(scenario, step) for scenario in scenarios for step in range(1, scenario.steps + 1)]
            drawn.shuffle(points)
        scenario, step = points.pop()
        end, point = _kill(scenario, step, drawn)
        found = _judge(scenario, NOW + timedelta(seconds=number + 1))
        stood = "fault" if found.startswith("fault") else found
        table[scenario.name, "(lived)" if end.lived else point, stood] += 1
        if stood == "fault":
            faults.append(f"{scenario.name}, {point} (step {step}): {found}")
    return table, faults


def show(table: Counter[tuple[str, str, str]]) -> None:
    """The table, for a terminal."""
    columns = ("former stands", "new whole", "no release yet", "withdrawn", "fault")
    print(f"{'work':<12}{'killed at':<22}" + "".join(f"{name:>16}" for name in columns))  # noqa: T201
    for name, point in sorted({key[:2] for key in table}):
        counts = "".join(f"{table[name, point, column] or '':>16}" for column in columns)
        print(f"{name:<12}{point:<22}{counts}")  # noqa: T201
    sums = "".join(f"{sum(n for key, n in table.items() if key[2] == column) or '':>16}" for column in columns)
    print(f"{'sum':<34}{sums}")  # noqa: T201


def _kill(scenario: Scenario, step: int, drawn: random.Random) -> tuple[End, str]:
    scenario.restore()
    if drawn.random() < BY_CLOCK:
        end = in_child(lambda: scenario.work(NOW), after_seconds=drawn.uniform(0, scenario.seconds))
        return end, "the clock"
    when: When = drawn.choice(("before", "half", "after"))
    end = in_child(lambda: scenario.work(NOW), at_step=step, when=when)
    return end, f"{'after' if when == 'half' and end.step not in HALVES else when} {end.step}"


def _judge(scenario: Scenario, now: datetime) -> str:
    """What stands after the kill; then after a run that is left alone. Begins with `fault` where it should not be so."""
    house = scenario.house
    stood = _standing(scenario)
    if stood.startswith("fault"):
        return stood
    in_child(lambda: scenario.work(now))
    after = _standing(scenario)
    wanted = {"withdraw": "withdrawn", "candidate": "former stands"}.get(scenario.name, "new whole")
    if after != wanted:
        return f"fault: after the next run: {after}"
    if scenario.name == "next" and len(releases_in(house.releases / "flis")) != 2:
        return "fault: what the agreement no longer keeps is still there"
    left = [path.name for path in (house.releases / "flis").glob(".*") if path.name != ".lock"]
    _, faults = check_audit(AuditLog(house.root / "audit"), house.releases)
    if left or faults:
        return f"fault: left {left}, audit {[fault.en for fault in faults]}"
    return stood


def _standing(scenario: Scenario) -> str:
    home = scenario.house.releases / "flis"
    if scenario.name == "candidate":
        return _candidate(scenario)
    for path in releases_in(home) if home.is_dir() else ():
        if (path / WITHDRAWN).exists():
            if read_withdrawal(path) is None or len(list(path.iterdir())) != 2:
                return f"fault: {path.name} is withdrawn, but not whole"
        elif faults := verify(path):
            return f"fault: {path.name} is visible, but {faults[0].en}"
    now = latest(home.parent, home.name)
    if now is None:
        # A withdrawal has one moment without its release: whoever reads finds nothing, and no mixture.
        is_moment = scenario.name == "withdraw" and list(home.glob(".withdrawing-*"))
        return "withdrawn" if is_moment else "no release yet" if scenario.former is None else "fault: latest is gone"
    if (now / WITHDRAWN).exists():
        return "withdrawn"
    if now.name == scenario.former:
        return "former stands"
    manifest = read_manifest(now)
    return "new whole" if manifest and manifest.withheld_codes == ["0615"] else "fault: another release is the latest"


def _candidate(scenario: Scenario) -> str:
    try:
        candidate = read_candidate(scenario.house.candidates, "flis")
    except CandidateError:
        return "no release yet"
    whole = all(sha256(candidate.path(product)) == product.sha256 for product in candidate.products)
    return "former stands" if whole else "fault: a candidate that is not whole"


def _scenarios(root: Path) -> Iterator[Scenario]:
    in_child(lambda: _prepare(root))
    house = House(root, None)
    before = latest(house.releases, "flis")
    former = before.name if before else ""
    nothing, kept = root / "nothing", root / "kept"
    for name in PARTS:
        (nothing / name).mkdir(parents=True)
    shutil.copytree(kept / "candidates", nothing / "candidates", dirs_exist_ok=True)
    yield Scenario("first", house, nothing, lambda now: _release(house, now), None)
    yield Scenario("next", house, kept, lambda now: _release(house, now), former)
    yield Scenario("withdraw", house, kept, lambda now: _withdraw(house, former, now), former)
    yield Scenario("candidate", house, kept, lambda _: _extract(house), former)


def _prepare(root: Path) -> None:
    """An installation with two releases, of which the next run prunes the older one, and a judged candidate."""
    house = House(root, _warehouse(root))
    house.slim("recorded_on.not_in_the_future")
    house.edit("flis/agreement.yml", "{days: 400, releases: 30}", "{days: 1, releases: 1}")
    house.release("flis", 8, day=1)
    house.nation.citizen("0751", "nursing")
    house.release("flis", 8)
    house.nation.citizen("0751", "nursing")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    house.gate("flis")
    for name in PARTS:
        shutil.copytree(root / name, root / "kept" / name, symlinks=True)


def _warehouse(root: Path) -> Path:
    nation = Nation(root / "nation.duckdb")
    with nation.session():
        for code in ("0461", "0615", "0751"):
            nation.citizen(code, "nursing", "home_care")
    return nation.path


def _publisher(house: House) -> Publisher:
    signer = load_signer(house.root / "keys" / "key.pem", create=True)
    return Publisher(signer, AuditLog(house.root / "audit"), Actor("tester"), "0.1.0", "d" * 64)


def _release(house: House, now: datetime) -> None:
    candidate, report = read_candidate(house.candidates, "flis"), read_report(house.candidates, "flis")
    publisher = _publisher(house)
    release(candidate, report, load_agreement(house.expectations, "flis"), house.releases, publisher, now=now)
    write_catalogue(house.releases, publisher.audit, now=now)


def _withdraw(house: House, release_id: str | None, now: datetime) -> None:
    publisher = _publisher(house)
    withdraw(house.releases, "flis", release_id or "", "Forkerte datoer", publisher, now=now)
    write_catalogue(house.releases, publisher.audit, now=now)


def _extract(house: House) -> None:
    with connect(house.nation.path, read_only=True) as connection:
        write_candidate(connection, load_agreement(house.expectations, "flis"), house.candidates)


if __name__ == "__main__":
    sys.exit(main())
