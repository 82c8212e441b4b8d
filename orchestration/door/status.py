"""One answer of `$status` is what became of one report, as FHIR Parameters: receipt, verdict, run, facts, releases, findings since."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from orchestration.conformance.rules import rule
from orchestration.door.answers import Language, Refusal, fhir
from orchestration.door.bodies import check_accept
from orchestration.door.context import access, door, lang
from orchestration.door.following import Followed
from orchestration.door.outcomes import Since
from orchestration.door.reports import path_id
from orchestration.intake.shielding import masked


async def status(request: Request) -> Response:
    """GET /fhir/Bundle/{id}/$status, for its sender."""
    here, who = door(request), await access(request)
    check_accept(request)
    report_id = masked(path_id(request), here.settings.citizen_key_secret)
    found = await asyncio.to_thread(here.following.of_report, report_id, who.sender)
    if found is None:
        raise Refusal("door.report.unknown")
    return fhir(parameters(found, lang(request)), 200, lang(request))


def parameters(found: Followed, language: Language) -> dict[str, Any]:
    """The FHIR resource."""
    outcome = found.outcome
    received = [
        {"name": "submission", "valueString": found.submission_id},
        {"name": "at", "valueInstant": found.received_at},
        {"name": "way", "valueCode": found.came},
        {"name": "verdict", "valueCode": found.state},
        {"name": "errors", "valueInteger": sum(f.severity == "error" for f in found.findings)},
        {"name": "warnings", "valueInteger": sum(f.severity != "error" for f in found.findings)},
    ]
    run: list[dict[str, Any]] = [{"name": "day", "valueDate": found.day}]
    run += [{"name": "at", "valueInstant": outcome.run_at}] if outcome.run_at else []
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "received", "part": received},
            {"name": "run", "part": run},
            *(_part("fact", table=model, rows=rows) for model, rows in outcome.facts.items()),
            *(
                _part("release", recipient=r.recipient, id=r.release_id, at=r.created_at.isoformat())
                for r in outcome.releases
            ),
            *(_finding(one, language) for one in outcome.since),
        ],
    }


def _finding(one: Since, language: Language) -> dict[str, Any]:
    record = rule(one.finding.rule_id)
    text = record.message_da if language == "da" else record.message_en
    told = {"rule": record.id, "severity": one.finding.severity, "text": text}
    return _part("finding", **told, place=one.finding.expression, found=one.found_on)


def _part(name: str, **parts: str | int) -> dict[str, Any]:
    told = (
        {"name": key, ("valueInteger" if isinstance(v, int) else "valueString"): v}
        for key, v in parts.items()
        if v != ""
    )
    return {"name": name, "part": list(told)}
