"""One test is one page as a person sees it, without scripts; of a municipality only to its sender."""

import json
import re

import httpx
import pytest

from tests.door.desk import Desk, Server, deliver


@pytest.fixture(scope="module")
def person(server: Server, token: str) -> httpx.Client:
    """Somebody who has logged in."""
    found = httpx.Client(base_url=server.url)
    answer = found.post("/login", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/leverancer")
    told = answer.headers["set-cookie"].lower()
    assert "httponly" in told and "samesite=strict" in told
    return found


def is_page(answer: httpx.Response) -> str:
    """Its text; no scripts in it, and none allowed."""
    assert (
        answer.headers["content-type"].startswith("text/html")
        and "default-src 'none'" in answer.headers["content-security-policy"]
    )
    assert "<script" not in answer.text and "javascript:" not in answer.text and " on" + "click" not in answer.text
    assert re.search(r'<html lang="da">', answer.text) and "<h1>" in answer.text
    return answer.text


def test_front_page_says_how_to_begin(client: httpx.Client, server: Server) -> None:
    text = is_page(client.get(server.url))
    assert f"{server.url}/oauth2/token" in text and "curl" in text
    for address in set(re.findall(r'(?:href|action)="(/[^"]*)"', text)):
        assert client.get(server.url + address, follow_redirects=True).status_code == 200, address


def test_own_submissions_with_filters_and_receipts(
    person: httpx.Client, client: httpx.Client, server: Server, desks: list[Desk], token: str
) -> None:
    name, body = desks[0].report("page")
    broken = json.loads(body)
    broken["entry"][1]["resource"].pop("meta")
    assert deliver(client, server.url, token, name, json.dumps(broken).encode()).status_code == 422
    good, body = desks[0].report("page, good")
    assert deliver(client, server.url, token, good, body).status_code == 201
    assert person.get("/leverancer").headers["location"] == "/kommune/0219"
    text = is_page(person.get("/kommune/0219"))
    assert name in text and good in text
    rejected = is_page(person.get("/kommune/0219?svar=rejected"))
    assert name in rejected and good not in rejected
    assert name not in person.get("/kommune/0219?dag=2020-01-01").text
    (address,) = re.findall(rf'href="(/leverance/[^"]+)">{name}', rejected)
    page = is_page(person.get(address))
    assert "resource.meta.profile.required" in page and "Angiv profilens adresse" in page and "afvist" in page
    for strange in ("?svar=x", "?dag=x", "?foer=x", "?foer=9999999999999999999"):
        is_page(person.get(f"/kommune/0219{strange}"))


def test_nothing_of_others_and_nothing_without_login(
    person: httpx.Client, client: httpx.Client, server: Server, desks: list[Desk]
) -> None:
    name, body = desks[1].report("of another")
    other = desks[1].token(server.url)
    assert deliver(client, server.url, other, name, body).status_code == 201
    with httpx.Client(base_url=server.url) as neighbour:
        neighbour.post("/login", data={"token": other})
        (address,) = re.findall(rf'href="(/leverance/[^"]+)">{name}', neighbour.get("/kommune/0461").text)
        assert name in is_page(neighbour.get(address))
    for path in ("/kommune/0461", address):
        assert person.get(path).status_code == 404 and name not in person.get(path).text
        assert client.get(server.url + path).headers["location"] == "/login"
    for path in (
        "/leverance/2026-01-01/x",
        "/leverance/..%2f..%2fetc/passwd",
        "/leverance/x/x",
        "/kommune/0219%00",
    ):
        assert person.get(path).status_code == 404


def test_login_with_anything_else_says_what_to_do(client: httpx.Client, server: Server) -> None:
    answer = client.post(f"{server.url}/login", data={"token": "<script>alert(1)</script>"})
    assert answer.status_code == 401 and "Hent et nyt token" in is_page(answer)


def test_logout(server: Server, token: str) -> None:
    with httpx.Client(base_url=server.url) as someone:
        someone.post("/login", data={"token": token})
        assert someone.get("/kommune/0219").status_code == 200
        someone.post("/logout")
        assert someone.get("/kommune/0219").headers["location"] == "/login"


def test_a_trial_is_judged_and_forgotten(client: httpx.Client, server: Server, desks: list[Desk], token: str) -> None:
    name, body = desks[0].report("trial")
    text = is_page(client.post(f"{server.url}/proev", data={"report": body.decode()}))
    assert "ville blive modtaget" in text
    text = is_page(client.post(f"{server.url}/proev", data={"report": '{"resourceType": "<script>x</script>"}'}))
    assert "ville blive afvist" in text and "bundle.not-bundle" in text
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"{server.url}/fhir/Bundle/{name}/$receipt", headers=headers).status_code == 404
