import inspect
import unicodedata

import pytest

from signing import errors

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, errors.SigningError)
]


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_every_error_has_a_vietnamese_sentence_with_a_way_out(error):
    sentence = error.default_sentence
    assert sentence.endswith(".")
    assert sentence == unicodedata.normalize("NFC", sentence)
    assert not sentence.isascii()


def test_an_instance_may_say_it_more_exactly():
    assert errors.SigningError("x").sentence == errors.SigningError.default_sentence
    assert errors.SigningError("x", sentence="Thiếu tệp.").sentence == "Thiếu tệp."
