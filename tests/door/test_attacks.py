"""One test is one attack on the door through a socket, or one look at what attacks left behind."""

import json
import socket
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from orchestration.door.protocol import HEADER_SECONDS
from orchestration.intake.ledger.ledger import Ledger
from tests.conformance.test_json import ATTACKS
from tests.door.desk import FHIR, TODAY, Desk, Server, deliver
from tests.faults import hostile


def talk(server: Server, *pieces: bytes, step: float = 0.0, wait: float = 5.0) -> bytes:
    """What comes back for raw bytes, sent piece by piece, until the door hangs up or is silent."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(step)
            while chunk := connection.recv(65_536):
                found += chunk
        except OSError:
            pass
    return found


def status_and_code(answer: bytes) -> tuple[int, str]:
    """Of the first answer in the bytes; it must be an OperationOutcome."""
    head, _, body = answer.partition(b"\r\n\r\n")
    told = json.JSONDecoder().raw_decode(body.decode())[0]
    assert told["resourceType"] == "OperationOutcome"
    return int(head[9:12]), told["issue"][0]["details"]["coding"][0]["code"]


def put(server: Server, token: str, body: bytes, **headers: str) -> bytes:
    """A request as bytes, after which the connection is closed."""
    known = {"Host": "door", "Authorization": f"Bearer {token}", "Content-Type": FHIR, "Content-Length": str(len(body))}
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in (known | headers | {"Connection": "close"}).items()
    ]
    return "\r\n".join([f"PUT /fhir/Bundle/{uuid4()} HTTP/1.1", *lines, "", ""]).encode() + body


@pytest.mark.parametrize("kind", ATTACKS)
def test_json_attacks_through_the_socket(server: Server, token: str, kind: str) -> None:
    body, rule_id = ATTACKS[kind]
    status, code = status_and_code(talk(server, put(server, token, body)))
    assert (status, code) == ((413, "door.body.long") if rule_id == "json.size" else (400, rule_id))


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"nonsense\r\n\r\n", 400, "door.request.malformed"),
        (b"GET /health HTTP/1.1\r\n\r\n", 400, "door.request.malformed"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "door.request.malformed"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431, "door.headers.long"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 9_000 + b"\r\n", 431, "door.headers.long"),
        (b"GET /" + b"a" * 3_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "door.url.long"),
        (
            b"PUT /fhir/Bundle/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            400,
            "door.request.malformed",
        ),
        (
            b"PUT /fhir/Bundle/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "door.request.malformed",
        ),
        (
            b"PUT /fhir/Bundle/x HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
            400,
            "door.request.malformed",
        ),
    ],
)
def test_what_is_no_http_or_could_be_read_in_two_ways(server: Server, data: bytes, status: int, code: str) -> None:
    assert status_and_code(talk(server, data)) == (status, code)


def test_headers_that_drip_are_cut_off_and_hold_nobody_up(
    server: Server, token: str, client: httpx.Client, desks: list[Desk]
) -> None:
    began = time.perf_counter()
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: ")
    assert deliver(client, server.url, token, *desks[0].report()).status_code == 201
    for connection in slow:
        connection.settimeout(HEADER_SECONDS + 5)
        assert status_and_code(connection.recv(65_536)) == (408, "door.request.slow")
        connection.close()
    assert time.perf_counter() - began < HEADER_SECONDS + 6


def test_pipelined_requests_are_answered_in_order(server: Server, token: str, desks: list[Desk]) -> None:
    name, body = desks[0].report()
    head = f"PUT /fhir/Bundle/{name} HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer {token}\r\nContent-Type: {FHIR}\r\n"
    first = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    last = first.replace(b"Host: d\r\n", b"Host: d\r\nConnection: close\r\n")
    found = talk(server, first + first + b"GET /nowhere HTTP/1.1\r\nHost: d\r\n\r\n" + last)
    assert [part[:3] for part in found.split(b"HTTP/1.1 ")[1:]] == [b"201", b"200", b"404", b"200"]


def test_a_body_that_stops_half_way_stores_nothing(
    server: Server, token: str, client: httpx.Client, desks: list[Desk]
) -> None:
    name, body = desks[0].report()
    head = f"PUT /fhir/Bundle/{name} HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer {token}\r\nContent-Type: {FHIR}\r\n"
    talk(server, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1], wait=0.5)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"{server.url}/fhir/Bundle/{name}/$receipt", headers=headers).status_code == 404


def test_hostile_requests_change_nothing_for_a_canary() -> None:
    """The long form: `python -m tests.faults.hostile` (5,000 requests)."""
    (Path.cwd() / "data").mkdir(exist_ok=True)
    found = hostile.run(300, 3, seconds=1.0)
    assert not found.faults, found.faults[:5]
    assert len(found.kinds) == 11 and found.answers["400"] > 50 and found.during.statuses[201] > 20


def test_after_all_this_the_ledger_is_whole_and_the_journal_holds_no_secret(server: Server, token: str) -> None:
    entries = list(Ledger(server.data / "landing", writes=False).entries(TODAY))
    assert entries and all(entry.sender_id == "0219-test" for entry, _ in entries)
    written = server.log_path.read_text()
    assert token not in written and "Traceback" not in written
    assert all(line["status"] < 500 for line in server.log if "status" in line)
