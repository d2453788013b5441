"""JSON from strangers: strict, within limits, each limit met from both sides."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import MalformedJsonError
from ledger.trace.events.strict_json import MAX_DEPTH, parse_json

texts = st.text(st.characters(categories=("L", "N", "P", "Z")), max_size=8)
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents)
def test_plain_json_is_read_as_it_is(document):
    assert parse_json(json.dumps(document).encode()) == document


@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_refused(data):
    try:
        value = parse_json(data)
    except MalformedJsonError:
        return
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "dòng 1"),
        (b'{"a":1,}', "dòng 1, cột"),
        (b'{"a":1}x', "cột 8"),
        (b'{"a":1,"a":2}', "“a” bị ghi hai lần"),
        (b'{"a":{"b":1,"b":1}}', "“b” bị ghi hai lần"),
        ('{"ế":1,"e\u0302\u0301":2}'.encode(), "bị ghi hai lần"),
        (b"[NaN]", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "-Infinity"),
        (b"[1e999]", "quá lớn"),
        (b"[-1e999]", "quá lớn"),
        (b"[9007199254740992]", "quá lớn"),
        (b"[-9007199254740992]", "quá lớn"),
        (b"[" + b"9" * 5000 + b"]", "quá lớn"),
        (b'["\\ud800"]', "hỏng mã"),
        (b'{"\\udc00":1}', "hỏng mã"),
        (b'["\xff"]', "UTF-8"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "32 tầng"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "32 tầng"),
        (b"[" * 200_000, "32 tầng"),
        (b'["a\nb"]', "dòng 1"),
        (b"\xef\xbb\xbf[]", "dòng 1"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_strict_json_does_not_know_is_refused_with_a_sentence(data, told):
    with pytest.raises(MalformedJsonError) as caught:
        parse_json(data)
    assert told in caught.value.sentence


def test_limits_themselves_are_accepted():
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse_json(deepest)
    assert parse_json(b"[9007199254740991,-9007199254740991]") == [2**53 - 1, -(2**53) + 1]
    assert parse_json(b"[1]", max_bytes=3) == [1]
    with pytest.raises(MalformedJsonError) as caught:
        parse_json(b"[10]", max_bytes=3)
    assert "Hãy chia nhỏ" in caught.value.sentence


def test_text_comes_out_composed():
    assert parse_json('{"te\u0302n":["Nho ha\u0323"]}'.encode()) == {"tên": ["Nho hạ"]}
    assert parse_json(b'["\\ud83c\\udf47"]') == ["🍇"]
