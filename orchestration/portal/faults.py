"""One fault is one thing for which a site may not be shown: a dead link, something from elsewhere, a missing page, too much weight."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import NamedTuple

from orchestration.portal.figures import Figures
from orchestration.portal.site import FOLDERS

HEAVIEST = 1_500_000
"""Bytes that a page may load, with its scripts, style and the data that it shows first (asked for in issue 8, 2026-11-25)."""
REFERENCE = re.compile(r'(?:href|src)="([^"]*)"')
CPR = re.compile(rb"(?<![0-9A-Za-z.,-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?![0-9A-Za-z])")
VENDOR = "static/vendor/"


class Fault(NamedTuple):
    """Which file, and what is wrong with it."""

    path: str
    text: str


def faults(site: Path, figures: Figures) -> list[Fault]:
    """Everything for which the site may not be shown; empty where it may."""
    files = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    found = [Fault(path, "is missing") for path in sorted(_wanted(figures) - set(files))]
    weights = {name: path.stat().st_size for name, path in files.items()}
    for name, path in files.items():
        if name.endswith(".html"):
            text = path.read_text(encoding="utf-8")
            found += _references(name, text, files)
            weight = weights[name] + _loaded(name, text, weights)
            if weight > HEAVIEST:
                found.append(Fault(name, f"loads {weight:,} bytes, {HEAVIEST:,} may be"))
        if not name.startswith((VENDOR, "download/")) and CPR.search(path.read_bytes()):
            found.append(Fault(name, "holds what looks like a CPR number"))
    return found


def weight(site: Path, page: str) -> int:
    """Bytes that a page loads when it is opened: itself, style, scripts, and the data of its first picture."""
    weights = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    return weights[page] + _loaded(page, (site / page).read_text(encoding="utf-8"), weights)


def _wanted(figures: Figures) -> set[str]:
    names = ["index.html", "kvalitet.html", "hent.html", "om.html", "kommune/index.html", "indikator/index.html"]
    names += [f"kommune/{m.code}.html" for m in figures.municipalities]
    names += [f"indikator/{i.id}.html" for i in figures.indicators]
    return {f"{folder}{name}" for folder in FOLDERS.values() for name in names} | {
        f"data/area/{code}.js" for code in figures.areas
    }


def _references(name: str, text: str, files: dict[str, Path]) -> Iterator[Fault]:
    for address in sorted(set(REFERENCE.findall(text))):
        if address.startswith(("#", "data:")):
            continue
        if re.match(r"[a-z]+:|//", address):
            yield Fault(name, f"leads elsewhere: {address}")
        elif _target(name, address) not in files:
            yield Fault(name, f"leads nowhere: {address}")


def _loaded(name: str, text: str, weights: dict[str, int]) -> int:
    """Style and scripts of the page, and the data files that its scripts ask for first."""
    own = [_target(name, src) for src in re.findall(r'<(?:script[^>]*src|link rel="stylesheet" href)="([^"]+)"', text)]
    if "static/klg.js" in own:
        own.append("data/area/DK.js")
        own += [f"data/area/{code}.js" for code in re.findall(r'id="compare"[^>]*data-code="(\w+)"', text)]
        for indicator, kind in re.findall(r'id="controls" data-indicator="(\w+)" data-kind="(\w+)"', text):
            own.append(f"data/indicator/{indicator}-{kind}.js")
        own += [
            f"data/indicator/{indicator}-month.js" for indicator in re.findall(r'id="map" data-indicator="(\w+)"', text)
        ]
    return sum(weights.get(path, 0) for path in set(own))


def _target(name: str, address: str) -> str:
    return normpath(join(dirname(name), address.split("#")[0].split("?")[0]))
