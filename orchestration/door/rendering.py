"""One page is rendered here, for whom its cookie says: HTML without scripts, under a policy that lets none run."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from orchestration.conformance.rules import rule
from orchestration.conformance.verdict import Finding
from orchestration.door.answers import Refusal
from orchestration.door.context import door
from orchestration.door.tokens import Access

TEMPLATES = Path(__file__).parent / "templates"
COOKIE = "klgateway"
WORDS = {"error": "Fejl:", "warning": "Advarsel:", "information": "Til orientering:"}
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


async def who_is(request: Request) -> Access | None:
    """Whose cookie it is; None without one that holds."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    try:
        who = await door(request).tokens.of_token(token)
    except Refusal:
        return None
    request.state.told["sender"] = who.sender.sender_id
    return who


def in_words(finding: Finding) -> dict[str, Any]:
    """A finding as the pages show it."""
    record = rule(finding.rule_id)
    place = {"rule_id": finding.rule_id, "severity": finding.severity, "expression": finding.expression}
    return {**place, "occurrences": finding.occurrences, "message": record.message_da, "remedy": record.remedy_da}


def page(name: str, who: Access | None, **more: Any) -> Response:
    """An answer made from a template."""
    body = _templates().get_template(name).render(sender=who.sender if who else None, **more)
    return HTMLResponse(
        body, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Content-Language": "da"}
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
