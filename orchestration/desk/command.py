"""One run of `validate` judges every report of the paths given, writes what came of them, and ends in an exit code."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Protocol, TextIO

from orchestration.desk.json_lines import JsonLines
from orchestration.desk.judgement import Judgement, judgements
from orchestration.desk.progress import Progress
from orchestration.desk.request import Request, UsageError, request
from orchestration.desk.tally import Tally
from orchestration.desk.text import Text
from orchestration.desk.words import Lang, count, say

NAME = "klgateway validate"
STOPPED = 130
"""What a shell expects of a command that was interrupted."""


class Writer(Protocol):
    """One output format: told of every report as it is judged."""

    def begin(self) -> None: ...
    def add(self, judgement: Judgement) -> None: ...
    def end(self, tally: Tally) -> None: ...


def validate(
    paths: Sequence[str],
    *,
    format: str = "text",
    lang: Lang | None = None,
    as_of: str | None = None,
    sender_sor: Sequence[str] = (),
) -> int:
    """Judge; the answer to stdout, what hinders it to stderr.

    Returns:
        0 all accepted, 1 some rejected, 2 a command or a file that can't be read, 3 a fault of ours.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, TextIOWrapper
        ):  # Danish letters whatever the system's default; a file name never stops us
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        asked = request(paths, format=format, lang=lang, as_of=as_of, sender_sor=sender_sor)
    except UsageError as error:
        sys.stderr.write(f"{NAME}: {error}\n")
        return 2
    try:
        return _run(asked, sys.stdout, sys.stderr)
    except BrokenPipeError:  # the reader (`| head`) has had enough; it is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{NAME}: {say('stopped', asked.lang)}\n")
        return STOPPED


def _run(asked: Request, out: TextIO, err: TextIO) -> int:
    tally, writer, progress = Tally(), _writer(asked, out), Progress(err, asked)
    shares_terminal = out.isatty()

    def unreadable(path: str, error: OSError) -> None:
        progress.wipe()
        tally.unreadable += 1
        reason = error.strerror or type(error).__name__
        err.write(f"{NAME}: {say('unreadable', asked.lang, path=path, reason=reason)}\n")

    writer.begin()
    for judgement in judgements(asked, unreadable):
        tally.add(judgement)
        if shares_terminal and not (judgement.is_clean and asked.format == "text"):
            progress.wipe()
        writer.add(judgement)
        progress.step(judgement, tally)
    progress.wipe()
    writer.end(tally)
    if tally.faults:
        rules = ", ".join(sorted({" ".join(part for part in key if part) for key in tally.faults}))
        words = {"reports": count(tally.faulty, "report", asked.lang), "rules": rules}
        err.write(f"{NAME}: {say('fault_line', asked.lang, **words)}\n")
    return tally.exit_code()


def _writer(asked: Request, out: TextIO) -> Writer:
    if asked.format == "json":
        return JsonLines(out, asked)
    if asked.format == "html":
        from orchestration.desk.page import Page

        return Page(out, asked)
    return Text(out, asked)
