"""One FHIR OperationOutcome is the answer a sender reads: one issue per finding, Danish and English, never a value."""

from collections.abc import Iterable
from typing import Any, Literal

from orchestration.conformance.rules import Rule, rule
from orchestration.conformance.verdict import Finding

RULE_SYSTEM = "urn:klgateway:rule"
RULE_PAGE = "urn:klgateway:rule-page"
"""The address of the rule's page, from the folder of the reporting guide."""
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ISSUE_TYPES = {  # kind of rule → FHIR issue type
    "cardinality": "required",
    "prohibited": "structure",
    "binding": "code-invalid",
    "fixed": "value",
    "format": "value",
    "reference-target": "value",
    "bundled-reference": "not-found",
    "invariant": "invariant",
    "business": "business-rule",
    "metadata": "required",
    "json": "structure",
    "file": "structure",
    "bundle": "not-supported",
    "sender": "forbidden",
}
SPECIAL = {"deliveryReport.id.new": "duplicate", "citizen.sor.authorised": "forbidden", "json.size": "too-long"}
OK = {"da": "Leverancen er i orden, uden bemærkninger.", "en": "The report is in order, without remarks."}

Language = Literal["da", "en", "both"]


def operation_outcome(findings: Iterable[Finding], *, lang: Language = "both") -> dict[str, Any]:
    """FHIR R4 OperationOutcome as a dict. No findings: one information issue that all is well.

    `details.text` is Danish (English with lang="en"); with "both" the other language is a translation extension.
    """
    issues = [_issue(finding, rule(finding.rule_id), lang) for finding in findings]
    if not issues:
        issues = [{"severity": "information", "code": "informational", "details": _text(OK["da"], OK["en"], lang)}]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(finding: Finding, record: Rule, lang: Language) -> dict[str, Any]:
    details = {
        "coding": [{"system": RULE_SYSTEM, "code": finding.rule_id}],
        **_text(record.message_da, record.message_en, lang),
    }
    issue: dict[str, Any] = {
        "extension": [{"url": RULE_PAGE, "valueUri": record.page}],
        "severity": finding.severity,
        "code": SPECIAL.get(finding.rule_id) or ISSUE_TYPES[record.kind],
        "details": details,
        "diagnostics": record.remedy_en if lang == "en" else record.remedy_da,
    }
    if lang == "both":
        issue["_diagnostics"] = _translation(record.remedy_en)
    if finding.expression:
        issue["expression"] = [finding.expression]
    return issue


def _text(danish: str, english: str, lang: Language) -> dict[str, Any]:
    if lang == "en":
        return {"text": english}
    return {"text": danish} if lang == "da" else {"text": danish, "_text": _translation(english)}


def _translation(text: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}
