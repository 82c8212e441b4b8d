"""One `Verdict` is the answer to one bundle: accepted, rejected or our own fault, with findings and typed rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import msgspec

Row = tuple[Any, ...]
Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Context:
    """What the checker knows besides the bytes.

    `sor_codes`: the SOR codes the sender may report for; None = not checked. `as_of`: the date whose rules are in force
    (after the guide's transition end the rules of phase `after-transition` apply as well).
    """

    sor_codes: frozenset[str] | None
    as_of: date


class Finding(msgspec.Struct, frozen=True):
    """One broken rule at one place. Never holds a value of the data.

    `expression` is FHIRPath with indices; `resource_id` is "" unless it is a FHIR id that cannot be a CPR number;
    `occurrences` counts the rule in the whole bundle (at most 20 findings of one rule are listed).
    """

    rule_id: str
    severity: Severity
    profile: str
    expression: str
    resource_type: str
    resource_id: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of ours inside a rule: the rule and the exception's type, never its text (it may quote data)."""

    rule_id: str
    exception_type: str


class Verdict(msgspec.Struct, frozen=True):
    """What became of one bundle.

    `rows` maps table name to row tuples in the column order of `tables()`; {} unless accepted. `bundle_timestamp` is
    naive and in UTC. `bundle_id` and `sor_code` are None unless syntactically valid. `status` "fault" is our error:
    the bundle is neither accepted nor rejected and must be parked and tried again.
    """

    status: Literal["accepted", "rejected", "fault"]
    findings: tuple[Finding, ...] = ()
    rows: dict[str, list[Row]] = {}
    ig: str | None = None
    bundle_id: str | None = None
    bundle_timestamp: datetime | None = None
    sor_code: str | None = None
    fault: Fault | None = None
