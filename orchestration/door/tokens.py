"""One `Access` is who sends a request and for which SOR codes, by a token that was verified and a registry that knows the sender."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from orchestration.door.answers import Refusal
from orchestration.door.keys import PublicKey
from orchestration.door.registry import Registry
from orchestration.intake.senders import Sender

LONGEST_SECONDS = 1200
"""20 minutes: how long a token may be good for."""
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 8192
MOST_KNOWN = 5_000


class IssuerKeys(Protocol):
    """Where the keys of the issuer are."""

    def known(self, kid: str) -> PublicKey | None:
        """The key of a kid, if it is here."""

    def find(self, kid: str) -> PublicKey | None:
        """The same, after looking where the keys are published; may take a while."""


@dataclass(frozen=True, slots=True)
class Access:
    """The sender, and the SOR codes that both its token and the registry give it. `expires` in seconds since 1970."""

    sender: Sender
    sor_codes: frozenset[str]
    expires: int


@dataclass(frozen=True, slots=True)
class _Claims:
    """What a verified token says."""

    client_id: str
    sor: frozenset[str]
    expires: int
    client_kid: str | None


class Tokens:
    """Verifies bearer tokens; one that was verified is remembered until it expires, but its sender is looked up each time."""

    def __init__(self, issuer: str, audience: str, keys: IssuerKeys, registry: Registry) -> None:
        self._issuer, self._audience, self._keys, self._registry = issuer, audience, keys, registry
        self._known: dict[str, _Claims] = {}

    async def access(self, authorization: str | None) -> Access:
        """Who sends.

        Raises:
            Refusal: 401, with what to do.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self._refusal("door.token.missing")
        return await self.of_token(token.strip())

    async def of_token(self, token: str) -> Access:
        """The same of a token that did not come in the usual header (the pages keep it in a cookie)."""
        claims = self._known.get(token)
        if claims is None:
            claims = await self._verified(token)
            if len(self._known) >= MOST_KNOWN:
                self._forget()
            self._known[token] = claims
        if claims.expires + LEEWAY_SECONDS < time.time():
            self._known.pop(token, None)
            raise self._refusal("door.token.expired")
        return self._access(claims)

    def _access(self, claims: _Claims) -> Access:
        sender = self._registry.sender(claims.client_id)
        if sender is None:
            raise self._refusal("door.token.sender")
        if claims.client_kid is not None:
            key = self._registry.key(claims.client_kid)
            if key is None or key[0].sender_id != sender.sender_id:
                raise self._refusal("door.token.sender")
        return Access(sender, claims.sor & sender.sor_codes, claims.expires)

    async def _verified(self, token: str) -> _Claims:
        if len(token) > LONGEST_TOKEN:
            raise self._refusal("door.token.invalid")
        try:
            kid = str(jwt.get_unverified_header(token).get("kid") or "")
            key = self._keys.known(kid) or await asyncio.to_thread(self._keys.find, kid)
            if key is None:
                raise self._refusal("door.token.invalid")
            told = jwt.decode(
                token,
                key.key,
                algorithms=key.algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud"]},
            )
            return _claims(told)
        except jwt.ExpiredSignatureError:
            raise self._refusal("door.token.expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError):
            raise self._refusal("door.token.invalid") from None

    def _forget(self) -> None:
        now = time.time()
        self._known = {token: claims for token, claims in self._known.items() if claims.expires > now}
        if len(self._known) >= MOST_KNOWN:
            self._known = {}

    def _refusal(self, code: str) -> Refusal:
        error = "" if code == "door.token.missing" else ', error="invalid_token"'
        return Refusal(code, headers={"WWW-Authenticate": f'Bearer realm="klgateway"{error}'})


def _claims(told: dict[str, Any]) -> _Claims:
    """Raises ValueError for a token that says too little, or is good for too long."""
    client_id = told.get("client_id") or told.get("azp") or told["sub"]
    sor = told.get("sor", ())
    codes = sor.split() if isinstance(sor, str) else sor
    client_kid = told.get("client_kid")
    if not isinstance(client_id, str) or not all(isinstance(code, str) for code in codes):
        raise ValueError
    if told["exp"] - told["iat"] > LONGEST_SECONDS:
        raise ValueError
    if client_kid is not None and not isinstance(client_kid, str):
        raise ValueError
    return _Claims(client_id, frozenset(codes), int(told["exp"]), client_kid)
