"""RFC 3161: answers of a real authority (openssl), and everything that is none."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import TimestampError
from signing.timestamps import (
    MAX_ANSWER_BYTES,
    check_timestamp,
    load_authorities,
    request_timestamp,
)
from tests.support.time_authority import make_authority

pytest.importorskip("rfc3161_client")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")

MESSAGE = b"so.example.vn/goc\n8\nUew5JX8UyIGlRqGABN6+/bn8mgHki3YQMlTIn+78SzA=\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def asked(authority):
    request = request_timestamp(MESSAGE)
    return request, authority.reply(request.data)


@pytest.fixture(scope="module")
def roots(authority):
    return load_authorities(authority.pem.read_bytes())


def test_an_answer_tells_when_the_message_was_seen(asked, roots):
    request, answer = asked
    moment = check_timestamp(answer, MESSAGE, roots, nonce=request.nonce)
    assert moment.tzinfo is UTC
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=10)
    # Later nobody knows the nonce any more.
    assert check_timestamp(answer, MESSAGE, roots) == moment


def test_openssl_agrees(asked, authority):
    (authority.folder / "kept.tsr").write_bytes(asked[1])
    (authority.folder / "message").write_bytes(MESSAGE)
    command = "openssl ts -verify -data message -in kept.tsr -CAfile ca.pem"
    done = subprocess.run(command.split(), cwd=authority.folder, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: b"",
        lambda answer: b"nonsense",
        lambda answer: answer[:-1],
        lambda answer: answer[: len(answer) // 2],
        lambda answer: b"<html>busy</html>",
        lambda answer: bytes(MAX_ANSWER_BYTES + 1),
        lambda answer: answer.replace(b"\x30", b"\x31", 1),
    ],
)
def test_what_is_no_answer_is_refused(asked, roots, change):
    with pytest.raises(TimestampError):
        check_timestamp(change(asked[1]), MESSAGE, roots)


def test_the_order_of_the_certificates_does_not_matter(asked, authority, roots):
    """OpenSSL writes them as they come; DER sorts them."""
    request, answer = asked
    ders = [
        load_authorities((authority.folder / name).read_bytes())[0].public_bytes(Encoding.DER)
        for name in ("tsa.pem", "ca.pem")
    ]
    for first, second in (ders, ders[::-1]):
        at = min(answer.index(der) for der in ders)
        swapped = answer[:at] + first + second + answer[at + len(first + second) :]
        check_timestamp(swapped, MESSAGE, roots, nonce=request.nonce)


def test_an_answer_without_certificates_is_refused(authority, roots):
    request = subprocess.run(
        ["openssl", "ts", "-query", "-data", "/dev/stdin", "-sha256"],
        input=MESSAGE,
        capture_output=True,
        check=True,
    ).stdout
    with pytest.raises(TimestampError):
        check_timestamp(authority.reply(request), MESSAGE, roots)


def test_another_message_nonce_or_authority_is_refused(asked, roots, tmp_path):
    request, answer = asked
    other = load_authorities(make_authority(tmp_path / "other").pem.read_bytes())
    for message, authorities, nonce in (
        (MESSAGE.replace(b"8", b"9", 1), roots, request.nonce),
        (MESSAGE, roots, request.nonce + 1),
        (MESSAGE, other, request.nonce),
    ):
        with pytest.raises(TimestampError):
            check_timestamp(answer, message, authorities, nonce=nonce)


def test_no_changed_byte_changes_what_is_told(asked, roots):
    """The certificates that come along may be, since nobody believes them; message and time may not."""
    request, answer = asked
    moment = check_timestamp(answer, MESSAGE, roots, nonce=request.nonce)
    for at in range(0, len(answer), 7):
        changed = bytearray(answer)
        changed[at] ^= 0x11
        try:
            assert check_timestamp(bytes(changed), MESSAGE, roots, nonce=request.nonce) == moment
        except TimestampError:
            continue


def test_an_answer_about_another_digest_is_refused(authority, roots):
    import rfc3161_client

    (authority.folder / "tsa.cnf").write_text(
        (authority.folder / "tsa.cnf").read_text().replace("digests = sha256\n", "digests = sha256, sha512\n")
    )
    request = rfc3161_client.TimestampRequestBuilder(MESSAGE, rfc3161_client.HashAlgorithm.SHA512).build()
    with pytest.raises(TimestampError, match="another digest"):
        check_timestamp(authority.reply(request.as_bytes()), MESSAGE, roots)


def test_a_refusal_is_no_timestamp(authority, roots):
    refusal = authority.reply(b"\x30\x03\x02\x01\x01")
    with pytest.raises(TimestampError):
        check_timestamp(refusal, MESSAGE, roots)


@pytest.mark.parametrize(
    "pem", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"]
)
def test_a_file_without_certificates_is_refused(pem):
    with pytest.raises(TimestampError):
        load_authorities(pem)


def test_without_the_extra_the_reader_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(TimestampError) as refused:
        request_timestamp(MESSAGE)
    assert "pip install 'sogoc[timestamps]'" in refused.value.sentence
