"""One `PublicKey` verifies signatures, with the algorithms that the key itself fixes: a token can choose none."""

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

SHORTEST_RSA = 2048
FETCH_SECONDS = 5
AGAIN_SECONDS = 30.0
LONGEST_SET = 1 << 20


class KeyFault(ValueError):
    """A key that can't be used. Tells why."""


class PublicKey:
    """EC on P-256 with ES256, or RSA of 2048 bits or more with RS256 and PS256."""

    def __init__(self, jwk: dict[str, Any]) -> None:
        try:
            self.key: Any = jwt.PyJWK(jwk, algorithm="ES256" if jwk.get("kty") == "EC" else "RS256").key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
            raise KeyFault(f"not a key that can be used ({type(error).__name__})") from None
        if isinstance(self.key, ec.EllipticCurvePublicKey) and isinstance(self.key.curve, ec.SECP256R1):
            self.algorithms = ["ES256"]
        elif isinstance(self.key, rsa.RSAPublicKey) and self.key.key_size >= SHORTEST_RSA:
            self.algorithms = ["RS256", "PS256"]
        else:
            raise KeyFault("neither EC on P-256 nor RSA of 2048 bits or more")


class KeySet:
    """The keys of an issuer, from an address or a file; fetched again when a token names one that is not there."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._keys: dict[str, PublicKey] = {}
        self._fetched = -AGAIN_SECONDS

    def find(self, kid: str) -> PublicKey | None:
        """The key of a kid. Blocks while it fetches, at most every half minute: call it beside the event loop."""
        if kid not in self._keys and time.monotonic() - self._fetched >= AGAIN_SECONDS:
            self._fetched = time.monotonic()
            self._keys = self._fetch()
        return self._keys.get(kid)

    def known(self, kid: str) -> PublicKey | None:
        """The key of a kid, if it is here."""
        return self._keys.get(kid)

    def _fetch(self) -> dict[str, PublicKey]:
        try:
            if "://" in self._where:
                with urllib.request.urlopen(self._where, timeout=FETCH_SECONDS) as answer:
                    data = answer.read(LONGEST_SET)
            else:
                data = Path(self._where).read_bytes()
            found = {}
            for jwk in json.loads(data)["keys"]:
                if jwk.get("use", "sig") == "sig" and jwk.get("kid") and jwk.get("kty") in ("EC", "RSA"):
                    try:
                        found[jwk["kid"]] = PublicKey(jwk)
                    except KeyFault:
                        continue
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return self._keys  # the issuer is away: what it told before stands
        return found
