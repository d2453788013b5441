import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import BadSignatureError, MalformedKeyError
from signing.keys import (
    _SMALL_ORDER_KEYS,
    NamedKey,
    PrivateKey,
    VerifierKey,
    check_name,
    is_signature,
    key_id,
)

# RFC 8032 §7.1, test 2.
RFC_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
RFC_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
RFC_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)

names = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="+"),
    min_size=1,
    max_size=60,
)
seeds = st.binary(min_size=32, max_size=32)


@pytest.fixture
def vectors(shared_data):
    return json.loads((shared_data / "vectors" / "notes.json").read_text())


def test_the_rfc_8032_example_is_reproduced():
    key = PrivateKey.from_seed(RFC_SEED)
    assert key.seed == RFC_SEED
    assert key.public_key == RFC_PUBLIC
    assert key.sign(b"\x72") == RFC_SIGNATURE
    assert is_signature(RFC_PUBLIC, b"\x72", RFC_SIGNATURE)


def test_two_generated_keys_differ():
    assert PrivateKey.generate().public_key != PrivateKey.generate().public_key


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(size):
    with pytest.raises(MalformedKeyError, match="32 bytes"):
        PrivateKey.from_seed(bytes(size))


def test_a_private_key_does_not_show_its_secret():
    key = PrivateKey.from_seed(RFC_SEED)
    shown = repr(key) + repr(NamedKey("htx.example/a", key))
    assert RFC_SEED.hex() not in shown
    assert RFC_PUBLIC.hex() in shown


@given(seeds, st.binary(max_size=100), st.integers(0, 511))
def test_a_signature_with_one_bit_changed_does_not_verify(seed, message, bit):
    key = PrivateKey.from_seed(seed)
    signature = bytearray(key.sign(message))
    assert is_signature(key.public_key, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not is_signature(key.public_key, message, bytes(signature))


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_does_not_verify(size):
    assert not is_signature(RFC_PUBLIC, b"\x72", (RFC_SIGNATURE + b"\x00")[:size])


def test_a_signature_plus_the_group_order_does_not_verify():
    """S and S + L would both satisfy the equation (RFC 8032 §5.1.7 asks for S < L)."""
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(RFC_SIGNATURE[32:], "little") + order
    assert not is_signature(RFC_PUBLIC, b"\x72", RFC_SIGNATURE[:32] + scalar.to_bytes(32, "little"))


def test_a_verifier_key_names_the_key_whose_signature_is_bad():
    key = VerifierKey("htx.example/a", RFC_PUBLIC)
    key.check(b"\x72", RFC_SIGNATURE)
    with pytest.raises(BadSignatureError) as bad:
        key.check(b"\x73", RFC_SIGNATURE)
    assert (bad.value.name, bad.value.key_id) == ("htx.example/a", key.key_id)


def test_a_named_key_signs_as_its_verifier_key_checks():
    signer = NamedKey("htx.example/a", PrivateKey.from_seed(RFC_SEED))
    assert signer.verifier_key == VerifierKey("htx.example/a", RFC_PUBLIC)
    assert signer.key_id == signer.verifier_key.key_id
    signer.verifier_key.check(b"lua", signer.sign(b"lua"))


@given(names, seeds)
def test_parse_undoes_format(name, seed):
    key = VerifierKey(name, PrivateKey.from_seed(seed).public_key)
    assert VerifierKey.parse(key.format()) == key
    assert VerifierKey.parse(key.format()).format() == key.format()


def test_the_same_key_under_another_name_has_another_id():
    assert key_id("a", RFC_PUBLIC) != key_id("b", RFC_PUBLIC)


def test_foreign_verifier_keys_are_read_and_written_unchanged(vectors):
    signed = [note["vkey"] for note in vectors["signed_notes"]]
    for text in vectors["good_vkeys"] + signed:
        assert VerifierKey.parse(text).format() == text


def test_bad_foreign_verifier_keys_are_refused(vectors):
    assert vectors["bad_vkeys"]
    for text in vectors["bad_vkeys"]:
        with pytest.raises(MalformedKeyError):
            VerifierKey.parse(text)


GOOD = VerifierKey("htx.example/a", RFC_PUBLIC).format()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "htx.example/a",
        "htx.example/a+00000000",
        GOOD.replace("htx.example/a", "htx.example/b"),
        GOOD.replace("htx.example/a", ""),
        GOOD.replace("htx.example/a", "htx example"),
        GOOD.replace(GOOD.split("+")[1], GOOD.split("+")[1].upper()),
        GOOD + "\n",
        GOOD[:-1],
        GOOD.rsplit("+", 1)[0] + "+",
        GOOD.rsplit("+", 1)[0] + "+AQ==",
    ],
    ids=repr,
)
def test_another_spelling_of_a_verifier_key_is_refused(text):
    with pytest.raises(MalformedKeyError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a+b", "a\nb", "a\x7f", "a\u00a0b", "a\u2028b", "\ud800", "a" * 256], ids=ascii
)
def test_a_name_that_would_break_a_line_is_refused(name):
    with pytest.raises(MalformedKeyError):
        check_name(name)


def test_a_name_of_255_bytes_is_the_longest():
    check_name("ạ" * 85)
    with pytest.raises(MalformedKeyError, match="255"):
        check_name("ạ" * 85 + "a")


@pytest.mark.parametrize("sign_bit", [0, 0x80])
@pytest.mark.parametrize("y", sorted(_SMALL_ORDER_KEYS), ids=bytes.hex)
def test_a_key_of_small_order_is_refused(y, sign_bit):
    with pytest.raises(MalformedKeyError, match="small order"):
        VerifierKey("htx.example/a", y[:-1] + bytes([y[-1] | sign_bit]))


def test_the_list_of_small_order_keys_is_all_of_them():
    """The group has cofactor 8, hence eight such points; found again by arithmetic of its own."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(one, other):
        (x1, y1), (x2, y2) = one, other
        product = d * x1 * x2 * y1 * y2
        x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, p) % p
        y3 = (y1 * y2 + x1 * x2) * pow(1 - product, -1, p) % p
        return x3, y3

    def roots(square):
        if square == 0:
            return {0}
        root = pow(square, (p + 3) // 8, p)
        root = root if root * root % p == square else root * pow(2, (p - 1) // 4, p) % p
        assert root * root % p == square
        return {root, p - root}

    ys = {int.from_bytes(y, "little") % p for y in _SMALL_ORDER_KEYS}
    points = {(x, y) for y in ys for x in roots((y * y - 1) * pow(d * y * y + 1, -1, p) % p)}
    assert len(points) == 8
    for point in points:
        doubled = point
        for _ in range(3):
            doubled = add(doubled, doubled)
        assert doubled == (0, 1)
    # Only y < 19 can also be written as y + p in 255 bits.
    assert {y for y in ys if y < 19} == {0, 1}
