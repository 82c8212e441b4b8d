"""One page is one judgement of one recipient's candidate: what held, what did not, who is withheld. Self-contained HTML.

Danish with English beside it. Counts and names only, never a value.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.durable import write_whole
from orchestration.publishing.candidate import PAGE, Candidate
from orchestration.publishing.history import Trend
from orchestration.publishing.parquet import quoted
from orchestration.publishing.report import GateReport, Outcome, ProductGate
from orchestration.publishing.trend_plot import line, plot
from orchestration.warehouse import connect

FOLDER = Path(__file__).parent


def write_page(report: GateReport, candidate: Candidate, trend: Trend) -> Path:
    """gate.html beside gate.json."""
    path = candidate.directory / PAGE
    write_whole(path, page(report, candidate, trend, _names(candidate)))
    return path


def _names(candidate: Candidate) -> dict[str, str]:
    """Municipality code → name, where the candidate has the list of them."""
    for product in candidate.products:
        if product.kind == "reference" and {"municipality_code", "municipality_name"} <= set(product.schema):
            query = (
                f"select municipality_code, municipality_name from read_parquet({quoted(str(candidate.path(product)))})"
            )
            with connect(Path(":memory:")) as connection:
                return {str(code): str(name) for code, name in connection.execute(query).fetchall()}
    return {}


def page(report: GateReport, candidate: Candidate, trend: Trend, names: dict[str, str]) -> bytes:
    """The same judgement and trend always give the same bytes. `names` is municipality code → name, as far as known."""
    rows = {product.model: product.rows for product in candidate.products}
    outcomes = [outcome for product in report.products for outcome in product.outcomes]
    text: str = _template().render(
        report=report,
        rows=rows,
        names=names,
        count={state: sum(verdict(o) == state for o in outcomes) for state in ("holds", "noted", "withheld", "blocks")},
        total=len(outcomes),
        failing=trend.failing,
        plot=plot(trend),
        points=trend.points,
        style=(FOLDER / "gate_page.css").read_text(encoding="utf-8"),
    )
    return text.encode()


def verdict(outcome: Outcome) -> str:
    """What became of it: it `holds`; it is `noted` (a warning); it is `withheld` (holds without those who broke it); or it
    `blocks`."""
    if outcome.whole.success and outcome.released.success:
        return "holds"
    if outcome.level == "warning":
        return "noted"
    return "withheld" if outcome.released.success else "blocks"


def worst(product: ProductGate) -> str:
    """The heaviest verdict of a product's expectations."""
    found = {verdict(outcome) for outcome in product.outcomes}
    return next((state for state in ("blocks", "withheld", "noted") if state in found), "holds")


def _number(value: int | None, lang: str = "da") -> str:
    return "" if value is None else f"{value:,}".replace(",", "." if lang == "da" else ",")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Any] = {"number": _number, "verdict": verdict, "worst": worst, "line": line}
    environment.filters |= filters
    return environment.get_template("gate_page.html")
