import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import ScratchCodeError
from signing.scratch_codes import CODE_LENGTH, ScratchCodec, canonical_scratch_code
from signing.stamp_codes import ALPHABET, NUMBER_LIMIT, StampCodec

SECRET = bytes(range(32))
CODEC = ScratchCodec.from_secret(SECRET)
numbers = st.integers(0, NUMBER_LIMIT - 1)


def is_right(number, typed):
    try:
        CODEC.check(number, typed)
    except ScratchCodeError:
        return False
    return True


@given(numbers)
def test_a_code_is_right_for_its_own_stamp_only(number):
    code = CODEC.format(number)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    assert is_right(number, code)
    assert not is_right((number + 1) % NUMBER_LIMIT, code)


@given(numbers, st.integers(0, CODE_LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_changed_character_is_wrong(number, place, other):
    code = CODEC.format(number)
    changed = code[:place] + other + code[place + 1 :]
    assert is_right(number, changed) is (changed == code)


@given(numbers)
def test_a_code_is_read_in_any_spelling(number):
    code = CODEC.format(number)
    spelled = f" {code[:4]}-{code[4:]} ".lower().replace("0", "o").replace("1", "l")
    CODEC.check(number, spelled)
    assert canonical_scratch_code(spelled) == code


@given(numbers)
def test_a_stamp_code_tells_nothing_of_the_scratch_code(number):
    assert CODEC.format(number) not in StampCodec.from_secret(SECRET).format(number)


def test_codes_of_a_range_are_those_of_its_numbers():
    assert list(CODEC.format_range(7, 5)) == [CODEC.format(number) for number in range(7, 12)]
    assert list(CODEC.format_range(0, 0)) == []


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, -1), (NUMBER_LIMIT, 1), (NUMBER_LIMIT - 1, 2)])
def test_numbers_out_of_range_are_refused_at_once(first, count):
    with pytest.raises(ValueError, match="stamp numbers"):
        CODEC.format_range(first, count)


def test_codes_of_another_secret_are_wrong():
    other = ScratchCodec.from_secret(bytes(32))
    assert not is_right(5, other.format(5))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "có 0"),
        ("ABC", "có 3"),
        ("A" * 500, "có 65"),
        ("ABCD EFG!", "“!”"),
        ("ABCD EFGU", "“U”"),
        ("ABCDEFGH", "chưa đúng"),
    ],
)
def test_what_is_wrong_is_said(typed, sentence):
    with pytest.raises(ScratchCodeError) as caught:
        CODEC.check(0, typed)
    assert sentence in caught.value.sentence


def test_secrets_of_another_length_are_refused_and_none_is_shown():
    for make in (ScratchCodec, ScratchCodec.from_secret):
        with pytest.raises(ValueError, match="32 bytes"):
            make(bytes(31))
    assert repr(CODEC) == "ScratchCodec(…)"
