"""One test is one way to get in with a token that should not let in; each is tried at a door that lets the right one in."""

import base64
import csv
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from orchestration.door.issuer import ASSERTION_TYPE, GRANT
from orchestration.intake.senders import Key, Organisation, write_senders
from tests.bench.load import ask_all, template
from tests.door.desk import ROOT, TODAY, Desk, Server, deliver
from tests.door.test_answers import codes

ISSUER, KID = "https://issuer.example", "k1"
with (ROOT / "dbt_project" / "seeds" / "municipality.csv").open() as seed:
    CODES = sorted(row["municipality_code"] for row in csv.DictReader(seed))


class Issuer:
    """Another issuer, as Keycloak would be: its keys at an address on loopback."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.stranger = rsa.generate_private_key(65537, 2048)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.jwks = {"keys": [{**public, "kid": KID, "use": "sig"}]}
        told = json.dumps(self.jwks).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def pem(self) -> bytes:
        """The public key as a text, as an attacker has it."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """One issuer elsewhere."""
    found = Issuer()
    yield found
    found.server.shutdown()


@pytest.fixture(scope="module")
def all_desks() -> list[Desk]:
    """The 98 municipalities' senders."""
    return [Desk(code) for code in CODES]


@pytest.fixture(scope="module")
def foreign(all_desks: list[Desk], issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A door whose tokens come from elsewhere."""
    folder = tmp_path_factory.mktemp("foreign")
    with Server(folder, all_desks, KLGATEWAY_ISSUER=ISSUER, KLGATEWAY_JWKS=issuer.url) as found:
        yield found


def claims(server: Server, desk: Desk, **more: Any) -> dict[str, Any]:
    """What a good token says."""
    now = int(time.time())
    told = {
        "iss": ISSUER,
        "aud": server.url,
        "sub": "x",
        "azp": desk.sender_id,
        "sor": [desk.sor],
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (told | more).items() if value is not None}


def signed(issuer: Issuer, told: dict[str, Any], **more: Any) -> str:
    """A token of the issuer."""
    return jwt.encode(told, issuer.key, **{"algorithm": "RS256", "headers": {"kid": KID}, **more})


def _b64(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _hmac_with_public_key(issuer: Issuer, told: dict[str, Any]) -> str:
    import hashlib
    import hmac

    text = f"{_b64({'alg': 'HS256', 'typ': 'JWT', 'kid': KID})}.{_b64(told)}"
    return f"{text}.{_b64(hmac.new(issuer.pem, text.encode(), hashlib.sha256).digest())}"


HOUR = 3600
FORGED: dict[str, Callable[[Issuer, Server, Desk], str]] = {
    "another audience": lambda i, s, d: signed(i, claims(s, d, aud="https://other.example")),
    "no audience": lambda i, s, d: signed(i, claims(s, d, aud=None)),
    "another issuer": lambda i, s, d: signed(i, claims(s, d, iss="https://evil.example")),
    "no issuer": lambda i, s, d: signed(i, claims(s, d, iss=None)),
    "expired": lambda i, s, d: signed(i, claims(s, d, iat=int(time.time()) - HOUR, exp=int(time.time()) - HOUR + 600)),
    "no expiry": lambda i, s, d: signed(i, claims(s, d, exp=None)),
    "good for a day": lambda i, s, d: signed(i, claims(s, d, exp=int(time.time()) + 24 * HOUR)),
    "of the future": lambda i, s, d: signed(
        i, claims(s, d, iat=int(time.time()) + HOUR, exp=int(time.time()) + HOUR + 60)
    ),
    "not before": lambda i, s, d: signed(i, claims(s, d, nbf=int(time.time()) + HOUR)),
    "no time": lambda i, s, d: signed(i, claims(s, d, iat=None)),
    "times as text": lambda i, s, d: signed(i, claims(s, d, iat="now", exp="later")),
    "algorithm none": lambda i, s, d: f"{_b64({'alg': 'none', 'kid': KID})}.{_b64(claims(s, d))}.",
    "algorithm None": lambda i, s, d: f"{_b64({'alg': 'nOnE', 'kid': KID})}.{_b64(claims(s, d))}.",
    "public key as HMAC secret": lambda i, s, d: _hmac_with_public_key(i, claims(s, d)),
    "another algorithm of the key": lambda i, s, d: signed(i, claims(s, d), algorithm="RS512"),
    "unknown kid": lambda i, s, d: signed(i, claims(s, d), headers={"kid": "k2"}),
    "no kid": lambda i, s, d: jwt.encode(claims(s, d), i.key, algorithm="RS256"),
    "kid as a path": lambda i, s, d: signed(i, claims(s, d), headers={"kid": "../../../etc/passwd"}),
    "a stranger's key": lambda i, s, d: jwt.encode(claims(s, d), i.stranger, algorithm="RS256", headers={"kid": KID}),
    "a key in the token": lambda i, s, d: jwt.encode(
        claims(s, d),
        i.stranger,
        algorithm="RS256",
        headers={"kid": KID, "jwk": jwt.algorithms.RSAAlgorithm.to_jwk(i.stranger.public_key(), as_dict=True)},
    ),
    "signature cut off": lambda i, s, d: signed(i, claims(s, d)).rpartition(".")[0] + ".",
    "claims changed": lambda i, s, d: ".".join(
        [signed(i, claims(s, d)).split(".")[0], _b64(claims(s, d, sor=["1"])), signed(i, claims(s, d)).split(".")[2]]
    ),
    "unknown sender": lambda i, s, d: signed(i, claims(s, d, azp="nobody")),
    "sender as a list": lambda i, s, d: signed(i, claims(s, d, azp=[d.sender_id])),
    "sor as a number": lambda i, s, d: signed(i, claims(s, d, sor=[int(d.sor)])),
    "no token": lambda i, s, d: "x",
    "three dots": lambda i, s, d: "...",
    "a JSON bomb": lambda i, s, d: f"{_b64(b'[' * 5000)}.{_b64(b'{}')}.x",
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_token_lets_nobody_in(
    client: httpx.Client, foreign: Server, issuer: Issuer, all_desks: list[Desk], kind: str
) -> None:
    desk = all_desks[3]
    name, body = desk.report()
    answer = deliver(client, foreign.url, FORGED[kind](issuer, foreign, desk), name, body)
    assert answer.status_code == 401 and codes(answer)[0].startswith("door.token."), kind
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert deliver(client, foreign.url, signed(issuer, claims(foreign, desk)), name, body).status_code == 201


def test_every_sender_reports_for_its_own_sor_code_and_for_no_other(
    foreign: Server, issuer: Issuer, all_desks: list[Desk]
) -> None:
    """98 senders × 98 SOR codes, with a token that claims all of them: what the registry does not give stays shut."""
    everything = [desk.sor for desk in all_desks]
    report = {desk.code: desk.small() for desk in all_desks}
    host, pairs, requests = f"127.0.0.1:{foreign.port}", [], []
    for desk in all_desks:
        token = signed(issuer, claims(foreign, desk, sor=everything))
        for other in all_desks:
            name, body = report[other.code]
            pairs.append((desk.code, other.code))
            requests.append(template(host, token, body, name).shot())
    statuses = ask_all(foreign.port, requests)
    assert len(CODES) == 98 and set(statuses) == {201, 403}
    assert [pair for pair, status in zip(pairs, statuses, strict=True) if status == 201] == [(c, c) for c in CODES]


def test_a_sor_code_that_the_token_lacks_is_not_taken_from_the_registry(
    client: httpx.Client, foreign: Server, issuer: Issuer, all_desks: list[Desk]
) -> None:
    token = signed(issuer, claims(foreign, all_desks[0], sor=[all_desks[1].sor]))
    for desk in all_desks[:2]:
        assert deliver(client, foreign.url, token, *desk.report()).status_code == 403


def test_tokens_are_not_issued_where_another_issues_them(
    client: httpx.Client, foreign: Server, all_desks: list[Desk]
) -> None:
    form = {
        "grant_type": GRANT,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": all_desks[0].assertion(foreign.url),
    }
    answer = client.post(f"{foreign.url}/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def ask(client: httpx.Client, server: Server, assertion: str, **more: str) -> httpx.Response:
    """The token endpoint."""
    form = {"grant_type": GRANT, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion} | more
    return client.post(f"{server.url}/oauth2/token", data=form)


def told(desk: Desk, server: Server) -> dict[str, Any]:
    """What a good assertion says."""
    found: dict[str, Any] = jwt.decode(desk.assertion(server.url), options={"verify_signature": False})
    return found


ASSERTIONS: dict[str, Callable[[Server, Desk], str]] = {
    "another audience": lambda s, d: d.assertion(s.url, aud="https://other.example"),
    "another subject": lambda s, d: d.assertion(s.url, sub="0461-test"),
    "another sender": lambda s, d: d.assertion(s.url, iss="0461-test", sub="0461-test"),
    "expired": lambda s, d: d.assertion(s.url, iat=int(time.time()) - HOUR, exp=int(time.time()) - 60),
    "good for an hour": lambda s, d: d.assertion(s.url, exp=int(time.time()) + HOUR),
    "of the future": lambda s, d: d.assertion(s.url, iat=int(time.time()) + 600),
    "short jti": lambda s, d: d.assertion(s.url, jti="1"),
    "jti as a list": lambda s, d: d.assertion(s.url, jti=["12345678"]),
    "unknown kid": lambda s, d: jwt.encode(told(d, s), d.private, "ES256", {"kid": "x"}),
    "a stranger's key": lambda s, d: jwt.encode(
        told(d, s),
        ec.generate_private_key(ec.SECP256R1()),
        "ES256",
        {"kid": d.kid},
    ),
    "algorithm none": lambda s, d: f"{_b64({'alg': 'none', 'kid': d.kid})}.{d.assertion(s.url).split('.')[1]}.",
    "an access token": lambda s, d: d.token(s.url),
    "nothing": lambda s, d: "",
}


@pytest.mark.parametrize("kind", ASSERTIONS)
def test_an_assertion_that_is_not_good_gets_no_token(
    client: httpx.Client, server: Server, desks: list[Desk], kind: str
) -> None:
    answer = ask(client, server, ASSERTIONS[kind](server, desks[0]))
    assert (answer.status_code, answer.json()["error"], codes(answer)) == (
        401,
        "invalid_client",
        ["door.assertion.invalid"],
    )


def test_an_assertion_is_good_once_also_after_a_restart(
    client: httpx.Client, server: Server, desks: list[Desk]
) -> None:
    assertion = desks[0].assertion(server.url)
    assert ask(client, server, assertion).status_code == 200
    for _ in range(2):
        assert codes(ask(client, server, assertion)) == ["door.assertion.replayed"]
        server.kill()
        server.start()
    assert codes(ask(client, server, desks[0].assertion(server.url), grant_type="password")) == [
        "door.grant.unsupported"
    ]


def test_rotated_expired_and_revoked_keys(client: httpx.Client, tmp_path: Path) -> None:
    old, new, other = Desk("0101"), Desk("0101"), Desk("0147")
    new.kid = "0101-test-2"
    day = timedelta(days=1)
    with Server(tmp_path, [old, other]) as server:
        token, report = old.token(server.url), old.report()
        sender = old.sender()
        (first,), (second,) = sender.keys, new.sender().keys

        def registered(*keys: Key, organisations: tuple[Organisation, ...] = sender.organisations) -> None:
            changed = msgspec.structs.replace(sender, keys=keys, organisations=organisations)
            write_senders(server.senders, [changed, other.sender()])
            time.sleep(1.3)

        registered(first, second)
        assert ask(client, server, old.assertion(server.url)).status_code == 200
        assert ask(client, server, new.assertion(server.url)).status_code == 200
        registered(msgspec.structs.replace(first, revoked_on=TODAY), second)
        assert ask(client, server, old.assertion(server.url)).status_code == 401
        assert codes(deliver(client, server.url, token, *report)) == ["door.token.sender"]  # issued before, by that key
        registered(msgspec.structs.replace(first, valid_until=TODAY - day), second)
        assert ask(client, server, old.assertion(server.url)).status_code == 401
        token = new.token(server.url)
        assert deliver(client, server.url, token, *report).status_code == 201
        registered(second, organisations=(Organisation("999990999000001", "0999"),))  # the SOR code was taken away
        assert deliver(client, server.url, token, *old.report()).status_code == 403
        server.senders.write_text("senders: [")  # half an edit
        time.sleep(1.3)
        assert deliver(client, server.url, other.token(server.url), *other.report()).status_code == 201
