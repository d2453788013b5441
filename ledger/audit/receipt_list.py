"""What a chain's owner keeps of its entries, to hold the log to it: one JSON object a line. Pure.

``{"index": 12, "leaf_hash": "<base64, 32 bytes>"}``; further members are passed over, so whole answers of the
server may be kept. The index and the leaf hash are in every receipt that a log gives.
"""

from dataclasses import dataclass

import orjson

from ledger.log.errors import MalformedReceiptsError
from ledger.log.merkle import HASH_BYTES
from signing.canonical_base64 import parse_base64
from signing.errors import MalformedBase64Error

MAX_RECEIPTS = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """The log said that the entry with this leaf hash (32 bytes) is at ``index``."""

    index: int
    leaf_hash: bytes


def parse_receipts(data: bytes) -> tuple[KeptReceipt, ...]:
    """The receipts in a file. Raises ``MalformedReceiptsError``, which names the line."""
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if len(lines) > MAX_RECEIPTS:
        raise MalformedReceiptsError(lines[MAX_RECEIPTS][0], f"more than {MAX_RECEIPTS} receipts")
    return tuple(_parse_line(number, line) for number, line in lines)


def _parse_line(number: int, line: bytes) -> KeptReceipt:
    try:
        found = orjson.loads(line)
        index, leaf = found["index"], parse_base64(found["leaf_hash"])
    except (ValueError, KeyError, TypeError, MalformedBase64Error) as error:
        raise MalformedReceiptsError(number, f"no index and leaf hash: {error!r}") from error
    if type(index) is not int or index < 0 or len(leaf) != HASH_BYTES:
        raise MalformedReceiptsError(number, "an index is a count, a leaf hash has 32 bytes")
    return KeptReceipt(index, leaf)
