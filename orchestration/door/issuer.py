"""One `Issuer` gives tokens for signed assertions (private_key_jwt, RFC 7523): the door's own, where no other issuer is configured."""

import contextlib
import hashlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orchestration.door.answers import Refusal
from orchestration.door.keys import KeyFault, PublicKey
from orchestration.door.registry import Registry
from orchestration.durable import aside, sync

TOKEN_SECONDS = 900
ASSERTION_SECONDS = 300
LEEWAY_SECONDS = 5
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY, USED = "issuer.pem", "assertions.sqlite"


class Issuer:
    """Keeps its signing key and the assertions that were used in `folder`, so that all workers share both."""

    def __init__(self, url: str, folder: Path, registry: Registry) -> None:
        self.url, self._folder, self._registry = url, folder, registry
        folder.mkdir(parents=True, exist_ok=True)
        self._key = _signing_key(folder / KEY)
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self.kid = hashlib.sha256(f"{public['x']}.{public['y']}".encode()).hexdigest()[:16]
        self.jwks = {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "ES256"}]}
        self._public = PublicKey(dict(public))

    def known(self, kid: str) -> PublicKey | None:
        """The issuer's own key, for the verifying of its tokens."""
        return self._public if kid == self.kid else None

    find = known

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint. Touches the disk: call it beside the event loop.

        Raises:
            Refusal: the grant is another one, or the assertion is not good.
        """
        if form.get("grant_type") != GRANT or form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refusal("door.grant.unsupported")
        try:
            sender_id, kid, told = self._verified(form.get("client_assertion", ""))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError):
            raise Refusal("door.assertion.invalid") from None
        if not self._use(f"{sender_id}|{told['jti']}", int(told["exp"])):
            raise Refusal("door.assertion.replayed", sender_id=sender_id)
        now = int(time.time())
        sender = self._registry.sender(sender_id)
        claims = {
            **{"iss": self.url, "aud": self.url, "sub": sender_id, "client_id": sender_id, "client_kid": kid},
            **{"iat": now, "exp": now + TOKEN_SECONDS, "jti": uuid4().hex},
            "sor": sorted(sender.sor_codes) if sender else [],
        }
        token = jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self.kid, "typ": "at+jwt"})
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _verified(self, assertion: str) -> tuple[str, str, dict[str, Any]]:
        """Sender id, kid and claims of an assertion; raises for any that is not good."""
        kid = jwt.get_unverified_header(assertion)["kid"]
        found = self._registry.key(kid) if isinstance(kid, str) else None
        if found is None:
            raise ValueError
        sender, registered = found
        try:
            key = PublicKey(dict(registered.jwk))
        except KeyFault:
            raise ValueError from None
        told = jwt.decode(
            assertion,
            key.key,
            algorithms=key.algorithms,
            audience=[f"{self.url}/oauth2/token", self.url],
            issuer=sender.sender_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "sub", "aud", "jti"]},
        )
        if told["sub"] != sender.sender_id or not isinstance(told["jti"], str) or not 8 <= len(told["jti"]) <= 256:
            raise ValueError
        if told["exp"] - time.time() > ASSERTION_SECONDS + LEEWAY_SECONDS:
            raise ValueError
        return sender.sender_id, kid, told

    def _use(self, name: str, expires: int) -> bool:
        """Whether this is the first use of an assertion; noted on disk, for all workers and after a restart."""
        digest, now = hashlib.sha256(name.encode()).hexdigest(), int(time.time())
        try:
            with contextlib.closing(
                sqlite3.connect(self._folder / USED, timeout=5, isolation_level=None)
            ) as connection:
                connection.execute("pragma synchronous = full")
                connection.execute(
                    "create table if not exists used (digest text primary key, expires integer) without rowid"
                )
                connection.execute("delete from used where expires < ?", (now - 2 * ASSERTION_SECONDS,))
                return connection.execute("insert or ignore into used values (?, ?)", (digest, expires)).rowcount == 1
        except sqlite3.Error:
            raise Refusal("door.store.unavailable", headers={"Retry-After": "30"}) from None


def _signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key in the file; made with the first start, by one of the workers."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        beside = aside(path.parent, path.name)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another worker was first
            os.link(beside, path)
        beside.unlink()
        sync(path.parent)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} holds no EC key. Remove it: the issuer makes a new one.")
    return key
