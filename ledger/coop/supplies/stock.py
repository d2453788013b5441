"""What there is of every supply, what came and went, what needs a look. Rows in, frozen dataclasses out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.attachments.photos import MEDIA_TYPE
from ledger.coop.registers.partners import find_partner, list_partners
from ledger.coop.supplies.allotting import NOTHING, SupplyLot
from ledger.coop.supplies.catalogue import Supply, find_supply, name_key
from ledger.coop.supplies.moves import read_lots
from ledger.coop.supplies.tables import (
    SupplyLotRow,
    SupplyMoveRow,
    SupplyPurchaseRow,
    SupplyRow,
    SupplyUseRow,
)
from ledger.coop.supplies.uses import may_state
from ledger.trace.events.statements import FileDigest
from ledger.trace.identifiers import lot_code_of
from signing.vault import Vault

PAGE_ROWS = 50
MOVES_SHOWN = 50
PURCHASES_SHOWN = 20
OPEN_USES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SupplyCard:
    """A supply in a list: what is left of all its lots, and the last day of the first that expires."""

    id: str
    kind: str
    name: str
    unit: str
    left: Decimal
    expires_on: date | None
    is_retired: bool

    @property
    def is_short(self) -> bool:
        """Whether more was used than was entered."""
        return self.left < 0


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A supply that a diary step may name, and what is left of it."""

    name: str
    kind: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class StockPage:
    """One page of the list; ``kinds`` counts the supplies on offer by kind."""

    cards: tuple[SupplyCard, ...]
    number: int
    pages: int
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OpenUse:
    """A diary entry that named a supply, while nobody said how much it used."""

    index: int
    supply: str
    unit: str
    lot_code: str
    used_on: date


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One movement as it is read: why, how much, of which lot, for which entry."""

    kind: str
    delta: Decimal
    on: date
    lot_code: str
    entry: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """One purchase. ``cost`` in đồng and ``supplier`` are for the office only, ``None`` for others."""

    id: str
    amount: Decimal
    on: date
    cost: int | None
    supplier: str | None
    invoice_no: str | None
    invoice: FileDigest | None


@dataclass(frozen=True, slots=True)
class SupplyPage:
    """A supply with its lots, what came and went last, and its purchases that stand."""

    supply: Supply
    lots: tuple[SupplyLot, ...]
    moves: tuple[MoveLine, ...]
    purchases: tuple[PurchaseLine, ...]

    @property
    def left(self) -> Decimal:
        """What is left of all lots."""
        return sum((lot.left for lot in self.lots), NOTHING)

    @property
    def lots_there(self) -> tuple[SupplyLot, ...]:
        """The lots of which there is something, or less than nothing."""
        return tuple(lot for lot in self.lots if lot.left)


@dataclass(frozen=True, slots=True)
class EntryUse:
    """What one diary entry used: ``amount`` is ``None`` while nobody said; ``left`` of the supply since.

    ``expired`` are codes and last days of the lots it took that were past their day.
    """

    supply_id: str
    supply: str
    unit: str
    amount: Decimal | None
    left: Decimal
    lots: tuple[str, ...]
    expired: tuple[tuple[str, date], ...]
    may_state: bool


def read_stock(
    session: Session, actor: Actor, *, kind: str = "", like: str = "", retired: bool = False, number: int = 1
) -> StockPage:
    """One page (from 1) of the organisation's supplies, by name; of one ``kind``, or named ``like`` this."""
    of_us = SupplyRow.organisation == actor.organisation
    state = SupplyRow.retired_at.is_not(None) if retired else SupplyRow.retired_at.is_(None)
    where: list[ColumnElement[bool]] = [of_us, state]
    if kind:
        where.append(SupplyRow.kind == kind)
    if like.strip():
        where.append(SupplyRow.name_key.contains(name_key(like), autoescape=True))
    total = session.scalar(select(func.count()).select_from(SupplyRow).where(*where)) or 0
    pages = max(1, -(-total // PAGE_ROWS))
    number = min(max(number, 1), pages)
    rows = session.scalars(
        select(SupplyRow)
        .where(*where)
        .order_by(SupplyRow.name_key)
        .offset((number - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    ).all()
    counted = session.execute(
        select(SupplyRow.kind, func.count()).where(of_us, state).group_by(SupplyRow.kind)
    ).all()
    return StockPage(_cards(session, rows), number, pages, tuple((row[0], int(row[1])) for row in counted))


def read_supply(session: Session, vault: Vault, actor: Actor, supply_id: str) -> SupplyPage:
    """One supply with all about it. Raises ``NotFoundError``."""
    supply = find_supply(session, actor, supply_id)
    lots = read_lots(session, supply.id)
    return SupplyPage(
        supply, lots, _moves(session, supply.id, lots), _purchases(session, vault, actor, supply.id)
    )


def open_uses(session: Session, actor: Actor) -> tuple[OpenUse, ...]:
    """Entries of which nobody said how much they used, the newest first, those the actor may say it of."""
    rows = session.execute(
        select(SupplyUseRow, SupplyRow.name, SupplyRow.unit)
        .join(SupplyRow, SupplyRow.id == SupplyUseRow.supply_id)
        .where(SupplyUseRow.organisation == actor.organisation, SupplyUseRow.amount.is_(None))
        .order_by(SupplyUseRow.index.desc())
        .limit(OPEN_USES_SHOWN)
    )
    return tuple(
        OpenUse(row.index, name, unit, lot_code_of(row.lot), row.used_on)
        for row, name, unit in rows
        if may_state(actor, row.account_id)
    )


def expired_stock(session: Session, actor: Actor, today: date) -> tuple[SupplyCard, ...]:
    """Supplies of which there is something past its day; ``expires_on`` is the first such day."""
    rows = session.scalars(
        select(SupplyRow)
        .join(SupplyLotRow, SupplyLotRow.supply_id == SupplyRow.id)
        .where(SupplyLotRow.organisation == actor.organisation)
        .where(SupplyLotRow.left > NOTHING, SupplyLotRow.expires_on < today)
        .distinct()
        .limit(PAGE_ROWS)
    ).all()
    return _cards(session, rows)


def read_entry_use(session: Session, actor: Actor, index: int) -> EntryUse | None:
    """What the organisation's entry at ``index`` used; ``None`` if it used nothing of the stock."""
    use = session.get(SupplyUseRow, index)
    if use is None or use.organisation != actor.organisation:
        return None
    supply = session.get_one(SupplyRow, use.supply_id)
    taken = session.execute(
        select(SupplyLotRow.code, SupplyLotRow.expires_on, func.sum(SupplyMoveRow.delta).label("sum"))
        .join(SupplyMoveRow, SupplyMoveRow.lot_id == SupplyLotRow.id)
        .where(SupplyMoveRow.subject == str(index), SupplyMoveRow.organisation == actor.organisation)
        .group_by(SupplyLotRow.id, SupplyLotRow.code, SupplyLotRow.expires_on)
    ).all()
    lots = [(code, day) for code, day, delta in taken if delta]
    return EntryUse(
        supply_id=supply.id,
        supply=supply.name,
        unit=supply.unit,
        amount=use.amount,
        left=sum((lot.left for lot in read_lots(session, supply.id)), NOTHING),
        lots=tuple(code for code, _ in lots if code),
        expired=tuple((code, day) for code, day in lots if day is not None and day < use.used_on),
        may_state=may_state(actor, use.account_id),
    )


def has_stock(session: Session, actor: Actor) -> bool:
    """Whether the organisation keeps any supply in its books."""
    return (
        session.scalar(select(SupplyRow.id).where(SupplyRow.organisation == actor.organisation).limit(1))
        is not None
    )


def names_in_stock(session: Session, actor: Actor) -> tuple[OnOffer, ...]:
    """The supplies on offer for a diary step: what there is of them first, then the others, by name."""
    rows = session.execute(
        select(SupplyRow.name, SupplyRow.kind, func.sum(SupplyLotRow.left))
        .outerjoin(SupplyLotRow, SupplyLotRow.supply_id == SupplyRow.id)
        .where(SupplyRow.organisation == actor.organisation, SupplyRow.retired_at.is_(None))
        .group_by(SupplyRow.id, SupplyRow.name, SupplyRow.kind, SupplyRow.name_key)
        .order_by(SupplyRow.name_key)
    )
    found = (OnOffer(name, kind, left or NOTHING) for name, kind, left in rows)
    return tuple(sorted(found, key=lambda supply: supply.left <= 0))


def find_purchase(session: Session, vault: Vault, actor: Actor, purchase_id: str) -> PurchaseLine | None:
    """The organisation's purchase with this id while it stands, as this actor may see it."""
    row = session.get(SupplyPurchaseRow, purchase_id)
    if row is None or row.organisation != actor.organisation or row.withdrawn_at is not None:
        return None
    names = {}
    if row.supplier_id is not None:
        find_partner(session, actor.organisation, row.supplier_id)
        names = {item.id: item.name for item in list_partners(session, vault, actor.organisation)}
    return _purchase(row, names, actor)


def _cards(session: Session, rows: Iterable[SupplyRow]) -> tuple[SupplyCard, ...]:
    kept = tuple(rows)
    lots: dict[str, list[SupplyLotRow]] = {}
    found = session.scalars(select(SupplyLotRow).where(SupplyLotRow.supply_id.in_([row.id for row in kept])))
    for lot in found:
        lots.setdefault(lot.supply_id, []).append(lot)
    return tuple(_card(row, lots.get(row.id, [])) for row in kept)


def _card(row: SupplyRow, lots: list[SupplyLotRow]) -> SupplyCard:
    days = [lot.expires_on for lot in lots if lot.left > 0 and lot.expires_on is not None]
    return SupplyCard(
        id=row.id,
        kind=row.kind,
        name=row.name,
        unit=row.unit,
        left=sum((lot.left for lot in lots), NOTHING),
        expires_on=min(days, default=None),
        is_retired=row.retired_at is not None,
    )


def _moves(session: Session, supply_id: str, lots: Iterable[SupplyLot]) -> tuple[MoveLine, ...]:
    codes = {lot.id: lot.code for lot in lots}
    rows = session.scalars(
        select(SupplyMoveRow)
        .where(SupplyMoveRow.supply_id == supply_id)
        .order_by(SupplyMoveRow.recorded_at.desc(), SupplyMoveRow.id)
        .limit(MOVES_SHOWN)
    )
    return tuple(
        MoveLine(
            kind=row.kind,
            delta=row.delta,
            on=row.moved_on,
            lot_code=codes[row.lot_id],
            entry=int(row.subject) if row.subject is not None and row.subject.isdigit() else None,
            reason=row.reason,
        )
        for row in rows
    )


def _purchases(session: Session, vault: Vault, actor: Actor, supply_id: str) -> tuple[PurchaseLine, ...]:
    rows = session.scalars(
        select(SupplyPurchaseRow)
        .where(SupplyPurchaseRow.supply_id == supply_id, SupplyPurchaseRow.withdrawn_at.is_(None))
        .order_by(SupplyPurchaseRow.bought_on.desc(), SupplyPurchaseRow.id)
        .limit(PURCHASES_SHOWN)
    ).all()
    named = any(row.supplier_id is not None for row in rows)
    partners = list_partners(session, vault, actor.organisation) if named else ()
    names = {item.id: item.name for item in partners}
    return tuple(_purchase(row, names, actor) for row in rows)


def _purchase(row: SupplyPurchaseRow, names: dict[str, str], actor: Actor) -> PurchaseLine:
    in_office, photo = not actor.roles.isdisjoint(OFFICE), row.invoice_photo
    return PurchaseLine(
        id=row.id,
        amount=row.amount,
        on=row.bought_on,
        cost=row.cost if in_office else None,
        supplier=names.get(row.supplier_id or "") if in_office else None,
        invoice_no=row.invoice_no if in_office else None,
        invoice=FileDigest(photo, MEDIA_TYPE, 0) if in_office and photo is not None else None,
    )
