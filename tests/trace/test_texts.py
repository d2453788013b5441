"""Text from people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import UnseenTextError
from ledger.trace.texts import clean_text, is_clean


@given(st.text(max_size=40))
def test_cleaned_text_is_clean_or_refused(text):
    try:
        cleaned = clean_text(text)
    except UnseenTextError:
        return
    assert is_clean(cleaned)
    assert clean_text(cleaned) == cleaned


def test_one_sight_has_one_spelling():
    assert clean_text(" Lô\u0323  đất\u00a0 số\t1\r\n") == "Lộ đất số 1"


@pytest.mark.parametrize(
    "text", ["a\u200bb", "a\u202eb", "\ufeffa", "a\u00adb", "a\x00b", "a\ue000", "a\ud800", "\u0378"]
)
def test_what_nobody_sees_is_refused(text):
    with pytest.raises(UnseenTextError) as caught:
        clean_text(text)
    assert "ký tự ẩn" in caught.value.sentence
    assert not is_clean(text)


@pytest.mark.parametrize("text", [" a", "a ", "a\nb", "Lo\u0323", "đất "])
def test_unclean_text_is_recognised(text):
    assert not is_clean(text)
