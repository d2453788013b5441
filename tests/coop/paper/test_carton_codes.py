import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.errors import CommandError
from ledger.coop.paper.carton_codes import (
    CartonKind,
    OwnCode,
    Sscc,
    check_company_prefix,
    format_code,
    format_hri,
    format_own,
    format_sscc,
    new_series,
    parse_code,
    sscc_capacity,
)
from ledger.trace.gs1.gtins import check_digit
from ledger.trace.identifiers import CROCKFORD

series = st.text(CROCKFORD, min_size=8, max_size=8)
own_codes = st.builds(OwnCode, st.sampled_from(CartonKind), series, st.integers(0, 32**4 - 1))
ssccs = st.builds(Sscc, st.integers(0, 10**17 - 1))
codes = st.one_of(own_codes, ssccs)


def test_the_sscc_of_the_standards_own_example():
    # GS1 General Specifications show (00)106141412345678908: prefix 0614141, extension digit 1.
    assert format_sscc("0614141", 1_234_567_890) == "106141412345678908"
    assert parse_code("(00) 1 0614141 234567890 8") == Sscc(10614141234567890)
    assert parse_code("00106141412345678908") == Sscc(10614141234567890)


def test_examples_of_the_specification(spec_examples):
    page = spec_examples("carton-code")
    first = page["sscc"].splitlines()[0].split()[1]
    assert page["bars"].splitlines()[0] == format_hri("893456789", first)
    for line in page["sscc"].splitlines():
        given, sscc = line.split()
        assert format_sscc("893456789", int(given)) == sscc
    for line in page["own"].splitlines():
        kind, number, code = line.split()
        assert format_own(CartonKind(kind), "8H2M4KQ7", int(number)) == code


@given(codes)
def test_format_and_parse_are_inverses(code):
    assert parse_code(format_code(code)) == code


@given(codes, st.data())
def test_one_wrong_character_is_caught(code, data):
    text = format_code(code)
    place = data.draw(st.integers(0, len(text) - 1))
    alphabet = string.digits if isinstance(code, Sscc) else CROCKFORD
    other = data.draw(st.sampled_from([mark for mark in alphabet if mark != text[place]]))
    assert parse_code(text[:place] + other + text[place + 1 :]) is None


@given(own_codes, st.data())
def test_two_characters_of_an_own_code_that_changed_places_are_caught(code, data):
    text = format_code(code)
    place = data.draw(st.integers(1, len(text) - 2))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert swapped == text or parse_code(swapped) is None


@given(own_codes)
def test_an_own_code_looks_like_no_code_of_gs1_and_no_stamp(code):
    text = format_code(code)
    assert not text.isdigit()
    assert text[0] == {"carton": "T", "pallet": "P"}[code.kind]
    assert len(text) == 14  # a stamp has 13 characters, an SSCC 18 digits


def test_a_code_is_read_as_people_type_it():
    code = format_own(CartonKind.PALLET, "10ABCDEF", 33)
    assert parse_code(f" p{code[1:5].lower()}-{code[5:9]} {code[9:]} ") == parse_code(code)
    assert parse_code(code[0] + "IO" + code[3:]) == parse_code(code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T",
        "X" * 14,
        "T" * 13,
        " " * 64 + "106141412345678908",
        "1" * 17,
        "١" * 18,
        "106141412345678901",
        "T\x00" * 7,
    ],
)
def test_what_is_no_code_is_none(text):
    assert parse_code(text) is None


@pytest.mark.parametrize("prefix", ["893456", "8934567", "0614141", "893456789012", " 89345678 "])
def test_prefix_of_gs1_is_taken(prefix):
    assert check_company_prefix(prefix) == prefix.strip()


@pytest.mark.parametrize(
    "prefix", ["", "89345", "8934567890123", "2001234", "0212345", "9912345", "89345a7", "٨٩٣٤٥٦٧"]
)
def test_prefix_that_gs1_gives_nobody_is_refused(prefix):
    with pytest.raises(CommandError) as caught:
        check_company_prefix(prefix)
    assert "GS1" in caught.value.sentence


@given(st.sampled_from(["893456", "893456789", "893456789012"]), st.data())
def test_every_sscc_of_a_prefix_is_another_and_holds_the_prefix(prefix, data):
    numbers = st.integers(0, sscc_capacity(prefix) - 1)
    one, two = data.draw(numbers), data.draw(numbers)
    texts = format_sscc(prefix, one), format_sscc(prefix, two)
    assert (texts[0] == texts[1]) == (one == two)
    for text in texts:
        assert text[1:].startswith(prefix)
        assert text[-1] == check_digit(text[:-1])


def test_series_are_random_crockford():
    made = {new_series(random.Random(seed)) for seed in range(50)}
    assert len(made) == 50
    assert set("".join(made)) <= set(CROCKFORD)
