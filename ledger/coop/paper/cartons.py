"""Labels of cartons and pallets: codes are given to one sealed or packed lot, and lead to its passport.

A job is a row: its codes, facts and the way it is printed are written at once and never changed, so the
same labels come out again. Never more cartons than the lot's packs fill.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import SystemRandom
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import PACKING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, Problem
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.paper.carton_codes import MAX_OWN, CartonKind, new_series
from ledger.coop.paper.carton_filling import check_nothing_in
from ledger.coop.paper.carton_jobs import (
    CartonJob,
    carton_job,
    count_reprints,
    find_own_carton_job,
    packs_labelled,
)
from ledger.coop.paper.company_prefixes import take_ssccs
from ledger.coop.paper.label_designs import find_design
from ledger.coop.paper.label_facts import format_facts, label_facts
from ledger.coop.paper.print_specs import PrintSpec, check_spec, format_spec
from ledger.coop.paper.print_tables import CartonJobRow, CartonReprintRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.units import format_number

__all__ = [
    "CARTON_SPEC",
    "PALLET_SPEC",
    "CartonJob",
    "MarkCartonsPrinted",
    "ReserveCartons",
    "VoidCartons",
    "mark_cartons_printed",
    "packs_labelled",
    "reserve_cartons",
    "void_cartons",
]

MAX_CARTONS = 10_000
"""Labels of one job."""
MAX_PACKS_EACH = 1_000_000

CARTON_SPEC = PrintSpec(paper="a4_cut_100x70", design="carton_100x70")
PALLET_SPEC = PrintSpec(paper="a4_cut_148x105", design="pallet_148x105")


@dataclass(frozen=True, slots=True)
class ReserveCartons(Command):
    """``count`` labels for cartons (or pallets: ``kind``) of ``packs_each`` packs of ``lot``.

    ``url_base`` is the public address under which their codes are answered, as ``https://htx.example.vn``.
    """

    lot: str
    kind: str
    count: int
    packs_each: int
    url_base: str
    spec: PrintSpec = CARTON_SPEC


@dataclass(frozen=True, slots=True)
class MarkCartonsPrinted(Command):
    """The labels came out of the printer; from the second time on a ``reason`` is needed and kept."""

    job: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class VoidCartons(Command):
    """A job whose labels are not to be used: ordered by mistake, or the cartons were packed anew."""

    job: str
    reason: str


@use_case(PACKING)
def reserve_cartons(unit: Unit, actor: Actor, command: ReserveCartons) -> CartonJob:
    """Give out codes for the cartons or pallets of a lot of packs: SSCCs where GS1 gave a prefix.

    Raises ``NotFoundError`` (lot, own design), ``LotStateError`` (no packs, recalled), ``CommandError`` (also
    for more packs than are left).
    """
    kind = _check(command)
    lot = find_own_lot(unit.session, actor, command.lot)
    _check_may_print(lot)
    _check_packs(unit.session, lot, kind, command)
    if command.spec.own_design is not None:
        find_design(unit.session, actor, command.spec.own_design)
    first_sscc = take_ssccs(unit.session, actor.organisation, command.count)
    row = CartonJobRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        lot=lot.lot,
        kind=kind.value,
        count=command.count,
        packs_each=command.packs_each,
        first_sscc=first_sscc,
        own_series=_unused_series(unit.session) if first_sscc is None else None,
        spec=format_spec(command.spec),
        facts=format_facts(label_facts(unit.session, actor.organisation, lot.lot)),
        url_base=command.url_base,
        created_at=unit.now,
        printed_at=None,
        voided_at=None,
        void_reason=None,
    )
    unit.session.add(row)
    unit.session.flush()
    return carton_job(unit.session, row)


@use_case(PACKING)
def mark_cartons_printed(unit: Unit, actor: Actor, command: MarkCartonsPrinted) -> CartonJob:
    """Note that a job was printed, or printed again and why.

    Raises ``NotFoundError``, ``LotStateError`` (recalled), ``CommandError`` (voided, no reason).
    """
    row = find_own_carton_job(unit.session, actor, command.job)
    _check_not_void(row)
    _check_may_print(find_own_lot(unit.session, actor, row.lot))
    if row.printed_at is None:
        row.printed_at = unit.now
        return carton_job(unit.session, row)
    checks = Checks()
    reason = checks.text("reason", "lý do in lại", command.reason or "", 300)
    checks.finish()
    unit.session.add(
        CartonReprintRow(
            job_id=row.id,
            n=count_reprints(unit.session, row.id) + 1,
            account_id=actor.account_id,
            reprinted_at=unit.now,
            reason=reason,
        )
    )
    unit.session.flush()
    return carton_job(unit.session, row)


@use_case(PACKING)
def void_cartons(unit: Unit, actor: Actor, command: VoidCartons) -> CartonJob:
    """Take back a job's labels: their codes say so from now on, and the packs may be labelled anew.

    Raises ``NotFoundError``, ``CommandError`` (no reason, done before, cartons still full).
    """
    row = find_own_carton_job(unit.session, actor, command.job)
    _check_not_void(row)
    check_nothing_in(unit.session, row.id)
    checks = Checks()
    reason = checks.text("reason", "lý do hủy", command.reason, 300)
    checks.finish()
    row.void_reason = reason
    row.voided_at = unit.now
    return carton_job(unit.session, row)


def _check(command: ReserveCartons) -> CartonKind:
    checks = Checks()
    kind = checks.word("kind", "loại tem thùng", command.kind, [kind.value for kind in CartonKind])
    checks.count("count", "số tem thùng", command.count, min(MAX_CARTONS, MAX_OWN))
    checks.count("packs_each", "số gói mỗi thùng", command.packs_each, MAX_PACKS_EACH)
    url_base = checks.text("url_base", "địa chỉ trang", command.url_base, 300)
    if not url_base.startswith(("http://", "https://")) or url_base.endswith("/"):
        checks.refuse("url_base", "Địa chỉ trang phải bắt đầu bằng https:// và không có dấu / ở cuối.")
    check_spec(checks, command.spec)
    if command.spec.has_secret:
        checks.refuse("has_secret", "Tem thùng không có mã cào. Hãy bỏ chọn mã cào.")
    checks.finish()
    return CartonKind(kind)


def _check_may_print(lot: OwnLot) -> None:
    if lot.recalled_index is not None:
        sentence = f"Lô {lot.code} đang bị thu hồi, không in tem thùng. Hãy để riêng lô này."
        raise LotStateError("recalled", lot=lot.lot, sentence=sentence)
    if lot.packs is None:
        sentence = f"Lô {lot.code} chưa đóng gói nên chưa xếp thùng được. Hãy đóng gói trước."
        raise LotStateError("no packs", lot=lot.lot, sentence=sentence)


def _check_packs(session: Session, lot: OwnLot, kind: CartonKind, command: ReserveCartons) -> None:
    packs = lot.packs or 0
    left = max(packs - packs_labelled(session, lot.chain_id, lot.lot, kind), 0)
    wanted = command.count * command.packs_each
    if wanted > left:
        sentence = (
            f"Lô {lot.code} còn {_said(left)} gói chưa xếp thùng trong {_said(packs)} gói, "
            f"không đủ {_said(command.count)} × {_said(command.packs_each)} = {_said(wanted)} gói. "
            "Hãy giảm số tem, hoặc hủy lượt in cũ trước."
        )
        raise CommandError(Problem("count", sentence))


def _check_not_void(row: CartonJobRow) -> None:
    if row.voided_at is not None:
        raise CommandError(Problem("job", "Lượt in tem thùng này đã hủy. Hãy đặt lượt in mới."))


def _unused_series(session: Session) -> str:
    source = SystemRandom()
    series = new_series(source)
    while session.scalar(select(CartonJobRow.id).where(CartonJobRow.own_series == series)) is not None:
        series = new_series(source)
    return series


def _said(number: int) -> str:
    return format_number(Decimal(number))
