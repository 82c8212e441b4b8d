"""One `klgateway rekey` gives every citizen in the warehouse the key by the secret that is set now, and says what to run after it."""

import sys

import duckdb

from orchestration.intake.citizen_key import CitizenKeyError, check_secret, rekey
from orchestration.intake.senders import load_senders
from orchestration.settings import settings
from orchestration.warehouse import connect


def rekey_warehouse() -> int:
    """0: done, in one transaction; 1: nothing was changed, with what is in the way."""
    where = settings()
    if not where.warehouse_path.exists():
        return _told("There is no warehouse yet: nothing was keyed with another secret.", failed=False)
    try:
        check_secret(where.citizen_key_secret, load_senders(where.senders_path).values())
        with connect(where.warehouse_path) as connection:
            done = rekey(connection, where.citizen_key_secret)
    except CitizenKeyError as error:
        return _told(str(error), failed=True)
    except duckdb.Error as error:  # its text could quote data
        return _told(
            f"Nothing was changed: the warehouse can't be opened ({type(error).__name__}). Remedy: wait for the run that has "
            "it open, then try again.",
            failed=True,
        )
    days = ", ".join(day.isoformat() for day in done.days) or "none"
    return _told(
        f"{done.citizens} citizens have a new key. Days to run again, as they hold masked texts: {days}. Then run the job "
        "`gateway` for today, which builds the facts again from raw and releases them.",
        failed=False,
    )


def _told(text: str, *, failed: bool) -> int:
    print(text, file=sys.stderr if failed else sys.stdout)  # the answer of the command
    return int(failed)
