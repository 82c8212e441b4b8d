"""One `Tally` is the count of one run: reports by verdict, findings by rule. It grows with the rules, never with the reports."""

from dataclasses import dataclass, field

from orchestration.conformance.rules import Rule, rule
from orchestration.desk.judgement import SEVERITIES, Judgement


@dataclass(slots=True)
class RuleCount:
    """One rule in one run: in how many reports and at how many places it is broken."""

    rule: Rule
    severity: str
    reports: int = 0
    places: int = 0


@dataclass(slots=True)
class Tally:
    """Counts of reports; `remarked` are accepted ones with warnings. `faults` maps (rule id, exception type) to reports."""

    files: int = 0
    reports: int = 0
    accepted: int = 0
    remarked: int = 0
    rejected: int = 0
    unreadable: int = 0
    rules: dict[str, RuleCount] = field(default_factory=dict)
    faults: dict[tuple[str, str], int] = field(default_factory=dict)
    _last: str | None = None

    def add(self, judgement: Judgement) -> None:
        """Count one report."""
        self.reports += 1
        line = judgement.delivery.line_number
        source = judgement.source if line is None else judgement.source.removesuffix(f":{line}")
        self.files += source != self._last
        self._last = source
        fault, findings = judgement.verdict.fault, judgement.verdict.findings
        if fault is not None:
            key = (fault.rule_id, fault.exception_type)
            self.faults[key] = self.faults.get(key, 0) + 1
        elif judgement.status == "accepted":
            self.accepted += 1
            self.remarked += bool(findings)
        else:
            self.rejected += 1
        for finding in {finding.rule_id: finding for finding in findings}.values():
            count = self.rules.get(finding.rule_id)
            if count is None:
                count = self.rules[finding.rule_id] = RuleCount(rule(finding.rule_id), finding.severity)
            count.reports += 1
            count.places += finding.occurrences

    @property
    def faulty(self) -> int:
        """Reports that could not be judged for a reason of ours."""
        return sum(self.faults.values())

    def places(self, severity: str) -> int:
        """How many places have a finding of this severity."""
        return sum(count.places for count in self.rules.values() if count.severity == severity)

    def commonest(self) -> list[RuleCount]:
        """The rules that were broken: errors first, then by the number of reports, of places, and by id."""
        return sorted(
            self.rules.values(), key=lambda c: (SEVERITIES.index(c.severity), -c.reports, -c.places, c.rule.id)
        )

    def exit_code(self) -> int:
        """0 all accepted, 1 some rejected, 2 some file could not be read, 3 a fault of ours. The gravest counts."""
        return 3 if self.faults else 2 if self.unreadable else 1 if self.rejected else 0
