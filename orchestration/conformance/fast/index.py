"""One index is the entries of one report: by which plan each is read, its id, and how references find it."""

from typing import Any

from msgspec import UNSET

from orchestration.conformance.fast.plans import Plan
from orchestration.conformance.fast.source import Unsure

HEX = bytes(48 if chr(byte) in "0123456789abcdef" else byte for byte in range(256))  # hex digits → "0"
UUID = b"00000000-0000-0000-0000-000000000000"
NOWHERE = "\0"
ENTRY = len('{"fullUrl":"","resource":},')


class References(dict[str, int]):
    """The number of the entry that a reference means: `Type/id` is a key, an address below `base` is looked up as such."""

    base = ""
    size = 0  # bytes of the entries around their resources, with the canonicals; 0 where that was not counted

    def __missing__(self, reference: str) -> int:
        if self.base and reference.startswith(self.base):
            return self[reference[len(self.base) :]]
        raise KeyError


def index(bundle: Any, by_canonical: dict[str, Plan]) -> tuple[list[Plan], list[str], References]:
    """The plan and the id of each entry, and how references find it; ids are uuids and unique.

    Raises:
        Unsure: they are not, or an address does not fit; LookupError: an unknown profile.
    """
    plans, ids, odd = list[Plan](), list[str](), list[int]()
    refs = References()
    base = _base(bundle.entry[0], by_canonical)
    number = size = urls = 0
    for entry in bundle.entry:
        resource = entry.resource
        canonical = resource.meta.profile[0]
        plan = by_canonical[canonical]
        if resource.__class__ is not plan.struct:
            raise Unsure
        name = resource.id
        relative = plan.prefix + name
        refs[relative] = number
        if entry.fullUrl != base + relative:
            odd.append(number)
        plans.append(plan)
        ids.append(name)
        size += len(canonical)
        urls += len(relative)
        number += 1
    if len(refs) != number or "".join((bundle.id, *ids)).encode().translate(HEX) != UUID * (number + 1):
        raise Unsure
    if odd:
        urls = _by_address(bundle, plans, refs)
    else:
        refs.base = base
        urls += number * len(base)
    refs.size = size + urls + number * ENTRY - 1 if urls else 0
    return plans, ids, refs


def _base(entry: Any, by_canonical: dict[str, Plan]) -> str:
    """The server address that the first entry's fullUrl begins with; what no fullUrl begins with if it has none or another form."""
    url, relative = entry.fullUrl, by_canonical[entry.resource.meta.profile[0]].prefix + entry.resource.id
    if url is UNSET or not url.startswith(("http://", "https://")) or "/_history/" in url:
        return NOWHERE
    return url[: -len(relative)] if url.endswith(f"/{relative}") else NOWHERE


def _by_address(bundle: Any, plans: list[Plan], refs: References) -> int:
    """References by fullUrl, where these have no common base. Returns the length of all, 0 where one is missing."""
    known = len(refs)
    given = length = 0
    for number, (entry, plan) in enumerate(zip(bundle.entry, plans, strict=True)):
        url, name = entry.fullUrl, entry.resource.id
        if url is UNSET:
            continue
        given += 1
        length += len(url)
        if url != "urn:uuid:" + name and not (
            url.endswith(f"/{plan.prefix}{name}")
            and url.startswith(("http://", "https://"))
            and "/_history/" not in url
        ):
            raise Unsure
        refs.setdefault(url, number)
    if len(refs) != known + given:
        raise Unsure
    return length if given == len(plans) else 0
