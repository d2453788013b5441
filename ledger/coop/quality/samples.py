"""Samples: taken from a lot, sent to a laboratory, answered for.

Taking a sample and its result are events that everyone can read; where a sample was sent and when stays in
the books. A result that fails holds the lot and all that is made of it (guard ``fail_blocks_release``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger.coop.actors import SHIPPING, WORKSHOP, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, NotFoundError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.lots import OwnLot, find_held_lot, template_of
from ledger.coop.quality.criteria import Criterion, Judged, judge, plain_name
from ledger.coop.quality.quality_tables import SampleRow, SampleValueRow
from ledger.coop.steps import (
    Notice,
    StepCommand,
    ask_guards,
    check_step_values,
    find_doer,
    find_occasion,
    notices,
    write_step,
)
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.fact_queries import lot_facts
from ledger.trace.facts import Facts
from ledger.trace.sectors.fields import MAX_TEXT
from ledger.trace.tables import LotKind

SAMPLING, TESTING = "sampling", "lab_test"
PASS, FAIL = "pass", "fail"
_UNTOLD = -1
"""In place of the entry of a sampling that nobody wrote down, until its result has one."""
QUALITY = WORKSHOP | SHIPPING
"""Who takes samples and files reports: whoever works with goods, and the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSample(StepCommand):
    """A sample of ``lot`` was taken, for a ``purpose`` that everyone may read."""

    lot: str
    purpose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSample(Command):
    """The sample went to a laboratory."""

    sample: str
    lab: str
    sent_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult(StepCommand):
    """A laboratory's report: every criterion, and the paper itself in photos (``documents``).

    On a ``sample``, or on a ``lot`` whose sampling nobody wrote down.
    """

    lab: str
    report_no: str
    criteria: tuple[Criterion, ...]
    sample: str | None = None
    lot: str | None = None
    documents: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleDone:
    """A sample (its id and code) and the entry that was written about it, if one was."""

    id: str
    code: str
    index: int | None = None
    outcome: str | None = None
    warnings: tuple[Notice, ...] = ()


@use_case(QUALITY)
def take_sample(unit: Unit, actor: Actor, command: TakeSample) -> SampleDone:
    """Take a sample of a lot. Raises ``NotFoundError``, ``LotStateError`` (a season), ``CommandError``,
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    lot = _goods(unit.session, actor, command.lot)
    checks = Checks()
    purpose = checks.optional_text("purpose", "để kiểm gì", command.purpose, 200)
    checks.finish()
    code = _next_code(unit.session, actor.organisation)
    said = {"sample": code} | ({"purpose": purpose} if purpose else {})
    index, _ = _write(unit, actor, command, lot, code=SAMPLING, said=said)
    row = _row(actor, lot.lot, code, command.done_on, purpose=purpose, index=index)
    unit.session.add(row)
    return SampleDone(row.id, code, index)


@use_case(QUALITY)
def send_sample(unit: Unit, actor: Actor, command: SendSample) -> SampleDone:
    """Note to which laboratory a sample went. Raises ``NotFoundError``, ``CommandError``."""
    row = find_sample(unit.session, actor, command.sample)
    checks = Checks()
    lab = checks.text("lab", "phòng thử nghiệm", command.lab, 120)
    if command.sent_on < row.taken_on:
        checks.refuse("sent_on", "Ngày gửi không thể trước ngày lấy mẫu. Hãy ghi lại ngày.")
    if row.outcome is not None:
        checks.refuse("sample", f"Mẫu {row.code} đã có kết quả rồi.")
    checks.finish()
    row.lab, row.sent_on = lab, command.sent_on
    return SampleDone(row.id, row.code)


@use_case(QUALITY)
def file_result(unit: Unit, actor: Actor, command: FileResult) -> SampleDone:
    """File a laboratory's report: it passes when every criterion is met.

    Raises ``NotFoundError``, ``CommandError`` (answered for before, no criteria, or one that failed before is
    missing from a report that would lift it), ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    row = _sample_of(unit, actor, command)
    if row.outcome is not None:
        raise CommandError(Problem("sample", f"Mẫu {row.code} đã có kết quả. Nếu ghi sai, hãy đính chính."))
    judged = judge(command.criteria)
    outcome = PASS if all(item.is_met for item in judged) else FAIL
    if outcome == PASS:
        _check_retested(unit.session, row, judged)
    lot = _goods(unit.session, actor, row.lot)
    said: dict[str, str | list[str]] = {
        "lab": command.lab,
        "report_no": command.report_no,
        "criteria": _text(judged),
        "result": outcome,
    }
    if command.documents:
        said["report_file"] = [photo.digest for photo in command.documents]
    index, warnings = _write(unit, actor, command, lot, code=TESTING, said=said)
    if row.taken_index == _UNTOLD:
        row.taken_index = index
        unit.session.add(row)
        unit.session.flush()
    row.lab, row.report_no, row.outcome, row.result_index = command.lab, command.report_no, outcome, index
    for number, item in enumerate(judged, start=1):
        unit.session.add(_value_row(row.id, number, item))
    return SampleDone(row.id, row.code, index, outcome, warnings)


def _sample_of(unit: Unit, actor: Actor, command: FileResult) -> SampleRow:
    """The sample that a report is about; a new one, not written yet, where only the lot is named."""
    if command.sample is not None:
        return find_sample(unit.session, actor, command.sample)
    lot = _goods(unit.session, actor, command.lot or "")
    code = _next_code(unit.session, actor.organisation)
    return _row(actor, lot.lot, code, command.done_on, purpose=None, index=_UNTOLD)


def _row(actor: Actor, lot: str, code: str, taken_on: date, *, purpose: str | None, index: int) -> SampleRow:
    return SampleRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        code=code,
        lot=lot,
        purpose=purpose,
        taken_on=taken_on,
        taken_index=index,
        lab=None,
        sent_on=None,
        report_no=None,
        outcome=None,
        result_index=None,
        account_id=actor.account_id,
    )


def find_sample(session: Session, actor: Actor, sample_id: str) -> SampleRow:
    """The organisation's sample with this id. Raises ``NotFoundError``. For this room only."""
    row = session.get(SampleRow, sample_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("mẫu", sample_id)
    return row


def forget_entry(session: Session, index: int) -> None:
    """The entry at ``index`` was taken back: a sample was not taken, or a result not found."""
    row = session.scalar(select(SampleRow).where(SampleRow.result_index == index))
    if row is not None:
        row.report_no = row.outcome = row.result_index = None
        _forget_values(session, row.id)
    taken = session.scalar(select(SampleRow).where(SampleRow.taken_index == index))
    if taken is not None:
        _forget_values(session, taken.id)
        session.delete(taken)
    session.flush()


def retell_result(session: Session, index: int, again: int, values: Mapping[str, Any]) -> None:
    """The result at ``index`` was said again at ``again``."""
    row = session.scalar(select(SampleRow).where(SampleRow.result_index == index))
    if row is not None:
        row.result_index, row.outcome = again, values.get("result")
        row.lab, row.report_no = values.get("lab"), values.get("report_no")


def _goods(session: Session, actor: Actor, name: str) -> OwnLot:
    lot = find_held_lot(session, actor, name)
    if lot.kind is LotKind.SEASON:
        sentence = f"{lot.code} là vụ, chưa phải lô hàng. Hãy ghi thu hoạch trước, rồi lấy mẫu."
        raise LotStateError("a season", lot=lot.lot, sentence=sentence)
    return lot


def _write(
    unit: Unit,
    actor: Actor,
    command: StepCommand,
    lot: OwnLot,
    *,
    code: str,
    said: Mapping[str, str | list[str]],
) -> tuple[int, tuple[Notice, ...]]:
    """The event of a step about the lot; its entry, and what the guards had to say."""
    sector = template_of(unit.session, lot)
    step = sector.step(code)
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=lot.created_at)
    facts = Facts(
        done_on=command.done_on,
        values=values,
        lots=lot_facts(unit.session, actor.organisation, {lot.lot: None}),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    event = object_event(step, sector.id, occasion, values, [Amount(lot.lot)])
    receipt = write_step(unit, actor, step, event, warnings, lot=lot.lot, done_on=command.done_on, doer=doer)
    return receipt.index, notices(warnings)


def _check_retested(session: Session, row: SampleRow, judged: tuple[Judged, ...]) -> None:
    """Raises ``CommandError`` where a passing report is silent on what failed before on the same lot.

    It would lift a lock of which it says nothing.
    """
    failed: set[str] = set()
    names: dict[str, str] = {}
    rows = session.execute(
        select(SampleValueRow.criterion, SampleValueRow.is_met)
        .join(SampleRow, SampleRow.id == SampleValueRow.sample_id)
        .where(SampleRow.lot == row.lot, SampleRow.organisation == row.organisation)
        .order_by(SampleRow.result_index)
    )
    for criterion, is_met in rows:
        name = plain_name(criterion)
        names[name] = criterion
        if is_met:
            failed.discard(name)
        else:
            failed.add(name)
    missing = failed - {plain_name(item.name) for item in judged}
    if missing:
        listed = ", ".join(sorted(names[name] for name in missing))
        sentence = f"Lô này từng không đạt: {listed}. Hãy kiểm lại cả chỉ tiêu ấy rồi mới ghi phiếu đạt."
        raise CommandError(Problem("criteria", sentence))


def _text(judged: tuple[Judged, ...]) -> str:
    """All criteria in one text, what failed first; what no longer fits is counted."""
    told = [item.sentence for item in sorted(judged, key=lambda item: item.is_met)]
    for kept in range(len(told), 0, -1):
        rest = len(told) - kept
        text = "; ".join(told[:kept]) + (f"; và {rest} chỉ tiêu khác" if rest else "")
        if len(text) <= MAX_TEXT:
            return text
    return f"{len(told)} chỉ tiêu"


def _value_row(sample: str, number: int, item: Judged) -> SampleValueRow:
    return SampleValueRow(
        sample_id=sample,
        number=number,
        criterion=item.name,
        found=item.found,
        unit=item.unit,
        rule=item.rule.value,
        allowed=item.allowed,
        is_met=item.is_met,
    )


def _forget_values(session: Session, sample: str) -> None:
    session.execute(delete(SampleValueRow).where(SampleValueRow.sample_id == sample))


def _next_code(session: Session, organisation: str) -> str:
    """``M1``, ``M2``, …: a code that was taken back is not given again."""
    codes = session.scalars(select(SampleRow.code).where(SampleRow.organisation == organisation))
    return f"M{max((int(code[1:]) for code in codes), default=0) + 1}"
