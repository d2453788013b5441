"""Asking a time-stamp authority about a published checkpoint (RFC 3161 §3.4, over HTTP).

What is stamped is the checkpoint's text: origin, size, root hash. The log's signatures are not part of it,
since they may be added to later; the root hash alone fixes every entry.
"""

from dataclasses import dataclass

from ledger.log.publication import Timestamp
from ledger.witness.errors import NotAnsweredError
from ledger.witness.exchange import EXCHANGE_S, post
from signing.errors import TimestampError
from signing.timestamps import (
    ANSWER_TYPE,
    MAX_ANSWER_BYTES,
    REQUEST_TYPE,
    Certificates,
    check_timestamp,
    request_timestamp,
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority: the name it goes by here, where it is asked, and who vouches for it."""

    name: str
    url: str
    certificates: Certificates


def ask_authority(authority: Authority, text: bytes, *, seconds: float = EXCHANGE_S) -> Timestamp:
    """The authority's timestamp of ``text``, checked.

    Raises ``NotAnsweredError``, and ``TimestampError`` where the extra ``timestamps`` is not installed.
    """
    request = request_timestamp(text)
    answer = post(
        authority.url,
        request.data,
        max_bytes=MAX_ANSWER_BYTES,
        headers={"Content-Type": REQUEST_TYPE},
        seconds=seconds,
    )
    if answer.status != 200 or answer.content_type != ANSWER_TYPE:
        raise NotAnsweredError(f"answered {answer.status}, {answer.content_type or 'no type'}")
    try:
        stamped_at = check_timestamp(answer.body, text, authority.certificates, nonce=request.nonce)
    except TimestampError as error:
        raise NotAnsweredError(str(error)) from error
    return Timestamp(authority.name, stamped_at, answer.body)
