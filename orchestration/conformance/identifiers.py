"""One identifier is one CPR number or one SOR code: which one it was meant to be decides which rule it breaks."""

from collections.abc import Callable
from typing import Any

from orchestration.conformance import primitives
from orchestration.conformance.library import Element
from orchestration.conformance.walk import Object, Path, Walk

X_ECPR, D_ECPR = "urn:oid:1.2.208.176.1.6.1.1", "urn:oid:1.2.208.176.1.6.1.3"
Check = Callable[[Any, Walk, Path], None]


def citizen(check: Check, rules: dict[str, str], elements: dict[str, Element]) -> Check:
    """Patient.identifier: exactly one, a CPR number; replacement numbers are named as such."""
    system = elements["identifier.system"]
    use = elements["identifier.use"]
    value = elements["identifier.value"]

    def field(given: Any, walk: Walk, parent: Path) -> None:
        path = (parent, "identifier", -1)
        if type(given) is not list or not given:
            walk.shape(path)
            return
        left = []
        for index, item in enumerate(given):
            place = (parent, "identifier", index)
            kind = item.get("system") if type(item) is dict else None
            if kind == X_ECPR:
                walk.add(rules["x-ecpr.prohibited"], place)
            elif type(kind) is str and (kind == D_ECPR or kind.startswith(D_ECPR + ".")):
                walk.add(rules["d-ecpr.prohibited"], place)
            else:
                left.append((item, place))
        if len(left) > 1:
            walk.add(rules["required"], path)
            return
        for item, place in left:
            if type(item) is not dict or not item:
                walk.shape(place)
                continue
            check(item, walk, place)
            _cpr(item, walk, place)

    def _cpr(o: Object, walk: Walk, path: Path) -> None:
        if "system" not in o:
            walk.add(rules["cpr.required"], path)
            return
        if type(o["system"]) is not str:
            return
        if o["system"] != system.fixed:
            walk.add(system.rules["fixed"], (path, "system", -1))
            return
        _use(o, walk, path, use)
        number = o.get("value")
        if type(number) is str and number and primitives.CPR.fullmatch(number) is None:
            walk.add(value.rules["cpr"], (path, "value", -1))

    return field


def organisation(elements: dict[str, Element]) -> Check:
    """Patient.managingOrganization.identifier: a SOR code the sender may report for."""
    base = "managingOrganization.identifier"
    whole, system, use, value = (elements[path] for path in (base, f"{base}.system", f"{base}.use", f"{base}.value"))

    def check(o: Object, walk: Walk, path: Path) -> None:
        code = o.get("value")
        good = type(code) is str and primitives.SOR.fullmatch(code) is not None
        if o.get("system") != system.fixed:
            walk.add(system.rules["fixed"] if good else whole.rules["type"], (path, "system", -1) if good else path)
            return
        _use(o, walk, path, use)
        if not good:
            walk.add(value.rules["sor"], (path, "value", -1))
        elif walk.sor_codes is not None and code not in walk.sor_codes:
            walk.add("citizen.sor.authorised", (path, "value", -1))

    return check


def _use(o: Object, walk: Walk, path: Path, element: Element) -> None:
    if o.get("use", element.fixed) != element.fixed:
        walk.add(element.rules["fixed"], (path, "use", -1))
