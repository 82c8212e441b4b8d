"""One function is one address of the embedded issuer: the token endpoint, its keys, and what it says of itself."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestration.door.answers import Refusal
from orchestration.door.bodies import form
from orchestration.door.context import Door, door
from orchestration.door.issuer import Issuer

RATE = 200.0
"""Tokens a second: each costs two signatures and an fsync; 98 senders need one each in a quarter of an hour."""


async def token(request: Request) -> Response:
    """POST /oauth2/token: an assertion in, a token out."""
    here = door(request)
    issuer = _issuer(here)
    here.limits.take_of("/oauth2/token", RATE, "door.rate.all")
    answer = await asyncio.to_thread(issuer.token, await form(request))
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def jwks(request: Request) -> Response:
    """GET /.well-known/jwks.json: the issuer's public key."""
    return JSONResponse(_issuer(door(request)).jwks)


async def configuration(request: Request) -> Response:
    """GET /.well-known/openid-configuration: where the token endpoint is, and what it takes."""
    url = _issuer(door(request)).url
    return JSONResponse(
        {
            "issuer": url,
            "token_endpoint": f"{url}/oauth2/token",
            "jwks_uri": f"{url}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
        }
    )


def _issuer(here: Door) -> Issuer:
    if here.issuer is None:
        raise Refusal("door.issuer.elsewhere")
    return here.issuer
