"""One function makes one part of a small invented FHIR package, for tests of the import."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

CANONICAL = "http://example.org/tiny"
CODES = f"{CANONICAL}/CodeSystem/colours"


def manifest(name: str = "example.tiny", version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": version, "canonical": CANONICAL, "fhirVersions": ["4.0.1"]} | more


def archive(path: Path, members: dict[str, bytes]) -> Path:
    """A tgz with these files, just as named."""
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def package(path: Path, *resources: dict[str, Any], **of: Any) -> Path:
    """A FHIR package of these resources."""
    members = {"package/package.json": json.dumps(manifest(**of)).encode()}
    for number, resource in enumerate(resources):
        members[f"package/{resource['resourceType']}-{number}.json"] = json.dumps(resource).encode()
    return archive(path, members)


def profile(name: str, base: str, *elements: dict[str, Any], own: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A profile whose snapshot is these elements; those in `own` (all unless told) are its differential."""
    whole = [{"id": base, "path": base}, *({"path": _path(e["id"]), **e} for e in elements)]
    said = [e for e in whole[1:] if own is None or e["id"] in own]
    return {
        "resourceType": "StructureDefinition", "url": f"{CANONICAL}/StructureDefinition/{name}", "id": name, "type": base,
        "kind": "resource", "derivation": "constraint", "abstract": False,
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{base}",
        "snapshot": {"element": whole}, "differential": {"element": said},
    }  # fmt: skip


def _path(key: str) -> str:
    return ".".join(part.partition(":")[0] for part in key.split("."))


def extension(name: str, context: str, **value: Any) -> dict[str, Any]:
    made = profile(name, "Extension", {"id": "Extension.value[x]", "min": 1, "max": "1", **value})
    return made | {"kind": "complex-type", "context": [{"type": "element", "expression": context}]}


def value_set(name: str, *include: dict[str, Any], exclude: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    compose = {"include": list(include), "exclude": list(exclude)}
    return {"resourceType": "ValueSet", "url": f"{CANONICAL}/ValueSet/{name}", "compose": compose}


def below(code: str, op: str = "descendent-of") -> dict[str, Any]:
    return {"system": CODES, "filter": [{"property": "concept", "op": op, "value": code}]}


def code_system() -> dict[str, Any]:
    """warm (red (crimson), yellow), cold (blue)."""
    red = {"code": "red", "display": "Red", "concept": [{"code": "crimson", "display": "Crimson"}]}
    yellow = {"code": "yellow", "display": "Yellow", "property": [{"code": "bright", "valueBoolean": True}]}
    warm = {"code": "warm", "display": "Warm", "concept": [red, yellow]}
    cold = {"code": "cold", "display": "Cold", "concept": [{"code": "blue", "display": "Blue"}]}
    return {"resourceType": "CodeSystem", "url": CODES, "content": "complete", "concept": [warm, cold]}


def reference(*targets: str, **more: Any) -> dict[str, Any]:
    urls = [f"{CANONICAL}/StructureDefinition/{target}" for target in targets]
    return {"type": [{"code": "Reference", "targetProfile": urls, **more}]}


def bound(name: str) -> dict[str, Any]:
    return {"binding": {"strength": "required", "valueSet": f"{CANONICAL}/ValueSet/{name}|1.0.0"}}


def tiny(severity: str = "warms", most: str = "1") -> list[dict[str, Any]]:
    """A guide of a patient, a condition and an extension, with most kinds of rules."""
    rule = {"key": "tiny-1", "severity": "warning", "human": "A made rule", "expression": "code.exists()"}
    everywhere = {"key": "ele-1", "severity": "error", "human": "x", "expression": "true"}
    condition = profile(
        "tiny-condition", "Condition",
        {"id": "Condition.extension", "max": "*", "slicing": {"discriminator": [{"type": "value", "path": "url"}]}},
        {"id": "Condition.extension:shade", "sliceName": "shade", "min": 0, "max": "1",
         "type": [{"code": "Extension", "profile": [f"{CANONICAL}/StructureDefinition/shade-extension"]}]},
        {"id": "Condition.category", "min": 0, "max": most, "base": {"path": "Condition.category", "min": 0, "max": "*"}},
        {"id": "Condition.severity", "min": 0, "max": "1", **bound(severity)},
        {"id": "Condition.code", "min": 1, "max": "1", "short": "[DK] tilstandskode (FSIII)", "constraint": [rule, everywhere]},
        {"id": "Condition.code.coding", "min": 1, "max": "*",
         "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "closed"}},
        {"id": "Condition.code.coding:main", "sliceName": "main", "min": 1, "max": "1", **bound("warms")},
        {"id": "Condition.code.coding:main.system", "min": 1, "max": "1", "patternUri": CODES},
        {"id": "Condition.bodySite", "min": 0, "max": "0"},
        {"id": "Condition.bodySite.coding", "min": 1, "max": "1"},
        {"id": "Condition.subject", "min": 1, "max": "1", **reference("tiny-patient", aggregation=["bundled"])},
        {"id": "Condition.onset[x]", "min": 0, "max": "1", "type": [{"code": "dateTime"}]},
    )  # fmt: skip
    patient = profile("tiny-patient", "Patient", {"id": "Patient.active", "min": 1, "max": "1", "patternBoolean": True})
    shade = extension("shade-extension", "Condition", type=[{"code": "Coding"}], **bound("warms"))
    return [patient, condition, shade, code_system(), value_set("warms", below("warm"))]
