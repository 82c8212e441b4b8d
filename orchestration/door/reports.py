"""One function is one thing that a sender does with a report: deliver it, try it, ask for the answer again."""

import asyncio
import re
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from orchestration.conformance.outcome import operation_outcome
from orchestration.conformance.verdict import Finding
from orchestration.door.answers import Refusal, fhir, own_outcome, told
from orchestration.door.bodies import check_accept, report_body
from orchestration.door.context import Door, access, door, lang
from orchestration.door.judging import Judged
from orchestration.door.tokens import Access
from orchestration.intake.ledger.offers import InFile, Offer, Stored, Taken
from orchestration.intake.shielding import masked

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
NOT_HIS = "citizen.sor.authorised"
USED = Finding("deliveryReport.id.new", "error", "", "Bundle.id", "Bundle", "", 1)


async def deliver(request: Request) -> Response:
    """PUT /fhir/Bundle/{id}: judged, on disk, answered."""
    here, who = door(request), await access(request)
    check_accept(request)
    report_id = path_id(request)
    judged = await _judged(request, here, who)
    if judged.bundle_id != report_id:
        raise Refusal("door.id.mismatch", findings=judged.findings)
    secret = here.settings.citizen_key_secret
    offer = Offer(
        sender_id=who.sender.sender_id,
        municipality_code=_municipality(who, judged),
        report_id=masked(report_id, secret),
        uses=tuple(masked(name, secret) for name in judged.report_ids),
        content_sha256=judged.content_sha256,
        state="accepted" if judged.status == "accepted" else "rejected",
        findings=judged.findings,
        body=request.state.body,
        request_id=request.state.told["request"],
    )
    answer = await here.store(offer)
    if isinstance(answer, Taken):
        return told([USED], 409, lang(request))
    if isinstance(answer, InFile):
        return told(judged.findings, 200, lang(request))
    request.state.told |= {"submission": answer.submission_id, "state": answer.state, "new": answer.is_new}
    return _stored(request, here, report_id, answer)


async def validate(request: Request) -> Response:
    """POST /fhir/Bundle/$validate: judged as it would be, and forgotten."""
    here, who = door(request), await access(request)
    check_accept(request)
    judged = await _judged(request, here, who, foreign_is_refused=False)
    return told(judged.findings, 200, lang(request))


async def receipt(request: Request) -> Response:
    """GET /fhir/Bundle/{id}/$receipt: the stored answer, to its sender."""
    here, who = door(request), await access(request)
    check_accept(request)
    report_id = masked(path_id(request), here.settings.citizen_key_secret)
    found = await asyncio.to_thread(here.following.of_report, report_id, who.sender)
    if found is None:
        raise Refusal("door.report.unknown")
    meta = {"lastUpdated": found.received_at, "tag": [{"system": "urn:klgateway:state", "code": found.state}]}
    outcome = {"resourceType": "OperationOutcome", "id": found.submission_id, "meta": meta}
    return fhir(outcome | operation_outcome(found.findings, lang=lang(request)), 200, lang(request))


def path_id(request: Request) -> str:
    """The id in the address.

    Raises:
        Refusal: it is no FHIR id.
    """
    found: str = request.path_params["id"]
    if not ID.fullmatch(found):
        raise Refusal("door.id.syntax")
    return found


async def _judged(request: Request, here: Door, who: Access, *, foreign_is_refused: bool = True) -> Judged:
    """The verdict on the body of a request.

    Raises:
        Refusal: it can't be read as JSON, is about another municipality, or our rules failed.
    """
    body = request.state.body = await report_body(request)
    request.state.told["bytes"] = len(body)
    judged = await here.judge(body, who.sor_codes, here.as_of())
    if judged.status == "fault":
        raise Refusal("door.fault")
    if any(finding.rule_id.startswith("json.") for finding in judged.findings):
        raise Broken(judged.findings, 400)
    if foreign_is_refused and any(finding.rule_id == NOT_HIS for finding in judged.findings):
        raise Broken(tuple(f for f in judged.findings if f.rule_id == NOT_HIS), 403)
    return judged


class Broken(Exception):
    """Stops a request with findings as the answer, and another status than 422. Nothing is stored."""

    def __init__(self, findings: tuple[Finding, ...], status: int) -> None:
        super().__init__(status)
        self.findings, self.status = findings, status


def _municipality(who: Access, judged: Judged) -> str | None:
    """That of the report's SOR code; when it has none, the sender's only one."""
    if judged.sor_code and (code := who.sender.municipality_code(judged.sor_code)):
        return code
    codes = {o.municipality_code for o in who.sender.organisations if o.sor_code in who.sor_codes}
    return codes.pop() if len(codes) == 1 else None


def _stored(request: Request, here: Door, report_id: str, answer: Stored) -> Response:
    if answer.state == "rejected":
        return told(answer.findings, 422, lang(request))
    address = f"{here.settings.door_url}/fhir/Bundle/{report_id}"
    when = format_datetime(answer.received_at.replace(microsecond=0), usegmt=True)
    headers = {"Location": f"{address}/_history/1", "ETag": 'W/"1"', "Last-Modified": when}
    if "respond-async" in request.headers.get("prefer", "").lower():
        headers |= {"Content-Location": f"{address}/$receipt", "Preference-Applied": "respond-async"}
        return fhir(own_outcome("door.report.queued", lang(request)), 202, lang(request), headers)
    return told(answer.findings, 201 if answer.is_new else 200, lang(request), headers)
