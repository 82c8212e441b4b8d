"""One finding becomes one FHIR issue, in Danish, in English, or in Danish with its translation."""

from orchestration.conformance.outcome import ISSUE_TYPES, SPECIAL, operation_outcome
from orchestration.conformance.rules import all_rules
from orchestration.conformance.verdict import Finding

FINDING = Finding("condition.code.valueset", "error", "condition", "Bundle.entry[1].resource.code", "Condition", "x", 1)
FHIR_ISSUE_TYPES = {
    "structure", "required", "value", "invariant", "code-invalid", "not-found", "business-rule", "not-supported",
    "forbidden", "duplicate", "too-long", "informational",
}  # fmt: skip


def test_danish() -> None:
    (issue,) = operation_outcome([FINDING], lang="da")["issue"]
    assert issue == {
        "extension": [{"url": "urn:klgateway:rule-page", "valueUri": "regler/condition.code.valueset.html"}],
        "severity": "error",
        "code": "code-invalid",
        "details": {
            "coding": [{"system": "urn:klgateway:rule", "code": "condition.code.valueset"}],
            "text": "Koden i code findes ikke i værdisættet FSIIICareConditions.",
        },
        "diagnostics": "Brug system og kode fra værdisættet FSIIICareConditions.",
        "expression": ["Bundle.entry[1].resource.code"],
    }


def test_english() -> None:
    (issue,) = operation_outcome([FINDING], lang="en")["issue"]
    assert issue["details"]["text"] == "The code in code is not in the value set FSIIICareConditions."
    assert "_text" not in issue["details"]


def test_both() -> None:
    (issue,) = operation_outcome([FINDING])["issue"]
    (translation,) = issue["details"]["_text"]["extension"]
    assert translation["extension"][0] == {"url": "lang", "valueCode": "en"}
    assert translation["extension"][1]["valueString"].startswith("The code in code")


def test_all_well() -> None:
    (issue,) = operation_outcome([])["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")


def test_every_rule_has_a_fhir_issue_type() -> None:
    assert {rule.kind for rule in all_rules().values()} <= set(ISSUE_TYPES)
    assert {*ISSUE_TYPES.values(), *SPECIAL.values()} <= FHIR_ISSUE_TYPES
    assert set(SPECIAL) <= set(all_rules())
