"""One app is one worker's door: routes, and around them the answer to whatever goes wrong."""

import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import AsyncIterator
from random import getrandbits
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.conformance.bundle import compiled
from orchestration.conformance.library import GUIDES
from orchestration.conformance.rules import all_rules
from orchestration.door import descriptions, oauth, pages, reports, status
from orchestration.door.answers import Refusal, refused, told
from orchestration.door.context import Door, lang
from orchestration.door.following import Following
from orchestration.door.issuer import Issuer
from orchestration.door.journal import Journal
from orchestration.door.judging import Judge
from orchestration.door.keys import KeySet
from orchestration.door.limits import Limits
from orchestration.door.lookup import Lookup
from orchestration.door.outcomes import Outcomes
from orchestration.door.registry import Registry
from orchestration.door.reports import Broken
from orchestration.door.storing import Store
from orchestration.door.tokens import Tokens
from orchestration.settings import Settings, settings

ROUTES = [
    Route("/fhir/Bundle/$validate", reports.validate, methods=["POST"]),
    Route("/fhir/Bundle/{id}", reports.deliver, methods=["PUT"]),
    Route("/fhir/Bundle/{id}/$receipt", reports.receipt, methods=["GET"]),
    Route("/fhir/Bundle/{id}/$status", status.status, methods=["GET"]),
    Route("/fhir/metadata", descriptions.metadata, methods=["GET"]),
    Route("/openapi.json", descriptions.openapi, methods=["GET"]),
    Route("/health", descriptions.health, methods=["GET"]),
    Route("/oauth2/token", oauth.token, methods=["POST"]),
    Route("/.well-known/jwks.json", oauth.jwks, methods=["GET"]),
    Route("/.well-known/openid-configuration", oauth.configuration, methods=["GET"]),
    *pages.ROUTES,
]


def build(where: Settings, *, workers: int = 1, journal: Journal | None = None) -> ASGIApp:
    """The app of one worker. Opens the ledger: what other processes left in it is taken in first."""
    lines = journal or Journal()
    registry = Registry(where.senders_path, lines.warn)
    own = Issuer(where.door_url, where.door_dir, registry) if where.issuer is None else None
    keys = own or KeySet(where.jwks or f"{where.issuer}/.well-known/jwks.json")
    store = Store(where.landing_dir)
    lookup = Lookup(where.landing_dir)
    door = Door(
        settings=where,
        registry=registry,
        tokens=Tokens(where.issuer or where.door_url, where.door_url, keys, registry),
        issuer=own,
        limits=Limits(workers),
        judge=Judge(),
        store=store,
        lookup=lookup,
        following=Following(lookup, Outcomes(where.status_dir, where.releases_dir)),
    )

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        store.start()
        flushing = asyncio.create_task(_flush(lines))
        try:
            yield
        finally:
            flushing.cancel()
            await asyncio.to_thread(store.close)
            door.judge.close()
            door.lookup.close()
            lines.flush()

    handlers: dict[Any, Any] = {
        Refusal: _refused,
        Broken: _broken,
        HTTPException: _of_framework,
        ClientDisconnect: _gone,
    }
    app = Starlette(routes=ROUTES, exception_handlers=handlers, lifespan=life)
    app.router.redirect_slashes = False
    app.state.door = door
    return Around(app, lines)


def create() -> ASGIApp:
    """The app by the settings of the process; what each worker calls."""
    where = settings()
    for guide in GUIDES:
        compiled(guide)  # before the first sender waits for it
    all_rules()
    app = build(where, workers=where.door_workers)
    sys.setswitchinterval(0.001)  # the committing thread has little to do and much to wait for: let it begin at once
    gc.collect()
    gc.freeze()  # what is loaded stays: the collector need not look at it again
    return app


async def _flush(journal: Journal) -> None:
    while True:
        await asyncio.sleep(0.5)
        journal.flush()


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    request.state.told["code"] = error.code
    return refused(error, lang(request))


def _broken(request: Request, error: Exception) -> Response:
    assert isinstance(error, Broken)
    request.state.told["code"] = error.findings[0].rule_id
    return told(error.findings, error.status, lang(request))


def _gone(request: Request, _: Exception) -> Response:
    """The sender hung up before its request was whole: nobody reads this, the journal apart."""
    refusal = Refusal("door.request.malformed", closes=True)
    request.state.told["code"] = "gone"
    return refused(refusal, lang(request))


def _of_framework(request: Request, error: Exception) -> Response:
    """An answer of the framework's own becomes one of ours: 404 and 405, and 400 for the rest."""
    assert isinstance(error, HTTPException)
    code = {404: "door.route.unknown", 405: "door.method.unknown"}.get(error.status_code, "door.request.malformed")
    request.state.told["code"] = code
    allow = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return refused(Refusal(code, headers=allow), lang(request))


class Around:
    """What goes around the app: a request id, one line in the journal, and an answer also where the app failed."""

    def __init__(self, app: Starlette, journal: Journal) -> None:
        self._app, self._journal = app, journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = f"{getrandbits(64):016x}"
        line: dict[str, Any] = {"request": request_id, "method": scope["method"], "status": 0}
        scope.setdefault("state", {})["told"] = line
        request_header = (b"x-request-id", request_id.encode())

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
                message["headers"] = [*message["headers"], request_header, *SAFE]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            line |= {"code": "door.fault", "error": type(error).__name__}
            if not line["status"]:
                fault = refused(Refusal("door.fault", closes=True), lang(Request(scope)))
                await fault(scope, receive, sending)
        finally:
            route = scope.get("route")
            line["route"] = route.path if isinstance(route, Route) else ""
            line["ms"] = round((time.perf_counter() - began) * 1e3, 2)
            self._journal.line(**line)


SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
