"""One test is one thing that `klgateway senders` does to the registry, or refuses to do."""

import json
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from orchestration.cli import main
from orchestration.door import senders_command
from orchestration.intake.senders import load_senders
from orchestration.settings import Settings
from tests.door.desk import TODAY

HEAD = "# Who may report.\n"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "senders.yml"
    path.write_text(
        HEAD
        + 'senders:\n  - {sender_id: a, name: A, is_test: true, organisations: [{sor_code: "1", municipality_code: "0219"}]}\n'
    )
    monkeypatch.setattr(senders_command, "settings", lambda: Settings(tmp_path, "", 5, None, path, {}))
    return path


def test_add_rotate_and_list(registry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.jwk", tmp_path / "second.jwk"
    add = [
        "senders",
        "add",
        "b",
        "--name",
        "Bjørneborg",
        "--sor",
        "999=0461",
        "888=0107",
        "--vendor",
        "V",
        "--contact",
        "x@example.dk",
    ]
    assert main([*add, "--make-key", str(first)]) == 0
    assert first.stat().st_mode & 0o077 == 0 and "d" in json.loads(first.read_text())
    assert main(["senders", "rotate", "b", "--make-key", str(second), "--days", "20"]) == 0
    sender = load_senders(registry)["b"]
    assert (
        registry.read_text().startswith(HEAD)
        and '"0107"' in registry.read_text()
        and "Bjørneborg" in registry.read_text()
    )
    assert yaml.safe_load(registry.read_text())["senders"][1]["organisations"][1]["municipality_code"] == "0107"
    old, new = sender.keys
    assert old.valid_until == TODAY + timedelta(days=14) and new.valid_until == TODAY + timedelta(days=20)
    assert "d" not in new.jwk and json.loads(second.read_text())["kid"] == new.kid
    capsys.readouterr()
    assert main(["senders", "list"]) == 1
    assert "WARNING: the last key runs out" in (out := capsys.readouterr().out) and "no key: files only" in out
    assert main(["senders", "rotate", "b", "--make-key", str(tmp_path / "third.jwk"), "--at-once"]) == 0
    assert [key.holds(TODAY) for key in load_senders(registry)["b"].keys] == [False, False, True]
    assert main(["senders", "list"]) == 0


def test_a_key_that_the_sender_made(registry: Path, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "rsa.pem").write_bytes(pem)
    assert main(["senders", "rotate", "a", "--key", str(tmp_path / "rsa.pem")]) == 0
    private = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "ec.jwk").write_text(json.dumps(jwt.algorithms.ECAlgorithm.to_jwk(private, as_dict=True)))
    assert main(["senders", "rotate", "a", "--key", str(tmp_path / "ec.jwk")]) == 0
    assert [key.jwk["kty"] for key in load_senders(registry)["a"].keys] == ["RSA", "EC"]
    assert not any("d" in key.jwk for key in load_senders(registry)["a"].keys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "a", "--name", "A", "--sor", "2=0461"], "is there already"),
        (["add", "../x", "--name", "A", "--sor", "2=0461"], "letters, digits and hyphens"),
        (["add", "c", "--name", "A", "--sor", "2"], "--sor takes"),
        (["add", "c", "--name", "A", "--sor", "1=0461"], "stands twice"),
        (["rotate", "nobody", "--make-key", "x"], "not registered"),
        (["rotate", "a"], "One of --key and --make-key"),
        (["rotate", "a", "--key", "{short}"], "RSA of 2048"),
        (["rotate", "a", "--key", "{none}"], "No such file"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    registry: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    short = rsa.generate_private_key(65537, 1024).public_key()
    (tmp_path / "short").write_bytes(
        short.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    before = registry.read_bytes()
    names = {"short": str(tmp_path / "short"), "none": str(tmp_path / "none")}
    assert main(["senders", *(text.format(**names) for text in arguments)]) == 2
    assert said in capsys.readouterr().err and registry.read_bytes() == before


def test_a_private_key_in_the_registry_is_refused(registry: Path) -> None:
    key = "{kid: k, jwk: {kty: EC, d: x}, valid_from: 2026-01-01, valid_until: 2027-01-01}"
    registry.write_text(registry.read_text().replace("name: A,", f"name: A, keys: [{key}],"))
    with pytest.raises(ValueError, match="private key"):
        load_senders(registry)
