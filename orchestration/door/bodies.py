"""One body is the bytes of one report: bounded in size, time and ratio, whatever the headers claim."""

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

from orchestration.door.answers import Refusal
from orchestration.intake.reading import MAX_BYTES

SECONDS = 20.0
RATIO = 100
SMALL = 1 << 18
PASSED_OVER = 1 << 26
FORM_BYTES = 16_384
FHIR_TYPES = {"application/fhir+json", "application/json"}
ANY = {"*/*", "application/*"}
CHARSETS = {"", "utf-8", "utf8"}


def check_accept(request: Request) -> None:
    """FHIR JSON must be among what the caller takes (`Accept`, or `_format`, which goes before it)."""
    wanted = request.query_params.get("_format")
    kinds = [wanted] if wanted else request.headers.get("accept", "*/*").split(",")
    for kind in kinds[:20]:
        name, _, more = kind.partition(";")
        if name.strip().lower() in FHIR_TYPES | ANY | ({"json"} if wanted else set()) and "q=0" not in more.replace(
            "q=0.", ""
        ):
            return
    raise Refusal("door.accept.unsupported")


async def report_body(request: Request) -> bytes:
    """The report as it was written, unpacked.

    Raises:
        Refusal: of another type, too long, too slow, or packed in a way that can't be unpacked.
        ClientDisconnect: the caller went away.
    """
    kind, _, more = request.headers.get("content-type", "").partition(";")
    charset = more.partition("charset=")[2].partition(";")[0].strip().strip('"').lower()
    if kind.strip().lower() not in FHIR_TYPES or charset not in CHARSETS:
        raise Refusal("door.type.unsupported")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Refusal("door.encoding.unsupported")
    body = await read(request, MAX_BYTES)
    if encoding == "identity":
        return body
    return unpacked(body) if len(body) <= SMALL // RATIO else await asyncio.to_thread(unpacked, body)


async def read(request: Request, longest: int) -> bytes:
    """The bytes of a body, at most so many, within 20 seconds."""
    claimed = request.headers.get("content-length", "0")
    if not claimed.isdecimal():
        raise Refusal("door.request.malformed", closes=True)
    found: list[bytes] = []
    size, is_long = 0, int(claimed) > longest
    try:
        async with asyncio.timeout(SECONDS):
            if int(claimed) <= PASSED_OVER:
                async for chunk in request.stream():
                    size += len(chunk)
                    is_long = is_long or size > longest
                    if size > PASSED_OVER:
                        break
                    if is_long:  # passed over to its end: a sender that is cut off while it sends reads no answer
                        found.clear()
                    else:
                        found.append(chunk)
    except TimeoutError:
        raise Refusal("door.request.slow", closes=True) from None
    if is_long:
        raise Refusal("door.body.long", closes=size > PASSED_OVER or int(claimed) > PASSED_OVER)
    return b"".join(found)


def unpacked(data: bytes) -> bytes:
    """One gzip member, whole, with nothing behind it.

    Raises:
        Refusal: it is not, or it unpacks to too much.
    """
    most = min(MAX_BYTES, len(data) * RATIO)
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpack.decompress(data, most + 1)
    except zlib.error:
        raise Refusal("door.body.gzip") from None
    if len(body) > most:
        raise Refusal("door.body.ratio" if most < MAX_BYTES else "door.body.long")
    if not unpack.eof or unpack.unused_data:
        raise Refusal("door.body.gzip")
    return body


async def form(request: Request, longest: int = FORM_BYTES) -> dict[str, str]:
    """The fields of a small form; of a field that comes twice, nothing.

    Raises:
        Refusal: it is no form, or too long or slow.
    """
    from urllib.parse import parse_qsl

    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Refusal("door.type.unsupported")
    try:
        pairs = parse_qsl((await read(request, longest)).decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Refusal("door.request.malformed") from None
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}


__all__ = ["ClientDisconnect", "check_accept", "form", "read", "report_body", "unpacked"]
