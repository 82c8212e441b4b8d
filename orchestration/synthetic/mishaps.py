"""One mishap is one thing that goes wrong with a report: in the sender's system, or between it and us."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date

from orchestration.synthetic.bundles import to_json
from orchestration.synthetic.codes import level
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests, stable_id
from orchestration.synthetic.style import Json

REHAB = "http://fhir.kl.dk/rehab/StructureDefinition/klgateway-140-"


def wrong_code(bundle: Json) -> Json:
    """The code of the first condition is one that FSIII never had."""
    _first(bundle, "Condition")["code"]["coding"][0] |= {"code": "J9.9"}
    return bundle


def unknown_profile(bundle: Json) -> Json:
    """The last entry says it follows a profile that isn't of the guide."""
    bundle["entry"][-1]["resource"]["meta"]["profile"] = ["http://eoj.example/StructureDefinition/visit-note"]
    return bundle


def two_citizens(bundle: Json) -> Json:
    """The spouse's Patient got into the report; all else is about the citizen."""
    spouse = deepcopy(bundle["entry"][0])
    resource = spouse["resource"]
    resource["id"] = stable_id(resource["id"], "spouse")
    resource["identifier"][0]["value"] = invented_cpr(date(1941, 7, 4), "male")
    spouse["fullUrl"] = spouse["fullUrl"].replace(bundle["entry"][0]["resource"]["id"], resource["id"])
    bundle["entry"].insert(1, spouse)
    return bundle


def another_municipality(bundle: Json) -> Json:
    """The SOR code is Odense's, which is a real one, but only Odense may report for it."""
    return _sor_code(bundle, sor_code_for_tests("0461"))


def unknown_sor_code(bundle: Json) -> Json:
    """The SOR code is nobody's."""
    return _sor_code(bundle, sor_code_for_tests("0999"))


def other_guide(bundle: Json) -> Json:
    """A report of the §140 rehabilitation guide, which is not taken in here."""
    bundle["meta"]["profile"] = [f"{REHAB}delivery-report"]
    for entry in bundle["entry"]:
        meta = entry["resource"]["meta"]
        meta["profile"] = [REHAB + meta["profile"][0].split("klgateway-care-")[-1].removeprefix("general-")]
    return bundle


def changed_level(bundle: Json) -> Json:
    """Somebody corrects the functional level and sends the report again under its old id."""
    for entry in bundle["entry"]:
        severity = entry["resource"].get("severity")
        if severity:
            severity["coding"][0] |= {"code": level(4).code, "display": level(4).title}
    return bundle


def empty(_: bytes) -> bytes:
    """The disk was full: the file has a name and nothing else."""
    return b""


def cut_off(data: bytes) -> bytes:
    """The line broke: the second half is missing."""
    return data[: len(data) // 2]


def not_json(_: bytes) -> bytes:
    """An error page was saved instead of the report."""
    return b"<html><body><h1>502 Bad Gateway</h1></body></html>\n"


def latin_1(data: bytes) -> bytes:
    """The system writes its Danish letters as ISO 8859-1."""
    changed = data.decode().encode("latin-1")
    assert changed != data, "no Danish letters to spoil"
    return changed


def duplicate_key(data: bytes) -> bytes:
    """The CPR number stands twice, with two values: readers differ on which one counts."""
    other = f'"value":"{invented_cpr(date(1939, 2, 27), "female")}",'.encode()
    place = data.index(b'"value":"')
    return data[:place] + other + data[place:]


IN_THE_REPORT: dict[str, Callable[[Json], Json]] = {
    mishap.__name__: mishap
    for mishap in (
        wrong_code,
        unknown_profile,
        two_citizens,
        another_municipality,
        unknown_sor_code,
        other_guide,
        changed_level,
    )
}
IN_THE_BYTES: dict[str, Callable[[bytes], bytes]] = {
    mishap.__name__: mishap for mishap in (empty, cut_off, not_json, latin_1, duplicate_key)
}


def befall(bundle: Json, mishap: str | None) -> bytes:
    """The bytes of a report after its mishap (None: it arrives as it was made)."""
    if mishap in IN_THE_REPORT:
        return to_json(IN_THE_REPORT[mishap](deepcopy(bundle)))
    data = to_json(bundle)
    return data if mishap is None else IN_THE_BYTES[mishap](data)


def _first(bundle: Json, resource_type: str) -> Json:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == resource_type)


def _sor_code(bundle: Json, code: str) -> Json:
    _first(bundle, "Patient")["managingOrganization"]["identifier"]["value"] = code
    return bundle
