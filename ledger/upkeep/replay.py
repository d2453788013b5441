"""Bring missing entries back from a copy of the log, byte for byte, until it is what was signed.

(1) the copy's checkpoint is signed by a key of this log (2) the copy begins with what is stored here (3) and
holds what the record says was signed (4) each missing entry goes through the checks of its first append, and
must give the very same bytes in the same place (5) at the end the root hash is that of the copy, and the
record is written anew.

What a copy of the log does not hold cannot come back from it: values behind sealed fields, private keys
and the working books of the missing time. ``Replayed.lost`` names what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.log.anti_rollback import HeadRecord
from ledger.log.authors import LOG_CHAIN
from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.entries import parse_entry, parse_event_note
from ledger.log.errors import ConsistencyError, LogError
from ledger.log.ledger import Ledger
from ledger.log.log_keys import move_first_seed, read_log_keys
from ledger.log.queries import read_head, read_identity
from ledger.log.remote_sources import open_source, read_checkpoint
from ledger.log.remote_tiles import AuthenticatedReader, RemoteSource
from ledger.log.tables import LogKey
from ledger.log.unit import Unit
from ledger.upkeep.bundles import Bundles
from ledger.upkeep.errors import NothingToRecoverError, RecoveryError
from ledger.upkeep.heads import HeadReport, HeadState, examine_head
from ledger.upkeep.projecting import FindCredential, project_again
from signing.errors import SigningError
from signing.keys import VerifierKey

ENTRIES_AT_ONCE = 200
"""How many entries one transaction brings back. A replay that was cut off goes on where it ended."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The entries from ``first`` to ``size`` came back. ``lost``: Vietnamese sentences on what did not."""

    first: int
    size: int
    lost: tuple[str, ...]


def replay_missing(ledger: Ledger, record: HeadRecord, place: str) -> Replayed:
    """Bring back what ``place`` (an export's folder, or the address of a log) has and this log has not.

    Raises ``NothingToRecoverError``; ``RecoveryError`` when the copy is of another log or does not reach far
    enough, in which case nothing is written; ``TileMismatchError`` and ``SourceError`` for a copy that is not
    what its checkpoint says; and what ``Unit.append`` raises.
    """
    report = examine_head(ledger.database, record)
    if report.state is HeadState.AGREES:
        raise NothingToRecoverError("the log agrees with its record")
    reader = _open_copy(ledger, report, open_source(place))
    lost = _replay(ledger, reader, report.stored.size, Bundles(place).find_credential)
    head = ledger.read(read_head)
    if (head.size, head.root) != (reader.checkpoint.size, reader.checkpoint.root):
        raise RecoveryError(f"came to size {head.size}, another root hash than the copy")
    record.replace(Checkpoint(ledger.origin, head.size, head.root))
    return Replayed(report.stored.size, head.size, (*lost, *ledger.read(_mute_chains)))


def _open_copy(ledger: Ledger, report: HeadReport, source: RemoteSource) -> AuthenticatedReader:
    """Steps (1) to (3)."""
    checkpoint = _open_checkpoint(read_checkpoint(source), ledger.read(read_log_keys))
    reader = AuthenticatedReader(source, checkpoint)
    reader.check_root()
    wanted = [report.stored] if report.recorded is None else [report.stored, report.recorded]
    for earlier in wanted:
        if earlier.size > checkpoint.size:
            sentence = f"Bản này chỉ có {checkpoint.size} bản ghi, cần {earlier.size}. Hãy tìm bản mới hơn."
            raise RecoveryError(f"reaches {checkpoint.size}, not {earlier.size}", sentence=sentence)
        try:
            reader.check_extends(earlier)
        except ConsistencyError as error:
            sentence = "Bản này không chứa những gì máy này đã ký: đó là một nhánh khác của sổ. Đừng dùng."
            raise RecoveryError(f"does not extend size {earlier.size}", sentence=sentence) from error
    return reader


def _open_checkpoint(data: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    for key in keys:
        try:
            return open_checkpoint(data, key)
        except (LogError, SigningError) as error:
            cause: Exception = error
    sentence = "Điểm chốt ở đó không do sổ này ký. Hãy kiểm tra lại thư mục hoặc địa chỉ."
    raise RecoveryError("no checkpoint of this log", sentence=sentence) from cause


def _replay(
    ledger: Ledger, reader: AuthenticatedReader, first: int, find_credential: FindCredential
) -> tuple[str, ...]:
    """Step (4). The record still stands for what is to come, so this ledger is opened without it."""
    without_record = Ledger.open(ledger.database, ledger.vault)
    lost: list[str] = []
    entries = reader.read_entries(first)
    while batch := list(islice(entries, ENTRIES_AT_ONCE)):
        lost += without_record.write(_append_again, batch, find_credential)
    return tuple(lost)


def _append_again(unit: Unit, batch: list[tuple[int, bytes]], find_credential: FindCredential) -> list[str]:
    lost: list[str] = []
    for index, data in batch:
        entry = parse_entry(data)
        if entry.chain_id == LOG_CHAIN and entry.seq == 0:
            unit.hold_key(move_first_seed(unit.session, unit.vault, read_identity(unit.session)))
        # The recorded time is part of the entry: it is what it was, not now.
        unit.now = entry.recorded_at
        receipt = unit.append(entry.chain_id, entry.note)
        if receipt.repeated:  # the same text stands twice in the log: it had a key of its own
            receipt = unit.append(entry.chain_id, entry.note, idempotency_key=f"replayed:{index}")
        if (receipt.index, receipt.entry) != (index, data):
            raise RecoveryError(f"entry {index} does not come out as it was")
        lost += project_again(unit, receipt, parse_event_note(entry.note), find_credential)
    return lost


def _mute_chains(session: Session) -> list[str]:
    """Chains whose private keys were made in the missing time: nobody can sign for them here any more."""
    held = func.count(LogKey.sealed_seed)
    rows = select(LogKey.chain_id).where(LogKey.valid_until.is_(None)).group_by(LogKey.chain_id)
    return [
        f"Đơn vị {chain_id} không còn khóa ký trên máy này. Hãy đăng ký lại đơn vị."
        for chain_id in session.scalars(rows.having(held == 0).order_by(LogKey.chain_id))
    ]
