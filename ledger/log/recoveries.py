"""``LogRecovered``, a statement in the log's own chain: entries were lost, and it went on without them. Pure.

A log that goes on from an older copy of itself has forked. Nothing can undo that, so it is said where every
monitor reads: what was signed before, what the log went on from, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from ledger.log.errors import MalformedEventNoteError
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error

LOG_RECOVERED: Final = "LogRecovered"
LossReason = Literal["disk", "machine", "mistake", "unknown"]
LOSS_REASONS: Final[tuple[LossReason, ...]] = get_args(LossReason)
"""Why entries were lost. A closed list: the log is public, and free text may name people."""

_MEMBERS = {"type", "id", "size", "root", "reason"}
_SIGNED = {"signedSize", "signedRoot"}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The log goes on from ``size`` and ``root`` (32 bytes), although ``signed_size`` was signed before.

    ``signed_size`` and ``signed_root`` are ``None`` where no record told.
    """

    size: int
    root: bytes
    signed_size: int | None
    signed_root: bytes | None
    reason: LossReason


def format_recovery(recovery: Recovery, statement_id: str) -> dict[str, Any]:
    """The statement's body; the inverse of ``parse_recovery``."""
    body: dict[str, Any] = {
        "type": LOG_RECOVERED,
        "id": statement_id,
        "size": recovery.size,
        "root": format_base64(recovery.root),
        "reason": recovery.reason,
    }
    if recovery.signed_size is not None and recovery.signed_root is not None:
        body |= {"signedSize": recovery.signed_size, "signedRoot": format_base64(recovery.signed_root)}
    return body


def is_recovery(body: Mapping[str, Any]) -> bool:
    """Whether the body is of this type, well formed or not."""
    return body.get("type") == LOG_RECOVERED


def parse_recovery(body: Mapping[str, Any]) -> Recovery:
    """What the statement says. Raises ``MalformedEventNoteError``."""
    members = body.keys()
    if members - _SIGNED != _MEMBERS or _SIGNED & members not in (set(), _SIGNED):
        raise MalformedEventNoteError(f"LogRecovered has other members: {sorted(members)}")
    if body["reason"] not in LOSS_REASONS or not isinstance(body["id"], str):
        raise MalformedEventNoteError("LogRecovered has another reason or id")
    return Recovery(
        _size(body["size"]),
        _root(body["root"]),
        _size(body["signedSize"]) if "signedSize" in body else None,
        _root(body["signedRoot"]) if "signedRoot" in body else None,
        body["reason"],
    )


def _size(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise MalformedEventNoteError(f"not a size: {value!r}")
    return value


def _root(value: Any) -> bytes:
    try:
        root = parse_base64(value) if isinstance(value, str) else b""
    except MalformedBase64Error as error:
        raise MalformedEventNoteError(f"not a root hash: {value!r}") from error
    if len(root) != 32:
        raise MalformedEventNoteError(f"not a root hash: {value!r}")
    return root
