"""One test is one answer of the door, or the promise that goes with it."""

import gzip
import json
import time
from uuid import uuid4

import httpx
import pytest

from tests.door.desk import FHIR, Desk, Server, deliver


def codes(answer: httpx.Response) -> list[str]:
    """The codes of an OperationOutcome."""
    assert answer.headers["content-type"].startswith(FHIR), answer.text
    told = answer.json()
    assert told["resourceType"] == "OperationOutcome" and told["issue"]
    return [part["code"] for issue in told["issue"] for part in issue.get("details", {}).get("coding", [])]


def test_ready_in_under_a_second(desks: list[Desk], tmp_path_factory: pytest.TempPathFactory) -> None:
    with Server(tmp_path_factory.mktemp("again"), desks) as other:
        seconds, busy = [], []
        for _ in range(3):
            other.stop()
            seconds.append(other.start())
            busy.append(other.cpu_seconds())
        assert min(busy) < 1.0 and min(seconds) < 3.0  # of its own; the clock also counts what else the machine does


def test_created_then_the_same_then_another(
    client: httpx.Client, server: Server, desks: list[Desk], token: str
) -> None:
    name, body = desks[0].report()
    first = deliver(client, server.url, token, name, body)
    assert first.status_code == 201 and not any(issue["severity"] == "error" for issue in first.json()["issue"])
    assert (
        first.headers["location"] == f"{server.url}/fhir/Bundle/{name}/_history/1" and first.headers["etag"] == 'W/"1"'
    )
    again = deliver(client, server.url, token, name, body)
    assert again.status_code == 200 and again.json() == first.json()
    other = deliver(client, server.url, token, name, body + b" ")
    assert (other.status_code, codes(other)) == (409, ["deliveryReport.id.new"])
    receipt = client.get(f"{server.url}/fhir/Bundle/{name}/$receipt", headers={"Authorization": f"Bearer {token}"})
    assert receipt.status_code == 200 and receipt.json()["issue"] == first.json()["issue"]


def test_rejected_with_all_errors_in_two_languages_then_mended(
    client: httpx.Client, server: Server, desks: list[Desk], token: str
) -> None:
    name, body = desks[0].report("broken")
    broken = json.loads(body)
    for entry in broken["entry"]:
        entry["resource"].pop("meta", None)
    bad = json.dumps(broken).encode()
    danish = deliver(client, server.url, token, name, bad)
    english = deliver(client, server.url, token, name, bad, **{"Accept-Language": "en-GB, da;q=0.5"})
    assert danish.status_code == english.status_code == 422
    assert len(codes(danish)) > 5 and codes(danish) == codes(english)
    assert danish.headers["content-language"] == "da" and english.headers["content-language"] == "en"
    assert danish.json()["issue"][0]["details"]["text"] != english.json()["issue"][0]["details"]["text"]
    receipt = client.get(f"{server.url}/fhir/Bundle/{name}/$receipt", headers={"Authorization": f"Bearer {token}"})
    assert receipt.json()["meta"]["tag"][0]["code"] == "rejected" and receipt.json()["issue"] == danish.json()["issue"]
    assert deliver(client, server.url, token, name, body).status_code == 201


def test_about_another_municipality_is_forbidden_and_not_stored(
    client: httpx.Client, server: Server, desks: list[Desk], token: str
) -> None:
    name, body = desks[1].report()
    answer = deliver(client, server.url, token, name, body)
    assert (answer.status_code, set(codes(answer))) == (403, {"citizen.sor.authorised"})
    assert deliver(client, server.url, desks[1].token(server.url), name, body).status_code == 201
    for what in ("$receipt", "$status"):
        answer = client.get(f"{server.url}/fhir/Bundle/{name}/{what}", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, codes(answer)) == (404, ["door.report.unknown"])


def test_validate_stores_nothing(client: httpx.Client, server: Server, desks: list[Desk], token: str) -> None:
    name, body = desks[0].report("only tried")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FHIR}
    answer = client.post(f"{server.url}/fhir/Bundle/$validate", content=body, headers=headers)
    assert answer.status_code == 200 and not any(issue["severity"] == "error" for issue in answer.json()["issue"])
    assert client.get(f"{server.url}/fhir/Bundle/{name}/$receipt", headers=headers).status_code == 404


def test_gzip_async_and_long_reports(client: httpx.Client, server: Server, desks: list[Desk], token: str) -> None:
    name, body = desks[0].report("packed")
    packed = deliver(client, server.url, token, name, gzip.compress(body), **{"Content-Encoding": "gzip"})
    assert packed.status_code == 201
    assert deliver(client, server.url, token, name, body).status_code == 200
    name, body = desks[0].report("later")
    queued = deliver(client, server.url, token, name, body, Prefer="respond-async")
    assert (queued.status_code, codes(queued)) == (202, ["door.report.queued"])
    assert queued.headers["content-location"].endswith(f"/fhir/Bundle/{name}/$receipt")
    name, body = desks[0].report("long")  # judged by the process beside
    assert deliver(client, server.url, token, name, body + b" " * 100_000).status_code == 201


BAD = {
    "no JSON": ({}, b"{", 400, "json.syntax"),
    "a key twice": ({}, b'{"id": 1, "id": 2}', 400, "json.duplicate-key"),
    "no body": ({}, b"", 400, "json.empty"),
    "no bundle": ({}, b"{}", 400, "door.id.mismatch"),
    "XML": ({"Content-Type": "application/fhir+xml"}, b"<a/>", 415, "door.type.unsupported"),
    "another charset": ({"Content-Type": f"{FHIR}; charset=latin1"}, b"{}", 415, "door.type.unsupported"),
    "brotli": ({"Content-Encoding": "br"}, b"{}", 415, "door.encoding.unsupported"),
    "no gzip": ({"Content-Encoding": "gzip"}, b"{}", 400, "door.body.gzip"),
    "half a gzip": ({"Content-Encoding": "gzip"}, gzip.compress(b"{}" * 99)[:-9], 400, "door.body.gzip"),
    "two gzips": ({"Content-Encoding": "gzip"}, gzip.compress(b"{}") * 2, 400, "door.body.gzip"),
    "a gzip bomb": ({"Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000), 413, "door.body.ratio"),
    "too long": ({}, b" " * 10_485_761, 413, "door.body.long"),
    "XML wanted": ({"Accept": "application/fhir+xml"}, b"{}", 406, "door.accept.unsupported"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_report(client: httpx.Client, server: Server, token: str, kind: str) -> None:
    headers, body, status, code = BAD[kind]
    answer = deliver(client, server.url, token, str(uuid4()), body, **headers)
    assert (answer.status_code, codes(answer)[0]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "door.route.unknown"),
        ("GET", "/fhir/Bundle", 404, "door.route.unknown"),
        ("PUT", "/fhir/Patient/1", 404, "door.route.unknown"),
        ("PUT", "/fhir/Bundle/..%2f..%2fetc", 404, "door.route.unknown"),
        ("DELETE", "/fhir/Bundle/1", 405, "door.method.unknown"),
        ("GET", "/fhir/Bundle/1", 405, "door.method.unknown"),
        ("PATCH", "/health", 405, "door.method.unknown"),
        ("PUT", "/fhir/Bundle/a_b", 400, "door.id.syntax"),
        ("PUT", f"/fhir/Bundle/{'a' * 65}", 400, "door.id.syntax"),
        ("GET", f"/{'a' * 2001}", 414, "door.url.long"),
    ],
)
def test_routes_and_methods(
    client: httpx.Client, server: Server, token: str, method: str, path: str, status: int, code: str
) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FHIR}
    answer = client.request(method, server.url + path, headers=headers)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_what_it_says_of_itself_is_so(client: httpx.Client, server: Server) -> None:
    told = client.get(f"{server.url}/fhir/metadata").json()
    (bundle,) = told["rest"][0]["resource"]
    assert [i["code"] for i in bundle["interaction"]] == ["update"] and told["fhirVersion"] == "4.0.1"
    assert any(profile.endswith("klgateway-care-delivery-report") for profile in bundle["supportedProfile"])
    paths = client.get(f"{server.url}/openapi.json").json()["paths"]
    for operation in bundle["operation"]:
        assert any(path.endswith(f"${operation['name']}") for path in paths)
    for path, methods in paths.items():
        for method in methods:
            answer = client.request(method, server.url + path.replace("{id}", "x"))
            assert answer.status_code not in (404, 405, 500, 503), path


def test_a_flood_is_told_to_wait(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    slow = Desk("0101", reports_per_second=1)
    with Server(tmp_path_factory.mktemp("slow"), [slow]) as server:
        token = slow.token(server.url)
        answers = [deliver(client, server.url, token, *slow.report()) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
        assert codes(answers[-1]) == ["door.rate.sender"] and int(answers[-1].headers["retry-after"]) >= 1


def test_the_journal_has_a_line_a_request_and_no_more_than_it_may(
    client: httpx.Client, server: Server, token: str
) -> None:
    canary = "0101701234"
    deliver(
        client,
        server.url,
        token,
        canary,
        f'{{"x": "{canary}"}}'.encode(),
        **{"X-Request-Id": canary, "User-Agent": canary},
    )
    client.get(f"{server.url}/{canary}?{canary}={canary}", headers={"Cookie": canary})
    answer = client.get(f"{server.url}/health")
    time.sleep(1)
    lines = server.log
    assert {"request", "method", "route", "status", "ms", "at"} <= lines[-1].keys()
    assert lines[-1]["request"] == answer.headers["x-request-id"] and lines[-1]["route"] == "/health"
    assert any(line.get("sender") == "0219-test" and line["status"] == 400 for line in lines)
    assert canary not in server.log_path.read_text()
