"""One test is one way to tamper with a release, and the line that names it; also as the command says it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from pyarrow import parquet

from orchestration.cli import main
from orchestration.publishing.home import latest, releases_in
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.signing import KeyFault, load_public, load_signer
from orchestration.publishing.verification import inspect, verify


@pytest.fixture
def directory(released) -> Path:
    return latest(released.releases, "flis")


def said(directory: Path, *more: str, capsys) -> tuple[int, list[str]]:
    code = main(["verify", str(directory), *more])
    return code, capsys.readouterr().out.splitlines()


def test_an_untouched_release_is_in_order(released, directory, capsys) -> None:
    key = next((released.releases / "keys").glob("*.pub"))
    for more in ((), ("--key", str(key))):
        code, lines = said(released.releases / "flis" / "latest", *more, capsys=capsys)
        assert code == 0 and len(lines) == 1 and "i orden · in order (" in lines[0]


def test_openssl_says_so_too(released, directory) -> None:
    key = next((released.releases / "keys").glob("*.pub"))
    files = ["-in", directory / "manifest.json", "-sigfile", directory / "manifest.json.sig"]
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", *files]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    (directory / "manifest.json").write_bytes((directory / "manifest.json").read_bytes() + b" ")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_a_flipped_bit_is_found_and_its_page_named(directory, capsys) -> None:
    path = directory / "fct_condition.parquet"
    good, group = path.read_bytes(), parquet.read_metadata(path).row_group(0)
    for number in range(0, group.num_columns, 5):
        column = group.column(number)
        start = column.dictionary_page_offset or column.data_page_offset
        data = bytearray(good)
        data[start + column.total_compressed_size - 1] ^= 4  # the last byte of the column's last page
        path.write_bytes(bytes(data))
        code, lines = said(directory, capsys=capsys)
        assert code == 1 and "fct_condition.parquet has other content than the manifest says (SHA-256)" in lines[0]
        assert f"is damaged: row group 1, {column.path_in_schema.partition('.')[0]}" in lines[1] and len(lines) == 2
    path.write_bytes(good[:-20] + bytes([good[-20] ^ 4]) + good[-19:])
    assert said(directory, capsys=capsys)[0] == 1, "in the footer"


def test_a_removed_an_added_and_a_short_file_are_named(directory, capsys) -> None:
    (directory / "dim_citizen.parquet").unlink()
    (directory / "stray.parquet").write_bytes(b"")
    (directory / "dim_municipality.parquet").write_bytes(b"short")
    code, lines = said(directory, capsys=capsys)
    assert code == 1
    assert "dim_citizen.parquet mangler · dim_citizen.parquet is missing" in lines
    assert any("stray.parquet does not belong to the release" in line for line in lines)
    assert any("dim_municipality.parquet has 5 bytes" in line for line in lines)
    assert not any("fct_planned_intervention" in line for line in lines)


def test_a_link_to_a_file_elsewhere_is_no_file_of_the_release(directory, tmp_path) -> None:
    shutil.move(directory / "dim_citizen.parquet", tmp_path)
    (directory / "dim_citizen.parquet").symlink_to(tmp_path / "dim_citizen.parquet")
    assert [fault.en for fault in verify(directory)] == ["dim_citizen.parquet is missing"]


def test_a_changed_manifest_is_not_the_one_that_was_signed(directory) -> None:
    path = directory / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 10', '"rows": 11', 1))
    assert [fault.en for fault in verify(directory)] == ["manifest.json is not the one that was signed"]
    path.write_text("{")
    assert [fault.en for fault in verify(directory)] == ["manifest.json is missing or can't be read"]


def test_a_signed_manifest_of_another_release_is_found(released, capsys) -> None:
    former, now = releases_in(released.releases / "flis")
    for name in ("manifest.json", "manifest.json.sig"):
        shutil.copy(former / name, now / name)
    code, lines = said(now, capsys=capsys)
    assert code == 1 and any(f"manifest.json is that of {former.name}, not of {now.name}" in line for line in lines)


def test_a_release_for_somebody_else_is_found(released, directory) -> None:
    other = released.releases / "sds_health"
    shutil.copytree(released.releases / "flis", other, symlinks=True)
    assert [fault.en for fault in verify(other / directory.name)] == [
        "manifest.json was issued to flis, not to sds_health"
    ]


def test_a_foreign_key_is_found(released, directory, tmp_path, capsys) -> None:
    foreign = load_signer(tmp_path / "foreign.pem", create=True)
    (tmp_path / "foreign.pub").write_bytes(foreign.public_pem)
    code, lines = said(directory, "--key", str(tmp_path / "foreign.pub"), capsys=capsys)
    assert code == 1 and f"not with the one that is trusted ({foreign.key_id})" in lines[0]
    text = (directory / "manifest.json").read_bytes()
    (directory / "manifest.json.sig").write_bytes(foreign.sign(text))
    assert [fault.en for fault in verify(directory)] == ["manifest.json is not the one that was signed"]
    forged = text.replace(read_manifest(directory).key_id.encode(), foreign.key_id.encode())
    (directory / "manifest.json").write_bytes(forged)
    (directory / "manifest.json.sig").write_bytes(foreign.sign(forged))
    assert [fault.en for fault in verify(directory)] == [
        f"manifest.json is signed with key {foreign.key_id}, which is not published here"
    ]
    key = next((released.releases / "keys").glob("*.pub"))
    shutil.copy(tmp_path / "foreign.pub", released.releases / "keys" / f"{foreign.key_id}.pub")
    assert verify(directory) == (), "whoever can write beside the releases can add a key: hence --key"
    assert "not with the one that is trusted" in verify(directory, load_public(key))[0].en


def test_a_public_key_under_the_id_of_another_is_none(released, directory, tmp_path) -> None:
    foreign = load_signer(tmp_path / "foreign.pem", create=True)
    key = next((released.releases / "keys").glob("*.pub"))
    key.write_bytes(foreign.public_pem)
    assert "which is not published here" in verify(directory)[0].en


def test_what_the_files_say_is_compared_too(directory) -> None:
    """Rows, schema and row groups are read from the file, whatever the hashes say."""
    manifest = read_manifest(directory)
    shutil.copy(directory / "dim_municipality.parquet", directory / "dim_fsiii_code.parquet")
    faults = [fault.en for fault in inspect(directory, manifest)]
    assert "dim_fsiii_code.parquet has 98 rows, the manifest says 5" in faults
    assert "dim_fsiii_code.parquet has other columns or types than the manifest says" in faults


def test_the_command_refuses_what_is_no_release_or_no_key(directory, tmp_path, capsys) -> None:
    assert main(["verify", str(tmp_path / "nothing")]) == 2
    assert main(["verify", str(directory), "--key", str(directory / "manifest.json")]) == 2
    assert main(["verify", str(tmp_path)]) == 1
    with pytest.raises(SystemExit) as stopped:
        main(["verify"])
    assert stopped.value.code == 2


def test_a_private_key_is_its_owners_alone(tmp_path) -> None:
    path = tmp_path / "keys" / "key.pem"
    signer = load_signer(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_signer(path, create=True).key_id == signer.key_id
    path.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        load_signer(path)
    with pytest.raises(KeyFault, match="can't be read"):
        load_signer(tmp_path / "none.pem")
    (tmp_path / "rsa.pem").touch(0o600)
    with pytest.raises(KeyFault, match="no private key"):
        load_signer(tmp_path / "rsa.pem")


def test_a_new_key_signs_the_next_release_and_the_former_one_stays_valid(released) -> None:
    former = latest(released.releases, "flis")
    (released.root / "keys" / "key.pem").unlink()
    house = type(released)(released.root, None)
    house.nation.citizen("0461", "nursing")
    done = house.release("flis", 10)
    assert done.manifest.key_id != read_manifest(former).key_id
    assert verify(done.directory) == verify(former) == ()
    assert len(list((house.releases / "keys").glob("*.pub"))) == 2
