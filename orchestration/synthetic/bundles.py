"""One delivery report is one Bundle: what changed for one citizen on one day. And how reports become bytes."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from orchestration.synthetic.style import GATEWAY, Json, Style

DELIVERY_REPORT = f"{GATEWAY}klgateway-care-delivery-report"
INCREMENTAL_DELIVERY = f"{GATEWAY}klgateway-care-incremental-delivery"
STORED_BLOCK = 65_535


def delivery_report(style: Style, bundle_id: str, timestamp: datetime, resources: Iterable[Json]) -> Json:
    """A Bundle of resources about one citizen; the caller sees to it that every reference is among them."""
    return _bundle(style, bundle_id, DELIVERY_REPORT, timestamp, resources)


def incremental_delivery(style: Style, bundle_id: str, timestamp: datetime, reports: Iterable[Json]) -> Json:
    """A Bundle of delivery reports, for bulk."""
    return _bundle(style, bundle_id, INCREMENTAL_DELIVERY, timestamp, reports)


def _bundle(style: Style, bundle_id: str, profile: str, timestamp: datetime, resources: Iterable[Json]) -> Json:
    entries = [{"fullUrl": style.full_url(r["resourceType"], r["id"]), "resource": r} for r in resources]
    return {
        "resourceType": "Bundle",
        "id": bundle_id,
        "meta": {"profile": [profile]},
        "type": "collection",
        "timestamp": style.time(timestamp),
        "entry": entries,
    }


def to_json(bundle: Json) -> bytes:
    """Compact UTF-8 JSON, keys in the order they were written, æøå as they are: the same bytes on any machine."""
    return msgspec.json.encode(bundle)


def to_ndjson(lines: Sequence[bytes]) -> bytes:
    """One report a line."""
    return b"".join(line + b"\n" for line in lines)


def to_gzip(data: bytes) -> bytes:
    """A gzip file without compression: compressed bytes differ from zlib to zlib, and samples must be the same."""
    blocks = [data[start : start + STORED_BLOCK] for start in range(0, len(data), STORED_BLOCK)] or [b""]
    parts = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"]  # no name, no time, unknown system
    for number, block in enumerate(blocks, 1):
        is_last, size = bytes([number == len(blocks)]), len(block)
        parts += [is_last, size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), block]
    parts += [zlib.crc32(data).to_bytes(4, "little"), (len(data) & 0xFFFFFFFF).to_bytes(4, "little")]
    return b"".join(parts)
