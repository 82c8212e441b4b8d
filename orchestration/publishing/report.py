"""One gate report is one judgement of one candidate: what held, what did not, who is withheld. Never a value."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec

from orchestration.durable import write_whole
from orchestration.publishing.candidate import GATE, CandidateError
from orchestration.publishing.suite import Level


@dataclass(frozen=True)
class Words:
    """A text for people."""

    da: str
    en: str


@dataclass(frozen=True)
class Found:
    """What one evaluation found. `failing_rows` is null where the expectation is not about rows; `fault` is the class
    of the error that kept it from being evaluated (which counts as not held)."""

    success: bool
    failing_rows: int | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Outcome:
    """One expectation of one product: on the whole candidate, and on what remains to be released."""

    id: str
    type: str
    level: Level
    reason: Words
    reviewed_on: date
    whole: Found
    released: Found


@dataclass(frozen=True)
class ProductGate:
    """One product's suite (and the hash of its files) with all outcomes; `sha256` is of the candidate's file."""

    model: str
    sha256: str
    suite: str
    suite_sha256: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Failure:
    """One expectation that the rows of one municipality break."""

    model: str
    expectation_id: str
    failing_rows: int | None
    fault: str | None
    reason: Words


@dataclass(frozen=True)
class Withheld:
    """One municipality whose rows leave every product of this recipient, and why."""

    municipality_code: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Noted:
    """One municipality whose rows are released although they break a warning, and which."""

    municipality_code: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Refusal:
    """One reason why nothing is released."""

    code: str
    text: Words


@dataclass(frozen=True)
class GateReport:
    """The judgement. It passed when there is no refusal."""

    recipient: str
    agreement_id: str
    agreement_version: int
    agreement_sha256: str
    candidate_digest: str
    former_release_id: str | None
    cut_off_on: date
    judged_at: datetime
    engine: str
    refusals: tuple[Refusal, ...]
    withheld: tuple[Withheld, ...]
    noted: tuple[Noted, ...]
    products: tuple[ProductGate, ...]

    @property
    def passed(self) -> bool:
        """Whether what remains may be released."""
        return not self.refusals

    @property
    def withheld_codes(self) -> list[str]:
        """The withheld municipalities, sorted."""
        return sorted(one.municipality_code for one in self.withheld)

    def about(self, model: str, expectation_id: str) -> list[str]:
        """The municipalities whose rows break this expectation, withheld or noted."""
        named: tuple[Withheld | Noted, ...] = (*self.withheld, *self.noted)
        told = [(one.municipality_code, f) for one in named for f in one.failures]
        return [code for code, f in told if (f.model, f.expectation_id) == (model, expectation_id)]

    def outcomes(self, model: str) -> tuple[Outcome, ...]:
        """The outcomes of one product, in the order of its suite."""
        return next(product.outcomes for product in self.products if product.model == model)


REFUSALS = {
    "gate.not_of_a_municipality": Words(
        "Krav, som skal holde, er ikke opfyldt, og fejlen kan ikke henføres til enkelte kommuner: {what}.",
        "Expectations that must hold do not, and the fault is not that of single municipalities: {what}.",
    ),
    "gate.still_failing": Words(
        "Krav, som skal holde, er ikke opfyldt, heller ikke efter at kommuner er holdt tilbage: {what}.",
        "Expectations that must hold do not, even with municipalities withheld: {what}.",
    ),
    "gate.nothing_remains": Words(
        "Alle kommuner er holdt tilbage; der er intet at frigive: {what}.",
        "Every municipality is withheld; nothing remains to be released: {what}.",
    ),
    "gate.withheld": Words(
        "Kommunens rækker opfylder ikke de krav, som skal holde: {what}.",
        "The municipality's rows do not meet the expectations that must hold: {what}.",
    ),
    "approval.missing": Words(
        "Kommunens godkendelse ligger ikke i approvals.csv.",
        "The municipality's approval is not in approvals.csv.",
    ),
    "agreement.off": Words("Aftalen er slået fra.", "The agreement is off."),
    "agreement.changed": Words(
        "Aftalen er ændret, efter at udkastet blev lavet: lav udkast og kontrol igen.",
        "The agreement changed after the candidate was made: make the candidate and its gate again.",
    ),
    "candidate.changed": Words(
        "Udkastets filer er ikke dem, som kontrollen så: lav udkast og kontrol igen.",
        "The candidate's files are not those that the gate saw: make the candidate and its gate again.",
    ),
}


def refusal(code: str, what: str = "") -> Refusal:
    """The refusal of this code; `what` names expectations (model and id)."""
    text = REFUSALS[code]
    return Refusal(code, Words(text.da.format(what=what), text.en.format(what=what)))


def pretty(value: object) -> bytes:
    """JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_report(report: GateReport, directory: Path) -> Path:
    """gate.json beside the candidate."""
    write_whole(directory / GATE, pretty(report))
    return directory / GATE


def read_report(candidates_dir: Path, recipient: str) -> GateReport:
    """The judgement of the candidate that was written last. Raises CandidateError where there is none."""
    try:
        return msgspec.json.decode((candidates_dir / recipient / GATE).read_bytes(), type=GateReport)
    except (OSError, msgspec.MsgspecError):
        raise CandidateError(f"The candidate of {recipient} has not been judged. Remedy: run its gate.") from None
