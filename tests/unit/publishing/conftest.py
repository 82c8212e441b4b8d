"""One `Nation` is a small real warehouse with the marts that publishing reads; one `House` an installation on it."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
import yaml

from orchestration.publishing.agreement import Agreement, load_agreement, load_agreements
from orchestration.publishing.audit import Actor, AuditLog
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.gate import run_gate
from orchestration.publishing.outcome import Refused, Released, Unchanged
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.release import release
from orchestration.publishing.report import GateReport
from orchestration.publishing.signing import load_signer
from orchestration.settings import REPOSITORY
from orchestration.warehouse import connect

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
CANARY = "2502411111"
"""An invented CPR that fails modulus 11: the value that must be found in no output."""
NURSING, HOME_CARE, LEVEL, NURSING_ACT, HOME_CARE_ACT = (f"0000000{n}-0000-4000-8000-000000000000" for n in range(1, 6))

DDL = """
create schema raw; create schema marts; create schema intermediate;
create table raw.submissions (submission_id varchar, received_on date, receipt_sequence bigint, state varchar);
create table intermediate.int_citizen__identity (citizen_key varchar, cpr varchar);
"""


KEPT = ("dim_citizen", "fct_condition", "fct_planned_intervention", "dim_fsiii_code", "dim_municipality")
"""The products of the agreements in a House: enough to publish from, few enough to be quick."""


def marts() -> str:
    """Every mart as an empty table, with the columns and types of its contract."""
    statements = []
    for path in sorted((REPOSITORY / "dbt_project" / "models" / "marts").glob("*.yml")):
        for model in yaml.safe_load(path.read_text()).get("models", ()):
            columns = ", ".join(f"{column['name']} {column['data_type']}" for column in model["columns"])
            statements.append(f"create table marts.{model['name']} ({columns});")
    return "\n".join(statements)


def invented_cpr(number: int) -> str:
    """A CPR of nobody: born before 1968, not on 1 January, failing modulus 11."""
    day = f"{2 + number % 26:02}{2 + number // 26 % 11:02}{30 + number // 286 % 38:02}"
    for serial in range(number, number + 20):
        for last in "0123456789":
            cpr = f"{day}{serial % 1000:03}{last}"
            if sum(int(d) * w for d, w in zip(cpr, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 5:
                return cpr
    raise AssertionError("some last digit leaves a remainder of five") from None


class Nation:
    """Writes rows of the marts with sensible defaults; `sql` changes them."""

    connection: duckdb.DuckDBPyConnection | None = None

    def __init__(self, path: Path) -> None:
        self.path, self.citizens = path, 0
        if not path.exists():
            with self.session():
                self._found()

    def _found(self) -> None:
        self.sql(DDL + marts())
        codes = ["0461", "0615", "0751", *(f"9{n:03}" for n in range(95))]
        rows = ", ".join(
            f"('{c}', 'Kommune {c}', '1083', 'Region', 9000, 900, 90, date '2026-01-01', 'invented')" for c in codes
        )
        self.sql(f"insert into marts.dim_municipality values {rows}")
        kinds = {NURSING: "condition", HOME_CARE: "condition", LEVEL: "severity"}
        kinds |= {NURSING_ACT: "intervention", HOME_CARE_ACT: "intervention"}
        for code, kind in kinds.items():
            domain = {NURSING: "nursing", NURSING_ACT: "nursing", LEVEL: None}.get(code, "home_care")
            self.insert("dim_fsiii_code", fsiii_code=code, code_system="fsiii", display="Titel", code_kind_code=kind)
            self.sql("update marts.dim_fsiii_code set care_domain_code = ? where fsiii_code = ?", [domain, code])
        days = [(f"s{n}", date(2026, 3, 1 + n), n, "accepted" if n < 4 else "rejected") for n in range(1, 5)]
        for day in days:
            self.sql("insert into raw.submissions values (?, ?, ?, ?)", list(day))

    def sql(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        with self.session() as connection:
            connection.execute(query, parameters)
            return [] if connection.description is None else connection.fetchall()

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One connection for all that is done within: to open and close the file is what takes time."""
        if self.connection is not None:
            yield self.connection
            return
        with connect(self.path) as self.connection:
            yield self.connection
        self.connection = None

    def insert(self, model: str, **values: Any) -> None:
        marks = ", ".join("?" for _ in values)
        self.sql(f"insert into marts.{model} ({', '.join(values)}) values ({marks})", list(values.values()))

    def citizen(self, code: str, *domains: str, cpr: str | None = None, **values: Any) -> str:
        """A citizen with one condition and one intervention of each domain; returns the citizen's key."""
        with self.session():
            return self._citizen(code, domains, cpr, values)

    def _citizen(self, code: str, domains: tuple[str, ...], cpr: str | None, values: dict[str, Any]) -> str:
        self.citizens += 1
        key = f"k{self.citizens:05}"
        shared = {"municipality_code": code, "sor_code": f"99999{code}000001", "submission_id": "s1"}
        shared["citizen_key"] = key
        self.sql(
            "insert into intermediate.int_citizen__identity values (?, ?)", [key, cpr or invented_cpr(self.citizens)]
        )
        citizen = {
            "birth_on": date(1940, 2, 2),
            "sex_code": "male",
            "is_deceased": False,
            "is_reported_by_mistake": False,
        }
        self.insert("dim_citizen", **{**shared, **citizen, "last_reported_on": date(2026, 3, 3), **values})
        for domain in domains:
            nursing = domain == "nursing"
            version = {
                "version_number": 1,
                "care_domain_code": domain,
                "valid_from_at": datetime(2026, 3, 2),  # noqa: DTZ001  UTC, as the marts keep it
                "is_current": True,
                "is_active": True,
                "is_entered_in_error": False,
                "is_citizen_reported_by_mistake": values.get("is_reported_by_mistake", False),
                **shared,
            }
            self.insert(
                "fct_condition",
                condition_key=f"c-{key}-{domain}",
                condition_id=f"id-{key}-{domain}",
                condition_code=NURSING if nursing else HOME_CARE,
                severity_code=LEVEL,
                severity_level=2,
                condition_state_code="active",
                recorded_on=date(2026, 3, 1),
                **version,
            )
            self.insert(
                "fct_planned_intervention",
                planned_intervention_key=f"p-{key}-{domain}",
                planned_intervention_id=f"id-{key}-{domain}",
                intervention_code=NURSING_ACT if nursing else HOME_CARE_ACT,
                granted_on=date(2026, 3, 1),
                condition_ids=[f"id-{key}-{domain}"],
                delivery_type_codes=[],
                **version,
            )
        return key


class House:
    """One installation in a temporary folder: its warehouse, its agreements, its candidates and releases."""

    def __init__(
        self, root: Path, warehouse: Path | None, recipients: tuple[str, ...] = ("flis", "sds_health")
    ) -> None:
        """A new one with a copy of that warehouse; without it, the one that is there already."""
        self.root, self.expectations = root, root / "expectations"
        self.candidates, self.releases = root / "candidates", root / "releases"
        if warehouse:
            shutil.copytree(EXPECTATIONS, self.expectations)
            self._keep(*recipients)
            shutil.copyfile(warehouse, root / "warehouse.duckdb")
        self.publisher = a_publisher(root)
        self.nation = Nation(root / "warehouse.duckdb")
        self.nation.citizens = 50

    def _keep(self, *recipients: str) -> None:
        """Leave these recipients, and of their products those of KEPT."""
        for path in self.expectations.glob("*/agreement.yml"):
            if path.parent.name not in recipients:
                shutil.rmtree(path.parent)
                continue
            text = re.sub(r"\nversion: \d+\n", "\nversion: 1\n", path.read_text())
            head, *products = text.partition("\n# Indberetningerne selv")[0].split("\n  - model: ")
            kept = [each for each in products if each.partition("\n")[0] in KEPT]
            path.write_text("\n  - model: ".join([head, *kept]) + "\n")

    def agreement(self, recipient: str = "flis") -> Agreement:
        return load_agreement(self.expectations, recipient)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.expectations / name
        text = path.read_text()
        assert old in text, f"{name} does not say {old!r}"
        path.write_text(text.replace(old, new, 1))

    def slim(self, *ids: str) -> None:
        """Leave each suite its first expectation and those of these ids: for tests of what comes after the gate."""
        for agreement in load_agreements(self.expectations).by_recipient.values():
            for product in agreement.terms.products:
                first, *others = msgspec.to_builtins(agreement.suites[product.model].expectations, builtin_types=[date])
                kept = {"suite": product.suite, "expectations": [first, *(e for e in others if e["id"] in ids)]}
                path = self.expectations / agreement.recipient / f"{product.suite}.yml"
                path.write_text(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))

    def candidate(self, recipient: str = "flis", **kwargs: Any) -> Candidate:
        with connect(self.nation.path, read_only=True) as connection:
            return write_candidate(connection, self.agreement(recipient), self.candidates, **kwargs)

    def gate(self, recipient: str = "flis") -> GateReport:
        return run_gate(self.candidate(recipient), self.agreement(recipient), self.releases, now=at(9))

    def release(self, recipient: str = "flis", hour: int = 10, day: int = 5) -> Released | Unchanged | Refused:
        candidate, agreement, now = self.candidate(recipient), self.agreement(recipient), at(hour, day)
        report = run_gate(candidate, agreement, self.releases, now=now)
        return release(candidate, report, agreement, self.releases, self.publisher, now=now)

    def rows(self, path: Path, columns: str = "*") -> list[tuple[Any, ...]]:
        return duckdb.connect().execute(f"select {columns} from read_parquet('{path}')").fetchall()


def a_publisher(root: Path) -> Publisher:
    """Whoever runs the tests, with a key and a log in that folder."""
    signer = load_signer(root / "keys" / "key.pem", create=True)
    return Publisher(signer, AuditLog(root / "audit"), Actor("tester"), "0.1.0", "d" * 64)


def at(hour: int, day: int = 5) -> datetime:
    """A day of March 2026, at that hour."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound warehouse, made once."""
    nation = Nation(tmp_path_factory.mktemp("nation") / "warehouse.duckdb")
    with nation.session():
        for code in ("0461", "0615", "0751"):
            nation.citizen(code, "nursing", "home_care")
            nation.citizen(code, "nursing")
            nation.citizen(code, "home_care")
        nation.citizen("0461", "nursing", is_reported_by_mistake=True)
    return nation.path


@pytest.fixture
def house(tmp_path: Path, warehouse: Path) -> House:
    """A fresh installation on the sound warehouse."""
    return House(tmp_path, warehouse)


@pytest.fixture(scope="session")
def released_once(tmp_path_factory: pytest.TempPathFactory, warehouse: Path) -> Path:
    """An installation with two releases for FLIS, made once; its suites are slim."""
    house = House(tmp_path_factory.mktemp("released"), warehouse)
    house.slim("sex_code.listed", "recorded_on.not_in_the_future")
    house.release("flis", 8)
    house.nation.citizen("0751", "nursing")
    house.release("flis", 9)
    return house.root


@pytest.fixture
def released(tmp_path: Path, released_once: Path) -> House:
    """A copy of that installation, to be broken."""
    root = tmp_path / "installation"
    shutil.copytree(released_once, root, symlinks=True)
    return House(root, None)


@pytest.fixture
def canary() -> str:
    """The CPR that no output may hold."""
    return CANARY


@pytest.fixture
def everything_written(house: House) -> Callable[[], str]:
    """All text that publishing wrote, files for people and machines alike, Parquet excepted."""
    folders = (house.candidates, house.releases)
    return lambda: "\n".join(
        path.read_text(errors="replace")
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".parquet"
    )
