"""One coded element: is its code in the value set, is it the fixed one, and does the code outlive the transition."""

from typing import Any

from orchestration.conformance.terminology import FSIII, terminology
from orchestration.conformance.walk import Object, Path, Walk

TERMS = terminology()
FORM, RETIRED = "terminology.old-and-new", "terminology.uuid-only-later"
DISPLAY, DISPLAY_LATER = "terminology.display", "terminology.display-later"


def check_code(o: Object, walk: Walk, path: Path) -> bool:
    """After the transition an FSIII code is a current uuid. True when the title is still to be judged."""
    code = (o.get("system"), o.get("code"))
    if code[0] != FSIII or code not in TERMS.display:
        return False
    if walk.later and code in TERMS.retiring:
        if not walk.retired:
            walk.add(RETIRED, (path, "code", -1))
        return False
    return True


def check_untitled(o: Object, walk: Walk, path: Path) -> None:
    """The same where the profile forbids a title, so that another rule speaks about it."""
    check_code(o, walk, path)


def check_coding(o: Object, walk: Walk, path: Path) -> None:
    """What holds for every FSIII coding: a current code, and a title of that code if any."""
    given = o.get("display")
    if not check_code(o, walk, path) or given is None:
        return
    code = (FSIII, o["code"])
    if given == TERMS.display[code]:
        return
    if walk.later:
        walk.add(DISPLAY_LATER, (path, "display", -1))
    elif given not in TERMS.former.get(code, ()):
        walk.add(DISPLAY, (path, "display", -1))


class Binding:
    """The check of one required binding, for a Coding or a CodeableConcept."""

    def __init__(self, value_set: str, rule_id: str, otherwise: dict[str, Any] | None = None) -> None:
        self.members = TERMS.members[value_set]
        self.codes = TERMS.codes[value_set]
        self.rule_id = rule_id
        sets = (otherwise or {}).get("when_in", ())
        self.others = frozenset().union(*(TERMS.members[name] for name in sets)) if sets else frozenset()
        self.other_rule = (otherwise or {}).get("rule", rule_id)

    def concept(self, o: Object, walk: Walk, path: Path) -> None:
        """At least one coding of the CodeableConcept is in the value set."""
        codings = o.get("coding")
        if codings is None:
            walk.add(self.rule_id, path)
            return
        for coding in codings:
            if (coding.get("system"), coding.get("code")) in self.members:
                return
        self._fault(codings[0], walk, (path, "coding", 0))

    def coding(self, o: Object, walk: Walk, path: Path) -> None:
        """The Coding is in the value set."""
        if (o.get("system"), o.get("code")) not in self.members:
            self._fault(o, walk, path)

    def _fault(self, coding: Object, walk: Walk, path: Path) -> None:
        system, code = coding.get("system"), coding.get("code")
        if code is None:
            walk.add(self.rule_id, path)
        elif code in self.codes:
            walk.add(self.rule_id, (path, "system", -1))
        elif system == FSIII and (system, TERMS.intended(code)) in self.members:
            walk.add(FORM, (path, "code", -1))
        elif (system, code) in self.others:
            walk.add(self.other_rule, (path, "code", -1))
        else:
            walk.add(self.rule_id, (path, "code", -1))


class Fixed:
    """The check of one fixed coding; silent where the value set of the same place already objects."""

    def __init__(self, fixed: dict[str, str], rule_id: str, value_set: str | None) -> None:
        self.system, self.code, self.rule_id = fixed["system"], fixed["code"], rule_id
        self.members = TERMS.members[value_set] if value_set else None

    def coding(self, o: Object, walk: Walk, path: Path) -> None:
        """The Coding is the fixed one."""
        found = (o.get("system"), o.get("code"))
        if found == (self.system, self.code) or (self.members is not None and found not in self.members):
            return
        walk.add(self.rule_id, (path, "code" if found[1] != self.code else "system", -1))


class Slices:
    """Codings told apart by system: one FSIII code (level 2), at most one local code (level 3), nothing else."""

    def __init__(self, slices: dict[str, dict[str, Any]], rules: dict[str, str], beside: str | None) -> None:
        """`beside` is the rule for a level 3 without a level 2, where the guide has one."""
        self.level2, self.level3 = slices["level2"]["system"], slices["level3"]["system"]
        self.binding = Binding(slices["level2"]["binding"], rules["level2.valueset"])
        self.rules, self.beside = rules, beside

    def concept(self, o: Object, walk: Walk, path: Path) -> None:
        """All codings of one CodeableConcept."""
        national = local = others = 0
        for index, coding in enumerate(o.get("coding", ())):
            place = (path, "coding", index)
            system = coding.get("system")
            if system == self.level2:
                national += 1
                if national == 1:
                    self.binding.coding(coding, walk, place)
            elif system == self.level3:
                local += 1
                for name in ("code", "display"):
                    if name not in coding:
                        walk.add(self.rules[f"level3.{name}.required"], (place, name, -1))
            else:
                others += 1
                walk.add(self._misplaced(coding), (place, "system", -1))
        if national > 1 or (not national and not others and not (local and self.beside)):
            walk.add(self.rules["level2.cardinality"], (path, "coding", -1))
        elif not national and local and not others and self.beside:
            walk.add(self.beside, (path, "coding", -1))
        if local > 1:
            walk.add(self.rules["level3.cardinality"], (path, "coding", -1))

    def _misplaced(self, coding: Object) -> str:
        """Which fault a coding of neither system has: the code or the shape of the system tells what was meant."""
        system = coding.get("system")
        meant = "level2" if coding.get("code") in self.binding.codes else "level3"
        if system is None:
            return self.rules[f"{meant}.system.required"]
        if meant == "level2" or system.rsplit("/", 1)[-1].lower() == self.level3.rsplit("/", 1)[-1].lower():
            return self.rules[f"{meant}.system.fixed"]
        return self.rules["closed"]
