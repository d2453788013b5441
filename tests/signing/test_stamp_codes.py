import hmac
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import StampCodeError
from signing.stamp_codes import ALPHABET, NUMBER_LIMIT, StampCodec, canonical_code

CODEC = StampCodec.from_secret(bytes(range(32)))
numbers = st.integers(0, NUMBER_LIMIT - 1)


def is_issued(code):
    try:
        CODEC.parse(code)
    except StampCodeError:
        return False
    return True


def bits(code):
    value = 0
    for char in code:
        value = value * 32 + ALPHABET.index(char)
    return value


@given(numbers)
def test_parse_undoes_format(number):
    code = CODEC.format(number)
    assert CODEC.parse(code) == number
    assert canonical_code(code) == code


@given(numbers, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_code_is_the_one_of_the_written_rule(number, k1, k2):
    if k1 == k2:
        return
    tag = int.from_bytes(hmac.digest(k1, number.to_bytes(8, "big"), "sha256"), "big") >> 224
    mask = int.from_bytes(hmac.digest(k2, tag.to_bytes(4, "big"), "sha256"), "big") >> 223
    assert bits(StampCodec(k1, k2).format(number)) == tag << 33 | number ^ mask


@pytest.mark.parametrize("number", [0, 1, NUMBER_LIMIT - 1])
def test_the_first_and_the_last_number_have_codes(number):
    assert CODEC.parse(CODEC.format(number)) == number


@pytest.mark.parametrize(
    ("first", "count"), [(-1, 1), (0, -1), (NUMBER_LIMIT, 1), (NUMBER_LIMIT - 1, 2), (0, NUMBER_LIMIT + 1)]
)
def test_a_number_beyond_the_limits_has_no_code(first, count):
    with pytest.raises(ValueError, match="stamp numbers"):
        CODEC.format_range(first, count)


def test_a_range_is_its_numbers_in_order():
    assert list(CODEC.format_range(70, 30)) == [CODEC.format(number) for number in range(70, 100)]
    assert list(CODEC.format_range(NUMBER_LIMIT, 0)) == []


def test_every_wrong_character_is_noticed():
    """All 13 × 31 single substitutions of 250 codes: of 100,750, chance would let 0.00002 pass."""
    chance = random.Random(2026)
    for _ in range(250):
        code = CODEC.format(chance.randrange(NUMBER_LIMIT))
        for place, right in enumerate(code):
            for wrong in ALPHABET.replace(right, ""):
                assert not is_issued(code[:place] + wrong + code[place + 1 :])


def test_every_swap_of_neighbouring_characters_is_noticed():
    chance = random.Random(2027)
    for _ in range(2_000):
        code = CODEC.format(chance.randrange(NUMBER_LIMIT))
        for place in range(len(code) - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert swapped == code or not is_issued(swapped)


def test_guessing_finds_nothing():
    chance = random.Random(2028)
    assert not any(is_issued("".join(chance.choices(ALPHABET, k=13))) for _ in range(100_000))


def test_neighbouring_numbers_have_unrelated_codes():
    """Between neighbours half of the 65 bits differ, at every place, and no code or tag repeats."""
    values = [bits(code) for code in CODEC.format_range(1_000_000, 4_001)]
    assert len(set(values)) == 4_001
    differences = [one ^ other for one, other in pairwise(values)]
    assert abs(sum(difference.bit_count() for difference in differences) / 4_000 - 32.5) < 0.25
    for place in range(65):
        changed = sum(difference >> place & 1 for difference in differences)
        assert abs(changed - 2_000) < 160  # five standard deviations
    assert min(difference.bit_count() for difference in differences) > 13


def test_a_code_under_other_keys_is_not_issued():
    other = StampCodec.from_secret(bytes(32))
    with pytest.raises(StampCodeError, match="not issued"):
        other.parse(CODEC.format(12345))


@given(numbers, st.randoms(use_true_random=False))
def test_a_code_is_read_as_people_write_it(number, chance):
    code = CODEC.format(number)
    written = ""
    for char in code:
        alike = {"0": "0Oo", "1": "1IiLl"}.get(char, char + char.lower())
        written += chance.choice(["", " ", "-", "  "]) + chance.choice(alike)
    assert canonical_code(written) == code
    assert CODEC.parse(written) == number


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "có 0"),
        ("ABC", "có 3"),
        ("0123456789ABCD", "có 14"),
        ("0123456789ABU", "“U”"),
        ("0123456789AB*", "“*”"),
        ("0123456789ABđ", "“đ”"),
        ("0123456789abſ", "“ſ”"),
        ("0123456789ab２", "“２”"),
        ("0123456789ABC\n", "“\n”"),
        ("A" * 65, "quá dài"),
    ],
    ids=ascii,
)
def test_what_cannot_be_a_code_is_told_in_a_sentence(typed, told):
    with pytest.raises(StampCodeError) as refused:
        CODEC.parse(typed)
    assert told in refused.value.sentence
    assert refused.value.code == typed


def test_sixty_four_characters_may_be_typed():
    spaced = "-" * 51 + CODEC.format(7)
    assert len(spaced) == 64
    assert CODEC.parse(spaced) == 7


@pytest.mark.parametrize(
    ("k1", "k2"), [(bytes(31), bytes(32)), (bytes(32), bytes(33)), (bytes(32), bytes(32))]
)
def test_two_different_keys_of_32_bytes_are_asked_for(k1, k2):
    with pytest.raises(ValueError, match="two different keys"):
        StampCodec(k1, k2)


def test_a_secret_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        StampCodec.from_secret(b"short")


def test_a_codec_does_not_show_its_keys():
    assert repr(CODEC) == "StampCodec(…)"
