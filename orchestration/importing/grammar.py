"""One rule id is a sentence: profile, place, and the role the rule plays there (`condition.severity.valueset`)."""

import re
from dataclasses import dataclass
from itertools import takewhile

from orchestration.importing.fhir import StructureDefinition


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule holds.

    `path` is the element in our records (`activity.detail.code.coding`), `slice` the slice of it (`level2`),
    `spot` the place as the id writes it, `fhirpath` as a reader does.
    """

    path: str
    slice: str
    spot: str
    fhirpath: str
    is_slice_itself: bool
    is_choice: bool


def place(key: str, typed: dict[str, str] | None = None) -> Place:
    """Read an element id such as `CarePlan.activity.detail.code.coding:level2.system`.

    `typed` gives the one type of a choice inside an extension, by element id, because there the id names it
    (`extension_deliveryType.valueCodeableConcept`).
    """
    parts = key.split(".")
    path: list[str] = []
    spot: list[str] = []
    fhirpath = [parts[0]]
    slices: list[str] = []
    so_far = parts[0]
    is_choice = False
    for part in parts[1:]:
        so_far += f".{part}"
        name, _, cut = part.partition(":")
        is_choice = bool(cut) and name.endswith("[x]")
        if is_choice:  # deceased[x]:deceasedBoolean
            path.append(name)
            spot.append(cut)
            fhirpath.append(cut)
            continue
        kind = (typed or {}).get(so_far, "")
        name = name.removesuffix("[x]") + kind if kind else name
        if not slices:
            path.append(name)
        spot.append(name.removesuffix("[x]") + (f"_{cut}" if cut else ""))
        fhirpath.append(name + (f"[{cut}]" if cut else ""))
        if cut:
            slices.append(cut)
    return Place(
        path=".".join(path),
        slice=slices[0] if slices else "",
        spot=".".join(spot),
        fhirpath=".".join(fhirpath),
        is_slice_itself=":" in parts[-1],
        is_choice=is_choice,
    )


def keys(structures: tuple[StructureDefinition, ...]) -> dict[str, str]:
    """The short key of each profile and extension by canonical: what all profiles' names begin with is left out.

    klgateway-care-planned-intervention → plannedIntervention, BasedOnInterventionExtension → basedOnIntervention.
    """
    names = {s.url: s.url.rsplit("/", 1)[-1] for s in structures}
    profiles = [names[s.url] for s in structures if s.type != "Extension"]
    heads = [[f"{part}-" for part in name.split("-")[:-1]] for name in profiles]
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*heads, strict=False))
    common = "".join(parts[0] for parts in same) if len(profiles) > 1 else ""
    found: dict[str, str] = {}
    for structure in structures:
        name = names[structure.url].removeprefix(common)
        if structure.type == "Extension":
            name = re.sub(r"-?extension$", "", name, flags=re.IGNORECASE) or name
        found[structure.url] = camel(name)
    return found


def camel(name: str) -> str:
    """planned-intervention → plannedIntervention; DeliveryType → deliveryType."""
    first, *rest = [part for part in re.split(r"[-_]", name) if part] or [name]
    return first[:1].lower() + first[1:] + "".join(part[0].upper() + part[1:] for part in rest)


def kebab(key: str) -> str:
    """plannedIntervention → planned-intervention, the name of the file."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", key).lower()


def identifier_name(canonical: str) -> str:
    """The name of an identifier profile, which its format rule bears: dk-core-cpr-identifier → cpr."""
    return canonical.rsplit("/", 1)[-1].removesuffix("-identifier").rsplit("-", 1)[-1].lower()
