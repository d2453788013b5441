"""What the diary uses up: a step that names a supply takes it from the stock. It never refuses a step.

``take_supply`` is called by whatever writes a diary entry, ``correct_supply`` by corrections.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.steps import Notice
from ledger.coop.supplies.allotting import NOTHING, Allotted
from ledger.coop.supplies.amounts import amount_used, format_amount
from ledger.coop.supplies.catalogue import KEEPERS, find_row, name_key
from ledger.coop.supplies.moves import Move, MoveKind, return_all, take
from ledger.coop.supplies.tables import SupplyRow, SupplyUseRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.derived.lot_memory import LETS_WAIT
from ledger.trace.sectors.templates import Step
from ledger.trace.units import format_date

NOT_IN_STOCK, AMOUNT_UNKNOWN, STOCK_SHORT, SUPPLY_EXPIRED = (
    "supply_not_in_stock",
    "supply_amount_unknown",
    "supply_short",
    "supply_expired",
)
"""Codes of the notices. They are told to whoever records; the log holds nothing of the stock."""

_NAMES = "ledger.coop supplies by name"
_NAMED_LOT = ("feed_lot", "lot")
_BY_NAME = (
    select(SupplyRow.id, SupplyRow.name, SupplyRow.unit, SupplyRow.active_ingredient)
    .where(SupplyRow.organisation == bindparam("org"), SupplyRow.name_key == bindparam("name"))
    # It reads the books alone, so what waits to be written about lots may go on waiting.
    .execution_options(**{LETS_WAIT: True})
)
_ANY = (
    select(SupplyRow.id)
    .where(SupplyRow.organisation == bindparam("org"))
    .limit(1)
    .execution_options(**{LETS_WAIT: True})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateUse(Command):
    """The diary entry at ``index`` used ``amount``, in its supply's unit."""

    index: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class UseStated:
    """The entry whose use was stated, and its supply."""

    index: int
    supply: str


@dataclass(frozen=True, slots=True)
class NamedSupply:
    """A supply as a diary step finds it by its name."""

    id: str
    name: str
    unit: str
    active_ingredient: str | None


@use_case(FIELD_WORK | KEEPERS)
def state_use(unit: Unit, actor: Actor, command: StateUse) -> UseStated:
    """Say how much an entry used, or say it anew: whoever recorded it, or whoever keeps the stock.

    Raises ``NotFoundError``, ``CommandError``.
    """
    row = unit.session.get(SupplyUseRow, command.index)
    is_own = row is not None and row.organisation == actor.organisation
    if row is None or not is_own or not may_state(actor, row.account_id):
        raise NotFoundError("lần dùng vật tư của dòng", str(command.index))
    checks = Checks()
    amount = checks.amount("amount", "lượng đã dùng", command.amount)
    checks.finish()
    return_all(unit, actor, str(row.index), row.used_on)
    row.amount = amount
    move = Move(MoveKind.USED, row.used_on, str(row.index))
    take(unit, actor, row.supply_id, amount, move, named=row.named_lot)
    return UseStated(row.index, row.supply_id)


def may_state(actor: Actor, recorded_by: str) -> bool:
    """Whether the actor may say how much an entry of the account ``recorded_by`` used."""
    return recorded_by == actor.account_id or not actor.roles.isdisjoint(KEEPERS)


def take_supply(
    unit: Unit, actor: Actor, step: Step, values: Mapping[str, Any], *, index: int, lot: str, done_on: date
) -> tuple[Notice, ...]:
    """Take what the entry at ``index`` used from the stock, and say what is amiss; nothing is refused.

    ``values`` are the step's checked values, ``lot`` the season or lot it is about.
    """
    return _take(unit, actor, step, values, _Entry(index, lot, done_on))


def correct_supply(
    unit: Unit,
    actor: Actor,
    wrong: int,
    step: Step,
    values: Mapping[str, Any],
    *,
    index: int,
    lot: str,
    done_on: date,
) -> tuple[Notice, ...]:
    """Give back what the entry at ``wrong`` took, and take what it used when said again at ``index``.

    An amount that was stated beside the entry stays, where the entry itself says none.
    """
    old_supply, stated = return_supply(unit, actor, wrong)
    entry = _Entry(index, lot, done_on)
    return _take(unit, actor, step, values, entry, old_supply=old_supply, stated=stated)


def return_supply(unit: Unit, actor: Actor, index: int) -> tuple[str | None, Decimal | None]:
    """Give back what the entry at ``index`` took: the supply and the amount, if it used one of the stock."""
    row = unit.session.get(SupplyUseRow, index)
    if row is None:
        return None, None
    return_all(unit, actor, str(index), row.used_on)
    unit.session.delete(row)
    unit.session.flush()
    return row.supply_id, row.amount


def input_named(step: Step, values: Mapping[str, Any]) -> str | None:
    """What the step says it used; ``None`` for a step that uses nothing."""
    key = _input_key(step)
    name = None if key is None else values.get(key)
    return name if isinstance(name, str) and name.strip() else None


def find_named(session: Session, organisation: str, name: str) -> NamedSupply | None:
    """The organisation's supply of this name, however it is spaced and capitalised."""
    session.flush()
    known = session.info.get(_NAMES)
    if known is None:
        # Nothing but the ORM changes supplies, so what was read holds until its next flush.
        known = session.info[_NAMES] = {}
        event.listen(session, "after_flush", lambda *_: known.clear())
    key = (organisation, name_key(name))
    if key not in known:
        row = session.connection().execute(_BY_NAME, {"org": key[0], "name": key[1]}).one_or_none()
        known[key] = None if row is None else NamedSupply(*row)
    found: NamedSupply | None = known[key]
    return found


@lru_cache(maxsize=512)
def _input_key(step: Step) -> str | None:
    return next((field.key for field in step.fields if field.ref == "input"), None)


@dataclass(frozen=True, slots=True)
class _Entry:
    """The entry that uses something up: its index, its season or lot, its day."""

    index: int
    lot: str
    done_on: date


def _take(
    unit: Unit,
    actor: Actor,
    step: Step,
    values: Mapping[str, Any],
    entry: _Entry,
    *,
    old_supply: str | None = None,
    stated: Decimal | None = None,
) -> tuple[Notice, ...]:
    """Take what the entry used; ``stated`` was said beside the entry before it, of its ``old_supply``."""
    name = input_named(step, values)
    if name is None:
        return ()
    found = find_named(unit.session, actor.organisation, name)
    if found is None:
        return _unknown(unit.session, actor, name)
    amount = amount_used(step, values, found.unit)
    if amount is None and old_supply == found.id:
        amount = stated
    return _use(unit, actor, found, amount, _use_row(actor, found, values, entry))


def _use_row(actor: Actor, supply: NamedSupply, values: Mapping[str, Any], entry: _Entry) -> SupplyUseRow:
    named = next((text for key in _NAMED_LOT if isinstance(text := values.get(key), str)), "")
    return SupplyUseRow(
        index=entry.index,
        organisation=actor.organisation,
        supply_id=supply.id,
        lot=entry.lot,
        amount=None,
        named_lot=named[:40],
        used_on=entry.done_on,
        account_id=actor.account_id,
    )


def _use(
    unit: Unit, actor: Actor, supply: NamedSupply, amount: Decimal | None, row: SupplyUseRow
) -> tuple[Notice, ...]:
    row.amount = amount
    unit.session.add(row)
    unit.session.flush()
    if amount is None:
        sentence = f"Chưa rõ đã dùng bao nhiêu {supply.name}. Hãy ghi lượng đã dùng để trừ kho."
        return (Notice(AMOUNT_UNKNOWN, sentence, overridden=False),)
    move = Move(MoveKind.USED, row.used_on, str(row.index))
    allotted = take(unit, actor, supply.id, amount, move, named=row.named_lot)
    return _amiss(supply, allotted, row.used_on)


def _amiss(supply: NamedSupply, allotted: Allotted, day: date) -> tuple[Notice, ...]:
    found = []
    if allotted.short > NOTHING:
        short = format_amount(allotted.short, supply.unit)
        sentence = f"Trong sổ kho thiếu {short} {supply.name}. Hãy ghi lần mua còn thiếu, hoặc kiểm kê lại."
        found.append(Notice(STOCK_SHORT, sentence, overridden=False))
    for lot, _ in allotted.taken:
        if lot.is_expired(day) and lot.expires_on is not None:
            ended = format_date(lot.expires_on)
            sentence = (
                f"{supply.name} lô {lot.code} đã hết hạn ngày {ended}. Hãy xem lại bao bì, đừng dùng tiếp."
                if lot.code
                else f"{supply.name} đã hết hạn ngày {ended}. Hãy xem lại bao bì, đừng dùng tiếp."
            )
            found.append(Notice(SUPPLY_EXPIRED, sentence, overridden=False))
    return tuple(found)


def _unknown(session: Session, actor: Actor, name: str) -> tuple[Notice, ...]:
    """A warning that the stock does not know the name, to those who keep a stock at all."""
    if session.connection().execute(_ANY, {"org": actor.organisation}).one_or_none() is None:
        return ()
    sentence = f"“{name}” chưa có trong kho vật tư. Hãy chọn tên có trong kho, hoặc thêm vật tư này."
    return (Notice(NOT_IN_STOCK, sentence, overridden=False),)


def find_use(session: Session, actor: Actor, index: int) -> SupplyUseRow | None:
    """What the organisation's entry at ``index`` used, if it used something of the stock."""
    row = session.get(SupplyUseRow, index)
    return row if row is not None and row.organisation == actor.organisation else None


def find_supply_of_use(session: Session, actor: Actor, index: int) -> SupplyRow:
    """The supply that the organisation's entry at ``index`` used. Raises ``NotFoundError``."""
    row = find_use(session, actor, index)
    if row is None:
        raise NotFoundError("lần dùng vật tư của dòng", str(index))
    return find_row(session, actor, row.supply_id)
