"""One test does in Chromium what a citizen does on the portal. Every test fails on a console message or a request that leaves the site."""

import shutil
import statistics
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.unit.portal.public_release import NEW, NO_DATA, THREE_CITIZENS, WITHHELD, PublicHouse

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PAGES = ("index.html", "kommune/index.html", "indikator/index.html", "kvalitet.html", "hent.html", "om.html")
PAGES += (
    f"kommune/0461.html?sammenlign=0751,{NEW}&gruppe=1",
    f"kommune/{NO_DATA}.html",
    "indikator/A10.html",
    "indikator/D13.html",
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = PublicHouse(
        tmp_path_factory.mktemp("portal") / "house", ("A01", "A05", "A07", "A10", "A19", "D01", "D05", "D13")
    )
    house.release()
    return house.publish().directory


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, on loopback."""
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: a request is no output of a test."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, address: str, site: Path) -> Iterator[Page]:
    """A new page; what it says on the console, and where it asks, is looked at when the test is over."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="da-DK")
    found, said, asked = context.new_page(), [], []
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: said.append(str(error)))
    found.on("request", lambda request: asked.append(request.url))
    yield found
    context.close()
    assert not said
    assert not [url for url in asked if not url.startswith((address, site.as_uri(), "data:"))]


def test_the_watch_over_console_and_requests_sees(browser: Browser, address: str) -> None:
    page, said, asked = browser.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/om.html")
    page.evaluate("console.error('seen'); new Image().src = 'http://127.0.0.1:9/elsewhere.png'")
    page.wait_for_timeout(200)
    assert "seen" in said
    assert "http://127.0.0.1:9/elsewhere.png" in asked
    page.close()


def test_find_your_municipality(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    page.get_by_label("Vælg kommune").select_option(label="Odense")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Odense")
    expect(page.locator("#A01 svg[role=img]")).to_be_visible()


def test_compare_up_to_five_and_the_group(page: Page, address: str) -> None:
    page.goto(f"{address}/kommune/0461.html")
    expect(page.locator("#A01 .legend li")).to_have_text(["Odense", "Hele landet"], use_inner_text=True)
    for name in ("Aarhus", "Aalborg", "Fanø", "Læsø", "Vejle"):
        page.get_by_label("Kommune", exact=True).select_option(label=name)
        page.get_by_role("button", name="Tilføj").click()
        expect(page.locator("#chips")).to_contain_text(name)
    legend = page.locator("#A01 .legend li")
    expect(legend).to_have_count(7)
    page.get_by_label("Kommune", exact=True).select_option(label="Kolding")
    page.get_by_role("button", name="Tilføj").click()
    expect(page.locator("#said")).to_have_text("Der kan vælges fem.")
    expect(page.locator("#chips li")).to_have_count(5)
    page.get_by_role("button", name="Sammenligningsgruppen").click()
    expect(legend).to_have_count(8)
    page.locator("#A01 summary", has_text="Tallene som tabel").click()
    heads = page.locator("#A01 thead th")
    expect(heads).to_have_text(
        [
            "Periode",
            "Odense",
            "95 %-interval",
            "Hele landet",
            "Aarhus",
            "Aalborg",
            "Fanø",
            "Læsø",
            "Vejle",
            "Sammenligningsgruppen",
        ]
    )
    first = page.locator("#A01 tbody tr").first.locator("td")
    expect(first.nth(4)).to_have_text("holdt tilbage")
    expect(first.nth(5)).to_have_text("diskretioneret")
    page.get_by_role("button", name="Fjern Aarhus").click()
    expect(legend).to_have_count(7)
    assert "sammenlign=0851,0563,0825,0630&gruppe=1" in page.url
    page.reload()
    expect(page.locator("#chips li")).to_have_count(4)
    page.get_by_role("button", name="Fjern alle").click()
    expect(legend).to_have_count(2)


def test_the_median_of_the_group_is_that_of_its_public_figures(page: Page, address: str, site: Path) -> None:
    page.goto(f"{address}/kommune/0461.html?gruppe=1")
    page.locator("#A10 summary", has_text="Tallene som tabel").click()
    told = page.locator("#A10 tbody tr").first.locator("td").nth(3).inner_text()
    (values,) = zip(
        *duckdb.connect()
        .execute(
            f"""
            select value from '{site}/download/ind_public_value.parquet'
            where indicator_id = 'A10' and period_kind_code = 'quarter' and state_code = 'value' and period_start_on = date '2026-04-01'
                and area_code in (select member_code from '{site}/download/dim_comparison_group.parquet' where municipality_code = '0461')
            """
        )
        .fetchall(),
        strict=True,
    )
    assert told == f"{statistics.median(values):.1f}".replace(".", ",")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (NO_DATA, "ikke indberettet"),
        (THREE_CITIZENS, "diskretioneret"),
        (WITHHELD, "holdt tilbage"),
        ("0773", "ingen at tælle"),
    ],
)
def test_without_figures_a_page_says_why(page: Page, address: str, code: str, words: str) -> None:
    page.goto(f"{address}/kommune/{code}.html")
    expect(page.locator("#A01 .big")).to_have_text(words)
    expect(page.locator("#A01 .legend")).to_contain_text("× intet tal")
    expect(page.locator("#words ~ dl")).to_contain_text(words)


def test_open_a_definition(page: Page, address: str) -> None:
    page.goto(f"{address}/kommune/0461.html")
    definition = page.locator("#A01 .definition")
    expect(definition).to_be_hidden()
    page.locator("#A01 summary", has_text="Definition og forbehold").click()
    expect(definition).to_contain_text("Hvor mange af de ældste får hjemmehjælp?")
    expect(definition).to_contain_text("Vises kun, når nævneren er mindst 30")


def test_switch_language_and_keep_what_is_compared(page: Page, address: str) -> None:
    page.goto(f"{address}/kommune/0461.html?sammenlign=0751")
    expect(page.locator("#chips li")).to_have_count(1)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#A01 h3")).to_have_text("Home-care recipients 80+")
    expect(page.locator("#A01 .legend li")).to_have_text(["Odense", "The whole country", "Aarhus"], use_inner_text=True)
    page.get_by_role("link", name="Dansk").click()
    assert page.url.endswith("/kommune/0461.html?sammenlign=0751")


def test_an_indicator_in_another_period_and_with_a_municipality_in_front(page: Page, address: str) -> None:
    page.goto(f"{address}/indikator/A10.html#0461")
    expect(page.get_by_label("Fremhæv")).to_have_value("0461")
    for chart in ("map", "dots", "funnel", "time"):
        expect(page.locator(f"#{chart} svg[role=img]").first).to_be_visible()
    expect(page.locator("#map .tile")).to_have_count(98 + 5)  # five are of the legend
    cell = page.locator('#table tr[data-area="0461"] td').nth(1)
    before = cell.inner_text()
    page.get_by_label("Periode").select_option("2025-04-01")
    expect(page.locator("#caption")).to_contain_text("2. kvartal 2025")
    expect(cell).not_to_have_text(before)
    page.get_by_label("Vis").select_option("rolling_12")
    expect(page.locator("#caption")).to_contain_text("juli 2025 – juni 2026")
    page.get_by_label("Standardiseret").check()
    expect(page.locator("#no-funnel")).to_be_visible()


def test_sort_and_narrow_the_table_of_quality(page: Page, address: str) -> None:
    page.goto(f"{address}/kvalitet.html")
    rows = page.locator("#matrix tbody tr:visible")
    expect(rows).to_have_count(98)
    page.locator("#matrix thead button").nth(2).click()
    values = page.locator("#matrix tbody tr").evaluate_all("rows => rows.map(row => row.cells[2].dataset.sort)")
    numbers = [float(value) for value in values if value]
    assert numbers == sorted(numbers) and len(numbers) > 90
    assert values[-1] is None, "without a figure comes last"
    page.get_by_label("Kun region").select_option(label="Region Nordjylland")
    expect(rows).to_have_count(11)


def test_download(page: Page, address: str) -> None:
    page.goto(f"{address}/hent.html")
    for name in ("ind_public_value.csv", "A10.parquet"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).stat().st_size > 1000


def test_keyboard_only(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Spring til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Vælg kommune")).to_be_focused()
    page.keyboard.type("Odense")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Odense")
    page.get_by_label("Kommune", exact=True).focus()
    page.keyboard.type("Aarhus")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#chips li")).to_have_count(1)
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen != "none", "one can see where one is"


@pytest.mark.parametrize("path", PAGES)
def test_phone(page: Page, address: str, path: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{address}/{path}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("path", PAGES)
def test_accessible(page: Page, address: str, language: str, path: str) -> None:
    page.goto(f"{address}/{language}{path}")
    page.wait_for_load_state("networkidle")
    page.locator("details").evaluate_all("all => all.slice(0, 6).forEach(each => { each.open = true; })")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    bad = [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]]
    assert not bad


def test_the_scan_finds_what_is_not_accessible(page: Page, address: str) -> None:
    page.goto(f"{address}/om.html")
    page.evaluate(
        "document.querySelector('main').innerHTML += '<img src=\"data:,\"><p style=\"color:#ccc\">some words</p>'"
    )
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert {"image-alt", "color-contrast"} <= found


def test_dark_is_accessible_too(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/indikator/A10.html#0461")
    page.wait_for_load_state("networkidle")
    assert not [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]


def test_it_opens_from_a_disk(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/kommune/0461.html?sammenlign=0751")
    expect(page.locator("#A01 .legend li")).to_have_count(3)
    page.get_by_role("button", name="Sammenligningsgruppen").click()
    expect(page.locator("#A01 .legend li")).to_have_count(4)


def test_without_scripts_every_figure_is_in_the_tables(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/indikator/A10.html")
    expect(page.locator("#table tbody tr")).to_have_count(98 + 6)
    assert "Alle tal står i tabellerne" in page.content()
    context.close()


def test_printing_shows_every_chart(page: Page, address: str) -> None:
    page.goto(f"{address}/kommune/0461.html")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("document.querySelectorAll('.multiple svg[role=img]').length === 7")
    assert page.pdf(format="A4")[:4] == b"%PDF"
