"""Drop folder → landing → raw tables → receipts: one run of these assets is one received day."""

import contextlib
from datetime import UTC, date, datetime

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, RECEIVED_DAY, WRITER, bar, markdown_table
from orchestration.dbt_manifest import described_sources
from orchestration.durable import locked, scratch
from orchestration.intake import raw
from orchestration.intake.citizen_key import check_secret
from orchestration.intake.drop import scan
from orchestration.intake.judging import unjudged
from orchestration.intake.landing import COPENHAGEN, arrivals, land_all
from orchestration.intake.ledger.claims import Claims
from orchestration.intake.prepared import prepared
from orchestration.intake.quarantine import write_listing
from orchestration.intake.raw_schema import schema
from orchestration.intake.receipts import write_left_in_drop, write_receipts
from orchestration.intake.senders import Sender, load_senders
from orchestration.settings import settings
from orchestration.warehouse import connect


class Replay(dg.Config):
    """`received_at` (ISO, with offset) stands in for the clock when an archive or the samples are played again."""

    received_at: str | None = None


@dg.asset(
    name="arrivals",
    group_name="intake",
    owners=OWNERS,
    kinds={"file"},
    partitions_def=RECEIVED_DAY,
    description="One file taken in from a drop folder: its bytes kept write-once under their SHA-256, with who and when.",
)
@without_cpr
def arrivals_asset(context: dg.AssetExecutionContext, config: Replay) -> dg.MaterializeResult[None]:
    """Take in what lies ready, when the partition is the day of the clock; an earlier day is only listed."""
    where = settings()
    senders = load_senders(where.senders_path)
    now = datetime.fromisoformat(config.received_at) if config.received_at else datetime.now(UTC)
    day = date.fromisoformat(context.partition_key)
    with locked(where.landing_dir):
        found = scan(where.drop_dir, where.settle_seconds)
        is_today = now.astimezone(COPENHAGEN).date() == day
        left = land_all(found, where.landing_dir, now) if is_today else found.left
        quarantined = write_listing(where.quarantine_dir, where.landing_dir, left, senders)
    write_left_in_drop(left, senders, where.receipts_dir)
    today = arrivals(where.landing_dir, day)
    known = [a for a in today if a.folder in senders]
    rows = [(s, n := sum(a.folder == s for a in known), "no files" if not n else "") for s in senders]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(today),
            "bytes": sum(a.content_bytes for a in today),
            "files_per_sender": markdown_table(("sender", "files", ""), rows),
            "quarantine_lines": quarantined,
            "landing": dg.MetadataValue.path(str(where.landing_dir)),
        }
    )


def _raw_specs() -> list[dg.AssetSpec]:
    sources = described_sources()
    return [
        dg.AssetSpec(
            ["raw", name],
            deps=["arrivals"],
            group_name="raw",
            owners=OWNERS,
            kinds={"python", "duckdb"},
            description=sources[name]["description"],
            metadata={
                "dagster/column_schema": dg.TableSchema(
                    [
                        dg.TableColumn(c, kind, sources[name]["columns"].get(c, {}).get("description"))
                        for c, kind in columns.items()
                    ]
                ),
                "dagster/table_name": f"warehouse.raw.{name}",
            },
        )
        for name, columns in schema().items()
    ]


@dg.multi_asset(
    name="raw_tables",
    specs=_raw_specs(),
    partitions_def=RECEIVED_DAY,
    pool=WRITER,
    check_specs=[
        dg.AssetCheckSpec(
            "nothing_parked",
            asset=["raw", "parked"],
            blocking=True,
            description="No report failed for a fault of ours; a parked one is judged again when its day is run again.",
        ),
        dg.AssetCheckSpec(
            "every_municipality_reported",
            asset=["raw", "submissions"],
            description="No municipality has been silent for more than a day, over both doors; the silent ones are named.",
        ),
    ],
)
@without_cpr
def raw_tables(context: dg.AssetExecutionContext):  # type: ignore[no-untyped-def]  # yields two kinds of event
    """Check every report of the day, and replace the day's rows in DuckDB."""
    where = settings()
    day = date.fromisoformat(context.partition_key)
    senders = load_senders(where.senders_path)
    check_secret(where.citizen_key_secret, senders.values())
    with (
        connect(where.warehouse_path) as connection,
        contextlib.closing(Claims(where.landing_dir, day)) as claims,
        scratch(where.warehouse_path.parent, "rows") as aside,
    ):
        entries = claims.ledger.entries(day)
        reports = unjudged(arrivals(where.landing_dir, day), senders, where.landing_dir, day, entries)
        chunks = prepared(reports, day, where.as_of or day, where.citizen_key_secret, aside)
        load = raw.load_prepared(connection, day, chunks, where.citizen_key_secret, claims)
        rates = connection.execute(ACCEPTANCE, [day]).fetchall()
        rules = connection.execute(COMMONEST_FINDINGS, [day]).fetchall()
        last_days = dict(connection.execute(LAST_DAYS, [day]).fetchall())
    for name, count in load.rows.items():
        metadata: dict[str, dg.MetadataValue | int | float] = {"dagster/partition_row_count": count}
        if name == "submissions":
            metadata |= load.states
            judged = sum(load.states.values())
            if judged:
                metadata["accepted_share"] = load.states["accepted"] / judged
            table = [(*row[:-1], f"{row[-1]:.0%}", bar(row[-1])) for row in rates]
            metadata["acceptance"] = markdown_table(("municipality", *load.states, "accepted %", ""), table)
        if name == "findings":
            metadata["commonest"] = markdown_table(("rule", "severity", "submissions", "occurrences"), rules)
        yield dg.MaterializeResult(asset_key=["raw", name], metadata=metadata)
    yield dg.AssetCheckResult(
        check_name="nothing_parked", asset_key=["raw", "parked"], passed=not load.states["parked"], metadata=load.states
    )
    yield _freshness(senders, last_days, day)


def _freshness(senders: dict[str, Sender], last_days: dict[str, date], day: date) -> dg.AssetCheckResult:
    """Who has been silent, from the registry: a municipality that never reported is silent too."""
    expected = {o.municipality_code: s.name for s in senders.values() for o in s.organisations}
    silent = [
        (code, name, last_days.get(code) or "never")
        for code, name in sorted(expected.items())
        if (day - last_days.get(code, date.min)).days > MOST_SILENT_DAYS
    ]
    return dg.AssetCheckResult(
        check_name="every_municipality_reported",
        asset_key=["raw", "submissions"],
        passed=not silent,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"silent": markdown_table(("code", "sender", "last reported"), silent), "count": len(silent)},
    )


@dg.asset(
    deps=[["raw", "submissions"], ["raw", "findings"]],
    group_name="receipts",
    owners=OWNERS,
    kinds={"json"},
    partitions_def=RECEIVED_DAY,
    pool=WRITER,
    op_tags={"dagster/priority": "10"},  # the senders wait for it, the facts do not
    description="The answer to each submission: a FHIR OperationOutcome in Danish and English, and an index per sender and day.",
)
@without_cpr
def receipts(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Write the day's receipts from the tables."""
    where = settings()
    with connect(where.warehouse_path) as connection:
        written = write_receipts(connection, date.fromisoformat(context.partition_key), where.receipts_dir)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": written.total(),
            "per_sender": markdown_table(("sender", "receipts"), sorted(written.items())),
            "folder": dg.MetadataValue.path(str(where.receipts_dir)),
        }
    )


MOST_SILENT_DAYS = 1
"""A municipality reports daily (BEK 1384); a day without changes is rare, two days are a fault somewhere (2026-11-26)."""
LAST_DAYS = """
select municipality_code, max(received_on) from raw.submissions
where state = 'accepted' and municipality_code is not null and received_on <= ?
group by 1
"""
ACCEPTANCE = """
select
    coalesce(municipality_code, 'unknown') as municipality_code,
    count(*) filter (where state = 'accepted'),
    count(*) filter (where state = 'rejected'),
    count(*) filter (where state = 'duplicate'),
    0 as parked,
    (count(*) filter (where state = 'accepted')) / count(*)
from raw.submissions where received_on = ?
group by all order by all
"""
COMMONEST_FINDINGS = """
select rule_id, severity, count(distinct submission_id), sum(occurrences)
from raw.findings where received_on = ?
group by all order by 3 desc, 1 limit 20
"""
