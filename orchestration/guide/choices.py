"""One choice says what the gateway does where the guide contradicts itself or is silent, and why."""

from functools import cache
from typing import Any

from orchestration.conformance.rules import all_rules
from orchestration.guide.records import index
from orchestration.guide.texts import Text, reason_text


@cache
def choices() -> tuple[dict[str, Any], ...]:
    """Each choice with anchor, decision, reason and the rules it is about. Raises KeyError for a reason in one language."""
    rules = all_rules()
    return tuple(
        {
            "anchor": f"valg-{number}",
            "decision": Text(**choice["decision"]),
            "reason": reason_text(choice),
            "rules": [rules[rule_id] for rule_id in choice["rules"]],
        }
        for number, choice in enumerate(index()["choices"], 1)
    )
