"""The page "Sådan kommer du i gang": how to deliver, what the answer looks like, how to correct."""

import json
from typing import Any

import yaml

from orchestration.conformance.outcome import operation_outcome
from orchestration.guide.examples import Example
from orchestration.guide.listing import lines_of
from orchestration.guide.page import Page
from orchestration.guide.texts import TEXTS, Text
from orchestration.guide.times import later_iso

SHOWN = "condition.severity.valueset"


def start_page(examples: dict[str, Example]) -> Page:
    """The page; the answer in it is the one that the checker gives to the example of a rule."""
    finding = examples[SHOWN].finding
    assert finding is not None  # an example of a bundle has its finding
    outcome = operation_outcome([finding], lang="da")
    shows: dict[str, Any] = yaml.safe_load((TEXTS / "start.yml").read_bytes())
    shows |= {"outcome": lines_of(json.dumps(outcome, ensure_ascii=False, indent=2)), "later_iso": later_iso()}
    name = Text("Sådan kommer du i gang", "Getting started")
    lead = Text(
        "Fra den første leverance til rettelser: hvad I sender, hvad I får som svar, og hvad I gør, når noget er galt.",
        "From the first report to corrections: what you send, what you are answered, and what to do when something is wrong.",
    )
    return Page("kom-i-gang.html", "start.html", "start", name, lead, shows)
