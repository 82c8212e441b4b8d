"""One run writes the terminology and municipality seeds beside this file from a folder with the spec's CSVs.

    python dbt_project/seeds/build_seeds.py ../shared/spec

Kept because the terminology changes with each release of the national code lists: the next one is a run and a review of
the diff. `fsiii_value_set.csv`, `fsiii_severity.csv`, `fsiii_code_group.csv` and `code_group.csv` are written
by hand and not touched here.
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from orchestration.conformance.rules import all_rules

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unique(rows: Iterable[Row]) -> list[Row]:
    """The rows without repetition, sorted, so that a new release gives a diff of what changed and no more."""
    return [dict(row) for row in sorted({tuple(row.items()) for row in rows})]


def seeds(spec: Path) -> dict[str, list[Row]]:
    """Seed name → rows."""
    # The spec lists a legacy key as a row of its own; here it is an attribute of its concept, by the crosswalk.
    codes = [row for row in read(spec / "fsiii_codes.csv") if row["code_form"] != "user_key"]
    return {
        "fsiii_code": unique(
            {
                "code_system": row["system"],
                "code": row["code"],
                "display": row["display"],
                "parent_code": row["parent_code"],
                "level_number": row["level"],
                "generation_code": row["generation"],
                "generation_basis": row["generation_basis"],
                "valid_after_transition": row["valid_after_transition"],
                "equivalence_confidence": row["equivalence_confidence"],
            }
            for row in codes
        ),
        "fsiii_value_set_member": unique(
            {"value_set": row["value_set"], "code_system": row["system"], "code": row["code"]} for row in codes
        ),
        "fsiii_crosswalk": unique(
            {
                "fsiii_uuid": row["uuid"],
                "legacy_code": row["user_key"],
                "display": row["display"],
                "parent_uuid": row["parent_uuid"],
                "level_number": row["level"],
                "match_basis": row["how"],
            }
            for row in read(spec / "fsiii_equivalence.csv")
        ),
        "fhir_code": unique(
            {
                "value_set": row["value_set"].rsplit("/", 1)[1],
                "code_system": row["system"],
                "code": row["code"],
                "display": row["display"],
            }
            for row in read(spec / "base_codes.csv")
        ),
        "municipality": unique(
            {
                "municipality_code": row["code4"],
                "municipality_name": row["name"],
                "population_count": row["pop_total"],
                "population_65plus_count": row["pop_65plus"],
                "population_80plus_count": row["pop_80plus"],
                "population_on": row["pop_date"],
                "population_source": row["pop_source"],
            }
            for row in read(spec / "municipalities.csv")
        ),
        "municipality_region": unique(
            {"municipality_code": row["code4"], **period}
            for row in read(spec / "municipalities.csv")
            for period in regions(row["region_code"], row["region_name"])
        ),
    }


REGIONS_BEGAN, EAST_BEGAN = "2007-01-01", "2027-01-01"
BECOME_EAST = {"1084", "1085"}
"""Hovedstaden and Sjælland, which become Region Østdanmark by the act of 20 June 2025. The register's number of the new
region was not to be found in November 2026: `east` stands for it, and is ours."""


def regions(code: str, name: str) -> list[Row]:
    """The regions of one municipality, one after the other; a period ends before the day it is valid to."""
    today = {"region_code": code, "region_name": name, "valid_from_on": REGIONS_BEGAN, "valid_to_on": ""}
    reform = "Kommunalreformen 2007; Danmarks Statistik, regioner, landsdele og kommuner"
    if code not in BECOME_EAST:
        return [today | {"source": reform}]
    east = {"region_code": "east", "region_name": "Region Østdanmark", "valid_from_on": EAST_BEGAN, "valid_to_on": ""}
    return [
        today | {"valid_to_on": EAST_BEGAN, "source": reform},
        east | {"source": "Sundhedsreformen; lov af 20. juni 2025 om Region Østdanmark"},
    ]


def consistency_rules() -> list[Row]:
    """The rules that are judged over time, with their texts, from the records that the guide is made from."""
    return [
        {
            "rule_id": rule.id,
            "severity_code": rule.severity,
            "message_da": rule.message_da,
            "message_en": rule.message_en,
            "remedy_da": rule.remedy_da,
            "remedy_en": rule.remedy_en,
        }
        for rule in sorted(all_rules().values(), key=lambda rule: rule.id)
        if rule.decided_by == "history"
    ]


def write(spec: Path, folder: Path) -> None:
    for name, rows in (seeds(spec) | {"consistency_rule": consistency_rules()}).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(Path(sys.argv[1]), Path(__file__).parent)
