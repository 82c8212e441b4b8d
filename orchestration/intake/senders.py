"""One `Sender` is one party with a drop folder, and the SOR codes that it may report for."""

from functools import cached_property
from pathlib import Path

import msgspec


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A SOR unit and the municipality (four characters) that it reports for."""

    sor_code: str
    municipality_code: str


class Sender(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """`sender_id` is also the name of the drop folder."""

    sender_id: str
    name: str
    is_test: bool
    organisations: tuple[Organisation, ...]

    @cached_property
    def sor_codes(self) -> frozenset[str]:
        """The SOR codes that this sender may report for."""
        return frozenset(o.sor_code for o in self.organisations)

    def municipality_code(self, sor_code: str) -> str | None:
        """The municipality that a SOR code of this sender belongs to; None when it is not the sender's."""
        return next((o.municipality_code for o in self.organisations if o.sor_code == sor_code), None)


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
    registry = {s.sender_id: s for s in senders}
    sor_codes = [o.sor_code for s in senders for o in s.organisations]
    if len(registry) != len(senders) or len(set(sor_codes)) != len(sor_codes):
        raise ValueError(f"{path.name}: a sender_id or a sor_code stands twice. Each may stand once.")
    return registry
