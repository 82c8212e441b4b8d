"""One `Judged` is what the door needs of a verdict. Long reports are judged by another process: they must not hold the others up."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import cache

import msgspec

from orchestration.conformance.check import check
from orchestration.conformance.tables import tables
from orchestration.conformance.verdict import Context, Finding
from orchestration.intake.ledger.entry import digest
from orchestration.workers import die_with_parent

LONG = 65_536
"""64 KB, five usual reports: some 2 ms when in order, more when not."""


class Judged(msgspec.Struct, frozen=True):
    """`status` is accepted, rejected or fault; `report_ids` the reports inside a delivery, and its own."""

    status: str
    findings: tuple[Finding, ...]
    bundle_id: str | None
    sor_code: str | None
    report_ids: tuple[str, ...]
    content_sha256: str


def judge(body: bytes, sor_codes: frozenset[str] | None, as_of: date) -> Judged:
    """Judge one report in this process."""
    verdict = check(body, Context(sor_codes=sor_codes, as_of=as_of))
    inner = {row[_bundle_id_at()] for row in verdict.rows.get("citizen", ())}
    ids = tuple(sorted(inner | {verdict.bundle_id or ""}))
    return Judged(verdict.status, verdict.findings, verdict.bundle_id, verdict.sor_code, ids, digest(body))


@cache
def _bundle_id_at() -> int:
    """Where the id of its report stands in a citizen's row."""
    return [column.name for column in tables()["citizen"].columns].index("bundle_id")


class Judge:
    """Judges short reports at once, and long ones in a process beside, which is started with the first of them."""

    def __init__(self) -> None:
        self._beside: ProcessPoolExecutor | None = None

    async def __call__(self, body: bytes, sor_codes: frozenset[str] | None, as_of: date) -> Judged:
        """Judge one report."""
        if len(body) <= LONG:
            return judge(body, sor_codes, as_of)
        for _ in range(2):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._pool(), judge, body, sor_codes, as_of)
            except BrokenProcessPool:  # killed from outside: a new one is started, once
                self._beside = None
        raise RuntimeError("The process that judges long reports died twice.")

    def close(self) -> None:
        """Stop the process beside."""
        if self._beside is not None:
            self._beside.shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> ProcessPoolExecutor:
        if self._beside is None:
            context = multiprocessing.get_context("spawn")
            self._beside = ProcessPoolExecutor(1, mp_context=context, initializer=die_with_parent)
        return self._beside
