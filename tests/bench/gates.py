"""One run measures the gate of flis's fct_condition with 20 expectations on 5 million rows of 98 municipalities.

    python -m tests.bench.gates [--rows 5000000] [--expectations 20] [--bad 0 1]

The shipped agreement and suites, cut to one product of that many expectations and what it looks into; invented rows,
written once. Each case (no bad municipality, one) is judged by a process of its own: wall time with all imports, peak memory
as the kernel tells it. `--bad` is how many municipalities break an expectation.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import duckdb
import msgspec

from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement, load_agreement
from orchestration.publishing.candidate import RECORD, Candidate, CandidateProduct, Submissions, read_candidate
from orchestration.publishing.gate import run_gate
from orchestration.settings import REPOSITORY
from orchestration.warehouse import connect

Kind = Literal["municipal", "reference"]
SECONDS, GIGABYTES = 15, 2
MODEL = "fct_condition"
NURSING = "'00000000-0000-4000-8000-' || lpad((n % 60)::varchar, 12, '0')"
CODE = "(101 + 8 * (n * 98 // {rows})::integer)"
"""Rows are in the order of municipalities, as a candidate's are."""
COLUMNS = {
    "condition_key": "md5(n::varchar)",
    "condition_id": "uuid()::varchar",
    "version_number": "(n % 3 + 1)::integer",
    "municipality_code": "lpad({code}::varchar, 4, '0')",
    "sor_code": "'99999000' || lpad({code}::varchar, 7, '0')",
    "cpr": "'0202' || lpad((({code} * 2999 + n % 2500) % 1000000)::varchar, 6, '0')",
    "condition_code": NURSING,
    "reported_code": NURSING,
    "condition_display": "'En tilstand med en titel ' || (n % 60)::varchar",
    "care_domain_code": "'nursing'",
    "severity_code": NURSING,
    "severity_level": "(n % 5)::integer",
    "clinical_status_code": "'active'",
    "verification_status_code": "'confirmed'",
    "is_in_focus": "true",
    "condition_state_code": "'active'",
    "recorded_on": "date '2026-01-01' + (n % 60)::integer",
    "valid_from_at": "timestamp '2026-01-01' + to_seconds(n % 5000000)",
    "valid_to_at": "null::timestamp",
    "is_current": "true",
    "is_active": "true",
    "is_entered_in_error": "n % 100 = 0",
    "withdrawn_at": "null::timestamp",
    "withdrawn_by_submission_id": "null::varchar",
    "closed_on": "null::date",
    "submission_id": "sha256((n // 9)::varchar)",
    "received_at": "timestamp '2026-01-01' + to_seconds(n % 5000000)",
}
TABLES = {
    "dim_citizen": "select distinct municipality_code, cpr from read_parquet('{fact}') order by all",
    "dim_municipality": "select distinct municipality_code from read_parquet('{fact}') order by all",
    "dim_fsiii_code": "select distinct condition_code as fsiii_code, 'condition' as code_kind_code from read_parquet('{fact}')",
}


def main() -> None:
    """Write the candidate, judge each case in a process of its own, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--expectations", type=int, default=20)
    parser.add_argument("--bad", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.judge:
        return judge(asked.judge, asked.expectations)
    with tempfile.TemporaryDirectory(prefix="bench-gates-") as name:
        for bad in asked.bad:
            write_candidate(Path(name), asked.rows, asked.expectations, bad)
            command = [sys.executable, "-m", "tests.bench.gates", "--judge", name]
            command += ["--expectations", str(asked.expectations)]
            started = time.perf_counter()
            done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
            wall = time.perf_counter() - started
            show(f"{asked.rows:,} rows, {bad} bad municipalities: {wall:.1f} s (asked {SECONDS}), {done.stdout}")


def judge(root: Path, expectations: int) -> None:
    """One gate run on what lies there; prints peak memory and verdict."""
    report = run_gate(read_candidate(root, "flis"), agreement(expectations), root / "releases", now=datetime.now(UTC))
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak, cpu = used.ru_maxrss / 1024**2, used.ru_utime + used.ru_stime
    held = sum(o.released.success for p in report.products for o in p.outcomes)
    count = sum(len(p.outcomes) for p in report.products)
    told = ", ".join(report.withheld_codes) or "nobody"
    show(
        f"{cpu:.1f} s of CPU, peak {peak:.2f} GB (asked {GIGABYTES}); {held} of {count} expectations hold, {told} withheld\n"
    )


def agreement(expectations: int) -> Agreement:
    """flis's agreement with its one big product, that many expectations of it, and one of each table beside it."""
    shipped = load_agreement(REPOSITORY / "expectations", "flis")
    products = tuple(product for product in shipped.terms.products if product.model in (MODEL, *TABLES))
    suites = {p.model: shipped.suites[p.model] for p in products}
    counts = {model: expectations if model == MODEL else 1 for model in suites}
    cut = {m: msgspec.structs.replace(s, expectations=s.expectations[: counts[m]]) for m, s in suites.items()}
    return replace(shipped, terms=msgspec.structs.replace(shipped.terms, products=products), suites=cut)


def write_candidate(root: Path, rows: int, expectations: int, bad: int) -> None:
    """A whole candidate with its record; the first `bad` municipalities recorded conditions in the future."""
    terms, directory = agreement(expectations), root / "flis"
    directory.mkdir(exist_ok=True)
    code = CODE.format(rows=rows)
    columns = ", ".join(f"{sql.format(code=code)} as {name}" for name, sql in COLUMNS.items())
    fact = f"""
        select * replace (
            case when municipality_code < lpad((101 + 8 * {bad})::varchar, 4, '0') then date '2099-01-01' else recorded_on end
                as recorded_on
        ) from (select {columns} from range({rows}) as row(n))
    """
    path = directory / f"{MODEL}.parquet"
    with connect(root / "scratch.duckdb") as connection:
        parquet.write(connection, fact, path, {"klgateway_product": MODEL})
        products = [product(connection, MODEL, path, "municipal")]
        for model, query in TABLES.items():
            parquet.write(
                connection, query.format(fact=path), directory / f"{model}.parquet", {"klgateway_product": model}
            )
            kind: Kind = "municipal" if model == "dim_citizen" else "reference"
            products.append(product(connection, model, directory / f"{model}.parquet", kind))
    told = Submissions(1, "s1", "s1", date(2026, 3, 1), date(2026, 3, 1), "0" * 64)
    written = Candidate(directory, "flis", terms.terms.id, 1, terms.sha256, date(2026, 3, 1), told, tuple(products))
    record = msgspec.to_builtins(written, enc_hook=str)
    (directory / RECORD).write_bytes(msgspec.json.encode(record))


def product(connection: duckdb.DuckDBPyConnection, model: str, path: Path, kind: Kind) -> CandidateProduct:
    """What the record says of one file."""
    count, schema = parquet.count(connection, path), parquet.schema(connection, path)
    municipalities = parquet.count_by_municipality(connection, path) if kind == "municipal" else {}
    size, digest = path.stat().st_size, parquet.sha256(path)
    return CandidateProduct(model, kind, path.name, count, size, digest, schema, municipalities)


def show(text: str) -> None:
    """To the terminal."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
