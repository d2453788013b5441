"""Keeping a check: the organisation's key signs its result, and the file that anyone can verify is kept.

The check itself is read beforehand, in a snapshot: thousands of codes shall not hold up who writes.
"""

import zlib
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete, select

from ledger.coop.actors import Actor
from ledger.coop.checks import Checks
from ledger.coop.desk.check import Check, Tone
from ledger.coop.desk.checking import DESK
from ledger.coop.desk.result_files import ResultFile, format_result_file, results_of, sign_result
from ledger.coop.desk.tables import DeskCheckRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.log_keys import read_log_keys
from ledger.log.proven_queries import chain_key_statements, prove_entries
from ledger.log.unit import Unit

KEPT_CHECKS = 200
"""So many of an organisation's checks are kept, the newest; whoever needs one longer downloads its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCheck(Command):
    """Sign and keep what ``ledger.coop.desk.checking.check_codes`` found."""

    check: Check


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """The id under which a check is kept."""

    id: str


@use_case(DESK)
def keep_check(unit: Unit, actor: Actor, command: KeepCheck) -> KeptCheck:
    """Sign the result of a check and keep its file; the oldest beyond ``KEPT_CHECKS`` goes.

    Writes nothing to the log. Raises ``CommandError`` for a check of nothing.
    """
    check = command.check
    checks = Checks()
    if not check.codes:
        checks.refuse("codes", "Chưa có mã nào để kiểm. Hãy quét, dán hoặc chọn tệp.")
    checks.finish()
    row = DeskCheckRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        account_id=actor.account_id,
        checked_at=check.checked_at,
        codes=len(check.codes),
        good=check.count(Tone.GOOD),
        caution=check.count(Tone.CAUTION),
        bad=check.count(Tone.BAD),
        file=zlib.compress(_signed_file(unit, actor, check)),
    )
    unit.session.add(row)
    unit.session.flush()
    _forget_oldest(unit, actor)
    return KeptCheck(row.id)


def _signed_file(unit: Unit, actor: Actor, check: Check) -> bytes:
    size = parse_checkpoint_note(check.checkpoint)[0].size
    statements = chain_key_statements(unit.session, actor.organisation)
    proven = prove_entries(unit.session, [at for at in statements if at < size], check.checkpoint)
    results = results_of(check)
    note = sign_result(check, actor.organisation, unit.signer(actor.organisation), results)
    log_key = read_log_keys(unit.session, size)[0]
    return format_result_file(ResultFile(log_key, check.checkpoint, proven.entries, results, note))


def _forget_oldest(unit: Unit, actor: Actor) -> None:
    oldest_kept = (
        select(DeskCheckRow.checked_at)
        .where(DeskCheckRow.organisation == actor.organisation)
        .order_by(DeskCheckRow.checked_at.desc())
        .offset(KEPT_CHECKS - 1)
        .limit(1)
    )
    since = unit.session.scalar(oldest_kept)
    if since is not None:
        own = DeskCheckRow.organisation == actor.organisation
        unit.session.execute(delete(DeskCheckRow).where(own, DeskCheckRow.checked_at < since))
