"""One test is one mistake in agreement.yml that is refused with place and remedy."""

import pytest

from orchestration.publishing.agreement import load_agreements
from orchestration.publishing.records import RecordError
from tests.unit.publishing.conftest import House
from tests.unit.publishing.mistakes import Mistake, is_refused, short

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
        "flis/agreement.yml",
        "rhythm: daily\n",
        "rhythm: daily\nquality_card: {da: Kommunens eget kvalitetskort, en: The card of the municipality}\n",
        "agreement.yml:",
        "for one municipality alone",
        "take `quality_card` out",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=short)
def test_a_mistake_is_refused_with_place_and_remedy(house: House, mistake: Mistake) -> None:
    is_refused(house, mistake)


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
