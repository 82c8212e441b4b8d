"""One change is one thing that an agreement says now and did not say before, in plain words, Danish and English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from orchestration.publishing.agreement import Agreement
from orchestration.publishing.suite import Suite
from orchestration.publishing.terms import Product, Terms

TEXTS = ("title", "purpose", "legal_basis", "contact", "disclosure", "description")
"""Fields that are prose: that they changed is said, not how."""


@dataclass(frozen=True)
class Change:
    """What changed for a recipient. `is_wider`: more leaves than before, or somebody else's word is needed."""

    recipient: str
    da: str
    en: str
    is_wider: bool = False


def differences(before: Mapping[str, Agreement], after: Mapping[str, Agreement]) -> list[Change]:
    """Every change from `before` to `after`, by recipient; what more leaves is marked."""
    found: list[Change] = []
    for recipient in sorted(before.keys() | after.keys()):
        old, new = before.get(recipient), after.get(recipient)
        if old is None and new is not None:
            state = "slået til" if new.is_on else "slået fra"
            english = "on" if new.is_on else "off"
            text = f"en ny aftale, {state}: {_tables(new.terms)}", f"a new agreement, {english}: {_tables(new.terms)}"
            found.append(Change(recipient, *text, is_wider=new.is_on))
        elif new is None:
            found.append(Change(recipient, "aftalen er fjernet", "the agreement is removed"))
        elif old is not None:
            found += _of_one(recipient, old, new)
    return found


def _of_one(recipient: str, old: Agreement, new: Agreement) -> Iterator[Change]:
    changes = [*_terms(recipient, old.terms, new.terms), *_products(recipient, old, new)]
    changes += _approvals(recipient, old, new)
    if old.is_on != new.is_on:
        text = ("SLÅET TIL", "SWITCHED ON") if new.is_on else ("SLÅET FRA", "SWITCHED OFF")
        changes.insert(0, Change(recipient, *text, is_wider=new.is_on))
    yield from changes
    if old.terms != new.terms and old.terms.version == new.terms.version:
        yield Change(
            recipient,
            "HUSK: aftalen er ændret, men `version` er den samme",
            "REMEMBER: the agreement changed, but `version` is the same",
            is_wider=True,
        )


def _terms(recipient: str, old: Terms, new: Terms) -> Iterator[Change]:
    for field in Terms.__struct_fields__:
        was, now = getattr(old, field), getattr(new, field)
        if was == now or field in ("products", "status"):
            continue
        yield _changed(recipient, "", field, was, now, is_wider=field in ("identity", "scope", "fhir", "quality_card"))


def _products(recipient: str, old: Agreement, new: Agreement) -> Iterator[Change]:
    was = {product.model: product for product in old.terms.products}
    now = {product.model: product for product in new.terms.products}
    for model in sorted(was.keys() | now.keys()):
        if model not in was:
            columns = len(now[model].columns)
            text = (
                f"{model}: tabellen kommer med ({columns} felter)",
                f"{model}: the table is added ({columns} columns)",
            )
            yield Change(recipient, *text, is_wider=True)
        elif model not in now:
            yield Change(recipient, f"{model}: tabellen bortfalder", f"{model}: the table is taken out")
        else:
            yield from _product(recipient, was[model], now[model])
            yield from _suite(recipient, model, old.suites[model], new.suites[model])


def _product(recipient: str, was: Product, now: Product) -> Iterator[Change]:
    model = now.model
    for column in [c for c in now.columns if c not in was.columns]:
        text = f"{model}: feltet `{column}` kommer med", f"{model}: column `{column}` is added"
        yield Change(recipient, *text, is_wider=True)
    gone = [c for c in was.columns if c not in now.columns]
    for column in gone:
        yield Change(recipient, f"{model}: feltet `{column}` bortfalder", f"{model}: column `{column}` is taken out")
    if gone and was.version == now.version:
        text = (
            f"{model}: HUSK: felter bortfalder, men tabellens `version` er den samme",
            f"{model}: REMEMBER: columns are taken out, but the table's `version` is the same",
        )
        yield Change(recipient, *text, is_wider=True)
    for field in Product.__struct_fields__:
        before, after = getattr(was, field), getattr(now, field)
        if before != after and field != "columns":
            yield _changed(
                recipient, f"{model}: ", field, before, after, is_wider=field in ("row_filter", "disclosure")
            )


def _suite(recipient: str, model: str, was: Suite, now: Suite) -> Iterator[Change]:
    before, after = ({e.id: e for e in suite.expectations} for suite in (was, now))
    for id in sorted(before.keys() | after.keys()):
        if id not in before:
            yield Change(recipient, f"{model}: nyt krav `{id}`", f"{model}: new expectation `{id}`")
        elif id not in after:
            text = f"{model}: kravet `{id}` bortfalder", f"{model}: expectation `{id}` is taken out"
            yield Change(recipient, *text, is_wider=True)
        elif before[id] != after[id]:
            text = f"{model}: kravet `{id}` er ændret", f"{model}: expectation `{id}` is changed"
            yield Change(recipient, *text, is_wider=True)


def _approvals(recipient: str, old: Agreement, new: Agreement) -> Iterator[Change]:
    before, after = set(old.approved()), set(new.approved())
    for code in sorted(after - before):
        text = f"kommune {code} har godkendt", f"municipality {code} has approved"
        yield Change(recipient, *text, is_wider=True)
    for code in sorted(before - after):
        yield Change(
            recipient, f"kommune {code}: godkendelsen er trukket tilbage", f"municipality {code}: approval withdrawn"
        )


def _changed(recipient: str, of: str, field: str, was: Any, now: Any, *, is_wider: bool) -> Change:
    if field in TEXTS:
        return Change(recipient, f"{of}teksten `{field}` er ændret", f"{of}the text `{field}` is changed")
    shown = f"{of}`{field}`: {_shown(was)} → {_shown(now)}"
    return Change(recipient, shown, shown, is_wider)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, str | int) else msgspec.json.encode(value).decode().strip('"')


def _tables(terms: Terms) -> str:
    return ", ".join(product.model for product in terms.products)
