"""Goods by lot and place: putting them in a store, moving them on, and what stands where.

Who packs or sells need not say from which store (``ledger.coop.goods.store_choice``). What left since without
a word is taken first from what was put nowhere, then from the place where goods came first: a rule that a
count of the store sets right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.goods.goods_tables import StockMoveRow, StockPlaceRow, StoreTakingRow
from ledger.coop.lots import OwnLot, available, find_held_lot, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.registers.places import Place, find_place
from ledger.coop.steps import StepCommand, check_step_values, find_doer, find_occasion, write_step
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import EACH
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number

STEP = "storage"
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreGoods(StepCommand):
    """``quantity`` of ``lot``, in its unit, goes to ``to_place``; from ``from_place``, or from no store.

    Places are codes; all that is there without a quantity.
    """

    lot: str
    to_place: str
    from_place: str | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """The entry that says so, and how much was moved."""

    index: int
    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """So much stands in a place (its code); ``None``: in no store that anybody told."""

    place: str | None
    quantity: Decimal


@use_case(WORKSHOP)
def store_goods(unit: Unit, actor: Actor, command: StoreGoods) -> Stored:
    """Put goods in a store, or move them to another.

    Raises ``NotFoundError`` (lot, place), ``LotStateError`` (a season), ``CommandError`` (more than is left),
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    lot = find_held_lot(unit.session, actor, command.lot)
    if lot.kind is LotKind.SEASON:
        sentence = f"{lot.code} là vụ, chưa phải lô hàng. Hãy ghi thu hoạch trước."
        raise LotStateError("a season", lot=lot.lot, sentence=sentence)
    source = (
        None
        if command.from_place is None
        else find_place(unit.session, actor.organisation, command.from_place)
    )
    target = find_place(unit.session, actor.organisation, command.to_place)
    there = settle_places(unit.session, actor, lot)
    quantity = _quantity(command, lot, source, target, there)
    index = _write(unit, actor, command, lot, source=source, target=target, quantity=quantity)
    move = StockMoveRow(
        index=index,
        organisation=actor.organisation,
        lot=lot.lot,
        from_place=None if source is None else source.code,
        to_place=target.code,
        quantity=quantity,
    )
    unit.session.add(move)
    _apply(unit.session, move, quantity)
    return Stored(index, lot.lot, quantity)


def standings(session: Session, actor: Actor, lots: Iterable[str]) -> Mapping[str, tuple[Standing, ...]]:
    """Where what is left of each of these lots stands; what stands nowhere comes first."""
    rows = read_lots(session, tuple(lots))
    holdings = read_holdings(session, actor.organisation, rows.values())
    placed: dict[str, list[StockPlaceRow]] = {}
    query = select(StockPlaceRow).where(
        StockPlaceRow.organisation == actor.organisation, StockPlaceRow.lot.in_(list(rows))
    )
    for row in session.scalars(query.order_by(StockPlaceRow.came_index, StockPlaceRow.place)):
        placed.setdefault(row.lot, []).append(row)
    return {
        lot: tuple(_standing(placed.get(lot, ()), max(holdings[lot].quantity or _NOTHING, _NOTHING)))
        for lot in rows
    }


def settle_places(session: Session, actor: Actor, lot: OwnLot) -> Mapping[str | None, Decimal]:
    """What stands where now, written down, so that what comes next is reckoned from there."""
    left = max(available(session, actor, lot) or _NOTHING, _NOTHING)
    rows = _rows(session, actor, lot.lot)
    now = {item.place: item.quantity for item in _standing(rows, left)}
    for row in rows:
        row.quantity = now.get(row.place, _NOTHING)
    session.flush()
    return now


def take_from_place(
    session: Session, actor: Actor, lot: str, place: str, quantity: Decimal, *, index: int
) -> None:
    """The entry at ``index`` took so much of the lot out of the place, and put it nowhere else."""
    row = session.get(StockPlaceRow, (actor.organisation, lot, place))
    if row is None:
        return
    taken = min(quantity, row.quantity)
    row.quantity -= taken
    session.add(
        StoreTakingRow(index=index, lot=lot, organisation=actor.organisation, place=place, quantity=taken)
    )
    session.flush()


def put_in_store(
    session: Session, actor: Actor, lot: OwnLot, place: str, quantity: Decimal, *, index: int
) -> None:
    """The entry at ``index`` brought so much of the lot to a place (its code), from outside."""
    move = StockMoveRow(
        index=index,
        organisation=actor.organisation,
        lot=lot.lot,
        from_place=None,
        to_place=place,
        quantity=quantity,
    )
    session.add(move)
    _apply(session, move, quantity)


def undo_takings(session: Session, index: int) -> None:
    """The entry at ``index`` was taken back: what it took out of stores stands there again."""
    for taking in session.scalars(select(StoreTakingRow).where(StoreTakingRow.index == index)).all():
        row = session.get(StockPlaceRow, (taking.organisation, taking.lot, taking.place))
        if row is not None:
            row.quantity += taking.quantity
        session.delete(taking)
    session.flush()


def redo_takings(
    session: Session, actor: Actor, index: int, again: int, quantities: Mapping[str, Decimal]
) -> None:
    """The entry at ``index`` was said again at ``again``: so much of each lot left the same stores."""
    takings = session.scalars(select(StoreTakingRow).where(StoreTakingRow.index == index)).all()
    places = {taking.lot: taking.place for taking in takings}
    undo_takings(session, index)
    for lot, place in places.items():
        if lot in quantities:
            take_from_place(session, actor, lot, place, quantities[lot], index=again)


def undo_move(session: Session, index: int) -> None:
    """The entry at ``index`` was taken back: what it moved stands where it stood."""
    move = session.get(StockMoveRow, index)
    if move is not None:
        _apply(session, move, -move.quantity)
        session.delete(move)
        session.flush()


def redo_move(session: Session, index: int, again: int, quantity: Decimal | None) -> None:
    """The entry at ``index`` was said again at ``again``, with this quantity."""
    move = session.get(StockMoveRow, index)
    if move is None:
        return
    undo_move(session, index)
    renewed = StockMoveRow(
        index=again,
        organisation=move.organisation,
        lot=move.lot,
        from_place=move.from_place,
        to_place=move.to_place,
        quantity=move.quantity if quantity is None else quantity,
    )
    session.add(renewed)
    _apply(session, renewed, renewed.quantity)


def _standing(rows: Sequence[StockPlaceRow], left: Decimal) -> Iterable[Standing]:
    """What is left, over nowhere and the places: what is gone went from nowhere, then from the first."""
    placed = sum((row.quantity for row in rows), _NOTHING)
    if left > placed:
        yield Standing(None, left - placed)
    gone = max(placed - left, _NOTHING)
    for row in rows:
        taken = min(row.quantity, gone)
        gone -= taken
        if row.quantity > taken:
            yield Standing(row.place, row.quantity - taken)


def _quantity(
    command: StoreGoods,
    lot: OwnLot,
    source: Place | None,
    target: Place,
    there: Mapping[str | None, Decimal],
) -> Decimal:
    most = there.get(None if source is None else source.code, _NOTHING)
    unit = "gói" if lot.kind is LotKind.PACK else unit_name(lot.uom)
    where = "chưa xếp kho" if source is None else f"ở {source.name}"
    quantity = most if command.quantity is None else command.quantity
    checks = Checks()
    if source is not None and source.code == target.code:
        checks.refuse("to_place", "Nơi đến trùng nơi đi. Hãy chọn nơi khác.")
    if not most:
        checks.refuse("from_place", f"Lô {lot.code} không còn hàng {where}. Hãy chọn lại nơi lấy.")
    elif quantity > most:
        checks.refuse(
            "quantity", f"Lô {lot.code} chỉ có {format_number(most)} {unit} {where}. Hãy ghi ít hơn."
        )
    else:
        checks.amount("quantity", "số lượng", quantity)
    if lot.uom == EACH and quantity.is_finite() and quantity != quantity.to_integral_value():
        checks.refuse("quantity", f"Số {unit} phải là số nguyên.")
    checks.finish()
    return quantity


def _write(
    unit: Unit,
    actor: Actor,
    command: StoreGoods,
    lot: OwnLot,
    *,
    source: Place | None,
    target: Place,
    quantity: Decimal,
) -> int:
    sector = template_of(unit.session, lot)
    step = sector.step(STEP)
    if step.field("quantity") is None or step.field("store") is None:
        raise CommandError(
            Problem("lot", "Quy trình này không ghi được việc nhập kho. Hãy báo người vận hành.")
        )
    doer = find_doer(unit, actor, command)
    said = {"store": target.uri, "quantity": format_number(quantity)}
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    occasion = find_occasion(
        unit, actor, command, command.done_on, not_before=lot.created_at, place=target.uri
    )
    event = object_event(step, sector.id, occasion, values, [Amount(lot.lot)])
    if source is not None:
        # EPCIS §7.3.5: where it was seen, and where it is afterwards.
        event["readPoint"] = {"id": source.uri}
    return write_step(unit, actor, step, event, (), lot=lot.lot, done_on=command.done_on, doer=doer).index


def _rows(session: Session, actor: Actor, lot: str) -> Sequence[StockPlaceRow]:
    return session.scalars(
        select(StockPlaceRow)
        .where(StockPlaceRow.organisation == actor.organisation, StockPlaceRow.lot == lot)
        .order_by(StockPlaceRow.came_index, StockPlaceRow.place)
    ).all()


def _apply(session: Session, move: StockMoveRow, quantity: Decimal) -> None:
    """Move ``quantity`` (below zero: back) as ``move`` says; nothing stands below zero."""
    for place, delta in ((move.from_place, -quantity), (move.to_place, quantity)):
        if place is None:
            continue
        key = (move.organisation, move.lot, place)
        row = session.get(StockPlaceRow, key)
        if row is None:
            row = StockPlaceRow(
                organisation=move.organisation,
                lot=move.lot,
                place=place,
                quantity=_NOTHING,
                came_index=move.index,
            )
            session.add(row)
        elif not row.quantity:
            row.came_index = move.index
        row.quantity = max(row.quantity + delta, _NOTHING)
    session.flush()
