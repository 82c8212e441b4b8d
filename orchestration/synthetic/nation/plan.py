"""One `Plan` is what is asked of one run of `klgateway generate`; what can't be done is refused before anything is written."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from orchestration.conformance import library
from orchestration.synthetic.nation.municipalities import Municipality, municipalities
from orchestration.synthetic.nation.vendors import Mix, load_mix

FIRST_DAY = date(2025, 7, 1)
"""Ældreloven and its intervention codes are in force from this day."""
DEFAULT_START = date(2026, 3, 2)
MOST_DAYS = 1100
"""Three years: two whole years of indicators, and the later vintages of their months."""


class PlanError(ValueError):
    """Settings that can't be: one line that says which and why."""


@dataclass(frozen=True)
class Plan:
    """`fault_rate`: share of reports that are broken, 0-1. `municipality_codes`: which ones, in order of code."""

    out: Path
    municipality_codes: tuple[str, ...]
    citizens: int
    days: int
    seed: int
    start: date
    fault_rate: float
    mix: Mix
    one_file_per_bundle: bool = False

    @cached_property
    def municipalities(self) -> tuple[Municipality, ...]:
        """The municipalities of this nation."""
        return tuple(m for m in municipalities() if m.code in self.municipality_codes)

    @cached_property
    def _dates(self) -> dict[int, date]:
        return {}

    def day(self, number: int) -> date:
        """The date of a day, counted from 0."""
        found = self._dates.get(number)
        if found is None:
            found = self._dates[number] = self.start + timedelta(days=number)
        return found


def plan(
    out: str,
    *,
    municipalities: str = "98",
    citizens: int | str = 20_000,
    days: int | str = 30,
    seed: int | str = 1,
    start: str | None = None,
    faults: float | str = 0.0,
    vendor_mix: str | None = None,
    one_file_per_bundle: bool = False,
) -> Plan:
    """Read the settings. `municipalities`: how many (the most populous first), or codes separated by commas.

    Raises:
        PlanError: something in them can't be.
    """
    citizens, days, seed = _whole("--citizens", citizens), _whole("--days", days), _whole("--seed", seed)
    faults = _share("--faults", faults)
    chosen = _municipalities(municipalities)
    room = sum(m.over_65 for m in chosen)
    if citizens < 1:
        raise PlanError(f"--citizens {citizens}: at least 1 is needed.")
    if citizens > room:
        raise PlanError(f"--citizens {citizens}: only {room} people of 65 or more live in these municipalities.")
    if not 1 <= days <= MOST_DAYS:
        raise PlanError(f"--days {days}: it must be 1 to {MOST_DAYS}.")
    first = _start(start)
    last, end = first + timedelta(days=days - 1), library.guide(library.GUIDES[0]).transition_end
    if first < FIRST_DAY:
        raise PlanError(f"--start {first}: the codes of today are in force from {FIRST_DAY} only.")
    if last > end:
        raise PlanError(
            f"--start {first} --days {days}: ends {last}; after {end} the codes of the transition are void."
        )
    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PlanError(f"--out {out}: there is something already; name a new or an empty folder.")
    try:
        mix = load_mix(Path(vendor_mix) if vendor_mix else None)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PlanError(f"--vendor-mix {vendor_mix}: {reason}") from None
    codes = tuple(m.code for m in chosen)
    return Plan(folder, codes, citizens, days, seed, first, faults, mix, one_file_per_bundle)


def _whole(name: str, value: int | str) -> int:
    try:
        return int(value)
    except ValueError:
        raise PlanError(f"{name} {value}: not a whole number.") from None


def _share(name: str, value: float | str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise PlanError(f"{name} {value}: it is a share of the reports, 0 to 1 (0.01 is one in a hundred).")
    return share


def _municipalities(text: str) -> list[Municipality]:
    every = municipalities()
    if text.isdigit() and len(text) < 4:
        count = int(text)
        if not 1 <= count <= len(every):
            raise PlanError(f"--municipalities {text}: there are {len(every)}; name 1 to {len(every)}, or their codes.")
        return sorted(every, key=lambda m: (-m.population, m.code))[:count]
    known = {m.code: m for m in every}
    codes = [code.strip() for code in text.split(",")]
    for code in codes:
        if code not in known:
            raise PlanError(f"--municipalities {text}: there is no municipality {code!r}.")
    return [known[code] for code in sorted(set(codes))]


def _start(text: str | None) -> date:
    if text is None:
        return DEFAULT_START
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError(f"--start {text}: not a date; write it as 2026-03-02.") from None
