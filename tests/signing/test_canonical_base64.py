import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error


@given(st.binary(max_size=200))
def test_parse_undoes_format(data):
    assert format_base64(data) == base64.b64encode(data).decode()
    assert parse_base64(format_base64(data)) == data


@given(st.text(alphabet="ABCDab01+/=-_ \n", max_size=12))
def test_no_second_text_parses_to_the_same_bytes(text):
    try:
        data = parse_base64(text)
    except MalformedBase64Error:
        return
    assert format_base64(data) == text


@pytest.mark.parametrize(
    "text",
    ["bHVh\n", " bHVh", "bH Vh", "bHVhYQ", "bHVhYQ=", "bHVhYR==", "bHVh====", "_-8=", "=", "bHVhá", "b"],
    ids=repr,
)
def test_another_spelling_is_refused(text):
    with pytest.raises(MalformedBase64Error):
        parse_base64(text)
