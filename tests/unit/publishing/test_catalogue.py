"""One test is one promise of the catalogue: every release of every recipient, with its state, as page and as data."""

import json
import re

from orchestration.publishing.catalogue import DATA, MOST, PAGE, read_lines, write_catalogue
from orchestration.publishing.home import latest, releases_in
from orchestration.publishing.withdrawal import withdraw
from tests.unit.publishing.conftest import at


def written(house) -> tuple[list[dict], str]:
    write_catalogue(house.releases, house.publisher.audit, now=at(20))
    told = json.loads((house.releases / DATA).read_text())
    assert told["format"] == "klgateway-catalogue/1"
    return told["releases"], (house.releases / PAGE).read_text()


def test_every_state_is_told(released) -> None:
    released.edit("flis/agreement.yml", "{days: 400, releases: 30}", "{days: 3, releases: 2}")
    first, second = releases_in(released.releases / "flis")
    withdraw(released.releases, "flis", second.name, "Forkert <måned>", released.publisher, now=at(10))
    released.release("flis", 11)  # refused: the same content
    released.nation.sql("update marts.dim_citizen set sex_code = 'x' where municipality_code = '0615'")
    released.release("flis", 12)
    released.nation.citizen("0461", "nursing")
    third = latest(released.releases, "flis")
    released.release("flis", 10, day=9)
    released.release("sds_health", 13)
    lines, page = written(released)
    states = {(line["recipient"], line["release_id"]): line["state"] for line in lines}
    now = latest(released.releases, "flis")
    assert states[("flis", first.name)] == "pruned" and states[("flis", second.name)] == "withdrawn"
    assert states[("flis", third.name)] == "superseded" and states[("flis", now.name)] == "latest"
    assert [state for (_, name), state in states.items() if name.startswith("20260305T110000Z")] == ["refused"]
    assert [line["recipient"] for line in lines] == ["flis"] * 5 + ["sds_health"]
    newest = lines[0]
    assert newest["withheld"] == ["0615"] and newest["agreement"]["version"] == 1
    assert newest["rows"]["dim_municipality"] == 98 and newest["place"] == f"flis/{now.name}"
    assert next(line for line in lines if line["release_id"] == first.name)["place"] is None
    for words in ("Gælder nu", "Afløst", "Trukket tilbage", "Slettet efter aftalen", "Afvist", "release.withdrawn"):
        assert words in page
    assert "Forkert &lt;måned&gt;" in page and "<måned>" not in page
    for place in re.findall(r'href="([^"#]+)"', page):
        assert (released.releases / place).exists(), place


def test_the_page_loads_nothing_and_shows_the_newest(released) -> None:
    _, page = written(released)
    assert not re.search(r"https?://|src=|@import|url\(", page)
    assert page.index("20260305T090000Z") < page.index("20260305T080000Z")
    entry = list(released.publisher.audit.entries())[-1]
    for number in range(MOST):
        details = {**entry.details, "release_id": f"20260306T0000{number:02}Z-00000000"}
        released.publisher.record("released", "flis", at(21), **details)
    _, page = written(released)
    assert page.count("<tr>") == MOST + 1 and f"2 ældre står i {DATA}" in page


def test_a_release_that_never_came_is_told_as_such(released) -> None:
    entry = list(released.publisher.audit.entries())[-1]
    details = {**entry.details, "release_id": "20260306T000000Z-00000000"}
    released.publisher.record("released", "flis", at(21), **details)
    released.publisher.record("abandoned", "flis", at(22), release_id="20260306T000000Z-00000000")
    lines = read_lines(released.releases, released.publisher.audit)
    assert [line.state for line in lines] == ["abandoned", "latest", "superseded"]


def test_the_same_log_gives_the_same_bytes(released) -> None:
    written(released)
    before = (released.releases / PAGE).read_bytes(), (released.releases / DATA).read_bytes()
    written(released)
    assert ((released.releases / PAGE).read_bytes(), (released.releases / DATA).read_bytes()) == before
