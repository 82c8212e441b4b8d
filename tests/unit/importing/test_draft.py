"""One test is one thing a profile of a package can say, and the rules and records it becomes."""

from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.conformance import library as conformance
from orchestration.importing.command import drafts, import_profiles
from orchestration.importing.comparison import drafted_rules
from orchestration.importing.files import kind_of, profile_record
from orchestration.importing.grammar import camel, kebab, place
from orchestration.importing.library import library
from orchestration.importing.package import read_package
from orchestration.importing.profile import ProfileDraft
from orchestration.importing.yaml_text import block
from tests.unit.importing.packages import CANONICAL, CODES, package, profile

EXPECTED = {
    "condition.extension_shade.cardinality": "cardinality",
    "condition.category.max": "cardinality",
    "condition.severity.valueset": "binding",
    "condition.code.required": "cardinality",
    "condition.code.coding.required": "cardinality",
    "condition.code.coding.closed": "fixed",
    "condition.code.coding_main.cardinality": "cardinality",
    "condition.code.coding_main.valueset": "binding",
    "condition.code.coding_main.system.required": "cardinality",
    "condition.code.coding_main.system.fixed": "fixed",
    "condition.bodySite.prohibited": "prohibited",
    "condition.subject.required": "cardinality",
    "condition.subject.target": "reference-target",
    "condition.subject.bundled": "bundled-reference",
    "condition.onset.type": "format",
    "condition.invariant.tiny-1": "invariant",
    "patient.active.required": "cardinality",
    "patient.active.fixed": "fixed",
    "ext.shade.value.required": "cardinality",
    "ext.shade.value.type": "format",
    "ext.shade.value.valueset": "binding",
    "ext.shade.context": "prohibited",
}


def drafted(*paths: Path) -> dict[str, ProfileDraft]:
    guide, _ = drafts(library([read_package(path) for path in paths]))
    return {profile.key: profile for profile in guide.profiles}


def test_rule_ids_and_kinds(tiny_package: Path) -> None:
    guide, _ = drafts(library([read_package(tiny_package)]))
    assert {rule_id: kind_of(rule) for rule_id, rule in drafted_rules(guide).items()} == EXPECTED


def test_records_are_what_our_loader_reads(tiny_package: Path, records: Path) -> None:
    assert import_profiles([str(tiny_package)], out=str(records)) == 0
    conformance.guide.cache_clear()
    guide = conformance.guide("tiny-1.0.0")
    conformance.guide.cache_clear()
    condition = guide.profiles["condition"]
    assert condition.elements["severity"].binding == "warms"
    assert condition.elements["subject"].targets == ("patient",)
    assert condition.elements["onset[x]"].type == "dateTime"
    assert condition.elements["code.coding"].slices == {
        "main": {"system": CODES, "cardinality": "1..1", "binding": "warms"}
    }
    assert condition.elements["code.coding"].rules["main.valueset"] == "condition.code.coding_main.valueset"
    assert condition.prohibited == {"bodySite": "condition.bodySite.prohibited"}
    assert condition.functions == ("condition.invariant.tiny-1",)
    assert guide.profiles["patient"].elements["active"].fixed == "true"
    assert guide.extensions["shade"].contexts == {"Condition"}
    written = yaml.safe_load((records / "tiny-1.0.0/condition.yml").read_text(encoding="utf-8"))
    assert written["elements"]["code"]["fki"] == "tilstandskode"
    rule = written["rules"]["condition.invariant.tiny-1"]
    assert (rule["severity"], rule["constraint"], rule["human"]) == ("warning", "code.exists()", "A made rule")


def test_without_a_snapshot_the_base_is_looked_up(tmp_path: Path) -> None:
    base = profile(
        "base", "Patient", {"id": "Patient.active", "min": 1, "max": "1"}, {"id": "Patient.photo", "max": "0"}
    )
    child = profile("child", "Patient", {"id": "Patient.gender", "max": "0"})
    child |= {"baseDefinition": base["url"]}
    del child["snapshot"]
    paths = package(tmp_path / "child.tgz", child), package(tmp_path / "base.tgz", base, name="example.base")
    draft = drafted(*paths)["child"]
    assert {*draft.rules, *draft.prohibited} == {
        "child.active.required",
        "child.photo.prohibited",
        "child.gender.prohibited",
    }
    assert draft.rules["child.active.required"].source.startswith("example.base 1.0.0 base")
    assert draft.prohibited["child.gender.prohibited"].source.startswith("example.tiny 1.0.0 child")
    assert set(drafted(paths[0])["child"].prohibited) == {"child.gender.prohibited"}


def test_without_a_snapshot_r4_says_what_repeats(tmp_path: Path) -> None:
    made = profile("child", "Patient", {"id": "Patient.gender", "min": 1}, {"id": "Patient.name", "min": 1})
    del made["snapshot"]
    record = profile_record(drafted(package(tmp_path / "child.tgz", made))["child"])["elements"]
    assert {path: element["cardinality"] for path, element in record.items()} == {"gender": "1..1", "name": "1..*"}


def test_a_base_that_is_its_own_base_ends(tmp_path: Path) -> None:
    circle = profile("circle", "Patient", {"id": "Patient.gender", "max": "0"})
    circle |= {"baseDefinition": circle["url"]}
    del circle["snapshot"]
    assert set(drafted(package(tmp_path / "a.tgz", circle))["circle"].prohibited) == {"circle.gender.prohibited"}


def test_a_slice_that_must_be_the_only_item_is_the_element_itself(tmp_path: Path) -> None:
    number = profile("no-identifier", "Identifier", {"id": "Identifier.system", "min": 1, "fixedUri": "urn:x"})
    number["differential"]["element"].append(
        {"id": "Identifier.value", "path": "Identifier.value", "min": 1,
         "constraint": [{"key": "no", "expression": "matches('^[0-9]+$')"}]}
    )  # fmt: skip
    number |= {"kind": "complex-type"}
    slicing = {"slicing": {"discriminator": [{"type": "value", "path": "system"}]}}
    kind = {"type": [{"code": "Identifier", "profile": [number["url"]]}]}
    patient = profile(
        "patient", "Patient",
        {"id": "Patient.identifier", "min": 1, "max": "1", **slicing},
        {"id": "Patient.identifier:no", "sliceName": "no", "min": 1, "max": "*", **kind},
        {"id": "Patient.identifier:old", "sliceName": "old", "min": 0, "max": "0"},
        own=("Patient.identifier",),
    )  # fmt: skip
    draft = drafted(package(tmp_path / "a.tgz", patient), package(tmp_path / "b.tgz", number, name="b"))["patient"]
    assert set(draft.rules) == {
        "patient.identifier.required",
        "patient.identifier_no.required",
        "patient.identifier_old.prohibited",
        "patient.identifier.system.required",
        "patient.identifier.system.fixed",
        "patient.identifier.value.required",
        "patient.identifier.value.no",
    }
    record = profile_record(draft)["elements"]
    assert record["identifier"]["slices"] == {
        "no": {"system": "urn:x", "cardinality": "1..*"}, "old": {"cardinality": "0..0"}
    }  # fmt: skip
    assert record["identifier.value"]["pattern"] == "^[0-9]+$"


def test_names() -> None:
    assert camel("planned-intervention") == "plannedIntervention"
    assert kebab("plannedIntervention") == "planned-intervention"
    where = place("CarePlan.activity.detail.code.coding:level2.system")
    assert (where.path, where.slice) == ("activity.detail.code.coding", "level2")
    assert (where.spot, where.fhirpath) == (
        "activity.detail.code.coding_level2.system",
        "CarePlan.activity.detail.code.coding[level2].system",
    )
    assert place("Patient.deceased[x]:deceasedBoolean").spot == "deceasedBoolean"


def test_the_same_package_gives_the_same_bytes(tmp_path: Path, tiny_package: Path) -> None:
    texts = []
    for out in ("one", "two", "two"):
        assert import_profiles([str(tiny_package)], out=str(tmp_path / out)) == 0
        files = sorted(file for file in (tmp_path / out).rglob("*") if file.is_file())
        texts.append([(file.relative_to(tmp_path / out), file.read_bytes()) for file in files])
    assert texts[0] == texts[1] == texts[2]
    assert [CANONICAL in text.decode() for name, text in texts[0] if name.name == "guide.yml"] == [True]
    assert [name.parts[0] for name, _ in texts[0]] == ["tiny-1.0.0"] * len(texts[0])


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.text() | st.booleans() | st.integers() | st.none(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=6,
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 3),
)
def test_what_is_written_is_what_is_read(record: dict[str, object], depth: int) -> None:
    assert yaml.safe_load("\n".join(block(record, depth))) == record
