"""One code is one concept of a code system: its titles, the value sets it is in, and whether it outlives the transition."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache

from orchestration.conformance.library import PROFILES

Code = tuple[str, str]  # (system, code)
FSIII = "urn:oid:1.2.208.176.2.21"
BLANKS = re.compile(r"[\s]+")


@dataclass(slots=True)
class Terminology:
    """Facts of `profiles/terminology/`: members and codes per value set, titles and validity per code."""

    members: dict[str, frozenset[Code]] = field(default_factory=dict)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    display: dict[Code, str] = field(default_factory=dict)
    former: dict[Code, frozenset[str]] = field(default_factory=dict)
    retiring: frozenset[Code] = frozenset()
    uuids: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def uuid(self, code: str) -> str:
        """The uuid of a legacy FSIII key; a code without one is returned as it is."""
        return self.uuids.get(code, code)

    def intended(self, code: str) -> str | None:
        """The FSIII code that was meant when it is written in a wrong form (case, blanks, underscores); else None."""
        return self.written.get(_plain(code))


def _plain(code: str) -> str:
    return BLANKS.sub("", code).replace("_", "-").lower()


@cache
def terminology() -> Terminology:
    """Read the committed code lists (facts of FHIR R4, kl.dk.fhir.gateway 1.2.0 and kl.dk.fhir.term 2.2.0)."""
    with (PROFILES / "terminology/codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (PROFILES / "terminology/crosswalk.csv").open(encoding="utf-8", newline="") as file:
        crosswalk = {row["legacy_code"]: row["uuid"] for row in csv.DictReader(file)}
    members: dict[str, set[Code]] = {}
    former: dict[Code, set[str]] = {}
    terms = Terminology(uuids=crosswalk)
    for row in rows:
        code = (row["system"], row["code"])
        members.setdefault(row["value_set"], set()).add(code)
        terms.display[code] = row["display"]
        if row["former_display"]:
            former.setdefault(code, set()).add(row["former_display"])
    terms.former = {code: frozenset(titles) for code, titles in former.items()}
    terms.members = {name: frozenset(codes) for name, codes in members.items()}
    terms.codes = {name: frozenset(code for _, code in codes) for name, codes in members.items()}
    terms.retiring = frozenset((r["system"], r["code"]) for r in rows if r["valid_after_transition"] == "no")
    terms.written = {_plain(code): code for system, code in terms.display if system == FSIII}
    return terms
