"""One test is one archive that may arrive as a FHIR package: read, or refused in one line that says why."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.importing import package as reading
from orchestration.importing.errors import ImportRefused
from orchestration.importing.library import element, library
from orchestration.importing.package import read_package
from tests.unit.importing.packages import archive, code_system, manifest, package, profile, tiny

MANIFEST = {"package/package.json": json.dumps(manifest()).encode()}


def refusal(path: Path) -> str:
    with pytest.raises(ImportRefused) as refused:
        library([read_package(path)])
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_definitions_are_read_and_examples_are_not(tmp_path: Path) -> None:
    members = MANIFEST | {
        "package/.index.json": b"{}",
        "package/StructureDefinition-a.json": b"\xef\xbb\xbf" + json.dumps(tiny()[0]).encode(),
        "package/ImplementationGuide-a.json": b'{"resourceType": "ImplementationGuide"}',
        "package/example/Patient-a.json": b"not read at all",
        "other/a.json": b"not read at all",
    }
    read = read_package(archive(tmp_path / "a.tgz", members))
    assert list(read.resources) == ["StructureDefinition-a.json"]
    assert read.label == "example.tiny#1.0.0"


@pytest.mark.parametrize(
    "name", ["../evil.json", "package/../../evil.json", "/etc/evil.json", "package\\..\\evil.json"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of the package" in refusal(archive(tmp_path / "a.tgz", MANIFEST | {name: b"{}"}))
    assert not (tmp_path.parent / "evil.json").exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            member = tarfile.TarInfo("package/package.json")
            member.type, member.linkname = kind, "/etc/hostname"
            tar.addfile(member)
    assert "package/package.json is missing" in refusal(tmp_path / "a.tgz")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a whole gzip-compressed tar archive"),
        (b"PK\x03\x04 zip", "not a whole gzip-compressed tar archive"),
        (b"\x1f\x8b\x08\x00broken", "not a whole gzip-compressed tar archive"),
    ],
)
def test_no_archive(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.tgz").write_bytes(data)
    assert words in refusal(tmp_path / "a.tgz")


def test_a_cut_off_archive_and_no_file(tmp_path: Path, tiny_package: Path) -> None:
    whole = tiny_package.read_bytes()
    for end in range(1, len(whole) - 1, max(1, len(whole) // 40)):
        (tmp_path / "cut.tgz").write_bytes(whole[:end])
        assert refusal(tmp_path / "cut.tgz").startswith("cut.tgz: ")
    assert "No such file" in refusal(tmp_path / "none.tgz")
    assert "can't be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{", "can't be read as JSON"),
        (b"\xff\xfe{}", "can't be read as JSON"),
        (b"[]", "is not a JSON object"),
        (b"[" * 100_000, "can't be read as JSON"),
    ],
)
def test_a_file_that_is_no_json_object(tmp_path: Path, text: bytes, words: str) -> None:
    path = archive(tmp_path / "a.tgz", MANIFEST | {"package/ValueSet-a.json": text})
    assert f"package/ValueSet-a.json {words}" in refusal(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": None}, "is not a FHIR package"),
        ({"name": "a b\n"}, "no proper name and version"),
        ({"version": "../1"}, "no proper name and version"),
        ({"fhirVersions": ["5.0.0"]}, "is for FHIR 5.0.0"),
    ],
)
def test_a_manifest_that_is_none(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    data = json.dumps(manifest() | change).encode()
    assert words in refusal(archive(tmp_path / "a.tgz", {"package/package.json": data}))


def test_bounds(tmp_path: Path, tiny_package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, value, words in (
        ("ARCHIVE_BYTES", 100, "is larger than 100 bytes"),
        ("UNPACKED_BYTES", 2_000, "unpacks to more than 2,000 bytes"),
        ("FILE_BYTES", 200, "is larger than 200 bytes"),
        ("FILES", 2, "holds more than 2 files"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(reading, bound, value)
            assert words in refusal(tiny_package)


def test_a_header_that_asks_for_all_memory_is_refused(tmp_path: Path) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 4_000_000_000
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(header)
    (tmp_path / "a.tgz").write_bytes(buffer.getvalue())
    assert refusal(tmp_path / "a.tgz").startswith("a.tgz: ")


def test_a_package_without_profiles(tmp_path: Path) -> None:
    assert "has no StructureDefinition" in refusal(package(tmp_path / "a.tgz", code_system()))


@pytest.mark.parametrize("change", [{"snapshot": 3}, {"url": None}, {"context": [{"expression": []}]}])
def test_a_definition_of_another_shape(tmp_path: Path, change: dict[str, Any]) -> None:
    assert "StructureDefinition-0.json" in refusal(package(tmp_path / "a.tgz", profile("a", "Patient") | change))


def test_an_element_of_another_shape(tmp_path: Path) -> None:
    made = profile("a", "Patient", {"id": "Patient.active", "min": "one"})
    own = library([read_package(package(tmp_path / "a.tgz", made))]).own[0]
    with pytest.raises(ImportRefused, match=r"Patient\.active"):
        element(own, made["snapshot"]["element"][1])
