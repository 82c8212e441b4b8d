"""One `Dictionary` is all that is said of the warehouse: its tables and columns, their code lists, and the rules told by unit tests."""

from dataclasses import dataclass
from typing import NamedTuple

STAGES = ("marts", "indicators", "quality", "reference", "intermediate", "staging", "raw")
"""In the order a reader looks for them. A further folder of models comes after the marts."""


class Text(NamedTuple):
    """The same in both languages."""

    da: str
    en: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """`codes` are (code, title, former key); empty where the list is somebody else's, and `name` then is empty too."""

    name: str
    says: Text
    codes: tuple[tuple[str, str, str], ...] = ()

    @property
    def has_keys(self) -> bool:
        """Whether some code of it has a former key."""
        return any(key for _, _, key in self.codes)


@dataclass(frozen=True, slots=True)
class Check:
    """One test as a reader sees it: `says` in a few words; `links_to` the table a foreign key leads to."""

    says: Text
    links_to: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """`fki`: terms of the Danish information model. `checks`: the tests on it; `named_in`: how many tests name it in all."""

    name: str
    type: str
    description: str
    fki: tuple[str, ...]
    unit: Text | None
    code_list: CodeList | None
    checks: tuple[Check, ...]
    named_in: int

    @property
    def is_personal(self) -> bool:
        """Whether it holds a CPR."""
        return self.name == "cpr"


@dataclass(frozen=True, slots=True)
class Table:
    """`grain`: what one row is, from the description's first sentence; empty when it does not say. `sent_to`: recipients."""

    name: str
    schema: str
    stage: str
    description: str
    grain: str
    owner: str
    group: str
    access: str
    freshness: Text | None
    kind: str
    has_contract: bool
    checks: tuple[Check, ...]
    sent_to: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def is_promised(self) -> bool:
        """Whether analysts and recipients read it: what the coverage check holds to the full."""
        return self.stage == "marts" or self.access == "public"


@dataclass(frozen=True, slots=True)
class Rule:
    """One dbt unit test, read as one sentence of the specification."""

    name: str
    model: str
    description: str

    @property
    def sentence(self) -> str:
        """Its name as a sentence."""
        words = self.name.replace("_", " ").replace("cpr", "CPR").replace("utc", "UTC")
        return words[:1].upper() + words[1:] + "."


@dataclass(frozen=True, slots=True)
class Recipient:
    """One exposure: who reads the marts, and whether anything is produced for it."""

    name: str
    label: str
    description: str
    status: str
    identity: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Tables in the order of `STAGES`, then by name; code lists by name, those with codes that some column uses."""

    tables: tuple[Table, ...]
    code_lists: tuple[CodeList, ...]
    rules: tuple[Rule, ...]
    recipients: tuple[Recipient, ...]
