"""One switch is an agreement that is not as the log last told it: on, off, changed, new, gone, or not to be read."""

from datetime import datetime
from typing import Any

from orchestration.publishing.agreement import Agreements
from orchestration.publishing.publisher import Publisher


def note_switches(agreements: Agreements, publisher: Publisher, now: datetime) -> list[str]:
    """Write one line for each switch; returns the recipients. Costs one reading of the log."""
    last = {
        entry.recipient: entry.details["now"]
        for entry in publisher.audit.entries('"event":"agreement"')
        if entry.event == "agreement"
    }
    found: dict[str, dict[str, Any]] = {
        recipient: {
            "id": agreement.terms.id,
            "version": agreement.terms.version,
            "status": agreement.terms.status,
            "sha256": agreement.sha256,
        }
        for recipient, agreement in agreements.by_recipient.items()
    }
    found |= {recipient: {"status": "unreadable"} for recipient in agreements.errors}
    found |= {recipient: {"status": "removed"} for recipient in last if recipient and recipient not in found}
    switched = [recipient for recipient, state in sorted(found.items()) if last.get(recipient) != state]
    for recipient in switched:
        publisher.record("agreement", recipient, now, now=found[recipient], before=last.get(recipient))
    return switched
