"""Full cartons and pallets: packs go into cartons, cartons onto a pallet, and out again.

Each is an AggregationEvent (EPCIS 2.0 §7.4.3): ``ADD`` names the carton as parent and the packs in it as
``childQuantityList``, a pallet the cartons on it as ``childEPCs``; ``DELETE`` takes out all there is. One
event a carton or pallet. The lot is sealed before, so its history does not grow with its cartons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, NotFoundError, Problem
from ledger.coop.events import Amount, Occasion, aggregation_event
from ledger.coop.goods.goods_tables import CartonRow
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lots import OwnLot, find_own_lot, template_of
from ledger.coop.paper.carton_codes import CartonKind, format_code, parse_code
from ledger.coop.paper.carton_jobs import CartonJob, carton_job, find_own_carton_job
from ledger.coop.steps import StepCommand, ask_guards, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH
from ledger.trace.facts import Facts
from ledger.trace.identifiers import unit_uri
from ledger.trace.sectors.templates import Step

FILLING, EMPTYING = "carton_filling", "carton_emptying"
MAX_AT_ONCE = 200
"""Cartons of one form: each is an event of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillCartons(StepCommand):
    """The cartons ``first`` to ``last`` (numbers of their job from 1) are packed full."""

    job: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPallet(StepCommand):
    """The pallet ``number`` (from 1) of a job of pallets holds the cartons with these codes."""

    job: str
    number: int
    cartons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyCarton(StepCommand):
    """Everything comes out of the carton, or off the pallet, with this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The codes that were filled or emptied, and the entries that say so."""

    codes: tuple[str, ...]
    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FullCarton:
    """A carton or pallet that is full: its number in its job (from 1), its packs, the pallet it stands on."""

    code: str
    kind: CartonKind
    number: int
    lot: str
    packs: int
    filled_index: int
    pallet: str | None


@use_case(PACKING)
def fill_cartons(unit: Unit, actor: Actor, command: FillCartons) -> Filled:
    """Packs go into cartons, an event each.

    Raises ``NotFoundError``, ``LotStateError`` (not sealed), ``CommandError`` (no such cartons, full already,
    labels taken back), ``DoneDateError``, ``ledger.trace.errors.GuardError`` (recalled).
    """
    job = _open_job(unit.session, actor, command.job, CartonKind.CARTON)
    _check_range(unit.session, job, command)
    work = _Filling.begin(unit, actor, command, job.lot, FILLING)
    codes = [job.code(number - 1) for number in range(command.first, command.last + 1)]
    amount = Amount(job.lot, Decimal(job.packs_each), EACH)
    indexes = [work.write(code, amounts=(amount,)) for code in codes]
    for at, (code, index) in enumerate(zip(codes, indexes, strict=True)):
        unit.session.add(_row(actor, job, code, command.first + at, packs=job.packs_each, index=index))
    unit.session.flush()
    return Filled(tuple(codes), tuple(indexes))


@use_case(PACKING)
def load_pallet(unit: Unit, actor: Actor, command: LoadPallet) -> Filled:
    """Full cartons of the pallet's lot go onto it, in one event.

    Raises as ``fill_cartons``; ``CommandError`` also for cartons that are not full, stand elsewhere, or are
    more than the pallet's label says.
    """
    job = _open_job(unit.session, actor, command.job, CartonKind.PALLET)
    if not 1 <= command.number <= job.count:
        raise CommandError(Problem("number", f"Lượt in này có pa-lét số 1 đến {job.count}. Hãy chọn lại."))
    code = job.code(command.number - 1)
    cartons = _cartons_to_load(unit.session, actor, job, code, command.cartons)
    work = _Filling.begin(unit, actor, command, job.lot, FILLING)
    codes = [row.code for row in cartons]
    index = work.write(code, units=codes)
    packs = sum(row.packs for row in cartons)
    unit.session.add(_row(actor, job, code, command.number, packs=packs, index=index))
    unit.session.execute(update(CartonRow).where(CartonRow.code.in_(codes)).values(pallet=code))
    unit.session.flush()
    return Filled((code,), (index,))


@use_case(PACKING)
def empty_carton(unit: Unit, actor: Actor, command: EmptyCarton) -> Filled:
    """Take everything out of a carton, or off a pallet. Raises ``NotFoundError``, ``CommandError``
    (a carton on a pallet), ``DoneDateError``.
    """
    row = _find_full(unit.session, actor, command.code)
    if row.pallet is not None:
        sentence = f"Thùng này đang ở trên pa-lét {row.pallet}. Hãy dỡ pa-lét trước."
        raise CommandError(Problem("code", sentence))
    work = _Filling.begin(unit, actor, command, row.lot, EMPTYING)
    if row.kind == CartonKind.PALLET:
        on_it = tuple(unit.session.scalars(select(CartonRow.code).where(CartonRow.pallet == row.code)))
        index = work.write(row.code, units=sorted(on_it))
        unit.session.execute(update(CartonRow).where(CartonRow.pallet == row.code).values(pallet=None))
    else:
        index = work.write(row.code, amounts=(Amount(row.lot, Decimal(row.packs), EACH),))
    unit.session.execute(delete(CartonRow).where(CartonRow.code == row.code))
    return Filled((row.code,), (index,))


def full_cartons(session: Session, actor: Actor, *, job: str = "", lot: str = "") -> tuple[FullCarton, ...]:
    """The organisation's full cartons and pallets of a job or lot, in the order of their numbers."""
    query = select(CartonRow).where(CartonRow.organisation == actor.organisation)
    query = query.where(CartonRow.job_id == job) if job else query.where(CartonRow.lot == lot)
    rows = session.scalars(query.order_by(CartonRow.kind, CartonRow.job_id, CartonRow.number))
    return tuple(
        FullCarton(
            row.code, CartonKind(row.kind), row.number, row.lot, row.packs, row.filled_index, row.pallet
        )
        for row in rows
    )


def find_full_carton(session: Session, actor: Actor, code: str) -> FullCarton:
    """The organisation's full carton or pallet with this code. Raises ``NotFoundError``."""
    row = _find_full(session, actor, code)
    return FullCarton(
        row.code, CartonKind(row.kind), row.number, row.lot, row.packs, row.filled_index, row.pallet
    )


def check_nothing_in(session: Session, job_id: str) -> None:
    """Raises ``CommandError`` while a carton of the job is full: its label is needed."""
    if session.scalar(select(CartonRow.code).where(CartonRow.job_id == job_id).limit(1)) is not None:
        sentence = "Có thùng của lượt in này đang xếp hàng. Hãy dỡ thùng trước, rồi hủy lượt in."
        raise CommandError(Problem("job", sentence))


@dataclass(frozen=True, slots=True)
class _Filling:
    """Everything that the events of one form have in common."""

    unit: Unit
    actor: Actor
    step: Step
    template: str
    occasion: Occasion
    values: Mapping[str, Any]
    lot: str
    done_on: date
    doer: str | None

    @classmethod
    def begin(cls, unit: Unit, actor: Actor, command: StepCommand, lot: str, code: str) -> "_Filling":
        own = find_own_lot(unit.session, actor, lot)
        _check_sealed(own)
        sector = template_of(unit.session, own)
        step = sector.step(code)
        doer = find_doer(unit, actor, command)
        values = check_step_values(unit, actor, step, command, doer=doer)
        occasion = find_occasion(unit, actor, command, command.done_on, not_before=own.created_at)
        held = facts_of_lots(unit.session, actor.organisation, {lot: None})
        facts = Facts(done_on=command.done_on, lots=held)
        ask_guards(actor, step, facts, command.overrides)
        return cls(unit, actor, step, sector.id, occasion, values, lot, command.done_on, doer)

    def write(self, code: str, *, amounts: Sequence[Amount] = (), units: Sequence[str] = ()) -> int:
        """The entry about the carton or pallet with this code; ``units`` are codes of cartons."""
        organisation, base = self.actor.organisation, self.unit.id_base
        event = aggregation_event(
            self.step,
            self.template,
            self.occasion,
            self.values,
            parent=unit_uri(base, organisation, code),
            amounts=amounts,
            units=[unit_uri(base, organisation, child) for child in units],
        )
        return write_step(
            self.unit, self.actor, self.step, event, (), lot=self.lot, done_on=self.done_on, doer=self.doer
        ).index


def _check_sealed(lot: OwnLot) -> None:
    if lot.sealed_index is None:
        sentence = f"Lô {lot.code} chưa ký. Hãy ký lô trước, rồi xếp thùng."
        raise LotStateError("not sealed", lot=lot.lot, sentence=sentence)


def _open_job(session: Session, actor: Actor, job_id: str, kind: CartonKind) -> CartonJob:
    job = carton_job(session, find_own_carton_job(session, actor, job_id))
    if job.is_voided:
        raise CommandError(Problem("job", "Lượt in tem này đã hủy. Hãy đặt lượt in mới."))
    if job.kind is not kind:
        name = "tem thùng" if kind is CartonKind.CARTON else "tem pa-lét"
        raise CommandError(Problem("job", f"Lượt in này không phải {name}. Hãy chọn lượt in khác."))
    return job


def _check_range(session: Session, job: CartonJob, command: FillCartons) -> None:
    checks = Checks()
    if not 1 <= command.first <= command.last <= job.count:
        checks.refuse("first", f"Lượt in này có thùng số 1 đến {job.count}. Hãy ghi lại số đầu, số cuối.")
    elif command.last - command.first >= MAX_AT_ONCE:
        checks.refuse("last", f"Mỗi lần ghi tối đa {MAX_AT_ONCE} thùng. Hãy chia làm nhiều lần.")
    checks.finish()
    full = session.scalars(
        select(CartonRow.number).where(
            CartonRow.job_id == job.id, CartonRow.number.between(command.first, command.last)
        )
    ).all()
    if full:
        sentence = f"Thùng số {min(full)} đã ghi xếp rồi. Hãy ghi những thùng chưa xếp."
        raise CommandError(Problem("first", sentence))


def _cartons_to_load(
    session: Session, actor: Actor, job: CartonJob, code: str, texts: Sequence[str]
) -> Sequence[CartonRow]:
    """The cartons with these codes, in their order. Raises ``CommandError`` with every problem."""
    checks = Checks()
    if session.get(CartonRow, code) is not None:
        checks.refuse("number", "Pa-lét này đã ghi xếp rồi. Hãy chọn pa-lét khác, hoặc dỡ nó trước.")
    if not 1 <= len(texts) <= MAX_AT_ONCE:
        checks.refuse("cartons", f"Hãy ghi từ 1 đến {MAX_AT_ONCE} thùng lên một pa-lét.")
    checks.finish()
    rows = [_carton_to_load(session, actor, job, text, checks) for text in dict.fromkeys(texts)]
    checks.finish()
    found = [row for row in rows if row is not None]
    packs = sum(row.packs for row in found)
    if packs > job.packs_each:
        sentence = f"Tem pa-lét ghi {job.packs_each} gói, các thùng này có {packs}. Hãy bớt thùng."
        raise CommandError(Problem("cartons", sentence))
    return found


def _carton_to_load(
    session: Session, actor: Actor, job: CartonJob, text: str, checks: Checks
) -> CartonRow | None:
    code = parse_code(text)
    row = None if code is None else session.get(CartonRow, format_code(code))
    said = text.strip()[:20]
    if row is None or row.organisation != actor.organisation or row.kind != CartonKind.CARTON:
        checks.refuse("cartons", f"Thùng {said} chưa ghi xếp gói. Hãy ghi xếp thùng trước.")
    elif row.lot != job.lot:
        checks.refuse("cartons", f"Thùng {said} của lô khác. Mỗi pa-lét một lô.")
    elif row.pallet is not None:
        checks.refuse("cartons", f"Thùng {said} đang ở pa-lét {row.pallet}. Hãy dỡ pa-lét ấy trước.")
    return row


def _find_full(session: Session, actor: Actor, text: str) -> CartonRow:
    code = parse_code(text)
    row = None if code is None else session.get(CartonRow, format_code(code))
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("thùng đang xếp hàng", text)
    return row


def _row(actor: Actor, job: CartonJob, code: str, number: int, *, packs: int, index: int) -> CartonRow:
    return CartonRow(
        code=code,
        organisation=actor.organisation,
        job_id=job.id,
        number=number,
        kind=job.kind.value,
        lot=job.lot,
        packs=packs,
        filled_index=index,
        pallet=None,
    )
