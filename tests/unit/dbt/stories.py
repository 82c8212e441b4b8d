"""One small world of reports, as raw rows: two municipalities, four invented citizens, three days, and every rule."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from tests.unit.dbt.inconsistencies import inconsistencies

J1_1 = "4d46bd94-9518-431c-82e8-ebb91bca307a"  # Vaske sig (home care)
I7_1 = "dae40f60-8dab-4bd3-ab72-b07d0f278692"  # Respirationsproblemer (nursing)
I4_4 = "bb0ea5fa-3462-40de-9047-a16fc4815a47"  # Problemer med tryksår (nursing)
H1_1 = "17312894-b23f-43d9-9723-b725ac25d872"  # Personlig hygiejne (home care)
G1_20 = "d2d42368-9d6d-4ca2-affe-f7116da86e1b"  # Medicinadministration (nursing)
B2, B3, B4 = (
    "fcc16cb1-41f0-4832-b834-110fba0aaabe",
    "d984ad21-48fe-4619-845e-2aa0303048e7",
    "1ceef776-0cfa-4acd-b222-c5bb2424e0c1",
)
# Invented: born before 1968, not on 1 January, and failing modulus 11. The third is a replacement number.
CPR = {"karen": "2412360002", "hans": "2412374003", "ella": "8412360001", "otto": "1105450003"}
CPR |= {"mona": "0304401006", "nina": "0405411010", "erik": "0506421025", "olga": "0607431038", "vera": "0708441044"}

Rows = dict[str, list[dict[str, Any]]]


def at(text: str) -> datetime:
    """`03-02 08:00` of 2026, UTC."""
    return datetime.fromisoformat(f"2026-{text}:00")


class World:
    """Collects raw rows; each call of `report` is one accepted submission of one citizen."""

    def __init__(self) -> None:
        self.rows: Rows = defaultdict(list)

    def report(self, who: str, received: str, *resources: tuple[str, dict[str, Any]], **patient: Any) -> None:
        sequence = len(self.rows["submissions"]) + 1
        municipality = patient.pop("municipality_code", "0461")
        stamped = patient.pop("stamped", received)
        envelope = {
            "submission_id": f"s{sequence}",
            "received_on": date.fromisoformat(f"2026-{received[:5]}"),
            "received_at": at(received),
            "receipt_sequence": sequence,
            "sender_id": f"{municipality}-sender",
            "municipality_code": municipality,
            "bundle_id": f"b{sequence}",
            "bundle_timestamp_at": at(stamped),
        }
        self.load(envelope["received_on"])
        self.rows["submissions"].append(
            envelope | {"arrival_id": f"a{sequence}", "state": "accepted", "error_count": 0, "warning_count": 0}
        )
        common = envelope | {"citizen_key": f"{who}-{municipality}", "patient_id": f"p-{who}", "has_last_updated": True}
        citizen = {
            "resource_id": f"p-{who}",
            "last_updated_at": at(received),
            "content_hash": f"{who}{sorted(patient.items())}",
            "cpr": CPR[who],
            "sor_code": f"99999{municipality}000001".zfill(15),
        }
        for index, (table, row) in enumerate([("citizen", citizen | patient), *resources]):
            self.rows[table].append(common | {"entry_index": index} | row)

    def load(self, day: date) -> None:
        """The day lies in raw: its number rises with what it brings."""
        others = [row for row in self.rows["loads"] if row["received_on"] != day]
        number = max((row["load_number"] for row in self.rows["loads"]), default=0) + 1
        self.rows["loads"] = [*others, {"received_on": day, "load_number": number, "shrunk_load_number": 0}]


def condition(name: str, updated: str, content: str, code: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A condition, active and in focus unless told otherwise. Same letter in `content`, same content."""
    said: dict[str, Any] = {"clinical_status_code": "active", "is_problem_list_item": True}
    known = {"resource_id": name, "last_updated_at": at(updated), "content_hash": content, "code": code}
    return "condition", known | {"recorded_on": date(2026, 2, 27)} | said | more


def intervention(name: str, updated: str, content: str, code: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A planned intervention, active and granted on 1 March unless told otherwise."""
    said: dict[str, Any] = {"status_code": "active", "intent_code": "order", "activity_status_code": "unknown"}
    known = {"resource_id": name, "last_updated_at": at(updated), "content_hash": content, "level2_code": code}
    return "planned_intervention", known | {"period_start_on": date(2026, 3, 1)} | said | more


def stories() -> Rows:
    """What was reported, in order of receipt."""
    world = World()
    # s1: Karen, old style. Washing at level 2, breathing, and a plan for personal care with its planned end.
    world.report(
        "karen",
        "03-02 10:00",
        condition("wash", "03-02 08:00", "a", "J1.1", severity_code="B3"),
        condition("breathe", "03-02 08:00", "a", "I7.1"),
        intervention("care", "03-02 08:00", "a", "H1.1", period_end_on=date(2026, 9, 1), condition_ids=["wash"]),
    )
    # s2: the next day, new style: washing is worse (new content); breathing was an error; care is repeated as context.
    world.report(
        "karen",
        "03-03 10:00",
        condition("wash", "03-03 08:00", "b", J1_1, severity_code=B4),
        condition("breathe", "03-03 08:30", "e", I7_1, verification_status_code="entered-in-error"),
        intervention("care", "03-03 08:00", "a", "H1.1", period_end_on=date(2026, 9, 1), condition_ids=["wash"]),
    )
    # s3: a late older report of washing, lighter, before all of it.
    world.report("karen", "03-03 11:00", condition("wash", "03-01 08:00", "z", "J1.1", severity_code="B2"))
    # s4: washing leaves focus just before midnight UTC, the day after in Denmark; care is completed. Karen dies.
    world.report(
        "karen",
        "03-04 10:00",
        condition("wash", "03-03 23:30", "c", J1_1, severity_code=B4, is_problem_list_item=False),
        intervention("care", "03-04 09:00", "b", H1_1, status_code="completed", period_end_on=date(2026, 3, 4)),
        is_deceased=True,
    )
    # s5: Hans: an error report of something never sent, an ulcer, and medicine granted.
    world.report(
        "hans",
        "03-02 12:00",
        condition("lost", "03-02 09:00", "e", "I7.1", verification_status_code="entered-in-error"),
        condition("ulcer", "03-02 09:00", "a", "I4.4"),
        intervention("pills", "03-02 09:00", "a", "G1.20", level3_code="L3", level3_display="Dosering"),
    )
    # s6: the ulcer is closed by status; the plan for medicine was an error.
    world.report(
        "hans",
        "03-04 12:00",
        condition("ulcer", "03-04 09:00", "b", "I4.4", clinical_status_code="inactive"),
        intervention("pills", "03-04 09:00", "e", "G1.20", status_code="entered-in-error"),
    )
    # s7, s8: Ella should never have been reported.
    world.report("ella", "03-02 13:00", condition("ella-ulcer", "03-02 09:30", "a", I4_4))
    world.report("ella", "03-03 13:00", is_active=False)
    # s9: another municipality uses an id that Odense uses too: another resource.
    world.report(
        "otto", "03-04 14:00", condition("wash", "03-04 09:00", "a", J1_1, severity_code=B2), municipality_code="0751"
    )
    inconsistencies(world)
    return dict(world.rows)
