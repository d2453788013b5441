"""The deliberate ways out when the log is not what this machine signed last.

- ``confirm_newest``: after a restore, somebody knows that nothing was written after the backup.
- ``accept_loss``: the missing entries are gone. The log goes on without them, and says so in its own chain.
- ``ledger.upkeep.replay``: the missing entries are to be had elsewhere; nothing is lost.

No server process should run meanwhile: it would go on by the record as it was when it started.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.log.anti_rollback import HeadRecord
from ledger.log.authors import LOG_CHAIN
from ledger.log.checkpoints import Checkpoint
from ledger.log.ledger import Ledger, utc_now
from ledger.log.log_recovery import record_recovery
from ledger.log.queries import count_entries, find_entry
from ledger.log.records import parse_record
from ledger.log.recoveries import LossReason, Recovery, is_recovery, parse_recovery
from ledger.upkeep.errors import NothingToRecoverError, RecoveryError
from ledger.upkeep.heads import HeadReport, HeadState, examine_head


def confirm_newest(ledger: Ledger, record: HeadRecord) -> HeadReport:
    """End the hold of a restored log: the caller knows that nothing was written after the backup.

    Raises ``NothingToRecoverError`` for a log that may be written already, ``RecoveryError`` for one that the
    record proves wrong: newer entries were signed here.
    """
    report = examine_head(ledger.database, record)
    if report.state is HeadState.AGREES:
        raise NothingToRecoverError("the log agrees with its record")
    if report.state not in (HeadState.HELD, HeadState.SPOILT):
        sentence = (
            f"Máy này đã ký {report.missing} bản ghi sau đó nên đây không phải bản mới nhất. "
            "Hãy lấy lại bằng --from, hoặc chấp nhận mất bằng --accept-loss."
        )
        raise RecoveryError(f"the record says otherwise: {report.state}", sentence=sentence)
    record.replace(report.stored)
    return examine_head(ledger.database, record)


def accept_loss(
    ledger: Ledger,
    record: HeadRecord,
    *,
    reason: LossReason,
    clock: Callable[[], datetime] = utc_now,
) -> Recovery:
    """Go on from the stored log, although more was signed before: a fork, on purpose and on record.

    The statement is appended, then the record is replaced. Done again after a crash in between, it appends
    nothing. Raises ``NothingToRecoverError``, ``RecoveryError`` for a record of another log, and what
    ``Ledger.write`` raises.
    """
    report = examine_head(ledger.database, record)
    if report.state is HeadState.AGREES:
        raise NothingToRecoverError("the log agrees with its record")
    if report.state is HeadState.FOREIGN:
        sentence = "Tệp mốc ở đây là của sổ khác. Hãy kiểm tra lại SOGOC_DATA và SOGOC_DATABASE_URL."
        raise RecoveryError("the record is another log's", sentence=sentence)
    signed = report.recorded if report.state is not HeadState.HELD else None
    recovery = ledger.read(_find_said, signed)
    if recovery is None:
        recovery = Recovery(
            report.stored.size,
            report.stored.root,
            signed.size if signed else None,
            signed.root if signed else None,
            reason,
        )
        without_record = Ledger.open(ledger.database, ledger.vault, clock=clock)
        without_record.write(record_recovery, recovery)
    record.replace(examine_head(ledger.database, record).stored)
    return recovery


def _find_said(session: Session, signed: Checkpoint | None) -> Recovery | None:
    """The statement about this very loss, if it is the last word of the log's own chain already."""
    size = count_entries(session, LOG_CHAIN)
    stored = find_entry(session, LOG_CHAIN, size - 1) if size else None
    body = {} if stored is None else parse_record(stored.index, stored.entry).body
    if signed is None or not is_recovery(body):
        return None
    said = parse_recovery(body)
    return said if (said.signed_size, said.signed_root) == (signed.size, signed.root) else None
