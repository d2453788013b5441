"""GTINs: the check digit, the lengths, and the prefixes that no traded product has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import GtinError, MalformedIdentifierError
from ledger.trace.gs1.gtins import check_digit, check_element, check_gtin


def gtin(digits):
    return digits + check_digit(digits)


@pytest.mark.parametrize("number", ["6291041500213", "614141000036", "4006381333931", "96385074"])
def test_check_digits_agree_with_published_numbers(number):
    assert check_digit(number[:-1]) == number[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9521234543213", "09521234543213"),
        ("96385074", "00000096385074"),
        ("614141000036", "00614141000036"),
        (gtin("1893460211001"), gtin("1893460211001")),
        (gtin("893460211001"), "0" + gtin("893460211001")),
    ],
)
def test_every_length_becomes_14_digits(text, expected):
    assert check_gtin(text) == expected


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    digits = gtin(f"{number:012d}")
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    with pytest.raises(GtinError):
        check_gtin(wrong)


@pytest.mark.parametrize(
    "text", ["", "123456789", "12345678901", "952123454321x", "９521234543213", "9521234543213\n"]
)
def test_another_length_or_alphabet_is_refused(text):
    with pytest.raises(GtinError) as caught:
        check_gtin(text)
    assert "14 chữ số" in caught.value.sentence


@pytest.mark.parametrize(
    "digits",
    [
        "021234567890",
        "041234567890",
        "051234567890",
        "201234567890",
        "299999999999",
        "980123456789",
        "984123456789",
        "990123456789",
        "1200000000000",
        "0123456",
        "2123456",
    ],
)
def test_numbers_for_internal_use_and_coupons_are_refused(digits):
    with pytest.raises(GtinError) as caught:
        check_gtin(gtin(digits))
    assert "GS1 Việt Nam" in caught.value.sentence


def test_books_and_examples_are_traded_products():
    check_gtin(gtin("978604000000"))
    check_gtin(gtin("952000000000"))


@pytest.mark.parametrize("text", ["A", "a/b", "%", "A" * 20, "..."])
def test_an_element_is_1_to_20_characters_of_set_82(text):
    check_element(text, name="số lô")


@pytest.mark.parametrize("text", ["", "A" * 21, "ế", "a b", "a#b", ".", "..", "A\n", "~"])
def test_other_elements_are_refused_by_name(text):
    with pytest.raises(MalformedIdentifierError) as caught:
        check_element(text, name="số lô")
    assert "số lô" in caught.value.sentence
