"""One `Package` is one FHIR NPM package (.tgz): what its manifest says, and its resources, read without unpacking it to disk."""

import gzip
import hashlib
import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from orchestration.importing.errors import ImportRefused

ARCHIVE_BYTES = 200_000_000
UNPACKED_BYTES = 600_000_000
FILE_BYTES = 64_000_000
FILES = 50_000
"""Bounds of one package. hl7.fhir.r4.core, the largest of use here, unpacks to about 200 MB in 5,000 files."""

R4 = "4.0."
RESOURCE_FILE = re.compile(r"package/[^/]+\.json")
MANIFEST = "package/package.json"
KINDS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem"})


class Manifest(msgspec.Struct, frozen=True):
    """`package.json`; what the import needs of it."""

    name: str
    version: str
    canonical: str = ""
    fhirVersions: tuple[str, ...] = ()
    dependencies: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Package:
    """`resources` are the definitions (StructureDefinition, ValueSet, CodeSystem) as parsed JSON, by file name; `sha256` of the archive."""

    manifest: Manifest
    resources: dict[str, dict[str, Any]]
    sha256: str

    @property
    def label(self) -> str:
        """Name and version, as FHIR tools write them: kl.dk.fhir.gateway#1.2.0."""
        return f"{self.manifest.name}#{self.manifest.version}"


class _Bounded:
    """The unpacked bytes, which end in a refusal where they exceed what any real package has."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = UNPACKED_BYTES

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > FILE_BYTES + tarfile.RECORDSIZE:
            raise ImportRefused("holds a part that is too large to be a definition")
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ImportRefused(f"unpacks to more than {UNPACKED_BYTES:,} bytes")
        return data


def read_package(path: Path) -> Package:
    """Read the definitions of one package.

    Raises:
        ImportRefused: no such file, no FHIR package, for another FHIR version, too large, or a file in it is no JSON.
    """
    try:
        if path.stat().st_size > ARCHIVE_BYTES:
            raise ImportRefused(f"is larger than {ARCHIVE_BYTES:,} bytes")
        files = _files(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if MANIFEST not in files:
            raise ImportRefused("is not a FHIR package: package/package.json is missing")
        manifest = _manifest(files.pop(MANIFEST))
        parsed = {name.removeprefix("package/"): _parsed(name, data) for name, data in sorted(files.items())}
    except ImportRefused as error:
        raise ImportRefused(" ".join(f"{path.name}: {error}".split())) from None
    except OSError as error:
        raise ImportRefused(f"{path.name}: can't be read ({error.strerror or type(error).__name__})") from None
    return Package(manifest, {n: r for n, r in parsed.items() if r.get("resourceType") in KINDS}, digest)


def _files(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    seen = 0
    try:
        with gzip.open(path) as stream, tarfile.open(fileobj=(bounded := _Bounded(stream)), mode="r|") as archive:  # type: ignore[call-overload]
            for member in archive:
                seen += 1
                if seen > FILES:
                    raise ImportRefused(f"holds more than {FILES:,} files")
                if member.name.startswith("/") or ".." in member.name.replace("\\", "/").split("/"):
                    raise ImportRefused("holds a path that leads out of the package; it may be hostile")
                if not member.isreg() or not RESOURCE_FILE.fullmatch(member.name.removeprefix("./")):
                    continue  # examples, folders, and links, which are never followed
                if member.size > FILE_BYTES:
                    raise ImportRefused(f"{member.name} is larger than {FILE_BYTES:,} bytes")
                content = archive.extractfile(member)
                files[member.name.removeprefix("./")] = content.read(FILE_BYTES + 1) if content else b""
            while bounded.read(tarfile.RECORDSIZE):  # to the end, where gzip's check sum stands
                pass
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error):
        raise ImportRefused("is not a FHIR package: not a whole gzip-compressed tar archive") from None
    return {name: data for name, data in files.items() if not name.startswith("package/.")}


def _manifest(data: bytes) -> Manifest:
    try:
        manifest = msgspec.convert(_parsed(MANIFEST, data), Manifest)
    except msgspec.ValidationError as error:
        raise ImportRefused(f"is not a FHIR package: {MANIFEST}: {error}") from None
    if not re.fullmatch(r"[\w.@/-]+", manifest.name) or not re.fullmatch(r"\d[\w.+-]*", manifest.version):
        raise ImportRefused(f"is not a FHIR package: {MANIFEST} has no proper name and version")
    if manifest.fhirVersions and not any(version.startswith(R4) for version in manifest.fhirVersions):
        raise ImportRefused(f"is for FHIR {', '.join(manifest.fhirVersions)}; the gateway speaks R4 ({R4}1)")
    return manifest


def _parsed(name: str, data: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused(f"{name} can't be read as JSON ({str(error).splitlines()[0]})") from None
    if not isinstance(value, dict):
        raise ImportRefused(f"{name} is not a JSON object")
    return value
