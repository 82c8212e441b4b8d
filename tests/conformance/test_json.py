"""One attack is one document that is no JSON we take: it ends in its finding, never in an exception, and leaks nothing."""

import json as stdlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.conformance import check as module
from orchestration.conformance import json
from orchestration.conformance.check import check
from orchestration.synthetic.bundles import to_json
from tests.conformance.specimens import NOW, judged, specimens

GOOD = to_json(specimens()["new"])
TEXT = GOOD.decode()
ATTACKS = {
    "empty": (b"", "json.empty"),
    "blank": (b" \n\t ", "json.empty"),
    "bom": (b"\xef\xbb\xbf" + GOOD, "json.encoding"),
    "utf-16": (TEXT.encode("utf-16"), "json.encoding"),
    "latin-1": ('{"a":"æ"}'.encode("latin-1"), "json.encoding"),
    "encoded surrogate": (b'{"a":"\xed\xa0\x80"}', "json.encoding"),
    "overlong": (b'{"a":"\xc0\x80"}', "json.encoding"),
    "cut off": (GOOD[:-1], "json.syntax"),
    "trailing comma": (b'{"a":1,}', "json.syntax"),
    "comment": (b'{"a":1}// x', "json.trailing"),
    "two documents": (GOOD + GOOD, "json.trailing"),
    "trailing zero byte": (GOOD + b"\x00", "json.trailing"),
    "raw control": (b'{"a":"\x01"}', "json.syntax"),
    "escaped control": (rb'{"a":"\u0000"}', "json.control"),
    "lone surrogate": (rb'{"a":"\ud800"}', "json.surrogate"),
    "lone surrogate key": (rb'{"\udc00":1}', "json.surrogate"),
    "swapped surrogates": (rb'{"a":"\udc00\ud800"}', "json.surrogate"),
    "NaN": (b'{"a":NaN}', "json.number"),
    "minus infinity": (b'{"a":-Infinity}', "json.number"),
    "exponent": (b'{"a":1e400}', "json.number"),
    "long integer": (b'{"a":' + b"9" * 5000 + b"}", "json.number"),
    "long fraction": (b'{"a":0.' + b"1" * 100 + b"}", "json.number"),
    "leading zero": (b'{"a":01}', "json.syntax"),
    "deep arrays": (b"[" * 65 + b"]" * 65, "json.depth"),
    "very deep": (b'{"a":' * 200_000, "json.depth"),
    "large": (b'{"a":"' + b"x" * 10_485_760 + b'"}', "json.size"),
    "array": (b"[]", "json.not-object"),
    "string": (b'"x"', "json.not-object"),
    "null": (b"null", "json.not-object"),
    "number": (b"5", "json.not-object"),
}


@pytest.mark.parametrize(("data", "rule_id"), ATTACKS.values(), ids=ATTACKS)
def test_attack(data: bytes, rule_id: str) -> None:
    verdict = check(data, NOW)
    assert verdict.status == "rejected"
    assert [f.rule_id for f in verdict.findings] == [rule_id]


def test_depth_64_is_allowed() -> None:
    tree, problems = json.parse(b"[" * 64 + b"]" * 64)
    assert problems == ()
    assert tree is not None


def test_ten_megabyte_string_below_the_limit_is_parsed() -> None:
    assert json.parse(b'"' + b"x" * 10_000_000 + b'"')[1] == ()


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":[1,{"c":1,"c":1}]}}',
        rb'{"a":1,"\u0061":2}',
        rb'{"a":"\u003a","a":"::"}',
        b'{"a:b":1,"a:b":2}',
        TEXT.replace('"subject":', '"subject":{"reference":"x"},"subject":', 1).encode(),
    ],
)
def test_duplicate_keys_at_any_depth(data: bytes) -> None:
    verdict = check(data, NOW)
    assert verdict.findings[0].rule_id == "json.duplicate-key"


def test_duplicate_key_says_where() -> None:
    data = TEXT.replace('"recordedDate":', '"recordedDate":"2026-01-01","recordedDate":', 1).encode()
    assert check(data, NOW).findings[0].expression == "Bundle.entry[1].resource.recordedDate"


def test_escapes_that_mean_the_same_are_the_same() -> None:
    escaped = TEXT.replace('"Bundle"', '"\\u0042undle"', 1).encode()
    assert check(escaped, NOW).rows == check(GOOD, NOW).rows


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def _duplicated(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


@given(VALUES, st.booleans())
@settings(max_examples=300, deadline=None)
def test_fast_and_explaining_parse_agree(value: Any, ascii_only: bool) -> None:
    data = stdlib.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert json.parse(data) == json.explain(data)


@given(VALUES.filter(_duplicated), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_a_repeated_key_is_always_noticed(value: dict[str, Any], nth: int) -> None:
    key = list(value)[nth % len(value)]
    body = stdlib.dumps(value)
    data = f"{{{stdlib.dumps(key)}: 0, {body[1:]}".encode()
    assert "json.duplicate-key" in {problem.rule_id for problem in json.parse(data)[1]}


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_verdict(data: bytes) -> None:
    assert check(data, NOW).status == "rejected"


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=0, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_damage_gives_a_verdict(position: int, patch: bytes) -> None:
    damaged = GOOD[:position] + patch + GOOD[position + 1 :]
    assert check(damaged, NOW).status in ("accepted", "rejected")


def test_white_space_changes_nothing() -> None:
    pretty = stdlib.dumps(specimens()["new"], indent=3).encode()
    assert module.check(pretty, NOW) == judged(specimens()["new"])
