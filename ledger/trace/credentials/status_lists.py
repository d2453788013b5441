"""Bitstring Status Lists (W3C vc-bitstring-status-list): a bit for each credential of an organisation. Pure.

Two lists go side by side, with a credential at the same index of both: ``revocation`` (the credential no
longer stands, for whichever reason: the lot is recalled, or was sealed anew) and ``message`` (recalled).

>>> is_set(parse_list(format_list([7])), 7)
True
"""

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ledger.trace.credentials.moments import format_moment
from ledger.trace.errors import TraceError
from signing.base64url import format_base64url, parse_base64url
from signing.errors import MalformedBase64Error

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
LIST_TYPE = "BitstringStatusListCredential"
ENTRY_TYPE = "BitstringStatusListEntry"

LENGTH = 131_072
"""Credentials a list has room for, and the least a list may have: one bit hides among them (§6.1)."""
MAX_LENGTH = 64 * LENGTH
VALIDITY = timedelta(hours=1)
"""How long a list is good for: an older one that is sent again is refused (§2.2, ``validUntil``)."""
TTL = timedelta(seconds=15)
"""How long a reader may keep a list before it asks again."""

_MULTIBASE = "u"
_COMPRESSION = 9


class StatusPurpose(StrEnum):
    """What a set bit means; the value is ``statusPurpose`` and part of the list's address."""

    REVOCATION = "revocation"
    MESSAGE = "message"


_MESSAGES = (
    {"status": "0x0", "message": "Lô không bị thu hồi / The lot is not recalled"},
    {"status": "0x1", "message": "Lô đang bị thu hồi / The lot is recalled"},
)


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where a credential's bits are: the organisation's ``number``-th pair of lists (from 1), and index."""

    organisation: str
    number: int
    position: int


def list_url(public_url: str, organisation: str, purpose: StatusPurpose, number: int) -> str:
    """The address of a list, which is its credential's id as well."""
    return f"{public_url}/{organisation}/status/{purpose.value}/{number}"


def status_entries(public_url: str, place: StatusPlace) -> list[dict[str, Any]]:
    """``credentialStatus`` of a credential: an entry for each list (§2.1); the index is a string there."""
    return [status_entry(public_url, place, purpose) for purpose in StatusPurpose]


def status_entry(public_url: str, place: StatusPlace, purpose: StatusPurpose) -> dict[str, Any]:
    """The entry that names one list and the index in it."""
    url = list_url(public_url, place.organisation, purpose, place.number)
    entry: dict[str, Any] = {
        "id": f"{url}#{place.position}",
        "type": ENTRY_TYPE,
        "statusPurpose": purpose.value,
        "statusListIndex": str(place.position),
        "statusListCredential": url,
    }
    if purpose is StatusPurpose.MESSAGE:
        entry |= {"statusSize": 1, "statusMessage": [dict(message) for message in _MESSAGES]}
    return entry


def find_place(credential: Mapping[str, Any]) -> StatusPlace | None:
    """The place that a credential of ours names, ``None`` for one from before there were lists.

    Raises ``TraceError`` when it names lists in another way than ``status_entries`` would.
    """
    entries = credential.get("credentialStatus")
    if entries is None:
        return None
    try:
        *base, organisation, _, _, number = entries[0]["statusListCredential"].split("/")
        place = StatusPlace(organisation, int(number), int(entries[0]["statusListIndex"]))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise TraceError(f"not the status of a credential of ours: {error!r}") from error
    if entries != status_entries("/".join(base), place):
        raise TraceError("not the status of a credential of ours")
    return place


def build_status_list(
    did: str, url: str, purpose: StatusPurpose, positions: Iterable[int], signed_at: datetime
) -> dict[str, Any]:
    """The list as a credential, without its proof (§2.2): good from ``signed_at`` (aware) for an hour."""
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": did,
        "validFrom": format_moment(signed_at),
        "validUntil": format_moment(signed_at + VALIDITY),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "ttl": int(TTL.total_seconds() * 1000),
            "encodedList": format_list(positions),
        },
    }


def format_list(positions: Iterable[int]) -> str:
    """``encodedList`` with these bits set: multibase base64url of the gzipped bits (§3.3)."""
    bits = bytearray(LENGTH // 8)
    for position in positions:
        # Index 0 is the leftmost bit of the first byte.
        bits[position // 8] |= 0x80 >> position % 8
    return _MULTIBASE + format_base64url(gzip.compress(bytes(bits), _COMPRESSION, mtime=0))


def parse_list(text: str) -> bytes:
    """The bits of an ``encodedList`` (§3.4), 16 KiB to 1 MiB. Raises ``TraceError``."""
    if not text.startswith(_MULTIBASE):
        raise TraceError("the list is not base64url in multibase form")
    try:
        packed = parse_base64url(text.removeprefix(_MULTIBASE))
        unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        # Asked for one byte more than may be there: what swells without end stops here.
        bits = unpacking.decompress(packed, MAX_LENGTH // 8 + 1)
    except (MalformedBase64Error, zlib.error) as error:
        raise TraceError(f"the list cannot be unpacked: {error}") from error
    if not unpacking.eof or unpacking.unused_data or not LENGTH <= len(bits) * 8 <= MAX_LENGTH:
        raise TraceError(f"a list has {LENGTH} to {MAX_LENGTH} bits")
    return bits


def is_set(bits: bytes, position: int) -> bool:
    """Whether the bit is set. Raises ``TraceError`` for an index that the list does not have (§3.2)."""
    if not 0 <= position < len(bits) * 8:
        raise TraceError(f"index {position} of a list of {len(bits) * 8}")
    return bool(bits[position // 8] & 0x80 >> position % 8)
