"""A command sent twice is done once: the second time gets the first result.

A form posted again, a phone that retries without having seen the answer: both carry the idempotency key of
the first try. The first result is kept per organisation and key, beside an HMAC of the command under a key
from the vault (a plain hash of a command that holds a secret would let the secret be guessed). Results hold
identifiers and counts only, never a name or a secret.
"""

import dataclasses
import hashlib
import hmac
import json
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import bindparam, select

from ledger.coop.errors import CommandError, Problem, RepeatConflictError
from ledger.coop.tables import ReplayRow
from ledger.inserts import Insert, core_table
from ledger.log.unit import Unit
from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory
from signing.vault import Vault

MAX_KEY_LENGTH = 100

_SAID = "ledger.coop not said"
NOT_SAID: Mapping[str, bool] = MappingProxyType({_SAID: False})
"""Metadata of a command's field that only spares work: with another value it is the same command."""

_KEPT = "ledger.coop kept results"
_INSERT = Insert(core_table(ReplayRow), "organisation", "idempotency_key", "command_digest", "result")
# What waits to be written is remembered, so nothing need be written before this asks.
_FIRST = (
    select(ReplayRow.command_digest, ReplayRow.result)
    .where(ReplayRow.organisation == bindparam("owner"), ReplayRow.key == bindparam("form"))
    .execution_options(**{LETS_WAIT: True})
)

R = TypeVar("R")


def find_first_result(
    unit: Unit, organisation: str, key: str, digest: bytes, result_type: type[R]
) -> R | None:
    """What the command with this key answered the first time; ``None`` when the key is new.

    Raises ``RepeatConflictError`` when the key belongs to a different command, ``CommandError`` for a key
    that is empty or longer than 100 characters.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise CommandError(Problem("idempotency_key", "Phiếu bị lỗi. Hãy mở phiếu mới rồi ghi lại."))
    first = _find(unit, organisation, key)
    if first is None:
        return None
    first_digest, text = first
    if not hmac.compare_digest(first_digest, digest):
        raise RepeatConflictError(f"idempotency key {key!r} came with another command")
    result: R = _parse(result_type, json.loads(text))
    return result


def is_kept(unit: Unit, organisation: str, key: str) -> bool:
    """Whether a command with this key was done before."""
    return _find(unit, organisation, key) is not None


def keep_first_result(unit: Unit, organisation: str, key: str, digest: bytes, result: object) -> None:
    """Keep ``result`` (a frozen dataclass) for repeats of the command."""
    text = json.dumps(_plain(result), ensure_ascii=False, separators=(",", ":"))
    unit.session.flush()  # the organisation may be new in this very unit
    LotMemory.of(unit).add(_INSERT, [(organisation, key, digest, text)])
    unit.session.info.setdefault(_KEPT, {})[organisation, key] = (digest, text)


def digest_command(unit: Unit, verb: str, command: object) -> bytes:
    """32 bytes that only the same command for the same verb gives under this ledger's vault."""
    text = json.dumps([verb, _plain(command)], ensure_ascii=False, sort_keys=True)
    return hmac.digest(_replay_key(unit.vault), text.encode(), hashlib.sha256)


@lru_cache(maxsize=8)
def _replay_key(vault: Vault) -> bytes:
    return vault.derive("coop/replay")


def _find(unit: Unit, organisation: str, key: str) -> tuple[bytes, str] | None:
    """Digest and result kept under a key: those of this session from memory, the others from the table."""
    kept: dict[tuple[str, str], tuple[bytes, str]] = unit.session.info.get(_KEPT, {})
    if (organisation, key) in kept:
        return kept[organisation, key]
    asked = {"owner": organisation, "form": key}
    row = unit.session.connection().execute(_FIRST, asked).one_or_none()
    return None if row is None else (row[0], row[1])


def _plain(value: Any) -> Any:
    """``value`` as JSON data. Dates, decimals and enumerations become their text, bytes their digest."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        said = (field for field in dataclasses.fields(value) if _SAID not in field.metadata)
        return {field.name: _plain(getattr(value, field.name)) for field in said}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict) or hasattr(value, "keys"):
        return {str(key): _plain(value[key]) for key in value}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _parse(wanted: Any, value: Any) -> Any:
    """The inverse of ``_plain``, led by the type ``wanted``."""
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        choices = [choice for choice in get_args(wanted) if choice is not type(None)]
        return None if value is None else _parse(choices[0], value)
    if origin is tuple:
        items = get_args(wanted)
        kinds = [items[0]] * len(value) if items[-1] is Ellipsis else items
        return tuple(_parse(kind, item) for kind, item in zip(kinds, value, strict=True))
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        hints = get_type_hints(wanted)
        return wanted(**{name: _parse(hints[name], item) for name, item in value.items()})
    if wanted in (date, datetime):
        return wanted.fromisoformat(value)
    return value if value is None or isinstance(value, wanted) else wanted(value)
