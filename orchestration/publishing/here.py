"""One call makes the publisher of this installation: its key, its log, whoever runs this process."""

from datetime import datetime
from importlib.metadata import version

from orchestration.dbt_manifest import current_manifest, project_sha256
from orchestration.publishing.agreement import load_agreements
from orchestration.publishing.audit import Actor, AuditLog
from orchestration.publishing.publisher import Publisher, this_user
from orchestration.publishing.signing import load_signer
from orchestration.publishing.switches import note_switches
from orchestration.settings import settings


def publisher_here(*, run: str | None = None, of_facts: bool = False) -> Publisher:
    """The publisher that the settings describe. `run` is Dagster's run; `of_facts` names the dbt project as well.

    Raises KeyFault: the signing key can't be used.
    """
    where = settings()
    return Publisher(
        signer=load_signer(where.signing_key or where.demo_key, create=where.signing_key is None),
        audit=AuditLog(where.audit_dir),
        actor=Actor(this_user(), run),
        software_version=version("klgateway"),
        dbt_manifest_sha256=project_sha256(current_manifest()) if of_facts else None,
    )


def note_switches_here(publisher: Publisher, now: datetime) -> None:
    """Tell the log which agreements were switched, changed, added or removed since it was last told."""
    note_switches(load_agreements(settings().expectations_dir), publisher, now)
