"""Timestamps of others: asked for and checked (RFC 3161). Needs the extra ``timestamps`` (rfc3161-client).

An authority signs that it saw the SHA-256 of some bytes at a time. What is kept is its whole answer, a
``TimeStampResp`` in DER, so that ``openssl ts -verify`` can check it as well.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from cryptography.x509 import Certificate, load_pem_x509_certificates

from signing.errors import TimestampError

if TYPE_CHECKING:
    from types import ModuleType

Certificates: TypeAlias = tuple[Certificate, ...]
"""Those whom a verifier believes: time-stamp authorities, or who certified them."""

REQUEST_TYPE = "application/timestamp-query"
ANSWER_TYPE = "application/timestamp-reply"
MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A ``TimeStampReq`` in DER, and the nonce that the answer must repeat."""

    data: bytes
    nonce: int


def load_authorities(pem: bytes) -> Certificates:
    """The certificates in a PEM file: those of the authority, or of who certified it.

    Raises ``TimestampError`` when there is none.
    """
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise TimestampError(f"no certificates in PEM: {error}") from error


def request_timestamp(message: bytes) -> TimestampRequest:
    """A request about ``message``, with a nonce; wants the certificates sent. Raises ``TimestampError``."""
    client = _client()
    builder = client.TimestampRequestBuilder(message, client.HashAlgorithm.SHA256, nonce=True, cert_req=True)
    request = builder.build()
    return TimestampRequest(request.as_bytes(), request.nonce)


def check_timestamp(
    answer: bytes, message: bytes, authorities: Certificates, *, nonce: int | None = None
) -> datetime:
    """When the authority saw ``message``, in UTC.

    Raises ``TimestampError`` unless ``answer`` is a granted timestamp of the SHA-256 of ``message``, repeats
    ``nonce`` if one is given, and is signed by a certificate for time-stamping that is one of ``authorities``
    or was certified by one of them, valid at that time.
    """
    client = _client()
    if len(answer) > MAX_ANSWER_BYTES:
        raise TimestampError(f"a timestamp has at most {MAX_ANSWER_BYTES} bytes, not {len(answer)}")
    verifier = client.VerifierBuilder(roots=list(authorities), nonce=nonce).build()
    try:
        response = client.decode_timestamp_response(_with_sorted_certificates(answer))
        algorithm = response.tst_info.message_imprint.hash_algorithm.dotted_string
        verifier.verify_message(response, message)
        moment: datetime = response.tst_info.gen_time
    except Exception as error:  # a parser of others at hostile bytes: whatever it raises, it is no timestamp
        raise TimestampError(f"not a timestamp of this: {error}") from error
    if algorithm != _SHA256:
        raise TimestampError("a timestamp of another digest than SHA-256")
    return moment.astimezone(UTC)


def _with_sorted_certificates(answer: bytes) -> bytes:
    """The answer with its certificates in the order that DER asks of a SET OF (X.690 §11.6).

    OpenSSL writes them as they come, and the parser is strict. No signature covers their order.
    """
    start, _ = _content(answer, 0)  # TimeStampResp (RFC 3161 §2.4.2)
    token, _ = _content(answer, _end(answer, start))  # behind the status: ContentInfo (RFC 5652 §3)
    signed, _ = _content(answer, _content(answer, _end(answer, token))[0])  # SignedData (RFC 5652 §5.1)
    at = signed
    for _ in ("version", "digestAlgorithms", "encapContentInfo"):
        at = _end(answer, at)
    if answer[at] != _CERTIFICATES:
        return answer
    first, end = _content(answer, at)
    certificates = []
    while first < end:
        certificates.append(answer[first : _end(answer, first)])
        first = _end(answer, first)
    return answer[: _content(answer, at)[0]] + b"".join(sorted(certificates)) + answer[end:]


_CERTIFICATES = 0xA0
"""The tag of ``certificates [0] IMPLICIT``."""


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the DER value at ``at`` starts and ends. Raises ``IndexError``, ``ValueError``."""
    length = data[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    start = at + 2 + length - 0x80
    end = start + int.from_bytes(data[at + 2 : start], "big")
    if not start <= end <= len(data):
        raise ValueError("a length beyond the end")
    return start, end


def _end(data: bytes, at: int) -> int:
    return _content(data, at)[1]


_SHA256 = "2.16.840.1.101.3.4.2.1"


def _client() -> "ModuleType":
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra: who has no authority need not install it
    except ImportError as error:
        sentence = "Chưa cài phần dấu thời gian. Hãy chạy: pip install 'sogoc[timestamps]'"
        raise TimestampError("rfc3161-client is not installed", sentence=sentence) from error
    return rfc3161_client
