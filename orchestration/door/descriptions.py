"""One function is one thing the door says of itself: what it can do (FHIR, OpenAPI), and whether it can."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestration.conformance import library
from orchestration.conformance.bundle import compiled
from orchestration.door.answers import fhir, texts
from orchestration.door.bodies import check_accept
from orchestration.door.context import door, lang

MADE_ON = "2026-11-26"
"""When what the door can do was last changed."""


async def metadata(request: Request) -> Response:
    """GET /fhir/metadata: the CapabilityStatement."""
    check_accept(request)
    return fhir(capabilities(door(request).settings.door_url), 200, lang(request))


async def openapi(request: Request) -> Response:
    """GET /openapi.json: the same for those who know OpenAPI and not FHIR."""
    return JSONResponse(document(door(request).settings.door_url))


async def health(request: Request) -> Response:
    """GET /health: that the worker answers, and who issues tokens."""
    where = door(request).settings
    told = {"status": "ok", "issuer": where.issuer or where.door_url, "version": version("klgateway")}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def capabilities(url: str) -> dict[str, Any]:
    """A FHIR R4 CapabilityStatement of what there is, and of nothing else."""
    guides = [compiled(guide) for guide in library.GUIDES]
    takes = [
        canonical
        for guide in guides
        for canonical, profile in guide.by_canonical.items()
        if profile.key in (guide.guide.report, guide.guide.delivery)
    ]
    operations = [
        {"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"},
        {"name": "receipt", "definition": f"{url}/openapi.json"},
        {"name": "status", "definition": f"{url}/openapi.json"},
    ]
    bundle = {
        "type": "Bundle",
        "supportedProfile": takes,
        "documentation": "PUT with a new id creates; with a known id and the same bytes it changes nothing and answers as before.",
        "interaction": [{"code": "update"}],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": True,
        "conditionalCreate": False,
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "operation": operations,
    }
    service = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": MADE_ON,
        "publisher": "KL Gateway",
        "kind": "instance",
        "software": {"name": "klgateway", "version": version("klgateway")},
        "implementation": {"description": "KL Gateway: FSIII delivery reports", "url": f"{url}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "service": [{"coding": [{"system": service, "code": "OAuth"}], "text": "OAuth2"}],
                    "description": "OAuth 2.0 client credentials with private_key_jwt; bearer tokens of at most 20 minutes.",
                },
                "resource": [bundle],
            }
        ],
    }


@cache
def document(url: str) -> dict[str, Any]:
    """openapi.yml, with the answers of the door's own and the address of this one."""
    found: dict[str, Any] = msgspec.yaml.decode((Path(__file__).parent / "openapi.yml").read_bytes())
    found["servers"] = [{"url": url}]
    found["info"]["version"] = version("klgateway")
    codes = sorted(f"{code} ({text.status})" for code, text in texts().items())
    found["info"]["description"] += "\n\nCodes of the door's own (`urn:klgateway:door`): " + ", ".join(codes) + "."
    return found
