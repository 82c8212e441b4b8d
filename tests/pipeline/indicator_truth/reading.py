"""One `World` is what the accepted reports of a nation say at a cut-off, read by other code than the platform's.

From the deliveries themselves (NDJSON) and the truth about which line was accepted; no DuckDB, no SQL, no dbt.
"""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

Json = dict[str, Any]
Citizen = tuple[str, str]
"""Municipality and CPR number."""
SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CLOSED = {"inactive", "remission", "resolved"}


class Said(NamedTuple):
    """One resource in one accepted report."""

    moment: datetime
    arrival: tuple[date, str, int, int]
    sent_on: date
    citizen: Citizen
    resource: Json


class Version(NamedTuple):
    """What holds from `moment` to `end` (None: still). `withdrawn`: it was said to be an error."""

    moment: datetime
    end: datetime | None
    withdrawn: bool
    said: Said


class Code(NamedTuple):
    """What the code lists say of a code."""

    legacy: str
    title: str
    group: str
    service: str
    domain: str
    parent: str
    lives_on: bool


@cache
def codes() -> dict[str, Code]:
    """uuid → what is known of it."""

    def rows(name: str) -> list[dict[str, str]]:
        with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    legacy = {row["fsiii_uuid"]: row["legacy_code"] for row in rows("fsiii_crosswalk")}
    groups = {row["code_group_code"]: row for row in rows("code_group")}
    grouped = {row["fsiii_code"]: groups[row["code_group_code"]] for row in rows("fsiii_code_group")}
    domains: dict[str, str] = {}
    sets = {row["value_set"]: row["care_domain_code"] for row in rows("fsiii_value_set")}
    for row in rows("fsiii_value_set_member"):
        if sets[row["value_set"]]:
            domains[row["code"]] = sets[row["value_set"]]
    return {
        row["code"]: Code(
            legacy.get(row["code"], ""),
            row["display"],
            grouped.get(row["code"], {}).get("code_group_code", ""),
            grouped.get(row["code"], {}).get("service_group_code", ""),
            domains.get(row["code"], ""),
            legacy.get(row["parent_code"], ""),
            row["valid_after_transition"] in ("yes", "probably"),
        )
        for row in rows("fsiii_code")
    }


@cache
def uuids() -> dict[str, str]:
    """User-facing key → uuid."""
    return {code.legacy: uuid for uuid, code in codes().items() if code.legacy}


def uuid(text: str) -> str:
    return uuids().get(text, text)


def day(text: str | None) -> date | None:
    """The Danish day of a FHIR date or dateTime."""
    if not text or len(text) < 10:
        return None
    return date.fromisoformat(text) if len(text) == 10 else danish(datetime.fromisoformat(text))


def danish(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()


def midnight_after(last: date) -> datetime:
    following = last + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=COPENHAGEN).astimezone(UTC)


class Nation:
    """All accepted reports, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: list[Json] = sorted(
            pq.read_table(folder / "truth" / "reports.parquet").to_pylist(),
            key=lambda r: (r["sent_on"], r["sender_id"], r["file_name"], r["line_number"]),
        )
        self.said: dict[tuple[str, str, str], list[Said]] = {}
        self.accepted: list[tuple[date, str, Citizen, Json]] = []
        """Day of receipt, municipality, citizen, bundle."""
        for report, line in self._lines():
            if report["state"] == "accepted":
                self._take(report, json.loads(line))

    def _lines(self) -> Iterator[tuple[Json, bytes]]:
        files: dict[Path, list[bytes]] = {}
        for report in self.reports:
            path = self.folder / "deliveries" / str(report["sent_on"]) / report["sender_id"] / report["file_name"]
            if path not in files:
                files = {path: path.read_bytes().split(b"\n")}
            yield report, files[path][report["line_number"] - 1]

    def _take(self, report: Json, bundle: Json) -> None:
        resources = [entry["resource"] for entry in bundle["entry"]]
        patient = next(r for r in resources if r["resourceType"] == "Patient")
        cpr = next(i["value"] for i in patient["identifier"] if i["system"] == "urn:oid:1.2.208.176.1.2")
        place = report["municipality_code"]
        citizen = (place, cpr)
        self.accepted.append((report["sent_on"], place, citizen, bundle))
        for number, resource in enumerate(resources):
            moment = datetime.fromisoformat(resource["meta"].get("lastUpdated") or bundle["timestamp"])
            arrival = (report["sent_on"], report["file_name"], report["line_number"], number)
            key = (place, resource["resourceType"], resource["id"])
            self.said.setdefault(key, []).append(Said(moment, arrival, report["sent_on"], citizen, resource))


def content(said: Said) -> str:
    """All that is said but when: of a Patient what the platform keeps of one."""
    r = said.resource
    if r["resourceType"] == "Patient":
        return json.dumps(
            [said.citizen, r.get("active"), r.get("deceasedBoolean"), r["managingOrganization"]["identifier"]["value"]]
        )
    return json.dumps({name: value for name, value in r.items() if name != "meta"}, sort_keys=True)


def is_error(r: Json) -> bool:
    """Whether a report of a resource says that the one before it was an error."""
    if r["resourceType"] == "Patient":
        return r.get("active") is False
    if r["resourceType"] == "Condition":
        return bool("verificationStatus" in r and r["verificationStatus"]["coding"][0]["code"] == "entered-in-error")
    return bool(r.get("status", r.get("lifecycleStatus")) == "entered-in-error")


class World:
    """The nation at one cut-off: what was received until `known_on`, about what was said before the month's own."""

    def __init__(self, nation: Nation, month_end: date, known_on: date) -> None:
        self.nation, self.month_end, self.known_on = nation, month_end, known_on
        self.valid_at = midnight_after(month_end + timedelta(days=14))
        with (SEEDS / "test_citizen.csv").open(encoding="utf-8") as stream:
            self.test_numbers = {row["test_number"] for row in csv.DictReader(stream)}

    @cached_property
    def histories(self) -> dict[tuple[str, str, str], list[Version]]:
        """Versions in order, by what is known."""
        told = {}
        for key, every in self.nation.said.items():
            known = sorted((s for s in every if s.sent_on <= self.known_on), key=lambda s: (s.moment, s.arrival))
            changes = [s for n, s in enumerate(known) if not n or content(s) != content(known[n - 1])]
            versions = []
            for n, one in enumerate(changes):
                if is_error(one.resource) and n:
                    continue
                after = changes[n + 1] if n + 1 < len(changes) else None
                error = is_error(one.resource)
                end = one.moment if error else after.moment if after else None
                versions.append(
                    Version(one.moment, end, error or (after is not None and is_error(after.resource)), one)
                )
            if versions:
                told[key] = versions
        return told

    def standing(self, kind: str) -> Iterator[tuple[str, str, Said, list[Version]]]:
        """Municipality, id, the version that counts and all that hold or held, of citizens who count."""
        for (place, type_, id_), versions in self.histories.items():
            if type_ != kind:
                continue
            for version in versions:
                if (
                    not version.withdrawn
                    and version.moment < self.valid_at
                    and (version.end is None or version.end >= self.valid_at)
                    and version.said.citizen in self.citizens
                ):
                    past = [v for v in versions if not v.withdrawn and v.moment < self.valid_at]
                    yield place, id_, version.said, past

    @cached_property
    def citizens(self) -> dict[Citizen, date | None]:
        """Citizens who count → the day on which they were reported dead."""
        told: dict[Citizen, list[Version]] = {}
        for (_, type_, _), versions in self.histories.items():
            if type_ == "Patient":
                for version in versions:
                    if version.moment < self.valid_at:
                        told.setdefault(version.said.citizen, []).append(version)
        found: dict[Citizen, date | None] = {}
        for citizen, versions in told.items():
            versions.sort(key=lambda v: (v.moment, v.said.arrival))
            if versions[-1].withdrawn or citizen[1] in self.test_numbers:
                continue
            dead = [v for v in versions if not v.withdrawn and v.said.resource.get("deceasedBoolean") is not None]
            is_dead = bool(dead) and dead[-1].said.resource["deceasedBoolean"]
            days = [danish(v.moment) for v in dead if v.said.resource["deceasedBoolean"]]
            found[citizen] = min(days) if is_dead else None
        return found
