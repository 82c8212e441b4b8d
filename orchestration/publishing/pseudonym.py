"""One pseudonym is what stands for one person, or one id, in what a single recipient gets: a keyed hash by that recipient's own key.

Two recipients can't put their pseudonyms together, and nobody can without the key: also ids and keys of rows are hashed,
for the same resource reaches other recipients under its own.
"""

import hashlib
import hmac
from collections.abc import Sequence

import duckdb

SHORTEST = 16


class PseudonymError(RuntimeError):
    """There is no key to make pseudonyms with."""


def create_pseudonym(connection: duckdb.DuckDBPyConnection, recipient: str, secret: str | None) -> None:
    """Give the connection the function `pseudonym(text)`: 32 hex digits of HMAC-SHA256, null for null.

    A function, not SQL text: a key has no place in a query. Raises PseudonymError without a key of at least 16 characters.
    """
    if secret is None or len(secret) < SHORTEST:
        name = f"KLGATEWAY_PSEUDONYM_SECRET_{recipient.upper()}"
        raise PseudonymError(
            f"There is no key for {recipient}'s pseudonyms. Remedy: set {name} (16 characters or more)."
        )
    key = secret.encode()

    def pseudonym(text: str) -> str:
        return hmac.digest(key, f"{recipient}|{text}".encode(), hashlib.sha256).hex()[:32]

    connection.create_function("pseudonym", pseudonym, ["VARCHAR"], "VARCHAR")


def pseudonymised(source: str, columns: Sequence[str]) -> str:
    """The query with every listed id and key (`_id`, `_ids`, `_key`) hashed; the citizen's own comes by its CPR."""
    one = [c for c in columns if c.endswith(("_id", "_key"))]
    many = [c for c in columns if c.endswith("_ids")]
    replaced = [f'pseudonym("{c}") as "{c}"' for c in one]
    replaced += [f'list_transform("{c}", lambda x: pseudonym(x)) as "{c}"' for c in many]
    return f"select * replace ({', '.join(replaced)}) from ({source})" if replaced else source
