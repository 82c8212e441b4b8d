"""One `Sender` is one party that may report: its drop folder, the SOR codes that it may report for, and the keys that it signs with."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import Path

import msgspec
import yaml

from orchestration.durable import write_whole


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A SOR unit and the municipality (four characters) that it reports for."""

    sor_code: str
    municipality_code: str


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A public key as JWK (RFC 7517), with the first and the last day on which what it signed is taken."""

    kid: str
    jwk: dict[str, str]
    valid_from: date
    valid_until: date
    revoked_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it may be used on a day."""
        return self.valid_from <= on <= self.valid_until and (self.revoked_on is None or on < self.revoked_on)


class Sender(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True, omit_defaults=True):
    """`sender_id` is also the name of the drop folder, and the client id at the HTTP door.

    A sender without keys delivers files only. `reports_per_second` bounds what it may send over HTTP, over time.
    """

    sender_id: str
    name: str
    is_test: bool
    organisations: tuple[Organisation, ...]
    vendor: str = ""
    contact: str = ""
    reports_per_second: int = 100
    keys: tuple[Key, ...] = ()

    @cached_property
    def sor_codes(self) -> frozenset[str]:
        """The SOR codes that this sender may report for."""
        return frozenset(o.sor_code for o in self.organisations)

    def municipality_code(self, sor_code: str) -> str | None:
        """The municipality that a SOR code of this sender belongs to; None when it is not the sender's."""
        return next((o.municipality_code for o in self.organisations if o.sor_code == sor_code), None)


PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""What a JWK holds that is not for others (RFC 7518)."""


class _Registry(msgspec.Struct, forbid_unknown_fields=True):
    senders: tuple[Sender, ...]


def load_senders(path: Path) -> dict[str, Sender]:
    """Read the registry, keyed by `sender_id`.

    Raises:
        ValueError: the file is not as described, or a sender or SOR code stands twice.
    """
    try:
        senders = msgspec.yaml.decode(path.read_bytes(), type=_Registry).senders
    except msgspec.MsgspecError as error:
        raise ValueError(
            f"{path.name}: {error}. Mend the entry; the fields are described in intake/senders.py."
        ) from None
    return _checked(senders, path.name)


def _checked(senders: Iterable[Sender], name: str) -> dict[str, Sender]:
    """The senders by id. Raises ValueError when they can't stand beside each other."""
    senders = tuple(senders)
    registry = {s.sender_id: s for s in senders}
    sor_codes = [o.sor_code for s in senders for o in s.organisations]
    if len(registry) != len(senders) or len(set(sor_codes)) != len(sor_codes):
        raise ValueError(f"{name}: a sender_id or a sor_code stands twice. Each may stand once.")
    kids = [key.kid for s in senders for key in s.keys]
    if len(set(kids)) != len(kids):
        raise ValueError(f"{name}: a kid stands twice. Each may stand once.")
    if any(PRIVATE & key.jwk.keys() for s in senders for key in s.keys):
        raise ValueError(f"{name}: a private key stands in it. Take it out, and let its sender make a new one.")
    return registry


def write_senders(path: Path, senders: list[Sender]) -> None:
    """Write the registry whole, under the comment that it began with. Readers see the former one or the new one.

    Raises:
        ValueError: it could not be read again.
    """
    _checked(senders, path.name)
    lines = path.read_text().splitlines() if path.is_file() else []
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    told = msgspec.to_builtins({"senders": senders}, builtin_types=(date,))
    body = yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
    write_whole(path, "\n".join([*head, body]).encode())


class _Dumper(yaml.SafeDumper):
    """Writes digits as text: a municipality code is none of the numbers that another reader might see in it."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if text.isdecimal() else None)


_Dumper.add_representer(str, _text)
