"""Every error of the log speaks to people as well: a whole Vietnamese sentence with a way out."""

import inspect

import pytest

from ledger.log import errors
from ledger.log.errors import LogError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LogError)]


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_has_a_sentence_of_its_own(kind):
    sentence = kind.default_sentence
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert len(sentence) <= 130
    assert any(
        char in sentence for char in "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    )
    assert [other for other in CLASSES if other.default_sentence == sentence] == [kind]


def test_an_error_may_be_more_exact_than_its_class():
    assert LogError("x", sentence="Câu riêng.").sentence == "Câu riêng."
    assert LogError("x").sentence == LogError.default_sentence
