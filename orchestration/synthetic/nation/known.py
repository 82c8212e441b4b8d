"""One `Known` is what the gateway could know of some citizens' resources: every version that was accepted, in order of arrival."""

from typing import NamedTuple

from orchestration.synthetic.nation.states import State, goes_on, kind_of, moment_of, state_of
from orchestration.synthetic.style import Json

Key = tuple[str, str]
"""Kind and resource id."""


class Version(NamedTuple):
    """One version as it arrived. Versions in order are the history: by `lastUpdated`, then by arrival."""

    moment: int
    arrival: int
    day: int
    patient_id: str
    state: State


class Row(NamedTuple):
    """Valid by knowledge: from the end of day `since` until the end of day `until` (None: to the end of the period)."""

    kind: str
    resource_id: str
    patient_id: str
    state: State
    is_active: bool
    since: int
    until: int | None


class Known:
    """Takes the accepted reports of citizens who share nothing with others, in order of arrival, and tells intervals of knowledge.

    A resource that moves to another citizen needs both in the same `Known`.
    """

    def __init__(self) -> None:
        self.versions: dict[Key, list[Version]] = {}
        self.rows: list[Row] = []
        self._newest: dict[Key, Version] = {}
        self._told: dict[Key, tuple[State, str, bool, int]] = {}
        self._mistaken: set[str] = set()
        self._read: dict[int, tuple[Key, State, list[str]]] = {}
        self._arrivals = 0

    def take(self, day: int, bundle: Json) -> str:
        """An accepted report arrives; the resource id of its citizen."""
        resources = [entry["resource"] for entry in bundle["entry"]]
        patient_id: str = next(resource["id"] for resource in resources if resource["resourceType"] == "Patient")
        touched: dict[Key, None] = {}
        for resource in resources:
            key, state = self._said(resource)
            self._arrivals += 1
            version = Version(moment_of(resource, bundle), self._arrivals, day, patient_id, state)
            if key in self.versions:
                self.versions[key].append(version)
            else:
                self.versions[key] = [version]
            before = self._newest.get(key)
            if before is None or version.moment >= before.moment:
                self._newest[key] = version
                if before is not None and before.state is state and before.patient_id == patient_id:
                    continue
                touched[key] = None
                if key[0] == "citizen" and (state.state == "by_mistake") is not (patient_id in self._mistaken):
                    self._mistaken ^= {patient_id}
                    touched |= {key: None for key, newest in self._newest.items() if newest.patient_id == patient_id}
        for key in touched:
            self._note(day, key)
        return patient_id

    def newest(self) -> dict[Key, Version]:
        """The newest version of every resource."""
        return self._newest

    def is_mistaken(self, patient_id: str) -> bool:
        """Whether the newest that is known of the citizen is that he or she should never have been reported."""
        return patient_id in self._mistaken

    def histories(self) -> dict[Key, list[Version]]:
        """The versions of every resource in order, the same thing said twice in a row only once."""
        told: dict[Key, list[Version]] = {}
        for key, versions in self.versions.items():
            if len(versions) == 1:
                told[key] = versions
                continue
            history: list[Version] = []
            for version in sorted(versions):
                if not history or version[3:] != history[-1][3:]:
                    history.append(version)
            told[key] = history
        return told

    def all(self) -> list[Row]:
        """Every row, those that stand last."""
        return [
            *self.rows,
            *(
                Row(*key, owner, state, active, since, None)
                for key, (state, owner, active, since) in self._told.items()
            ),
        ]

    def _said(self, resource: Json) -> tuple[Key, State]:
        """What a resource says. One that is repeated has the same list of profiles, and is read once."""
        profiles = resource["meta"]["profile"]
        known = self._read.get(id(profiles))
        if known is None:
            kind = kind_of(resource)
            known = ((kind, resource["id"]), state_of(kind, resource), profiles)
            self._read[id(profiles)] = known  # the list is held on to, so that no other gets its id
        return known[:2]

    def _note(self, day: int, key: Key) -> None:
        version = self._newest[key]
        is_active = goes_on(key[0], version.state) and version.patient_id not in self._mistaken
        before = self._told.get(key)
        if before is not None:
            state, owner, was_active, since = before
            if (state, owner, was_active) == (version.state, version.patient_id, is_active):
                return
            if since < day:
                self.rows.append(Row(*key, owner, state, was_active, since, day))
        self._told[key] = (version.state, version.patient_id, is_active, day)
