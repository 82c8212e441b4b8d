"""One line of the JSON output is one report: source, bundle_id, verdict and the OperationOutcome that the door would answer."""

from typing import Any, TextIO

import msgspec

from orchestration.conformance.outcome import RULE_SYSTEM, Language, operation_outcome
from orchestration.desk.judgement import Judgement
from orchestration.desk.request import Request
from orchestration.desk.tally import Tally
from orchestration.desk.words import say


class JsonLines:
    """Writes as it goes, nothing but lines. Both languages in the outcome, unless one was asked for."""

    def __init__(self, out: TextIO, asked: Request) -> None:
        self._out, self._lang = out, asked.lang
        self._outcome_lang: Language = "both" if asked.is_bilingual else asked.lang

    def begin(self) -> None:
        """No heading: every line is JSON."""

    def add(self, judgement: Judgement) -> None:
        """One line."""
        if judgement.status == "fault":
            outcome = self._fault(judgement)
        else:
            outcome = operation_outcome(judgement.verdict.findings, lang=self._outcome_lang)
        line = {
            "source": judgement.source,
            "bundle_id": judgement.bundle_id,
            "verdict": judgement.status,
            "outcome": outcome,
        }
        self._out.write(msgspec.json.encode(line).decode() + "\n")

    def end(self, tally: Tally) -> None:
        """No summary: every line is JSON."""
        self._out.flush()

    def _fault(self, judgement: Judgement) -> dict[str, Any]:
        """An OperationOutcome that says that the fault is ours."""
        fault = judgement.verdict.fault
        rule_id, kind = (fault.rule_id, fault.exception_type) if fault else ("", "")
        details: dict[str, Any] = {"text": say("fault_text", self._lang)}
        if rule_id:
            details["coding"] = [{"system": RULE_SYSTEM, "code": rule_id}]
        remedy = say("fault_remedy", self._lang, name=f"{rule_id} {kind}".strip())
        issue = {"severity": "fatal", "code": "exception", "details": details, "diagnostics": remedy}
        return {"resourceType": "OperationOutcome", "issue": [issue]}
