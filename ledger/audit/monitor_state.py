"""What a monitor remembers of a log between two looks at it, and the file that keeps it. Pure.

``docs/audit.md`` shows the file. It holds what was verified, never a secret: whoever changes it deceives only
the monitor it belongs to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.entries import ChainEnd, check_chain_id, format_time, parse_time
from ledger.log.errors import LogError, MonitorStateError
from ledger.log.merkle import HASH_BYTES
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.keyring import HeldKey, KeyRing
from signing.keys import VerifierKey

STATE_VERSION = "sogoc/monitor-state/v1"
_MEMBERS = {
    "version",
    "vkey",
    "checkpoint",
    "grown_at",
    "walked",
    "chains",
    "keys",
    "short_since",
    "alarms",
}


@dataclass(slots=True)
class MonitorState:
    """A log as it was last verified under ``vkey``, the key that the monitor's owner brought along.

    ``checkpoint`` is the newest verified note, ``b""`` before the first; ``grown_at`` is when its size was
    first seen. Of its entries ``walked`` were looked at, and led to ``chains`` and ``ring``. Since
    ``short_since`` entries that the owner knows of are not shown. ``alarms`` counts all that were raised.
    """

    vkey: VerifierKey
    checkpoint: bytes = b""
    grown_at: datetime | None = None
    walked: int = 0
    chains: dict[str, ChainEnd] = field(default_factory=dict)
    ring: KeyRing = field(default_factory=KeyRing)
    short_since: datetime | None = None
    alarms: int = 0

    @property
    def seen(self) -> Checkpoint | None:
        """The newest verified checkpoint."""
        return parse_checkpoint_note(self.checkpoint)[0] if self.checkpoint else None


def format_state(state: MonitorState) -> bytes:
    """The file; ``parse_state`` gives the state back."""
    data = {
        "version": STATE_VERSION,
        "vkey": state.vkey.format(),
        "checkpoint": state.checkpoint.decode(),
        "grown_at": _format_time(state.grown_at),
        "walked": state.walked,
        "chains": {
            chain_id: [end.size, format_base64(end.last_leaf_hash)] for chain_id, end in state.chains.items()
        },
        "keys": [[held.key.format(), held.valid_from, held.valid_until] for held in state.ring],
        "short_since": _format_time(state.short_since),
        "alarms": state.alarms,
    }
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def parse_state(data: bytes) -> MonitorState:
    """The state in a file. Raises ``MonitorStateError`` for anything that ``format_state`` does not write."""
    try:
        found = _members(orjson.loads(data))
        return _checked(
            MonitorState(
                vkey=VerifierKey.parse(found["vkey"]),
                checkpoint=found["checkpoint"].encode(),
                grown_at=_parse_time(found["grown_at"]),
                walked=_count(found["walked"]),
                chains=dict(_chain(*item) for item in found["chains"].items()),
                ring=KeyRing(_keys(found["keys"])),
                short_since=_parse_time(found["short_since"]),
                alarms=_count(found["alarms"]),
            )
        )
    except (ValueError, TypeError, AttributeError, LogError, SigningError) as error:
        raise MonitorStateError(f"not a monitor's state: {error}") from error


def _format_time(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)


def _parse_time(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)


def _members(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict) or found.keys() != _MEMBERS or found["version"] != STATE_VERSION:
        raise ValueError("not the members of a monitor's state")
    return found


def _checked(state: MonitorState) -> MonitorState:
    if state.walked > (state.seen.size if state.seen else 0):
        raise ValueError("more entries walked than verified")
    return state


def _chain(chain_id: str, value: Any) -> tuple[str, ChainEnd]:
    check_chain_id(chain_id)
    size, leaf = value
    end = ChainEnd(_count(size), parse_base64(leaf))
    if len(end.last_leaf_hash) != HASH_BYTES:
        raise ValueError("a leaf hash has 32 bytes")
    return chain_id, end


def _keys(values: Iterable[Any]) -> Iterable[HeldKey]:
    for vkey, valid_from, valid_until in values:
        until = None if valid_until is None else _count(valid_until)
        yield HeldKey(VerifierKey.parse(vkey), _count(valid_from), until)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"not a count: {value!r}")
    return value
