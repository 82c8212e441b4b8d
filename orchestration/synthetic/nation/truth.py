"""One `Truth` writes the Parquet tables beside the deliveries; `TABLES` says what one row of each is, and its columns."""

from pathlib import Path
from typing import Any

BATCH = 20_000
HELD = {"valid_from_at": "moment", "valid_to_at": "moment", "is_mistake": "bool"}
WHOSE = {"municipality_code": "text", "patient_id": "text"}
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "citizens": (
        "One record of one citizen at one municipality; a citizen who moves has two.",
        WHOSE
        | {"cpr": "text", "born_on": "date", "sex": "text", "is_test_person": "bool", "paths": "text", "opened_on": "date",
           "died_on": "date", "moved_on": "date", "by_mistake_on": "date", "moved_from": "text"},
    ),
    "conditions": (
        "What holds of one condition between two moments; `level` as it is, `reported_level` as it is written down.",
        WHOSE
        | {"condition_id": "text", "need": "text", "code": "text", "legacy_code": "text", "title": "text", "level": "int",
           "reported_level": "int", "state": "text", "recorded_on": "date"}
        | HELD,
    ),
    "planned_interventions": (
        "What holds of one planned intervention between two moments.",
        WHOSE
        | {"planned_intervention_id": "text", "code": "text", "title": "text", "local_code": "text", "state": "text",
           "granted_on": "date", "ended_on": "date", "condition_ids": "texts"}
        | HELD,
    ),
    "completed_interventions": (
        "What holds of one intervention that was done without a plan, between two moments.",
        WHOSE
        | {"completed_intervention_id": "text", "code": "text", "title": "text", "state": "text", "performed_on": "date",
           "condition_ids": "texts"}
        | HELD,
    ),
    "goals": (
        "What holds of one goal between two moments; `level` is the one aimed at.",
        WHOSE
        | {"goal_id": "text", "condition_id": "text", "level": "int", "state": "text", "start_on": "date"}
        | HELD,
    ),
    "encounters": (
        "What holds of one contact between two moments; `type` is follow_up (`start_on`: due, or held) or delivery.",
        WHOSE
        | {"encounter_id": "text", "type": "text", "state": "text", "start_on": "date", "condition_ids": "texts",
           "planned_intervention_ids": "texts"}
        | HELD,
    ),
    "follow_ups": (
        "What holds of the result of one follow-up between two moments.",
        WHOSE
        | {"follow_up_id": "text", "code": "text", "title": "text", "state": "text", "effective_on": "date",
           "condition_ids": "texts"}
        | HELD,
    ),
    "citizen_observations": (
        "What holds of one thing the citizen has said about a condition, between two moments.",
        WHOSE
        | {"citizen_observation_id": "text", "code": "text", "title": "text", "state": "text", "effective_on": "date",
           "condition_id": "text"}
        | HELD,
    ),
    "matters_of_interest": (
        "What holds of one area in focus between two moments.",
        WHOSE
        | {"matter_of_interest_id": "text", "code": "text", "title": "text", "state": "text", "effective_on": "date",
           "at_risk_codes": "texts"}
        | HELD,
    ),
    "known": (
        "What the gateway could know of one resource from the end of one day to the end of another: its newest version.",
        WHOSE
        | {"kind": "text", "resource_id": "text", "state": "text", "code": "text", "level": "int", "is_follow_up": "bool",
           "starts_on": "date", "ends_on": "date", "about_ids": "texts", "follow_up_id": "text", "local_code": "text",
           "is_active": "bool", "known_from_on": "date", "known_to_on": "date"},
    ),
    "consistency": (
        "One thing in the accepted reports that does not hang together, as everything stands known at the end.",
        {"rule_id": "text", "municipality_code": "text", "patient_id": "text", "kind": "text", "resource_id": "text",
         "found_on": "date"},
    ),
    "reports": (
        "One delivered report, and the state it must end in.",
        {"sent_on": "date", "sender_id": "text", "municipality_code": "text", "file_name": "text", "line_number": "int",
         "bundle_id": "text", "patient_id": "text", "report_on": "date", "kind": "text", "state": "text", "rule_id": "text",
         "paths": "text", "vendor": "text", "resource_count": "int"},
    ),
    "faults": (
        "One injected fault: the rule it breaks and where. `place` is a path into the report, empty for the text itself.",
        {"sent_on": "date", "sender_id": "text", "file_name": "text", "line_number": "int", "rule_id": "text",
         "severity": "text", "place": "text", "is_mended": "bool"},
    ),
    "counts": (
        "What must arrive from one sender on one day.",
        {"sent_on": "date", "sender_id": "text", "municipality_code": "text", "received": "int", "accepted": "int",
         "rejected": "int", "duplicate": "int"},
    ),
    "sources": (
        "One municipality's source: vendor, habits, outage.",
        {"municipality_code": "text", "sender_id": "text", "vendor": "text", "next_vendor": "text", "changed_on": "date",
         "level_shift": "int", "habits": "text", "outage_from": "date", "outage_to": "date", "citizens": "int"},
    ),
}  # fmt: skip


class Truth:
    """Rows are tuples in the order of the columns; memory holds one batch a table."""

    def __init__(self, folder: Path) -> None:
        import pyarrow as pa

        folder.mkdir(parents=True)
        kinds = {
            "text": pa.string(), "date": pa.date32(), "int": pa.int32(), "bool": pa.bool_(),
            "moment": pa.timestamp("s", tz="UTC"), "texts": pa.list_(pa.string()),
        }  # fmt: skip
        self._folder = folder
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        self._schemas = {
            name: pa.schema([(column, kinds[kind]) for column, kind in columns.items()], metadata={"row": meaning})
            for name, (meaning, columns) in TABLES.items()
        }
        self._writers: dict[str, Any] = {}

    def add(self, table: str, *row: Any) -> None:
        """One row."""
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= BATCH:
            self._write(table)

    def close(self) -> None:
        """Write what is left; a table without rows is a file too."""
        for table in TABLES:
            self._write(table)
            self._writers[table].close()

    def abandon(self) -> None:
        """Let go of the files; what is in them does not matter any more."""
        for writer in self._writers.values():
            try:
                writer.close()
            except OSError:
                continue  # the disk is full: that was the reason

    def _write(self, table: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema, rows = self._schemas[table], self._rows[table]
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(self._folder / f"{table}.parquet", schema, compression="zstd")
        columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        self._writers[table].write_table(pa.Table.from_arrays(arrays, schema=schema))
        rows.clear()
