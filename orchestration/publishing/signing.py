"""One signature is 64 bytes beside a file: Ed25519 over the file's very bytes, so that `openssl` can check it too.

Keys are PEM files. The private one is read from where the settings say; the public ones lie in `releases/keys/`, each under
its id, and stay there for as long as something signed with it does.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from orchestration.durable import aside, locked, rename, sweep, sync, write_whole

SIGNATURE, KEYS = ".sig", "keys"
"""What the name of a signature ends in; the folder of public keys, beside the recipients'."""


class KeyFault(RuntimeError):
    """A key can't be used. Tells which file and the remedy."""


@dataclass(frozen=True)
class Signer:
    """The private key that signs now. `key_id` is the first 16 hex digits of the SHA-256 of the public key's 32 bytes."""

    key_id: str
    public_pem: bytes
    _private: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._private.sign(data)

    def is_shown(self, releases_dir: Path) -> bool:
        """Whether the public key lies beside the releases."""
        path = self._place(releases_dir)
        return path.is_file() and path.read_bytes() == self.public_pem

    def show(self, releases_dir: Path) -> None:
        """Put the public key beside the releases."""
        write_whole(self._place(releases_dir), self.public_pem)

    def _place(self, releases_dir: Path) -> Path:
        return releases_dir / KEYS / f"{self.key_id}.pub"


def load_signer(path: Path, *, create: bool = False) -> Signer:
    """The key in a PEM file (PKCS 8, unencrypted, for its owner only). `create` makes a new one where there is none.

    Raises KeyFault.
    """
    if create and not path.exists():
        _create(path)
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFault(f"{path} can be read by others than its owner. Remedy: chmod 600 {path}")
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise KeyFault(f"The signing key {path} can't be read. Remedy: see KLGATEWAY_SIGNING_KEY.") from None
    except (ValueError, TypeError):
        raise KeyFault(f"{path} is no private key. Remedy: openssl genpkey -algorithm ed25519 -out {path}") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFault(f"{path} is no Ed25519 key. Remedy: openssl genpkey -algorithm ed25519 -out {path}")
    public = private.public_key()
    return Signer(id_of(public), pem_of(public), private)


def load_public(path: Path) -> Ed25519PublicKey:
    """A public key (PEM). Raises KeyFault."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        raise KeyFault(f"{path} can't be read as a public key (PEM).") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFault(f"{path} is no Ed25519 key.")
    return key


def find_public(place: Path, key_id: str) -> Ed25519PublicKey | None:
    """The key of this id in the nearest `keys` folder above a release; None where none is published or it is another."""
    for folder in place.parents:
        path = folder / KEYS / f"{key_id}.pub"
        if key_id.isalnum() and path.is_file():
            key = load_public(path)
            return key if id_of(key) == key_id else None
    return None


def is_signed(data: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the signature is that of this key over these bytes."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def id_of(key: Ed25519PublicKey) -> str:
    """The id of a public key, as manifests name it."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def pem_of(key: Ed25519PublicKey) -> bytes:
    """The public key as it is published."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _create(path: Path) -> None:
    """A new key, readable by its owner from its first byte. Two processes make one key between them."""
    with locked(path.parent):
        sweep(path.parent)
        if path.exists():
            return
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        beside = aside(path.parent, path.name)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        sync(beside)
        rename(beside, path)
