"""One function is one rule that the element tree can't express; it says where the rule is broken, its text is in the profile data."""

from orchestration.conformance.invariants import condition, encounter, goal, intervention, observation, report
from orchestration.conformance.invariants.registry import INVARIANTS, Invariant

__all__ = ["INVARIANTS", "Invariant", "condition", "encounter", "goal", "intervention", "observation", "report"]
