"""One row per figure that could be public: whether it is told or suppressed, decided when its vintage was frozen, and kept."""

from orchestration.disclosure.decisions import SCHEMA, with_new

KEPT = """
select decided.* from {this} as decided
where decided.snapshot_key not in (select snapshot_key from frozen_anew)
"""


def model(dbt, session):
    """What was decided before, but for the vintages that this build freezes anew; and the decisions on those."""
    # A table, since dbt-duckdb can't add to one from Python: it is read and written whole.
    dbt.config(materialized="table")
    frozen_anew = dbt.ref("int_indicator__snapshot")
    rows = dbt.ref("int_indicator__publishable").fetchall()
    there = session.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [dbt.this.schema, dbt.this.identifier],
    ).fetchall()[0][0]
    kept = SCHEMA.empty_table()
    if there:
        kept = frozen_anew.query("frozen_anew", KEPT.format(this=dbt.this)).to_arrow_table()
    return with_new(rows, kept)
