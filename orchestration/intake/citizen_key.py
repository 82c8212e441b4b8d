"""One citizen key stands for one citizen of one municipality, in every table but `raw.citizen`: a keyed hash of the CPR number.

Whoever has the secret can find the CPR behind a key by trying all; whoever hasn't, can't. So the secret is a setting
(`KLGATEWAY_CITIZEN_KEY_SECRET`), the one that ships is for invented citizens only, and it can be changed (`rekey`).
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from orchestration.conformance.tables import COMMON, tables
from orchestration.intake.senders import Sender
from orchestration.intake.shielding import MASK
from orchestration.settings import DEMO_SECRET

SHORTEST = 32
REMEDY = "Remedy: KLGATEWAY_CITIZEN_KEY_SECRET, see dbt_project/README.md (Personal data)."
OWN = [column.name for column in tables()["citizen"].columns[len(COMMON) :] if column.name != "cpr"]
"""What a report says of a citizen, apart from who it is."""


class CitizenKeyError(RuntimeError):
    """The secret may not be used. Tells why and what to do, never the secret."""


@dataclass(frozen=True)
class Rekeyed:
    """How many citizens got a new key, and the received days to run again: they hold texts that were masked with the old one."""

    citizens: int
    days: tuple[date, ...]


def citizen_key(secret: str, municipality_code: str, cpr: str) -> str:
    """The key of one citizen in one municipality: keyed, so that no one without the secret can find the CPR by trying."""
    return hmac.new(secret.encode(), f"{municipality_code}|{cpr}".encode(), hashlib.sha256).hexdigest()[:32]


def citizen_content_hash(key: str, own: Iterable[object]) -> str:
    """The same for the same content of a citizen, made from its key: a plain hash of the content would hold the CPR for whoever tries."""
    return hashlib.sha256("|".join((key, *map(str, own))).encode()).hexdigest()[:32]


def check_secret(secret: str, senders: Iterable[Sender]) -> None:
    """Refuse real senders with a secret that everyone knows, or that can be guessed.

    Raises:
        CitizenKeyError: a sender that is no test sender, and the secret of the demo or one of under 32 characters.
    """
    if all(sender.is_test for sender in senders):
        return
    if secret == DEMO_SECRET:
        raise CitizenKeyError(f"There are senders of real citizens, and the secret is that of the demo. {REMEDY}")
    if len(secret) < SHORTEST:
        raise CitizenKeyError(
            f"There are senders of real citizens, and the secret has under {SHORTEST} characters. {REMEDY}"
        )


def check_unchanged(connection: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Refuse a secret other than the one that the rows in raw were keyed with: every citizen would become two.

    Raises:
        CitizenKeyError: with the command that changes the secret.
    """
    known = connection.execute("select municipality_code, cpr, citizen_key from raw.citizen limit 1").fetchall()
    if any(citizen_key(secret, code, cpr) != key for code, cpr, key in known):
        raise CitizenKeyError(
            "The rows in schema raw were keyed with another secret. Remedy: the former secret; or, to change it, "
            "`klgateway rekey`, see dbt_project/README.md (Personal data)."
        )


def rekey(connection: duckdb.DuckDBPyConnection, secret: str) -> Rekeyed:
    """Give every citizen in schema raw the key by this secret, in one transaction; the former secret is not needed.

    What is made of raw holds the former keys until it is built again from raw, which `raw.loads` then asks for.
    """
    own = ", ".join(f'"{name}"' for name in OWN)
    connection.execute("begin transaction")
    try:
        found = connection.execute("select distinct citizen_key, municipality_code, cpr from raw.citizen").fetchall()
        new = {key: citizen_key(secret, code, cpr) for key, code, cpr in found}
        _register(connection, "new_keys", ("old_key", "new_key"), new.items())
        for name in tables():
            connection.execute(f"update raw.{name} set citizen_key = new_key from new_keys where citizen_key = old_key")
        said = connection.execute(f"select distinct content_hash, citizen_key, {own} from raw.citizen").fetchall()
        hashes = {(old, key): citizen_content_hash(key, values) for old, key, *values in said}
        _register(
            connection, "new_hashes", ("old_hash", "of_key", "new_hash"), ((*k, new) for k, new in hashes.items())
        )
        connection.execute(
            "update raw.citizen set content_hash = new_hash from new_hashes "
            "where content_hash = old_hash and citizen_key = of_key"
        )
        _ask_for_rebuild(connection)
        days = _masked_days(connection)
        connection.execute("commit")
    except BaseException as error:
        connection.execute("rollback")
        if isinstance(error, duckdb.Error | pa.ArrowException):  # their texts quote data
            raise CitizenKeyError(
                f"Nothing was changed: schema raw could not be written ({type(error).__name__})."
            ) from None
        raise
    finally:
        for name in ("new_keys", "new_hashes"):
            connection.unregister(name)
    return Rekeyed(len(new), days)


def _register(
    connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]
) -> None:
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(list(column), pa.string()) for column in values]
    connection.register(name, pa.Table.from_arrays(arrays, names=list(columns)))


def _ask_for_rebuild(connection: duckdb.DuckDBPyConnection) -> None:
    """Note that rows were changed, where the loads of the days are noted."""
    if connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'loads'"
    ).fetchall():
        connection.execute(
            "update raw.loads set load_number = newest + 1, shrunk_load_number = newest + 1 "
            "from (select coalesce(max(load_number), 0) as newest from raw.loads)"
        )


def _masked_days(connection: duckdb.DuckDBPyConnection) -> tuple[date, ...]:
    """Received days with a text that was masked: its key went with the former secret."""
    days: set[date] = set()
    for name in ("submissions", *tables()):
        mask = " or ".join(
            f"\"{column}\"::varchar like '%{MASK}%'"
            for column, kind in connection.execute(
                "select column_name, data_type from duckdb_columns() where schema_name = 'raw' and table_name = ?",
                [name],
            ).fetchall()
            if kind.startswith("VARCHAR")
        )
        days |= {
            day for (day,) in connection.execute(f"select distinct received_on from raw.{name} where {mask}").fetchall()
        }
    return tuple(sorted(days))
