"""One line is one CareIncrementalDelivery: up to so many reports of one municipality, in order of receipt, as the agreement
passes them on.

The file is one gzip member per municipality: who is withheld is left out by leaving out its bytes. The same reports give the
same bytes.
"""

import gzip
import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_OID, UUID, uuid5

import msgspec
from msgspec import Raw

from orchestration.conformance.check import check, keeps_every_rule
from orchestration.conformance.verdict import Context
from orchestration.durable import sync
from orchestration.publishing.outbound import Json, passed_on, reports_in
from orchestration.publishing.terms import FhirDelivery
from orchestration.workers import in_order

NAME, FILE = "care_incremental_delivery", "care_incremental_delivery.ndjson.gz"
FEW = 2_000
"""Reports that are done sooner here than other processes start."""
encode = msgspec.json.Encoder().encode
CANONICAL = "http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-incremental-delivery"


class AcceptedReport(Protocol):
    """One accepted submission, as intake reads it back: where it stands in the order of receipt, and its bytes."""

    @property
    def municipality_code(self) -> str: ...

    @property
    def receipt_sequence(self) -> int: ...

    @property
    def received_at(self) -> datetime: ...

    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True)
class Slice:
    """One municipality's part of the file. `last_receipt_sequence`: how far it reaches, also where nothing was passed on of
    the last reports. `faults` is rule id → findings of our own check of what is to be sent: none may be."""

    municipality_code: str
    offset: int
    bytes: int
    deliveries: int
    reports: int
    last_receipt_sequence: int
    resources: dict[str, int]
    faults: dict[str, int]


class Reports(Protocol):
    """One municipality's reports in order of receipt, not read yet; they can be sent to another process."""

    @property
    def municipality_code(self) -> str: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[AcceptedReport]: ...


def write_deliveries(
    reports: Sequence[Reports], delivery: FhirDelivery, domains: Mapping[str, str], path: Path, as_of: date
) -> tuple[Slice, ...]:
    """Write the file from the reports of each municipality, in order of code; returns its parts. Memory: a delivery a core."""
    member = partial(_member, delivery=delivery, domains=domains, path=path, as_of=as_of)
    slices: list[Slice] = []
    with path.open("wb") as file:
        # All may be made before their turn: one municipality has a hundred times the reports of another, and a core must not wait.
        many = sum(map(len, reports)) > FEW
        for one in in_order(member, reports, ahead=len(reports)) if many else map(member, reports):
            slices.append(replace(one, offset=file.tell()))
            beside = _beside(path, one.municipality_code)
            with beside.open("rb") as theirs:
                shutil.copyfileobj(theirs, file)
            beside.unlink()
    sync(path)
    return tuple(slices)


def _beside(path: Path, code: str) -> Path:
    """Where a municipality's member waits until its turn; swept with what a killed run leaves aside."""
    return path.with_name(f"{path.name}.{code}")


def _member(reports: Reports, delivery: FhirDelivery, domains: Mapping[str, str], path: Path, as_of: date) -> Slice:
    """Write one municipality's member beside the file."""
    resources: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    told = _Told(reports)
    deliveries = count = 0
    beside = _beside(path, reports.municipality_code)
    with (
        beside.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as member,
    ):
        for batch in _batches(told, delivery, domains):
            tree = _delivery([report.head for report in batch], max(report.received_at for report in batch))
            written = [report.written for report in batch]
            line = encode(
                {**tree, "entry": [{**e, "resource": Raw(r)} for e, r in zip(tree["entry"], written, strict=True)]}
            )
            member.write(line + b"\n")
            faults.update(_faults(tree, written, line, as_of))
            resources.update(kind for report in batch for kind in report.kinds)
            deliveries, count = deliveries + 1, count + len(batch)
    size, kinds = beside.stat().st_size, dict(sorted(resources.items()))
    return Slice(reports.municipality_code, 0, size, deliveries, count, told.last, kinds, dict(faults))


class _Told:
    """The reports, and how far they reached."""

    def __init__(self, reports: Iterable[AcceptedReport]) -> None:
        self._reports, self.last = reports, 0

    def __iter__(self) -> Iterator[AcceptedReport]:
        for report in self._reports:
            self.last = report.receipt_sequence
            yield report


@dataclass(frozen=True, slots=True)
class _PassedOn:
    """One report as it is passed on: `head` is all of it but its entries, `written` its bytes, `kinds` its resource types."""

    head: Json
    written: bytes
    kinds: list[str]
    received_at: datetime


def _batches(
    reports: Iterable[AcceptedReport], delivery: FhirDelivery, domains: Mapping[str, str]
) -> Iterator[list[_PassedOn]]:
    """As many as go into a delivery. Written at once: as bytes they are a tenth of the memory, and still in the cache."""
    batch: list[_PassedOn] = []
    for accepted in reports:
        for report in reports_in(msgspec.json.decode(accepted.data)):
            if (told := passed_on(report, delivery, domains)) is not None:
                kinds = [entry["resource"]["resourceType"] for entry in told["entry"]]
                head = {key: value for key, value in told.items() if key != "entry"}
                batch.append(_PassedOn(head, encode(told), kinds, accepted.received_at))
                if len(batch) == delivery.reports_per_bundle:
                    yield batch
                    batch = []
    if batch:
        yield batch


def _delivery(reports: list[Json], at: datetime) -> Json:
    """The Bundle of these reports, of which the heads are enough; its id is made of theirs, its timestamp is when the last was received."""
    identity = hashlib.sha256("\n".join(report["id"] for report in reports).encode()).hexdigest()[:32]
    return {
        "resourceType": "Bundle",
        "id": identity,
        "meta": {"profile": [CANONICAL]},
        "type": "collection",
        "timestamp": f"{at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "entry": [{"fullUrl": _urn(report["id"]), "resource": report} for report in reports],
    }


def _urn(bundle_id: str) -> str:
    """The report's own uuid as a URN; for an id that is none, one made of it."""
    try:
        return f"urn:uuid:{UUID(bundle_id)}"
    except ValueError:
        return f"urn:uuid:{uuid5(NAMESPACE_OID, bundle_id)}"


def _faults(tree: Json, written: list[bytes], line: bytes, as_of: date) -> Counter[str]:
    """Errors that our own checker finds in what is to be sent, by rule id; a fault of its own counts too."""
    context = Context(sor_codes=None, as_of=as_of)
    if keeps_every_rule(tree, written, context):
        return Counter()
    verdict = check(line, context)
    if verdict.status == "fault":
        return Counter({"checker.fault": 1})
    return Counter(finding.rule_id for finding in verdict.findings if finding.severity == "error")
