"""One value has one text: RFC 8785 in NFC, by the fast path and by the slow one."""

import enum
import json

import orjson
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.log.canonical import MAX_DEPTH, format_canonical, parse_canonical
from ledger.log.errors import NotCanonicalError

SAFE_INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
NFC_TEXT = st.text(st.characters(codec="utf-8"), max_size=20).filter(
    lambda text: format_or_none(text) is not None
)
SCALARS = st.none() | st.booleans() | SAFE_INTEGERS | NFC_TEXT
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def format_or_none(value):
    try:
        return format_canonical(value)
    except NotCanonicalError:
        return None


def documents(scalars, keys):
    return st.recursive(
        scalars, lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4)
    )


@given(documents(SCALARS, st.text(st.characters(codec="ascii"), max_size=8)))
@example({"\x7f": '\x7f\u2028\x1f/"\\', "": [], "\t": {}})
def test_the_fast_path_writes_what_rfc8785_writes(value):
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    assert text == rfc8785.dumps(value)
    assert format_or_none(value) in (text, None)


@given(documents(SCALARS | NUMBERS, NFC_TEXT))
@example({"\ufb33": 1, "\U0001f600": 2})  # ordered by UTF-16 code units, not by code points
@example([1e-7, 0.1, 100.0, 5e-324, -0.0, 4503599627370496.5])
def test_what_is_written_is_read_back(value):
    text = format_or_none(value)
    if text is not None:
        assert text == rfc8785.dumps(value)
        assert parse_canonical(text) == value
        assert json.loads(text) == value


@given(st.text(max_size=30) | st.from_regex(r"\A[\[\]{}\",:0-9eE.+ truefalsn\-]{0,30}\Z"))
@example('{"b":1,"a":2}')
@example('{"a":1,"a":1}')
@example('{"a": 1}')
@example("1.0")
@example("1E2")
@example("-0")
@example("01")
@example('"\\u0061"')
@example('"\\/"')
@example('"A\\u030a"')
@example("9007199254740992")
@example("123456789012345678901234567890")
@example("NaN")
@example("[1,]")
@example("1\n")
@example("")
def test_text_is_canonical_or_refused(text):
    try:
        data = text.encode()
        value = parse_canonical(data)
    except (NotCanonicalError, UnicodeEncodeError):
        return
    assert format_canonical(value) == data


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        2**64,
        1e21,
        float(2**53),
        float("nan"),
        float("inf"),
        "\ud800",
        {"\ud800": 1},
        "Tie\u0302n",
        {"e\u0301": 1},
        {1: "a"},
        {"a": b"bytes"},
        {"a": (1, 2)},
        {"a": {1, 2}},
        enum.StrEnum("Word", ["A"]).A,
        enum.IntEnum("Number", ["A"]).A,
        object(),
    ],
)
def test_what_has_no_canonical_json_is_refused(value):
    with pytest.raises(NotCanonicalError):
        format_canonical(value)


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value] if depth % 2 else {"a": value}
    return value


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH - 1])
def test_nesting_up_to_the_limit_is_written(depth):
    assert parse_canonical(format_canonical(nested(depth))) == nested(depth)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 200, 5000])
def test_nesting_beyond_the_limit_is_refused(depth):
    with pytest.raises(NotCanonicalError):
        format_canonical(nested(depth))
    with pytest.raises(NotCanonicalError):
        parse_canonical(b"[" * depth + b"]" * depth)


def test_decomposed_text_is_told_in_vietnamese():
    with pytest.raises(NotCanonicalError, match="NFC") as caught:
        format_canonical({"name": "Nguye\u0302\u0303n"})
    assert "bộ gõ" in caught.value.sentence
    with pytest.raises(NotCanonicalError):
        parse_canonical('"Nguye\u0302\u0303n"'.encode())
