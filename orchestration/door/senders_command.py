"""One run of `klgateway senders` lists who may report, or changes one entry of senders.yml. Public keys only stand in it."""

import argparse
import hashlib
import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from orchestration.door.keys import KeyFault, PublicKey
from orchestration.durable import locked
from orchestration.intake.landing import COPENHAGEN
from orchestration.intake.senders import Key, Organisation, Sender, load_senders, write_senders
from orchestration.settings import settings

OVERLAP_DAYS, WARN_DAYS = 14, 30
OURS = ("kty", "crv", "x", "y", "n", "e")


class Wrong(ValueError):
    """The command can't be done as it was asked; nothing was changed."""


def senders(chosen: argparse.Namespace) -> int:
    """Do what was asked: 0 done, 1 done and a key runs out soon, 2 it can't be done."""
    path, today = settings().senders_path, datetime.now(UTC).astimezone(COPENHAGEN).date()
    try:
        if chosen.action == "list":
            return _list(load_senders(path), today)
        with locked(path.parent):
            registry = load_senders(path)
            registry[chosen.sender_id] = (_added if chosen.action == "add" else _rotated)(registry, chosen, today)
            write_senders(path, list(registry.values()))
    except (Wrong, KeyFault, ValueError, OSError) as error:
        print(f"{error} Nothing was changed.", file=sys.stderr)  # noqa: T201
        return 2
    print(f"{path.name}: {chosen.sender_id} is there; the door sees it within a second.")  # noqa: T201
    return 0


def _list(registry: dict[str, Sender], today: date) -> int:
    soon = False
    for sender in registry.values():
        codes = ", ".join(f"{o.sor_code}={o.municipality_code}" for o in sender.organisations)
        print(f"{sender.sender_id}  {sender.name}  {codes}  {sender.vendor}  {sender.contact}".rstrip())  # noqa: T201
        held = [key for key in sender.keys if key.holds(today)]
        last = max((key.valid_until for key in held), default=None)
        for key in sender.keys:
            print(f"    {key.kid}  {key.valid_from} to {key.valid_until}  {_state(key, today)}")  # noqa: T201
        if sender.keys and (last is None or (last - today).days <= WARN_DAYS):
            soon = True
            when = f"runs out on {last}" if last else "has run out"
            print(f"    WARNING: the last key {when}. Remedy: klgateway senders rotate {sender.sender_id}")  # noqa: T201
        if not sender.keys:
            print("    no key: files only")  # noqa: T201
    return 1 if soon else 0


def _state(key: Key, today: date) -> str:
    if key.revoked_on is not None:
        return f"revoked on {key.revoked_on}"
    if key.valid_until < today:
        return "run out"
    return "holds" if key.holds(today) else "not yet"


def _added(registry: dict[str, Sender], chosen: argparse.Namespace, today: date) -> Sender:
    if chosen.sender_id in registry:
        raise Wrong(f"{chosen.sender_id} is there already. Remedy: rotate gives it a new key.")
    if not chosen.sender_id.replace("-", "").isalnum():
        raise Wrong("A sender id is letters, digits and hyphens: it is also the name of a folder.")
    pairs = [tuple(text.partition("=")[::2]) for text in chosen.sor]
    if any(not sor.isdecimal() or len(code) != 4 or not code.isdecimal() for sor, code in pairs):
        raise Wrong("--sor takes SOR=CODE, for instance 999990219000001=0219.")
    organisations = tuple(Organisation(sor, code) for sor, code in pairs)
    keys = (_key(chosen, today),) if chosen.key or chosen.make_key else ()
    return Sender(chosen.sender_id, chosen.name, chosen.test, organisations, chosen.vendor, chosen.contact, keys=keys)


def _rotated(registry: dict[str, Sender], chosen: argparse.Namespace, today: date) -> Sender:
    sender = registry.get(chosen.sender_id)
    if sender is None:
        raise Wrong(f"{chosen.sender_id} is not registered. Remedy: senders add.")
    end = min(today + timedelta(days=OVERLAP_DAYS), date.max)
    former = [
        msgspec.structs.replace(key, revoked_on=key.revoked_on or today)
        if chosen.at_once
        else msgspec.structs.replace(key, valid_until=min(key.valid_until, end))
        for key in sender.keys
    ]
    return msgspec.structs.replace(sender, keys=(*former, _key(chosen, today)))


def _key(chosen: argparse.Namespace, today: date) -> Key:
    if bool(chosen.key) == bool(chosen.make_key):
        raise Wrong("One of --key and --make-key is needed.")
    jwk = _read(Path(chosen.key)) if chosen.key else _make(Path(chosen.make_key), chosen.sender_id)
    public = {name: str(jwk[name]) for name in OURS if name in jwk}
    PublicKey(public)  # raises for one that can't be used
    return Key(_kid(chosen.sender_id, public), public, today, today + timedelta(days=chosen.days))


def _kid(sender_id: str, public: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()[:12]
    return f"{sender_id}-{digest}"


def _read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    if data.lstrip().startswith(b"{"):
        found: dict[str, Any] = json.loads(data)
        return found
    key = serialization.load_pem_public_key(data)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True)
    if isinstance(key, rsa.RSAPublicKey):
        return jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
    raise KeyFault("neither EC on P-256 nor RSA of 2048 bits or more")


def _make(path: Path, sender_id: str) -> dict[str, Any]:
    """A new key pair; the private half is written once, for its owner only."""
    jwk = dict(jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True))
    public = {name: str(jwk[name]) for name in OURS if name in jwk}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({**jwk, "kid": _kid(sender_id, public)}, file, indent=2)
    return jwk
