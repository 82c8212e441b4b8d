"""One `Settings` is where this installation keeps its data and which secrets and policies it runs with.

The only reader of the environment. Every variable begins with `KLGATEWAY_`; each has a default that fits a clone of the
repository, so that `make demo` needs none.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
DOOR_URL = "http://127.0.0.1:8800"
DEMO_SECRET = "demo-secret-for-invented-citizens-only"
PSEUDONYM_SECRET = "KLGATEWAY_PSEUDONYM_SECRET_"


@dataclass(frozen=True)
class Settings:
    """Paths are absolute. `citizen_key_secret` keys the HMAC that stands for a CPR in every table but raw's own.

    `settle_seconds`: how long a file must lie untouched before it is taken in. `as_of`: judge by the rules of this date
    instead of the day of receipt. `senders_path`: the registry of who may send. `pseudonym_secrets`: recipient → the key of
    its pseudonyms, from `KLGATEWAY_PSEUDONYM_SECRET_<RECIPIENT>`. `signing_key`: the private key (PEM)
    that signs releases; None is a demo key, made in the data folder when it is first needed. `door_url`: the address of the HTTP
    door as senders see it, without a slash at the end. `issuer`, `jwks`: who issues its tokens, and where that one's keys are
    (address or file); None: the door's own issuer. `door_workers`: processes that share the door, each with its part of every
    sender's rate.
    """

    data_dir: Path
    citizen_key_secret: str
    settle_seconds: float
    as_of: date | None
    senders_path: Path
    pseudonym_secrets: Mapping[str, str]
    signing_key: Path | None = None
    door_url: str = DOOR_URL
    issuer: str | None = None
    jwks: str | None = None
    door_workers: int = 1

    @property
    def drop_dir(self) -> Path:
        """One folder per sender; where files are delivered."""
        return self.data_dir / "drop"

    @property
    def landing_dir(self) -> Path:
        """Write-once archive of every byte that arrived, and the journal of who and when."""
        return self.data_dir / "landing"

    @property
    def door_dir(self) -> Path:
        """What the HTTP door keeps for itself: the key of its own issuer, and which assertions were used."""
        return self.data_dir / "door"

    @property
    def status_dir(self) -> Path:
        """What became of each submission of a received day, left by the day's run for the door: one SQLite file a day."""
        return self.data_dir / "status"

    @property
    def quarantine_dir(self) -> Path:
        """Listing of what arrived without a sender who could be told."""
        return self.data_dir / "quarantine"

    @property
    def receipts_dir(self) -> Path:
        """One FHIR OperationOutcome per submission, per sender and day."""
        return self.data_dir / "receipts"

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file: raw, staging, intermediate, marts."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def consistency_dir(self) -> Path:
        """What does not hang together over time: one folder per municipality and day."""
        return self.data_dir / "consistency"

    @property
    def cards_dir(self) -> Path:
        """Quality cards: one folder per municipality, the newest card in it."""
        return self.data_dir / "cards"

    @property
    def candidates_dir(self) -> Path:
        """What would be published, before its gate."""
        return self.data_dir / "candidates"

    @property
    def gates_dir(self) -> Path:
        """What the gates found, per recipient, over time."""
        return self.data_dir / "gates"

    @property
    def releases_dir(self) -> Path:
        """What is published: one folder per recipient, one per release, and `latest`."""
        return self.data_dir / "releases"

    @property
    def portal_dir(self) -> Path:
        """The public site: one folder per making of it, and `latest`."""
        return self.data_dir / "portal"

    @property
    def audit_dir(self) -> Path:
        """The log of what was released to whom, one line each."""
        return self.data_dir / "audit"

    @property
    def demo_key(self) -> Path:
        """The key that signs where no other is set."""
        return self.data_dir / "keys" / "demo-signing-key.pem"

    @property
    def docs_dir(self) -> Path:
        """What is said of the data, as pages: the data dictionary and dbt's documentation."""
        return self.data_dir / "docs"

    @property
    def samples_dir(self) -> Path:
        """Deliveries of invented citizens that ship with the repository."""
        return REPOSITORY / "data" / "samples"

    @property
    def dbt_project_dir(self) -> Path:
        return REPOSITORY / "dbt_project"

    @property
    def expectations_dir(self) -> Path:
        return REPOSITORY / "expectations"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    env = os.environ.get
    as_of, signing_key = env("KLGATEWAY_AS_OF"), env("KLGATEWAY_SIGNING_KEY")
    return Settings(
        data_dir=Path(env("KLGATEWAY_DATA", str(REPOSITORY / "data"))).resolve(),
        citizen_key_secret=env("KLGATEWAY_CITIZEN_KEY_SECRET", DEMO_SECRET),
        settle_seconds=float(env("KLGATEWAY_SETTLE_SECONDS", "5")),
        senders_path=Path(env("KLGATEWAY_SENDERS", str(REPOSITORY / "orchestration" / "intake" / "senders.yml"))),
        as_of=date.fromisoformat(as_of) if as_of else None,
        signing_key=Path(signing_key).resolve() if signing_key else None,
        pseudonym_secrets={
            name.removeprefix(PSEUDONYM_SECRET).lower(): value
            for name, value in os.environ.items()
            if name.startswith(PSEUDONYM_SECRET)
        },
        door_url=env("KLGATEWAY_DOOR_URL", DOOR_URL).rstrip("/"),
        issuer=env("KLGATEWAY_ISSUER"),
        jwks=env("KLGATEWAY_JWKS"),
        door_workers=int(env("KLGATEWAY_DOOR_WORKERS", "1")),
    )


def dagster_home() -> Path:
    """Where Dagster keeps its runs; set for this process when the caller has not set it."""
    home = os.environ.setdefault("DAGSTER_HOME", str(REPOSITORY / ".dagster"))
    return Path(home)


def door_environment(workers: int) -> None:
    """Tell the workers of the door, which are processes of their own, how many they are."""
    os.environ["KLGATEWAY_DOOR_WORKERS"] = str(workers)


def dbt_environment() -> None:
    """Set what dbt's profile reads, for this process and those that it starts."""
    os.environ["KLGATEWAY_WAREHOUSE"] = str(settings().warehouse_path)
    os.environ["DBT_PROFILES_DIR"] = str(settings().dbt_project_dir)
    os.environ["DBT_LOG_PATH"] = str(settings().data_dir / "logs" / "dbt")
