"""One `quiet` block is a judgement of personal data without a word in any log: logs quote queries, errors and rows."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

TALKATIVE = ("great_expectations", "sqlalchemy", "duckdb_engine")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the logs and warnings of the gate's libraries, for the length of a `with` block.

    At the libraries' top logger, where all of theirs come by: some of them set levels of their own.
    """
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [(logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, (handlers, propagate) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
