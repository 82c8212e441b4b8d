"""One specimen is one valid resource of a profile, whole, out of the bundles that the examples are made from."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from orchestration.guide.examples import ExampleError
from orchestration.guide.fragments import Json, masked, readable
from orchestration.guide.listing import Line, lines_of
from orchestration.guide.references import explained


def specimen(bundles: Sequence[Json], canonical: str) -> list[Line]:
    """The first resource of a profile, as lines. Raises ExampleError when no bundle has one."""
    for bundle in bundles:
        for holder, resource in _resources(bundle):
            if canonical in resource.get("meta", {}).get("profile", ()):
                text = json.dumps(_brief(masked(resource)), ensure_ascii=False, indent=2)
                return explained(lines_of(readable(text)), holder)
    raise ExampleError(f"no bundle has a resource of {canonical}")


def _resources(bundle: Json) -> Iterator[tuple[Json, Json]]:
    yield bundle, bundle
    for entry in bundle["entry"]:
        yield bundle, entry["resource"]


def _brief(resource: Json) -> Json:
    """A bundle with each of its entries in short; another resource as it is."""
    if resource["resourceType"] != "Bundle":
        return resource
    return resource | {"entry": [entry | {"resource": _head(entry["resource"])} for entry in resource["entry"]]}


def _head(resource: Json) -> dict[str, Any]:
    return {key: resource[key] for key in ("resourceType", "id", "meta")} | {"…": "…"}
