"""One run measures how long a page of the portal takes to show, on a slow processor and a slow line.

    python -m tests.bench.portal [SITE] [--slower 4] [--megabits 10]

SITE is the folder of a site; without it one of invented figures is made. Wall seconds of the browser, the best of three: until
the page is loaded, until the first chart stands. What it loads is not compressed, as a plain web server sends it.
"""

import argparse
import shutil
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from orchestration.portal.faults import weight
from tests.unit.portal.public_release import PublicHouse

PAGES = ("index.html", "kommune/0461.html", "indikator/A03.html", "kvalitet.html")
CHART = {"kvalitet.html": "#matrix", "index.html": "#map svg"}


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: object) -> None: ...


def main() -> None:
    """Serve, open each page three times, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?")
    parser.add_argument("--slower", type=float, default=4)
    parser.add_argument("--megabits", type=float, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-portal-") as name:
        site = asked.site or _made(Path(name))
        with (
            ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server,
            sync_playwright() as web,
        ):
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = web.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            table = Table("page", "bytes", "loaded, s", "first chart, s")
            for page in PAGES:
                address = f"http://127.0.0.1:{server.server_port}/{page}"
                times = [_open(browser, address, CHART.get(page, ".chart svg"), asked) for _ in range(3)]
                best = [min(each) for each in zip(*times, strict=True)]
                table.add_row(page, f"{weight(site, page):,}", *(f"{seconds:.2f}" for seconds in best))
            Console().print(f"processor {asked.slower:g} times slower, {asked.megabits:g} Mbit/s", table)
            browser.close()
            server.shutdown()


def _made(folder: Path) -> Path:
    house = PublicHouse(folder / "house")
    house.release()
    return house.publish().directory


def _open(browser: Browser, address: str, chart: str, asked: argparse.Namespace) -> tuple[float, float]:
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": asked.slower})
    rate = asked.megabits * 1e6 / 8
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": rate, "uploadThroughput": rate},
    )
    page.goto(address, wait_until="load")
    page.wait_for_selector(chart)
    drawn = page.evaluate("performance.now()") / 1000
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    context.close()
    return loaded, drawn


if __name__ == "__main__":
    main()
