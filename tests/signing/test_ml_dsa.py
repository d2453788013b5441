"""ML-DSA-44: keys of a seed, signatures of their length, nothing else accepted."""

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from signing.errors import MalformedKeyError
from signing.ml_dsa import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    MlDsaPrivateKey,
    check_ml_dsa_key,
    is_ml_dsa_signature,
)

KEY = MlDsaPrivateKey.from_seed(bytes(range(32)))


def test_a_seed_makes_one_key():
    again = MlDsaPrivateKey.from_seed(KEY.seed)
    assert (again.public_key, again.seed) == (KEY.public_key, bytes(range(32)))
    assert len(KEY.public_key) == PUBLIC_KEY_BYTES
    assert MlDsaPrivateKey.generate().public_key != KEY.public_key


def test_a_signature_verifies_for_its_message_and_key_only():
    signature = KEY.sign(b"message")
    assert len(signature) == SIGNATURE_BYTES
    assert is_ml_dsa_signature(KEY.public_key, b"message", signature)
    other = MlDsaPrivateKey.generate()
    for public_key, message, signed in (
        (KEY.public_key, b"messagf", signature),
        (other.public_key, b"message", signature),
        (KEY.public_key, b"message", signature[:-1] + bytes([signature[-1] ^ 1])),
        (KEY.public_key, b"message", signature[:-1]),
        (KEY.public_key, b"message", signature + b"\0"),
        (KEY.public_key, b"message", b""),
    ):
        assert not is_ml_dsa_signature(public_key, message, signed)


def test_the_library_s_own_verifier_agrees():
    # Pure ML-DSA with an empty context (FIPS 204 §5.2).
    MLDSA44PublicKey.from_public_bytes(KEY.public_key).verify(KEY.sign(b"m"), b"m")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_has_32_bytes(length):
    with pytest.raises(MalformedKeyError):
        MlDsaPrivateKey.from_seed(bytes(length))


@pytest.mark.parametrize("length", [0, 32, PUBLIC_KEY_BYTES - 1, PUBLIC_KEY_BYTES + 1])
def test_a_public_key_has_1312_bytes(length):
    with pytest.raises(MalformedKeyError):
        check_ml_dsa_key(bytes(length))
    with pytest.raises(MalformedKeyError):
        is_ml_dsa_signature(bytes(length), b"m", bytes(SIGNATURE_BYTES))


def test_the_secret_is_not_in_what_is_printed():
    assert KEY.seed.hex() not in repr(KEY)
    assert KEY.public_key[:8].hex() in repr(KEY)
