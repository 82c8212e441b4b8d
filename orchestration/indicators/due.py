"""One answer is why a build has to make the indicators, or None: then it leaves them, with their tests, as they are.

Asked of the warehouse before `dbt build`, because dbt spends time on each model and test, also where it has nothing to do.
"""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.dbt_manifest import project_fingerprint

LEFT_OUT = "indicators,access:protected indicators,resource_type:test"
"""What such a build leaves out: all but the views that others read. dbt knows it by the macro `frozen_indicators`."""


def why_due(connection: duckdb.DuckDBPyConnection, manifest: Path, today: date) -> str | None:
    """Why the indicators have to be made and tested; `today` is the day in UTC, as of dbt."""
    try:
        found = connection.execute(ASKED, {"project": project_fingerprint(manifest), "today": today}).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):  # no such table, or one of an earlier release
        return "never made"
    return str(found[0][0]) if found[0][0] else None


def build_arguments(due: str | None) -> list[str]:
    """The arguments of the day's `dbt build`."""
    return ["build", "--exclude-resource-type", "unit_test", *([] if due else ["--exclude", LEFT_OUT])]


ASKED = """
with
    frozen as (
        select md5(coalesce(string_agg(snapshot_key || '=' || fingerprint, ',' order by snapshot_key), '')) as fingerprint
        from indicators.int_indicator__frozen
    ),

    ahead as (
        select min(snapshot_key) as snapshot_key
        from indicators.int_indicator__cut_off
        anti join indicators.int_indicator__frozen using (snapshot_key, fingerprint)
    ),

    history as (select max(all_tested_on) as tested_on from intermediate.int_loads__built)

select
    case
        when ahead.snapshot_key is not null then 'to freeze: ' || ahead.snapshot_key
        when not coalesce(built.project_fingerprint = $project, false) then 'another project than the one they were made by'
        when not built.frozen_fingerprint = frozen.fingerprint then 'the build that froze the newest did not finish'
        when not coalesce(history.tested_on > $today - 7 and built.all_tested_on >= history.tested_on, false)
        then 'all rows are tested once a week'
    end
from frozen
cross join ahead
cross join history
left join indicators.int_indicator__built as built on true
"""
