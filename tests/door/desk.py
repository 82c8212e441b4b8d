"""One `Desk` is one sender's system: it has a key, gets tokens and delivers reports. One `Server` is one door, a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Self
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from orchestration.door.issuer import ASSERTION_TYPE, GRANT
from orchestration.intake.senders import Key, Organisation, Sender, write_senders
from orchestration.synthetic.bundles import to_json
from orchestration.synthetic.identities import sor_code_for_tests
from orchestration.synthetic.style import COPENHAGEN
from tests.bench.reports import report

ROOT = Path(__file__).parents[2]
FHIR = "application/fhir+json"
TODAY = datetime.now(UTC).astimezone(COPENHAGEN).date()


class Desk:
    """A sender of one municipality, with a key of its own."""

    def __init__(self, code: str, *, reports_per_second: int = 100_000) -> None:
        self.code, self.sender_id, self.sor = code, f"{code}-test", sor_code_for_tests(code)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.jwk = {k: v for k, v in jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True).items()}
        self.kid = f"{self.sender_id}-1"
        self.rate = reports_per_second

    def sender(self, **more: Any) -> Sender:
        """Its entry in the registry."""
        day = timedelta(days=1)
        public = {name: str(self.jwk[name]) for name in ("kty", "crv", "x", "y")}
        key = Key(self.kid, public, TODAY - day, TODAY + 300 * day)
        known = {"reports_per_second": self.rate, "keys": (key,), **more}
        return Sender(self.sender_id, f"Kommune {self.code}", True, (Organisation(self.sor, self.code),), **known)

    def assertion(self, url: str, **more: Any) -> str:
        """A signed assertion for the token endpoint."""
        now = int(time.time())
        told = {
            "iss": self.sender_id,
            "sub": self.sender_id,
            "aud": f"{url}/oauth2/token",
            "iat": now,
            "exp": now + 120,
        }
        told |= {"jti": uuid4().hex} | more
        return jwt.encode(told, self.private, algorithm="ES256", headers={"kid": self.kid})

    def token(self, url: str) -> str:
        """A token of the embedded issuer."""
        form = {"grant_type": GRANT, "client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion(url)}
        answer = httpx.post(f"{url}/oauth2/token", data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def small(self) -> tuple[str, bytes]:
        """(id, bytes) of a report of the citizen alone."""
        name, body = self.report()
        told = json.loads(body)
        told["entry"] = [part for part in told["entry"] if part["resource"]["resourceType"] == "Patient"]
        return name, to_json(told)

    def report(self, key: str = "") -> tuple[str, bytes]:
        """(id, bytes) of a report in order, of about 15 resources, with an id of its own."""
        drawn = report(Random(key or self.code), "desk")
        written = next(part["resource"] for part in drawn["entry"] if part["resource"]["resourceType"] == "Patient")
        sor = written["managingOrganization"]["identifier"]["value"]
        name = str(uuid4())
        return name, to_json(drawn | {"id": name}).replace(sor.encode(), self.sor.encode())


class Server:
    """A door on a free port with a folder of its own. `log` is what it wrote."""

    def __init__(self, folder: Path, desks: list[Desk], *, workers: int = 1, port: int = 0, **env: str) -> None:
        self.folder, self.port = folder, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.senders = folder / "senders.yml"
        if not self.senders.exists():
            write_senders(self.senders, [desk.sender() for desk in desks])
        self.data, self.log_path = folder / "data", folder / "door.log"
        self.env = os.environ | {"KLGATEWAY_DATA": str(self.data), "KLGATEWAY_SENDERS": str(self.senders)}
        self.env |= {"KLGATEWAY_DOOR_URL": self.url} | env
        self._command = [
            sys.executable,
            "-m",
            "orchestration.cli",
            "serve",
            "--port",
            str(self.port),
            "--workers",
            str(workers),
        ]
        self.start()

    def start(self) -> float:
        """Start it; the seconds until it answered."""
        began = time.perf_counter()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        while time.perf_counter() - began < 30:
            try:
                if httpx.get(f"{self.url}/health", timeout=1).status_code == 200:
                    return time.perf_counter() - began
            except httpx.TransportError:
                time.sleep(0.01)
            assert self.process.poll() is None, self.log_path.read_text()[-2000:]
        raise AssertionError(self.log_path.read_text()[-2000:])

    def kill(self) -> None:
        """End it as a power cut would, with all its workers."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as systemd would."""
        self.process.terminate()
        self.process.wait(20)

    def cpu_seconds(self) -> float:
        """The CPU time that its first process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """The memory of its first process."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(told.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def log(self) -> list[dict[str, Any]]:
        """The journal, a line a request; what is no JSON fails here."""
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def deliver(client: httpx.Client, url: str, token: str, name: str, body: bytes, **headers: str) -> httpx.Response:
    """PUT one report."""
    known = {"Authorization": f"Bearer {token}", "Content-Type": FHIR}
    return client.put(f"{url}/fhir/Bundle/{name}", content=body, headers=known | headers)
