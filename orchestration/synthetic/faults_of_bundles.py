"""One function breaks one rule about any element, any resource, or the report and the delivery as a whole."""

from copy import deepcopy
from typing import Any

from orchestration.synthetic.faults_by_hand import CARE, fault, on, reports, resources
from orchestration.synthetic.style import Json

OTHER_ID = "00000000-0000-4000-8000-00000000000b"


def _first(bundle: Json, kind: str) -> Json:
    """The first entry of a resource type; LookupError when there is none."""
    for report in reports(bundle):
        for entry in report["entry"]:
            if entry["resource"]["resourceType"] == kind:
                return entry  # type: ignore[no-any-return]
    raise LookupError(kind)


def _entry(rule_id: str, kind: str, change: Any) -> None:
    def breaks(bundle: Json) -> bool:
        try:
            return change(_first(bundle, kind)) is not False
        except LookupError:
            return False

    fault(rule_id)(breaks)


def _on_resource(rule_id: str, kind: str, change: Any) -> None:
    _entry(rule_id, kind, lambda entry: change(entry["resource"]))


def _of_bundles(name: str, change: Any) -> None:
    """The same fault for the delivery report and for the incremental delivery."""
    for key, profile in (("deliveryReport", "delivery-report"), ("incrementalDelivery", "incremental-delivery")):
        on(f"{key}.{name}", profile, change)


_on_resource("common.json.unknown-element", "Condition", lambda r: r["code"].update(colour="x"))
_on_resource("common.json.array-shape", "Condition", lambda r: r.update(code=[r["code"]]))
_on_resource("common.format.date", "Goal", lambda r: r.update(startDate="2026-02-30"))
_on_resource("common.format.dateTime", "Condition", lambda r: r.update(recordedDate="2026-03-02T08:30"))
_on_resource("common.format.instant", "Condition", lambda r: r["meta"].update(lastUpdated="2026-03-02"))
_on_resource("common.format.code", "Patient", lambda r: r.update(language=" da"))
_on_resource("common.format.id", "Patient", lambda r: r["meta"].update(versionId="a b"))
_on_resource("common.format.boolean", "Patient", lambda r: r.update(deceasedBoolean="false"))
_on_resource("common.period.order", "CarePlan", lambda r: r.update(period={"start": "2026-03-02", "end": "2026-03-01"}))
_on_resource(
    "common.extension.unknown",
    "Condition",
    lambda r: r.setdefault("extension", []).append({"url": "urn:x", "valueCode": "x"}),
)
_on_resource("common.modifierExtension.unknown", "Condition", lambda r: r.update(modifierExtension=[{"url": "urn:x"}]))
on(
    "common.json.choice-single",
    "goal",
    lambda r: r["target"][0].update(dueDate="2026-06-01", dueDuration={"unit": "d"}),
)
_entry(
    "common.fullUrl.consistent", "Condition", lambda e: e.update(fullUrl=f"https://eoj.example/Condition/{OTHER_ID}")
)
_on_resource(
    "report.self-contained", "Condition", lambda r: r.update(subject={"reference": "https://eoj.example/Patient/1"})
)
_on_resource("common.references.resolve", "Condition", lambda r: r.update(subject={"reference": "Patient"}))
_on_resource("resource.meta.profile.required", "Condition", lambda r: r["meta"].pop("profile"))
_on_resource("resource.meta.profile.matches", "Condition", lambda r: r["meta"].update(profile=[f"{CARE}goal"]))
_on_resource("resource.meta.lastUpdated.required", "Condition", lambda r: r["meta"].pop("lastUpdated"))
_on_resource("resource.text.no-free-text", "Condition", lambda r: r.update(text={"status": "empty", "div": "<div/>"}))
_on_resource(
    "deliveryReport.invariant.gateway-care-report-1", "Observation", lambda r: r["meta"].update(profile=["urn:x"])
)
_on_resource(
    "deliveryReport.invariant.gateway-care-report-2", "Encounter", lambda r: r["meta"].update(profile=["urn:x"])
)


def _is_referred(bundle: Json, resource: Json) -> bool:
    text = str([r for r in resources(bundle, None) if r is not resource])
    return str(resource["id"]) in text


def _loose(bundle: Json) -> list[Json]:
    """Entries that nothing else refers to, and that may change their id."""
    found = []
    for report in reports(bundle):
        for entry in report["entry"]:
            if entry["resource"]["resourceType"] != "Patient" and not _is_referred(bundle, entry["resource"]):
                found.append(entry)
    return found


@fault("resource.id.uuid")
def _short_id(bundle: Json) -> bool:
    for entry in _loose(bundle)[:1]:
        entry["resource"]["id"] = "x-1"
        entry.pop("fullUrl", None)
        return True
    return False


@fault("resource.id.required")
def _no_id(bundle: Json) -> bool:
    for entry in _loose(bundle)[:1]:
        del entry["resource"]["id"]
        return True
    return False


@fault("resource.id.unique-in-bundle")
def _twice(bundle: Json) -> bool:
    for entry in _loose(bundle)[:1]:
        again = deepcopy(entry)
        again.pop("fullUrl", None)
        if again["resource"]["resourceType"] == "Goal":
            again["resource"]["lifecycleStatus"] = "completed"
        reports(bundle)[0]["entry"].append(again)
        return True
    return False


@fault("deliveryReport.period.one-day")
def _two_days(bundle: Json) -> bool:
    loose = [entry["resource"] for entry in _loose(bundle)]
    for resource, moment in zip(loose, ("2026-02-27T10:00:00Z", "2026-02-28T10:00:00Z"), strict=False):
        resource["meta"]["lastUpdated"] = moment
    return len(loose) > 1


@fault("deliveryReport.citizen.exactly-one")
def _two_citizens(bundle: Json) -> bool:
    _second_citizen(bundle)
    return True


@fault("deliveryReport.subject.same-citizen")
def _about_another(bundle: Json) -> bool:
    other = _second_citizen(bundle)
    _first(bundle, "Condition")["resource"]["subject"] = {"reference": f"Patient/{other}"}
    return True


def _second_citizen(bundle: Json) -> str:
    second = deepcopy(_first(bundle, "Patient"))
    second["resource"]["id"] = OTHER_ID
    second.pop("fullUrl", None)
    reports(bundle)[0]["entry"].append(second)
    return OTHER_ID


@fault("deliveryReport.entry.resource.allowed")
def _foreign_resource(bundle: Json) -> bool:
    meta = {"lastUpdated": "2026-03-02T08:00:00Z"}
    reports(bundle)[0]["entry"].append({"resource": {"resourceType": "Basic", "id": OTHER_ID, "meta": meta}})
    return True


@fault("incrementalDelivery.entry.resource.allowed")
def _not_a_report(bundle: Json) -> bool:
    patient = deepcopy(_first(bundle, "Patient"))
    patient["resource"]["id"] = OTHER_ID
    patient.pop("fullUrl", None)
    bundle["entry"].append(patient)
    return reports(bundle)[0] is not bundle


@fault("incrementalDelivery.unordered")
def _same_moment(bundle: Json) -> bool:
    if reports(bundle)[0] is bundle:
        return False
    again = deepcopy(bundle["entry"][0])
    again["resource"]["id"] = OTHER_ID
    again.pop("fullUrl", None)
    bundle["entry"].append(again)
    return True


_of_bundles("type.valueset", lambda r: r.update(type="x"))
_of_bundles("type.fixed", lambda r: r.update(type="batch"))
_of_bundles("invariant.bdl-1", lambda r: r.update(total=1))
_of_bundles("invariant.bdl-2", lambda r: r["entry"][0].update(search={"mode": "match"}))
_of_bundles("invariant.bdl-3", lambda r: r["entry"][0].update(request={"method": "PUT", "url": "x"}))
_of_bundles("invariant.bdl-4", lambda r: r["entry"][0].update(response={"status": "200"}))
_of_bundles("invariant.bdl-5", lambda r: r["entry"].append({"fullUrl": f"urn:uuid:{OTHER_ID}"}))
_of_bundles("entry.resource.required", lambda r: r["entry"].append({"fullUrl": f"urn:uuid:{OTHER_ID}"}))
_of_bundles("invariant.bdl-8", lambda r: r["entry"][-1].update(fullUrl=r["entry"][-1]["fullUrl"] + "/_history/1"))


def _share(bundle: Json) -> None:
    """Two entries with one fullUrl, each otherwise in order (a urn:oid is not compared with the id)."""
    if len(bundle["entry"]) < 2:
        second = deepcopy(bundle["entry"][0])
        second["resource"]["id"] = OTHER_ID
        second["resource"]["timestamp"] = "2026-03-01T20:00:00Z"
        bundle["entry"].append(second)
    for entry in bundle["entry"][-2:]:
        entry["fullUrl"] = "urn:oid:1.2.3"


_of_bundles("invariant.bdl-7", _share)


@fault("bundle.not-bundle")
def _not_bundle(bundle: Json) -> bool:
    bundle["resourceType"] = "Patient"
    return True


@fault("bundle.ig.unknown")
def _unknown_guide(bundle: Json) -> bool:
    bundle["meta"]["profile"] = ["http://fhir.kl.dk/rehab/StructureDefinition/x"]
    return True


@fault("bundle.entries.max")
def _too_many(bundle: Json) -> bool:
    bundle["entry"] = bundle["entry"][:1] * 5001
    return True
