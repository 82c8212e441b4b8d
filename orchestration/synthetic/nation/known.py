"""One `Known` row is what the gateway could know of one resource from one day on: the newest version among what had arrived."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from orchestration.synthetic.contacts import FOLLOW_UP
from orchestration.synthetic.nation.levels import level_of, uuid_of
from orchestration.synthetic.style import Json

OPEN_STATES = {"active", "planned"}
KINDS = {
    "citizen": "citizen",
    "condition": "condition",
    "goal": "goal",
    "planned-intervention": "planned_intervention",
    "completed-intervention": "completed_intervention",
    "encounter": "encounter",
    "general-encounter": "general_encounter",
    "follow-up-observation": "follow_up_observation",
    "citizens-own-observation": "citizens_own_observation",
    "matter-of-interest-observation": "matter_of_interest_observation",
}


class State(NamedTuple):
    """`state` in the words of the facts; `level` of a condition, or aimed at by a goal."""

    state: str
    code: str
    level: int | None
    is_follow_up: bool


class Row(NamedTuple):
    """Valid by knowledge: from the end of day `since` until the end of day `until` (None: to the end of the period)."""

    kind: str
    resource_id: str
    state: State
    is_active: bool
    since: int
    until: int | None


class Known:
    """Of one citizen at one municipality; is told of accepted reports in order of arrival."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._newest: dict[tuple[str, str], tuple[datetime, State]] = {}
        self._open: dict[tuple[str, str], tuple[State, bool, int]] = {}
        self._is_mistake = False

    def take(self, day: int, bundle: Json) -> None:
        """An accepted report arrives."""
        touched: dict[tuple[str, str], None] = {}
        for entry in bundle["entry"]:
            resource = entry["resource"]
            kind = KINDS[resource["meta"]["profile"][0].partition("klgateway-care-")[2]]
            key = (kind, resource["id"])
            moment = _moment(resource["meta"].get("lastUpdated") or bundle["timestamp"])
            before = self._newest.get(key)
            if before is None or moment >= before[0]:
                self._newest[key] = (moment, STATES.get(kind, _observed)(resource))
                touched[key] = None
                if kind == "citizen":
                    was, self._is_mistake = self._is_mistake, self._newest[key][1].state == "by_mistake"
                    if was != self._is_mistake:
                        touched |= dict.fromkeys(self._newest)
        for key in touched:
            self._note(day, key)

    def _note(self, day: int, key: tuple[str, str]) -> None:
        state = self._newest[key][1]
        is_active = state.state in OPEN_STATES and not self._is_mistake
        before = self._open.get(key)
        if before is not None and before[:2] == (state, is_active):
            return
        if before is not None and before[2] < day:
            self.rows.append(Row(*key, before[0], before[1], before[2], day))
        self._open[key] = (state, is_active, day)

    def all(self) -> list[Row]:
        """Every row, those that stand last."""
        return [
            *self.rows,
            *(Row(*key, state, active, since, None) for key, (state, active, since) in self._open.items()),
        ]


@lru_cache(maxsize=65_536)
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _code(concept: Any) -> str:
    return uuid_of(concept["coding"][0]["code"])


def _citizen(r: Json) -> State:
    dead = "deceased" if r.get("deceasedBoolean") is True else "alive"
    return State("by_mistake" if r.get("active") is False else dead, "", None, False)


def _condition(r: Json) -> State:
    def status(name: str) -> str:
        return str(r[name]["coding"][0]["code"]) if name in r else ""

    if status("verificationStatus") == "entered-in-error":
        state = "withdrawn"
    elif status("clinicalStatus") in ("inactive", "remission", "resolved"):
        state = "inactive"
    else:
        state = "active" if r.get("category") else "out_of_focus"
    return State(state, _code(r["code"]), level_of(r.get("severity")), False)


def _goal(r: Json) -> State:
    aimed = r["target"][0].get("detailCodeableConcept") if r.get("target") else None
    return State(_withdrawn(r["lifecycleStatus"]), "", level_of(aimed), False)


def _plan(r: Json) -> State:
    return State(_withdrawn(r["status"]), _code(r["activity"][0]["detail"]["code"]), None, False)


def _encounter(r: Json) -> State:
    kind = r["type"][0]["coding"][0]["code"]
    return State(_withdrawn(r["status"]), kind, None, kind == FOLLOW_UP)


def _observed(r: Json) -> State:
    return State(_withdrawn(r["status"]), "", None, False)


def _withdrawn(status: str) -> str:
    return "withdrawn" if status == "entered-in-error" else status


STATES = {
    "citizen": _citizen,
    "condition": _condition,
    "goal": _goal,
    "planned_intervention": _plan,
    "encounter": _encounter,
    "general_encounter": _encounter,
}
