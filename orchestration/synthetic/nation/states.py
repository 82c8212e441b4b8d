"""One `State` is what one delivered version of a resource says, whichever style it was written in."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from orchestration.synthetic.contacts import FOLLOW_UP
from orchestration.synthetic.nation.levels import level_of, uuid_of
from orchestration.synthetic.style import COPENHAGEN, GATEWAY, Json

OPEN_STATES = {"active", "planned"}
CLOSED_GOALS = {"completed", "cancelled", "rejected", "withdrawn"}
ENDED_STATES = {"inactive", "completed", "cancelled", "finished", "deceased", "revoked"}
WITHDRAWN = "withdrawn"
PROFILE = f"{GATEWAY}klgateway-care-"


class State(NamedTuple):
    """`state` in the words of the facts. `code`: uuid where there is one. `level`: of a condition, or aimed at by a goal.

    `starts_on`: recorded, granted, begun, planned, performed or seen; a date in Denmark. `about`: ids of what it points at, sorted.
    `follow_up`: id of the planned follow-up that it points at (old style). `local`: the municipality's own level 3.
    """

    state: str
    code: str = ""
    level: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    about: tuple[str, ...] = ()
    follow_up: str = ""
    local: str = ""

    @property
    def is_follow_up(self) -> bool:
        """Of a contact: a follow-up, not a delivery."""
        return self.code == FOLLOW_UP

    def content(self) -> "State":
        """All but the state and the next follow-up date: what belongs to the thing itself."""
        return self._replace(state="", follow_up="")


def goes_on(kind: str, state: State) -> bool:
    """Whether a thing in this state goes on; a goal does until it is closed, as a goal on hold."""
    return state.state not in CLOSED_GOALS if kind == "goal" else state.state in OPEN_STATES


def moment_of(resource: Json, bundle: Json) -> int:
    """When a version was made, in seconds since 1970."""
    return _moment(resource["meta"].get("lastUpdated") or bundle["timestamp"])


@lru_cache(maxsize=65_536)
def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@lru_cache(maxsize=65_536)
def day_of(text: str | None) -> date | None:
    """The Danish date of a FHIR date or dateTime; None where it is none, or none to the day."""
    if not text or len(text) < 10:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(COPENHAGEN).date()


def state_of(kind: str, resource: Json) -> State:
    """Read one resource of a kind (`KINDS`)."""
    return KINDS[kind][1](resource)


def kind_of(resource: Json) -> str:
    """The kind of a resource, by its profile."""
    return PROFILES[resource["meta"]["profile"][0].removeprefix(PROFILE)]


def _code(concept: Any) -> str:
    return uuid_of(concept["coding"][0]["code"]) if concept else ""


def _ids(references: Any) -> tuple[str, ...]:
    """Ids of references, relative or as urn."""
    if len(references) == 1:
        return (_id(references[0]),)
    return tuple(sorted({_id(reference) for reference in references}))


def _id(reference: Json) -> str:
    return str(reference.get("reference", ""))[-36:]


def _extended(holder: Json, name: str) -> list[Json]:
    return [
        e["valueReference"] for e in holder.get("extension", ()) if e["url"].endswith(name) and "valueReference" in e
    ]


def _follow_up(holder: Json) -> str:
    found = _extended(holder, "follow-up-encounter-extension") if "extension" in holder else []
    return _id(found[0]) if found else ""


def _citizen(r: Json) -> State:
    dead = "deceased" if r.get("deceasedBoolean") is True else "alive"
    return State("by_mistake" if r.get("active") is False else dead)


def _condition(r: Json) -> State:
    def status(name: str) -> str:
        return str(r[name]["coding"][0]["code"]) if name in r else ""

    if status("verificationStatus") == "entered-in-error":
        state = WITHDRAWN
    elif status("clinicalStatus") in ("inactive", "remission", "resolved"):
        state = "inactive"
    else:
        state = "active" if r.get("category") else "out_of_focus"
    since = day_of(r.get("recordedDate"))
    return State(state, _code(r["code"]), level_of(r.get("severity")), since, None, (), _follow_up(r))


def _goal(r: Json) -> State:
    aimed = r["target"][0].get("detailCodeableConcept") if r.get("target") else None
    about = _ids(r.get("addresses", ()))
    return State(_status(r["lifecycleStatus"]), "", level_of(aimed), day_of(r.get("startDate")), None, about)


def _plan(r: Json) -> State:
    detail, period = r["activity"][0]["detail"], r.get("period", {})
    dates = (day_of(period.get("start")), day_of(period.get("end")))
    about = _ids(detail.get("reasonReference", ()))
    return State(
        _status(r["status"]), _code(detail["code"]), None, *dates, about, _follow_up(r), _local(detail["code"])
    )


def _encounter(r: Json) -> State:
    period = r.get("period", {})
    about = r.get("reasonReference", ())
    if "extension" in r:
        about = [*about, *_extended(r, "BasedOnInterventionExtension")]
    dates = (day_of(period.get("start")), day_of(period.get("end")))
    return State(_status(r["status"]), _code(r["type"][0]), None, *dates, _ids(about))


def _done(r: Json) -> State:
    when, about = day_of(r.get("performedDateTime")), _ids(r.get("reasonReference", ()))
    return State(_status(r["status"]), _code(r["code"]), None, when, None, about, "", _local(r["code"]))


def _observed(r: Json) -> State:
    when, about = day_of(r.get("effectiveDateTime")), _ids(r.get("focus", ()))
    return State(_status(r["status"]), _code(r.get("valueCodeableConcept")), None, when, None, about)


def _interest(r: Json) -> State:
    risks = [uuid_of(e["valueCoding"]["code"]) for e in r.get("extension", ()) if "valueCoding" in e]
    out = "valueCodeableConcept" in r and r["status"] != "entered-in-error"
    state = "out_of_focus" if out else _status(r["status"])
    return State(
        state, _code(r["code"]), None, day_of(r.get("effectiveDateTime")), None, (), "", " ".join(sorted(risks))
    )


def _local(concept: Json) -> str:
    return str(concept["coding"][1]["code"]) if len(concept["coding"]) > 1 else ""


def _status(status: str) -> str:
    return WITHDRAWN if status == "entered-in-error" else status


KINDS = {
    "citizen": ("citizen", _citizen),
    "condition": ("condition", _condition),
    "goal": ("goal", _goal),
    "planned_intervention": ("planned-intervention", _plan),
    "completed_intervention": ("completed-intervention", _done),
    "encounter": ("encounter", _encounter),
    "general_encounter": ("general-encounter", _encounter),
    "follow_up": ("follow-up-observation", _observed),
    "citizen_observation": ("citizens-own-observation", _observed),
    "matter_of_interest": ("matter-of-interest-observation", _interest),
}
"""Kind → its profile, and how a version is read. The name of its mart is `fct_` and the kind; a general encounter is an encounter."""
PROFILES = {profile: kind for kind, (profile, _) in KINDS.items()}
