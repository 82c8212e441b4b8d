"""One test is one mistake in a suite of expectations, or in a block that it includes, that is refused with place and remedy."""

import pytest

from tests.unit.publishing.conftest import House
from tests.unit.publishing.mistakes import Mistake, is_refused, short

MISTAKES = [
    (
        "common/fct_condition.yml",
        "column: recorded_on",
        "column: nope",
        ":30 (recorded_on",
        "`nope` is not in product fct",
        "name a",
    ),
    (
        "common/fct_condition.yml",
        "level: municipality",
        "level: fatal",
        ":13 (expectations[0].level)",
        "fatal",
        "expected",
    ),
    (
        "common/fct_condition.yml",
        "level: munici",
        "severity: critical\n    level: munici",
        "severity",
        "no field",
        "remove",
    ),
    (
        "common/fct_condition.yml",
        "reviewed_on: 2026-11-23",
        "reviewed_on: 2026-02-30",
        "condition",
        "a date",
        "real date",
    ),
    (
        "common/fct_condition.yml",
        "    reviewed_on: 2026-11-23\n",
        "",
        "expectations[0]",
        "`reviewed_on` is missing",
        "add",
    ),
    (
        "common/fct_condition.yml",
        "id: condition_state_code.listed",
        "id: condition_code.listed",
        ":19 (condition",
        "two exp",
        "its own",
    ),
    (
        "common/fct_condition.yml",
        "id: condition_state_code.listed",
        "id: condition.code_listed",
        ":19 (condition",
        "two exp",
        "its own",
    ),
    (
        "common/fct_condition.yml",
        "from {batch}",
        "from marts.x",
        ":8 (condition_code.listed)",
        "`{batch}`",
        "from {batch}",
    ),
    ("common/fct_condition.yml", "_to_be_in_set", "_to_match_regex", ":20 (condition", "DuckDB", "regexp_full_match"),
    (
        "common/fct_condition.yml",
        "da: Modtageren læser tilstandens stand af denne ene liste.",
        "da: Nej",
        ":23 (condition",
        "too",
        "say",
    ),
    (
        "common/fct_condition.yml",
        "block: fct_condition",
        "block: fct_goal",
        "fct_condition.yml",
        "`fct_goal`",
        "the file",
    ),
    (
        "flis/fct_condition.yml",
        "suite: fct_condition",
        "suite: fct_goal",
        "fct_condition.yml",
        "`fct_goal`",
        "the file",
    ),
    (
        "flis/fct_condition.yml",
        "cpr_citizen, ",
        "cpr_citizens, ",
        ":4",
        "no block `cpr_citizens`",
        "cpr_citizen, cpr_ident",
    ),
    ("flis/fct_condition.yml", "cpr_citizen, ", "versions, ", "fct_condition.yml", "included twice", "once"),
    ("flis/fct_condition.yml", "includes", "include", ":4 (include)", "no field", "write `includes`"),
    (
        "flis/dim_municipality.yml",
        "includes: [",
        "includes: [severity_level, ",
        "severity_level.yml:7",
        "`sev",
        "name a c",
    ),
    (
        "common/versions.yml",
        "where valid_to_at",
        "where valid_to",
        ":8 (valid_to_at.aft",
        '"valid_to" not found',
        "fct_cond",
    ),
    ("common/versions.yml", "where valid_to_at", "wher valid_to_at", ":8 (valid_to_at.aft", "not SQL", "name columns"),
    (
        "common/municipal_rows.yml",
        "join dim_municipality",
        "join dim_kommune",
        ":33 (mun",
        "dim_kommune does not",
        "name",
    ),
    ("common/cpr_identity.yml", "{{11,}}", "{11,}", "(sor_code.wellformed)", "a brace", "name columns"),
    (
        "flis/dim_citizen.yml",
        "{column: sex_code,",
        "{colum: sex_code,",
        ":26 (sex_code",
        "takes no `colum`",
        "`column`, `mos",
    ),
    ("flis/dim_citizen.yml", "{column: sex_code, ", "{", ":26 (sex_code", "needs `column`", "add `column`"),
    (
        "flis/dim_citizen.yml",
        "column: sex_code",
        "column: [sex_code]",
        ":26 (sex_code",
        "not what is expected",
        "write a str",
    ),
    (
        "flis/dim_municipality.yml",
        "includes: [",
        "includes: [versions, ",
        "common/versions.yml:8",
        "valid_to_at",
        "dim_muni",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=short)
def test_a_mistake_is_refused_with_place_and_remedy(house: House, mistake: Mistake) -> None:
    is_refused(house, mistake)
