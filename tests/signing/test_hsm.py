"""Keys in a PKCS#11 token, tried with SoftHSM: they sign like any other, and never leave."""

import importlib
import threading
from pathlib import Path

import pytest

from signing import hsm
from signing.errors import TokenError
from signing.hsm import Pkcs11Token, TokenPlace
from signing.keys import PrivateKey, VerifierKey
from signing.notes import check_note, parse_note, sign_note
from signing.vault import Vault
from tests.support.tokens import TOKENS, new_place

NAME = "so.example.vn/goc"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return new_place(tmp_path_factory.mktemp("token"))


@pytest.fixture
def token(place):
    return Pkcs11Token(place)


def test_a_key_made_in_the_token_signs_notes(token):
    signer = token.generate(NAME)
    note = sign_note(b"so.example.vn/goc\n", signer)
    assert check_note(parse_note(note), [signer.verifier_key]) == (NAME,)
    assert (signer.name, signer.key_id) == (NAME, signer.verifier_key.key_id)
    assert signer.sign(b"x") == signer.sign(b"x")


def test_a_key_is_found_again_by_its_public_half_among_others(place, token):
    keys = [token.generate(NAME) for _ in range(3)]
    again = Pkcs11Token(place)
    for key in keys:
        found = again.signer(key.verifier_key)
        found.verifier_key.check(b"x", found.sign(b"x"))
        assert found == key
    assert {key.verifier_key.public_key for key in keys} <= set(again.public_keys())


def test_a_key_that_the_token_does_not_hold_is_named(token):
    foreign = VerifierKey(NAME, PrivateKey.generate().public_key)
    with pytest.raises(TokenError, match=foreign.public_key.hex()):
        token.signer(foreign)
    token.generate(NAME)


def test_the_private_half_cannot_be_read(token):
    pkcs11 = importlib.import_module("pkcs11")
    signer = token.generate(NAME)
    private = token._use(lambda session: token._find_private(session, signer.verifier_key.public_key))
    assert private[pkcs11.Attribute.SENSITIVE]
    assert not private[pkcs11.Attribute.EXTRACTABLE]
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        private[pkcs11.Attribute.VALUE]


def test_threads_share_a_token(token):
    signer = token.generate(NAME)
    signatures: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: signatures.append(signer.sign(b"%d" % n))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(signatures)) == 8


def test_a_key_of_another_kind_under_our_label_is_passed_over(token, place):
    pkcs11 = importlib.import_module("pkcs11")
    encode = importlib.import_module("pkcs11.util.ec").encode_named_curve_parameters

    def make(session):
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: encode("1.3.101.113")}, local=True
        )
        curve.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=place.label, id=b"448"
        )

    before = token.public_keys()
    try:
        token._use(make)
    except TokenError:
        pytest.skip("this SoftHSM makes no Ed448 keys")
    assert token.public_keys() == before


def test_a_wrong_pin_is_told_and_the_token_works_with_the_right_one(place, tmp_path):
    place = new_place(tmp_path, TOKENS[1])  # nobody in this process is logged in to it
    pin = tmp_path / "wrong"
    pin.write_text("0000")
    pin.chmod(0o600)
    token = Pkcs11Token(TokenPlace(place.module, place.token, place.label, pin))
    with pytest.raises(TokenError, match="PinIncorrect"):
        token.generate(NAME)
    pin.write_text(place.pin_file.read_text())
    assert token.generate(NAME).sign(b"x")


def test_a_pin_that_others_could_read_is_refused(place, tmp_path):
    pin = tmp_path / "pin"
    pin.write_text("1234")
    pin.chmod(0o644)
    with pytest.raises(TokenError, match="only its owner") as caught:
        Pkcs11Token(TokenPlace(place.module, place.token, place.label, pin)).generate(NAME)
    assert "chmod 600" in caught.value.sentence
    with pytest.raises(TokenError, match="No such file"):
        Pkcs11Token(TokenPlace(place.module, place.token, place.label, tmp_path / "none")).generate(NAME)


@pytest.mark.parametrize(("module", "label"), [("/nowhere/module.so", None), (None, "no such token")])
def test_a_module_or_token_that_is_not_there_is_an_error_of_ours(place, module, label):
    elsewhere = TokenPlace(Path(module or place.module), label or place.token, place.label, place.pin_file)
    with pytest.raises(TokenError):
        Pkcs11Token(elsewhere).public_keys()


def test_without_the_package_a_sentence_says_what_to_install(place, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(hsm.importlib, "import_module", missing)
    with pytest.raises(TokenError) as caught:
        Pkcs11Token(place).public_keys()
    assert "python-pkcs11" in caught.value.sentence


def test_a_vault_hands_out_the_token_s_signers(token):
    key = token.generate(NAME).verifier_key
    signer = Vault(bytes(32), token=token).token_signer(key)
    key.check(b"x", signer.sign(b"x"))
    with pytest.raises(TokenError, match="no token is configured"):
        Vault(bytes(32)).token_signer(key)


def test_pin_and_private_key_are_in_no_repr(token, place):
    assert place.pin_file.read_text().strip() not in repr(token.generate(NAME)) + repr(token)
