"""What is put aside for orders and not sent yet: of a lot, only the rest may go to somebody else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.errors import LotStateError
from ledger.coop.lots import OwnLot
from ledger.coop.order_tables import AllotmentRow, OrderRow
from ledger.coop.quantities import unit_name
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import EACH
from ledger.trace.units import format_number

ORDER_CODE = "DH"
"""Before an order's number, as people say it and banks can write it."""


def order_code(number: int) -> str:
    """What people call the order with this number: ``DH12``."""
    return f"{ORDER_CODE}{number}"


def put_aside(
    session: Session, organisation: str, lots: Collection[str], *, but_for: str | None = None
) -> Mapping[str, Decimal]:
    """How much of each of these lots is put aside; nothing counts that is aside for the order ``but_for``."""
    query = (
        select(AllotmentRow.lot, func.sum(AllotmentRow.quantity))
        .where(
            AllotmentRow.organisation == organisation,
            AllotmentRow.lot.in_(lots),
            AllotmentRow.shipment_id.is_(None),
        )
        .group_by(AllotmentRow.lot)
    )
    if but_for is not None:
        query = query.where(AllotmentRow.order_id != but_for)
    aside = {row[0]: row[1] for row in session.execute(query)} if lots else {}
    return {lot: aside.get(lot, Decimal(0)) for lot in lots}


@dataclass(frozen=True, slots=True)
class Promise:
    """So much of a lot is put aside for these orders (their codes); ``left`` is what there is of it.

    ``left`` is ``None`` for a lot that was never weighed.
    """

    lot: str
    aside: Decimal
    left: Decimal | None
    uom: str | None
    orders: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        """Whether less is left than was promised."""
        return self.left is not None and self.left < self.aside


def read_promises(session: Session, organisation: str, lots: Collection[str]) -> Mapping[str, Promise]:
    """What is put aside of these lots, by lot; lots of which nothing is are left out."""
    if not lots:
        return {}
    rows = session.execute(
        select(AllotmentRow.lot, OrderRow.number, func.sum(AllotmentRow.quantity))
        .join(OrderRow, OrderRow.id == AllotmentRow.order_id)
        .where(
            AllotmentRow.organisation == organisation,
            AllotmentRow.lot.in_(list(lots)),
            AllotmentRow.shipment_id.is_(None),
        )
        .group_by(AllotmentRow.lot, OrderRow.number)
        .order_by(AllotmentRow.lot, OrderRow.number)
    ).all()
    known = read_lots(session, {row[0] for row in rows})
    holdings = read_holdings(session, organisation, known.values())
    found: dict[str, Promise] = {}
    for lot, number, quantity in rows:
        so_far = found.get(lot, Promise(lot, Decimal(0), holdings[lot].quantity, known[lot].uom, ()))
        found[lot] = replace(
            so_far, aside=so_far.aside + quantity, orders=(*so_far.orders, order_code(number))
        )
    return found


def check_not_promised(
    session: Session,
    organisation: str,
    lot: OwnLot,
    left: Decimal | None,
    wanted: Decimal,
    *,
    but_for: str | None = None,
) -> None:
    """Raises ``LotStateError`` when taking ``wanted`` of what is ``left`` would break a promise.

    Where less than ``wanted`` is left at all, the guard of the balance says so, and better.
    """
    aside = put_aside(session, organisation, (lot.lot,), but_for=but_for)[lot.lot]
    if left is None or not aside or not left - aside < wanted <= left:
        return
    unit = "gói" if lot.uom == EACH else unit_name(lot.uom)
    numbers = session.scalars(
        select(OrderRow.number)
        .join(AllotmentRow, AllotmentRow.order_id == OrderRow.id)
        .where(
            AllotmentRow.organisation == organisation,
            AllotmentRow.lot == lot.lot,
            AllotmentRow.shipment_id.is_(None),
            AllotmentRow.order_id != (but_for or ""),
        )
        .distinct()
        .order_by(OrderRow.number)
    )
    orders = ", ".join(map(order_code, numbers))
    sentence = (
        f"Lô {lot.code} còn {format_number(left)} {unit}, đã để dành {format_number(aside)} {unit} cho đơn "
        f"{orders}. Hãy giao ít hơn, chọn lô khác, hoặc chia lại lô của đơn ấy."
    )
    raise LotStateError("promised to orders", lot=lot.lot, sentence=sentence)
