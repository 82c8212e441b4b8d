"""One test opens one page of the guide from the disk in Chromium, and asks what a reader would see. Skipped without Chromium."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.cli import main

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --virtual-time-budget=4000 --dump-dom"
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("guide")
    assert main(["guide", "--out", str(out)]) == 0
    return out


def _seen(page: str, tmp_path: Path) -> str:
    """The page's elements after its script has run. A message on the console is a fault."""
    command = [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path}", page]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "CONSOLE" not in done.stderr
    return done.stdout


def test_search_finds_rules_elements_and_codes_from_the_disk(guide: Path, tmp_path: Path) -> None:
    html = _seen(f"{guide.as_uri()}/index.html?q=sv%C3%A6rhedsgrad&lang=da", tmp_path)
    results = re.search(r'<div class="results">.*?</form>', html, re.DOTALL)
    assert results is not None, "the results are shown"
    assert re.search(r'href="regler/condition\.severity[\w.-]*\.html"', results[0])
    assert 'href="profiler/condition.html#element-severity"' in results[0]
    assert re.search(r"\d+ fundet", results[0])


def test_english_is_one_parameter_away(guide: Path, tmp_path: Path) -> None:
    html = _seen(f"{guide.as_uri()}/regler/condition.severity.valueset.html?lang=en", tmp_path)
    assert '<html lang="en" data-lang="en">' in html
    assert re.search(r"<title[^>]*>The code in severity is not in the value set KLSeveritiesFSIII\.", html)


def test_list_of_rules_opens_what_the_link_names(guide: Path, tmp_path: Path) -> None:
    html = _seen(f"{guide.as_uri()}/regler/index.html#senere", tmp_path)
    assert re.search(r'<details id="senere" open', html)
    assert re.search(r"Viser (\d+) af \1<", html)
