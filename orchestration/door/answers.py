"""One `Refusal` is one answer of the door's own; every answer, whatever went wrong, is a FHIR OperationOutcome with a stable code."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from orchestration.conformance.outcome import operation_outcome
from orchestration.conformance.verdict import Finding

FHIR_JSON = "application/fhir+json; charset=utf-8"
SYSTEM = "urn:klgateway:door"
Language = Literal["da", "en"]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of answers.yml. `oauth`: the error of RFC 6749 that goes with it, at the token endpoint."""

    status: int
    type: str
    da: str
    en: str
    remedy_da: str
    remedy_en: str
    severity: str = "error"
    oauth: str | None = None


class Refusal(Exception):
    """Stops a request with an answer of the door's own. `findings`: what the report says besides."""

    def __init__(
        self,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        findings: Iterable[Finding] = (),
        closes: bool = False,
        sender_id: str = "",
    ) -> None:
        super().__init__(code)
        self.code, self.findings, self.sender_id = code, tuple(findings), sender_id
        self.headers = dict(headers or {}) | ({"Connection": "close"} if closes else {})

    @property
    def status(self) -> int:
        """The HTTP status."""
        return texts()[self.code].status


@cache
def texts() -> dict[str, Text]:
    """The door's own answers, by code."""
    return msgspec.yaml.decode((Path(__file__).parent / "answers.yml").read_bytes(), type=dict[str, Text])


def refused(refusal: Refusal, lang: Language) -> Response:
    """The answer to a request that was stopped."""
    text = texts()[refusal.code]
    body = own_outcome(refusal.code, lang)
    if refusal.findings:
        body["issue"] += operation_outcome(refusal.findings, lang=lang)["issue"]
    if text.oauth:  # an OAuth client reads `error`, and passes over the rest (RFC 6749, 5.2)
        body |= {"error": text.oauth, "error_description": text.en}
    headers = refusal.headers | (
        {"Retry-After": "5"} if text.status == 503 and "Retry-After" not in refusal.headers else {}
    )
    return fhir(body, text.status, lang, headers)


def own_outcome(code: str, lang: Language) -> dict[str, Any]:
    """An OperationOutcome with one issue: an answer of the door's own."""
    text = texts()[code]
    told, remedy = (text.da, text.remedy_da) if lang == "da" else (text.en, text.remedy_en)
    details = {"coding": [{"system": SYSTEM, "code": code}], "text": told}
    issue = {"severity": text.severity, "code": text.type, "details": details, "diagnostics": remedy}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def told(
    findings: Iterable[Finding], status: int, lang: Language, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a report: its findings."""
    found = tuple(findings)
    if not found:
        return _bytes(_all_well(lang), status, lang, headers)
    return fhir(operation_outcome(found, lang=lang), status, lang, headers)


def fhir(body: Mapping[str, Any], status: int, lang: Language, headers: Mapping[str, str] | None = None) -> Response:
    """Any FHIR resource as an answer."""
    return _bytes(msgspec.json.encode(body), status, lang, headers)


def language(accept: str) -> Language:
    """Danish, or English where the caller prefers it (Accept-Language)."""
    best: tuple[float, Language] = (0.0, "da")
    for part in accept.split(",")[:20]:
        name, _, rest = part.strip().partition(";")
        primary = name.split("-")[0].lower()
        try:
            weight = float(rest.partition("q=")[2] or 1)
        except ValueError:
            weight = 0.0
        if primary in ("da", "en") and weight > best[0]:
            best = (weight, "da" if primary == "da" else "en")
    return best[1]


@cache
def _all_well(lang: Language) -> bytes:
    return msgspec.json.encode(operation_outcome((), lang=lang))


def _bytes(body: bytes, status: int, lang: Language, headers: Mapping[str, str] | None) -> Response:
    more = {"Content-Language": lang, "Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, headers=more, media_type=FHIR_JSON)
