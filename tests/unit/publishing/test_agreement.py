"""One test is one thing that an agreement or a suite must say, or one mistake that is refused with place and remedy."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.publishing.agreement import load_agreement, load_agreements
from orchestration.publishing.records import RecordError

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
ON = ["flis", "municipality", "public", "sds_care", "sds_health"]
OFF = ["dst", "rkkp"]
RECIPIENTS = sorted(ON + OFF)
HOME_CARE_OR_SEVERITY = ("severity", "goal", "level", "own_observation", "first_reported_on", "condition_ids", "local_")


def test_every_agreement_that_ships_can_be_read() -> None:
    loaded = load_agreements(EXPECTATIONS)
    assert not loaded.errors
    assert sorted(loaded.by_recipient) == RECIPIENTS
    assert sorted(name for name, agreement in loaded.by_recipient.items() if agreement.is_on) == ON


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_every_expectation_has_a_reason_in_both_languages_and_a_date(recipient: str) -> None:
    agreement = load_agreement(EXPECTATIONS, recipient)
    for suite in agreement.suites.values():
        for expectation in suite.expectations:
            assert len(expectation.reason.da) >= 15 and len(expectation.reason.en) >= 15, expectation.id
            assert expectation.reason.da != expectation.reason.en, expectation.id
            assert date(2026, 1, 1) <= expectation.reviewed_on, expectation.id


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_the_identity_of_every_personal_product_is_checked_by_its_suite(recipient: str) -> None:
    agreement = load_agreement(EXPECTATIONS, recipient)
    for product in agreement.terms.products:
        ids = {e.id for e in agreement.suites[product.model].expectations if e.level != "warning"}
        if product.kind == "municipal":
            assert {"municipality_code", "submission_id"} <= set(product.columns) and "key.unique" in ids
        if "cpr" in product.columns:
            assert "municipality_code.known" in ids
            own = {"cpr.wellformed", "sor_code.wellformed"}
            assert own <= ids if "sor_code" in product.columns else "cpr.citizen_included" in ids


def test_the_health_act_stream_lists_nothing_of_severity_goals_or_home_care() -> None:
    for product in load_agreement(EXPECTATIONS, "sds_health").terms.products:
        told = set(product.columns) - {"level_number"}  # of a code list: the depth in the hierarchy
        assert not [column for column in told if any(part in column for part in HOME_CARE_OR_SEVERITY)]
        if product.kind == "municipal" or product.model == "dim_fsiii_code":
            assert "care_domain_code = 'nursing'" in (product.row_filter or "")


MISTAKES = [
    (
        "flis/agreement.yml",
        "rhythm: daily",
        "rythm: daily",
        "(rythm)",
        "`rythm` is no field here",
        "write `rhythm`",
    ),
    (
        "flis/agreement.yml",
        "    kind: municipal",
        "    kinds: municipal",
        "products[0].kinds",
        "no field",
        "write `kind`",
    ),
    ("flis/agreement.yml", "status: on", "status: maybe", "(status)", "maybe", "expectations/README.md"),
    ("flis/agreement.yml", "rhythm: daily\n", "", "(top)", "`rhythm` is missing", "add `rhythm`"),
    ("flis/agreement.yml", "version: 1", "version: one", "(version)", "Expected `int`", "write what is expected"),
    ("flis/agreement.yml", "version: 1", "version: 1\nversion: 2", ":6", "`version` stands twice", "mend the YAML"),
    (
        "flis/agreement.yml",
        "identity: cpr",
        "identity: pseudonym",
        "dim_citizen",
        "`cpr` is listed although",
        "take the",
    ),
    ("flis/agreement.yml", "identity: cpr", "identity: none", "dim_citizen", "`identity: none`", "take the column out"),
    (
        "flis/agreement.yml",
        "recipient: flis",
        "recipient: flix",
        "agreement.yml",
        "it is for `flix`",
        "recipient: flis",
    ),
    ("flis/agreement.yml", "scope: all", "scope: some", "(scope)", "some", "write what is expected"),
    ("flis/agreement.yml", "      - sex_code", "      - cpr", "dim_citizen", "`cpr` stands twice", "once"),
    ("flis/agreement.yml", "key: [condition_key]", "key: [nope]", "fct_condition", "`nope` is not among", "list it"),
    (
        "flis/agreement.yml",
        "model: dim_municipality",
        "model: dim_citizen",
        "flis",
        "`dim_citizen` stands twice",
        "once",
    ),
    (
        "flis/agreement.yml",
        "  - model: dim_citizen",
        "  - model: dim_x; drop",
        "products[0].model",
        "regex",
        "expected",
    ),
    (
        "flis/agreement.yml",
        "row_filter: not",
        "row_filter: true; delete from marts.x where not",
        "dim_citizen",
        "not one",
        "one",
    ),
    (
        "flis/agreement.yml",
        "suite: fct_condition",
        "suite: fct_other",
        "fct_other.yml",
        "can't be read",
        "put the file",
    ),
    (
        "flis/agreement.yml",
        "kind: municipal\n    row_filter: not",
        "kind: x\n    row_filter: not",
        "[0].kind",
        "x",
        "expected",
    ),
    (
        "flis/agreement.yml",
        "products:\n",
        "products: []\nproduct:\n",
        "(products)",
        "of length >= 1",
        "expected",
    ),
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


@pytest.mark.parametrize(("name", "old", "new", "where", "what", "remedy"), MISTAKES, ids=[m[2][:30] for m in MISTAKES])
def test_a_mistake_is_refused_with_place_and_remedy(house, name, old, new, where, what, remedy) -> None:
    house.edit(name, old, new)
    with pytest.raises(RecordError) as refused:
        house.agreement("flis")
    assert refused.value.where.startswith(("expectations/flis/", "expectations/common/"))
    assert where in refused.value.where
    assert what in refused.value.what
    assert remedy in refused.value.remedy


def test_a_municipal_product_must_be_withholdable(house) -> None:
    house.edit("flis/agreement.yml", "- municipality_code            # kommunekode\n      - cpr", "- cpr")
    house.edit("flis/agreement.yml", "key: [municipality_code, cpr]", "key: [cpr]")
    with pytest.raises(RecordError, match="municipal product without `municipality_code`"):
        house.agreement("flis")


def test_one_broken_agreement_stops_no_other(house) -> None:
    house.edit("flis/agreement.yml", "status: on", "status: on\nstaus: on")
    loaded = load_agreements(house.expectations)
    assert list(loaded.by_recipient) == ["sds_health"]
    assert "`staus` is no field here" in str(loaded.errors["flis"])


def test_what_is_not_yaml_or_not_there_is_refused(house) -> None:
    (house.expectations / "flis" / "agreement.yml").write_text("products: [")
    with pytest.raises(RecordError, match="mend the YAML"):
        house.agreement("flis")
    (house.expectations / "flis" / "agreement.yml").write_text("")
    with pytest.raises(RecordError, match="Expected `object`"):
        house.agreement("flis")
    (house.expectations / "flis" / "agreement.yml").unlink()
    with pytest.raises(RecordError, match="can't be read"):
        house.agreement("flis")
