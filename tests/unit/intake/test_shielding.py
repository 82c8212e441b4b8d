"""One test is one promise about a sender's text that may hold a CPR number: it is masked, and only then."""

import pytest

from orchestration.intake.shielding import masked, may_hold_cpr, shown

CPR = "2412360002"  # invented: fails modulus 11


@pytest.mark.parametrize(
    "text",
    [CPR, "241236-0002", f"p{CPR}", f"{CPR}7", f"1{CPR}", "Ring til 241236-0002!", "8412360001",
     f"9a8cb4f4-e486-5ddb-afde-e86a637d3e94-{CPR}"],
)  # fmt: skip
def test_what_could_be_a_cpr_is_masked(text: str) -> None:
    assert may_hold_cpr(text)
    hidden = masked(text, "s")
    assert hidden.startswith("masked-") and not may_hold_cpr(hidden)
    assert hidden == masked(text, "s") != masked(text, "t")


@pytest.mark.parametrize(
    "text",
    ["", "SAAR-03", "12345678", "9913360002", "2413360002", "J1.1", "Problemer med tryksår",
     "ab070541-3919-4955-a2ce-687e26161144", "12241236-0002-4955-a2ce-687e26161144", "0a2412360002bcdef012345678abcdef"],
)  # fmt: skip
def test_other_texts_stay(text: str) -> None:
    assert masked(text, "s") == text


def test_names_are_shown_without_the_digits() -> None:
    assert shown(f"{CPR}.json") == shown("241236-0002.json") == "##########.json"
