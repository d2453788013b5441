"""Every amount of a stretch of days, whichever book it stands in: rows in, frozen dataclasses out.

Costs are what was entered, and the supplies that the diary used, at what they cost on average. Sales are what
was entered, what was paid at the orchard, and what left with orders at the price of its line; goods of orders
belong to the seasons that went into their lot, each for its share (``ledger.trace.passports.balance``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.goods_tables import OrchardSaleRow
from ledger.coop.goods.shipping import REJECTED, WITHDRAWN
from ledger.coop.money.entries import MoneyEntry, Side, open_entries
from ledger.coop.money.money_tables import MoneyRow
from ledger.coop.order_tables import AllotmentRow, OrderLineRow, OrderRow
from ledger.coop.reservations import order_code
from ledger.coop.supplies.tables import SupplyPurchaseRow, SupplyRow, SupplyUseRow
from ledger.coop.tables import SeasonRow, ShipmentRow
from ledger.trace.passports.balance import Consumption, shares
from ledger.trace.tables import TraceLot, TraceLotEdge, lot_key
from signing.vault import Vault

_ASKED_AT_ONCE = 500
USED_SUPPLY, ORDER, ORCHARD = "used_supply", "order", "orchard"
"""Kinds of amounts that nobody entered as such."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So many đồng on a day. ``product`` is a code, ``season`` a lot; ``what`` says it in words.

    ``id`` is that of an amount that was entered. ``order`` an order's code, ``photo`` the
    RFC 6920 name of a photographed paper.
    """

    side: Side
    kind: str
    dong: int = field(repr=False)
    on: date
    product: str | None = None
    season: str | None = None
    what: str = field(default="", repr=False)
    partner: str = field(default="", repr=False)
    paper: str = ""
    id: str | None = None
    order: str | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What was paid in all, in đồng, for how many thousandths of a supply."""

    name: str
    paid: int = field(repr=False)
    bought: int

    def of(self, used: int) -> int:
        """What so many thousandths come to, half a đồng rounded up; 0 where nobody said what was paid."""
        # Whole numbers throughout: there may be twenty thousand of these on a page.
        return (2 * used * self.paid + self.bought) // (2 * self.bought) if self.bought else 0


_UNPAID = Price("", 0, 0)
# As it is kept, in thousandths.
_USED = type_coerce(SupplyUseRow.amount, BigInteger)


def read_amounts(
    session: Session, actor: Actor, first: date, last: date, *, by_season: bool = False, summed: bool = False
) -> tuple[Amount, ...]:
    """All amounts of these days, oldest first; sales of orders split among seasons where ``by_season``.

    ``summed`` adds up what was used of supplies, which bears the ``last`` day then. What people wrote is not
    read: ``in_words`` does.
    """
    found = [
        *_entered(session, actor, first, last),
        *(_used_in_all if summed else _used)(session, actor, first, last),
        *_ordered(session, actor, first, last, by_season=by_season),
        *_sold_where_it_grew(session, actor, first, last),
    ]
    return tuple(sorted(found, key=lambda item: (item.on, item.side, item.kind, item.product or "")))


def in_words(session: Session, vault: Vault, actor: Actor, amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """The amounts with what people wrote beside those that were entered: partner and note."""
    known = tuple(amounts)
    ids = [item.id for item in known if item.id is not None]
    said: dict[str, MoneyEntry] = {}
    for at in range(0, len(ids), _ASKED_AT_ONCE):
        rows = session.scalars(
            select(MoneyRow).where(
                MoneyRow.organisation == actor.organisation, MoneyRow.id.in_(ids[at : at + _ASKED_AT_ONCE])
            )
        ).all()
        said.update((entry.id, entry) for entry in open_entries(session, vault, actor.organisation, rows))
    return tuple(
        item if entry is None else _told(item, entry)
        for item, entry in ((item, said.get(item.id or "")) for item in known)
    )


def _told(item: Amount, entry: MoneyEntry) -> Amount:
    photo = None if entry.photo is None else entry.photo.digest
    return replace(item, what=entry.note or "", partner=entry.partner or "", photo=photo)


def _entered(session: Session, actor: Actor, first: date, last: date) -> Iterator[Amount]:
    rows = session.execute(
        select(
            MoneyRow.id, MoneyRow.side, MoneyRow.kind, MoneyRow.amount, MoneyRow.on, MoneyRow.product,
            MoneyRow.season, MoneyRow.paper,
        ).where(
            MoneyRow.organisation == actor.organisation,
            MoneyRow.on.between(first, last),
            MoneyRow.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    for row in rows:
        yield Amount(
            Side(row.side), row.kind, row.amount, row.on, row.product, row.season,
            paper=row.paper or "", id=row.id,
        )  # fmt: skip


def _used(session: Session, actor: Actor, first: date, last: date) -> Iterator[Amount]:
    """Supplies that the diary used, at the average of what was paid for them."""
    rows = session.execute(
        _uses(actor, first, last, SupplyUseRow.supply_id, SupplyUseRow.lot, _USED, SupplyUseRow.used_on)
    ).all()
    prices = _prices(session, actor)
    products = _products_of(session, actor, {row[1] for row in rows})
    for supply, lot, used, day in rows:
        price = prices.get(supply, _UNPAID)
        if dong := price.of(used):
            season = lot if lot in products else None
            yield Amount(Side.COST, USED_SUPPLY, dong, day, products.get(lot), season, what=price.name)


def _used_in_all(session: Session, actor: Actor, first: date, last: date) -> Iterator[Amount]:
    """``_used``, one amount for each season and one for all that was used elsewhere."""
    one = (SupplyUseRow.supply_id, SupplyUseRow.lot)
    asked = _uses(actor, first, last, *one, func.sum(_USED)).group_by(*one)
    # Past the ORM, which would spend as long on twenty thousand rows as the database.
    rows = session.connection().execute(asked).all()
    prices = _prices(session, actor)
    sums: dict[str, int] = defaultdict(int)
    for supply, lot, used in rows:
        sums[lot] += prices.get(supply, _UNPAID).of(int(used))
    products = _products_of(session, actor, sums)
    elsewhere = sum(dong for lot, dong in sums.items() if lot not in products)
    of_seasons = ((lot, dong) for lot, dong in sums.items() if lot in products)
    for season, dong in (*of_seasons, (None, elsewhere)):
        if dong:
            yield Amount(Side.COST, USED_SUPPLY, dong, last, products.get(season or ""), season)


def _uses(actor: Actor, first: date, last: date, *columns: Any) -> Select[Any]:
    return select(*columns).where(
        SupplyUseRow.organisation == actor.organisation,
        SupplyUseRow.used_on.between(first, last),
        SupplyUseRow.amount.is_not(None),
    )


def _prices(session: Session, actor: Actor) -> dict[str, Price]:
    """Every supply that was ever bought with its price."""
    rows = session.execute(
        select(
            SupplyPurchaseRow.supply_id,
            SupplyRow.name,
            func.sum(SupplyPurchaseRow.cost),
            func.sum(type_coerce(SupplyPurchaseRow.amount, BigInteger)),
        )
        .join(SupplyRow, SupplyRow.id == SupplyPurchaseRow.supply_id)
        .where(
            SupplyPurchaseRow.organisation == actor.organisation,
            SupplyPurchaseRow.withdrawn_at.is_(None),
            SupplyPurchaseRow.cost.is_not(None),
        )
        .group_by(SupplyPurchaseRow.supply_id, SupplyRow.name)
    )
    return {supply: Price(name, int(paid or 0), int(bought or 0)) for supply, name, paid, bought in rows}


def _ordered(session: Session, actor: Actor, first: date, last: date, *, by_season: bool) -> Iterator[Amount]:
    """What left with orders and was neither taken back nor refused, at the price of its line."""
    rows = session.execute(
        select(
            OrderRow.number,
            OrderLineRow.product,
            OrderLineRow.price,
            AllotmentRow.lot,
            AllotmentRow.quantity,
            ShipmentRow.sent_on,
        )
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
        .join(OrderRow, OrderRow.id == AllotmentRow.order_id)
        .join(
            OrderLineRow,
            (OrderLineRow.order_id == AllotmentRow.order_id) & (OrderLineRow.number == AllotmentRow.line),
        )
        .where(
            AllotmentRow.organisation == actor.organisation,
            ShipmentRow.sent_on.between(first, last),
            ShipmentRow.state.not_in((WITHDRAWN, REJECTED)),
            OrderLineRow.price.is_not(None),
        )
    ).all()
    parts = seasons_in(session, {row.lot for row in rows}) if by_season else {}
    for number, product, price, lot, quantity, day in rows:
        dong = Fraction(quantity) * (price or 0)
        code = order_code(number)
        shared = parts.get(lot) or {None: Fraction(1)}
        for season, part in _split(dong, shared):
            yield Amount(Side.SALE, ORDER, part, day, product, season, what=code, order=code)


def _sold_where_it_grew(session: Session, actor: Actor, first: date, last: date) -> Iterator[Amount]:
    """What was paid at the orchard."""
    rows = session.execute(
        select(OrchardSaleRow.season, OrchardSaleRow.paid, OrchardSaleRow.sold_on)
        .join(ShipmentRow, ShipmentRow.id == OrchardSaleRow.shipment_id)
        .where(
            OrchardSaleRow.organisation == actor.organisation,
            OrchardSaleRow.sold_on.between(first, last),
            OrchardSaleRow.paid > 0,
            ShipmentRow.state.not_in((WITHDRAWN, REJECTED)),
        )
    ).all()
    products = _products_of(session, actor, {row.season for row in rows})
    for season, paid, day in rows:
        yield Amount(Side.SALE, ORCHARD, paid or 0, day, products.get(season), season)


def _split(dong: Fraction, parts: Mapping[str | None, Fraction]) -> Iterator[tuple[str | None, int]]:
    """Whole đồng for every part; what rounding leaves goes with the last, so that nothing is lost."""
    left = _dong(dong)
    names = sorted(parts, key=lambda name: (name is not None, name or ""))
    for name in names[:-1]:
        part = min(_dong(dong * parts[name]), left)
        left -= part
        if part:
            yield name, part
    if left:
        yield names[-1], left


def seasons_in(session: Session, lots: Collection[str]) -> dict[str, dict[str | None, Fraction]]:
    """By lot: the share of every season that went into it, ``None`` for what came from elsewhere.

    One query a generation, for all lots together.
    """
    edges, names, kinds = _edges_back(session, {lot_key(lot) for lot in lots})
    measured = [
        Consumption(names[child], names[parent], quantity, uom)
        for child, parent, quantity, uom in edges
        if quantity is not None
    ]
    season_of = {
        names[child]: names[parent]
        for child, parent, quantity, _ in edges
        if quantity is None and kinds.get(parent) == _SEASON
    }
    return {lot: _by_season(shares(lot, measured).parts, season_of) for lot in lots}


_SEASON = "season"


def _by_season(roots: Mapping[str, Fraction], season_of: Mapping[str, str]) -> dict[str | None, Fraction]:
    parts: dict[str | None, Fraction] = defaultdict(Fraction)
    for root, part in roots.items():
        parts[season_of.get(root)] += part
    return dict(parts)


def _edges_back(
    session: Session, keys: set[int]
) -> tuple[list[tuple[int, int, Decimal | None, str | None]], dict[int, str], dict[int, str]]:
    """Every standing edge behind the lots with these keys; names and kinds of all lots reached."""
    edges: list[tuple[int, int, Decimal | None, str | None]] = []
    reached, waiting = set(keys), sorted(keys)
    while waiting:
        asked, waiting = waiting[:_ASKED_AT_ONCE], waiting[_ASKED_AT_ONCE:]
        rows = session.execute(
            select(TraceLotEdge.child, TraceLotEdge.parent, TraceLotEdge.quantity, TraceLotEdge.uom).where(
                TraceLotEdge.child.in_(asked), TraceLotEdge.corrected_by.is_(None)
            )
        )
        for child, parent, quantity, uom in rows:
            edges.append((child, parent, quantity, uom))
            if parent not in reached:
                reached.add(parent)
                waiting.append(parent)
    names: dict[int, str] = {}
    kinds: dict[int, str] = {}
    known = sorted(reached)
    for at in range(0, len(known), _ASKED_AT_ONCE):
        part = known[at : at + _ASKED_AT_ONCE]
        for key, lot, kind in session.execute(
            select(TraceLot.key, TraceLot.lot, TraceLot.kind).where(TraceLot.key.in_(part))
        ):
            names[key], kinds[key] = lot, kind
    return [edge for edge in edges if edge[0] in names and edge[1] in names], names, kinds


def _products_of(session: Session, actor: Actor, lots: Collection[str]) -> dict[str, str]:
    """The product's code of those of these lots that are seasons."""
    found: dict[str, str] = {}
    asked = sorted(lots)
    for at in range(0, len(asked), _ASKED_AT_ONCE):
        rows = session.execute(
            select(SeasonRow.lot, SeasonRow.product).where(
                SeasonRow.organisation == actor.organisation,
                SeasonRow.lot.in_(asked[at : at + _ASKED_AT_ONCE]),
            )
        )
        found.update((lot, product) for lot, product in rows)
    return found


def _dong(amount: Fraction) -> int:
    """Whole đồng; half a đồng is rounded up, as on an order."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
