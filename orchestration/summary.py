"""One summary is what the warehouse and the releases hold now, as tables in the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration.publishing.agreement import load_agreements
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.report import read_report
from orchestration.settings import Settings
from orchestration.warehouse import connect


def recipients(where: Settings) -> list[str]:
    """Those whose agreement is on; of an agreement with each municipality, those that approved."""
    found: list[str] = []
    for name, agreement in load_agreements(where.expectations_dir).by_recipient.items():
        if agreement.is_on:
            own = agreement.terms.scope == "own"
            found += [agreement.of(code).recipient for code in agreement.approved()] if own else [name]
    return found


def show(console: Console, where: Settings, before: dict[str, Path | None]) -> None:
    """Print what the warehouse and the releases hold now; `before` is each recipient's latest release before the demo."""
    with connect(where.warehouse_path) as connection:
        received = connection.execute(RECEIVED_TABLE).fetchall()
        facts = connection.execute(FACTS_TABLE).fetchall()
    _print(console, "Received", ("municipality", "received", "accepted", "rejected", "duplicate", "findings"), received)
    _print(console, "Facts", ("table", "rows", "current"), facts)
    released = [_released(where, name, former) for name, former in before.items()]
    _print(console, "Released", ("recipient", "status", "rows", "withheld", "release"), released)
    places = [where.receipts_dir, where.releases_dir, where.warehouse_path]
    if (site := where.portal_dir / "latest" / "index.html").is_file():
        console.print(f"The public site: {short(site)}")
    console.print("Receipts, releases and warehouse: " + " · ".join(map(short, places)))


def _released(where: Settings, recipient: str, former: Path | None) -> tuple[object, ...]:
    now = latest(where.releases_dir, recipient)
    if now is None:
        return (recipient, "nothing released", "", "", "")
    told = read_manifest(now)
    if told is None:
        return (recipient, "no readable manifest", "", "", now.name)
    status = "unchanged" if now == former else "new"
    if not read_report(where.candidates_dir, recipient).passed:
        status = "refused, the former stands"
    return (
        recipient,
        status,
        sum(p.rows for p in told.products),
        ", ".join(told.withheld_codes) or "none",
        told.release_id,
    )


def _print(console: Console, title: str, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


def short(path: Path) -> str:
    """The path as seen from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


RECEIVED_TABLE = """
select
    coalesce(municipality_code || ' ' || municipality_name, 'unknown') as municipality,
    count(*), count(*) filter (where state = 'accepted'), count(*) filter (where state = 'rejected'),
    count(*) filter (where state = 'duplicate'), sum(error_count + warning_count)
from raw.submissions left join marts.dim_municipality using (municipality_code)
group by 1 order by 1
"""
FACTS_TABLE = """
with facts as (
    select 'fct_condition' as name, is_current from marts.fct_condition where known_to_at is null
    union all
    select 'fct_planned_intervention', is_current from marts.fct_planned_intervention where known_to_at is null
    union all
    select 'fct_completed_intervention', is_current from marts.fct_completed_intervention where known_to_at is null
    union all
    select 'fct_goal', is_current from marts.fct_goal where known_to_at is null
    union all
    select 'fct_follow_up', is_current from marts.fct_follow_up where known_to_at is null
    union all
    select 'fct_encounter', is_current from marts.fct_encounter where known_to_at is null
    union all
    select 'fct_citizen_observation', is_current from marts.fct_citizen_observation where known_to_at is null
    union all
    select 'fct_matter_of_interest', is_current from marts.fct_matter_of_interest where known_to_at is null
    union all
    select 'dim_citizen', not is_reported_by_mistake from marts.dim_citizen
)

select name, count(*), count(*) filter (where is_current) from facts group by name order by name
"""
