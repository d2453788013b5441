"""An order with all that hangs on it, as the organisation's own people see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.shipping import SENT, WITHDRAWN
from ledger.coop.order_tables import AllotmentRow, OrderLineRow, OrderRow, OrderStepRow, OrderTaskRow, TeamRow
from ledger.coop.orders.order_books import find_order, lines_of, open_details, open_reason
from ledger.coop.orders.states import OrderState
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.products import list_products
from ledger.coop.reservations import order_code, put_aside
from ledger.coop.tables import AccountRow, ShipmentRow
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.identifiers import lot_code_of
from signing.vault import Vault

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Allotment:
    """Some of a lot for a line: put aside, or gone with a shipment (its code, entry and state).

    ``received`` is what the receiver counted, by signature or by word; ``is_short``: other work used the lot
    up meanwhile, and what is left of it is less than is promised.
    """

    line: int
    lot: str
    lot_code: str
    quantity: Decimal
    uom: str | None
    expires_on: date | None
    shipment: str | None
    sent_index: int | None
    shipment_state: str | None
    signs_here: bool
    received: Decimal | None
    is_short: bool

    @property
    def is_aside(self) -> bool:
        """Whether it is here still."""
        return self.shipment is None

    @property
    def is_sent(self) -> bool:
        """Whether it left, and was not taken back."""
        return self.shipment is not None and self.shipment_state != WITHDRAWN

    @property
    def is_awaited(self) -> bool:
        """Whether nobody said yet that it came."""
        return self.shipment_state == SENT and self.received is None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order, and how much of it is where."""

    number: int
    product: str
    product_name: str
    template: str
    uom: str
    net_g: Decimal | None
    quantity: Decimal
    price: int | None = field(repr=False)
    aside: Decimal
    sent: Decimal
    received: Decimal | None

    @property
    def missing(self) -> Decimal:
        """How much is still to be sent."""
        return max(self.quantity - self.sent, _NOTHING)


@dataclass(frozen=True, slots=True)
class Task:
    """An order in the queue of a team."""

    team: str
    team_name: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did to an order; ``login`` is empty for an account that is gone."""

    action: str
    login: str
    done_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order: who wants what, how far it is, who did what to it."""

    code: str
    state: OrderState
    partner: str
    customer: str
    phone: str | None = field(repr=False)
    due_on: date
    destination: str | None = field(repr=False)
    note: str | None = field(repr=False)
    created_at: datetime
    lines: tuple[Line, ...]
    allotments: tuple[Allotment, ...]
    tasks: tuple[Task, ...]
    steps: tuple[Done, ...]

    @property
    def aside(self) -> tuple[Allotment, ...]:
        """What is put aside and here still."""
        return tuple(item for item in self.allotments if item.is_aside)

    @property
    def sent(self) -> tuple[Allotment, ...]:
        """What left, what was taken back included."""
        return tuple(item for item in self.allotments if not item.is_aside)

    @property
    def is_partly_sent(self) -> bool:
        """Whether something left, and something is missing."""
        return any(line.sent for line in self.lines) and any(line.missing for line in self.lines)

    def amount_due(self) -> int | None:
        """Đồng to pay for what left or, before anything did, for all that was ordered.

        ``None`` where a price is missing.
        """
        sent = [item for item in self.sent if item.is_sent]
        if sent:
            return self.amount_of(sent)
        return self._amount((line.number, line.quantity) for line in self.lines)

    def amount_of(self, allotments: Iterable[Allotment]) -> int | None:
        """Đồng to pay for these; ``None`` where a price is missing. Half a đồng is rounded up."""
        return self._amount((item.line, item.quantity) for item in allotments)

    def _amount(self, quantities: Iterable[tuple[int, Decimal]]) -> int | None:
        prices = {line.number: line.price for line in self.lines}
        total = _NOTHING
        for number, quantity in quantities:
            price = prices[number]
            if price is None:
                return None
            total += quantity * price
        return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def read_order(session: Session, vault: Vault, actor: Actor, code: str) -> Order:
    """The order with this code. Raises ``NotFoundError``."""
    row = find_order(session, actor.organisation, code)
    (partner,) = list_partners(session, vault, actor.organisation, (row.partner_id,))
    details = open_details(session, vault, row)
    allotments = _allotments(session, actor, row.id)
    return Order(
        code=order_code(row.number),
        state=state_now(row, allotments),
        partner=partner.id,
        customer=partner.name,
        phone=partner.phone,
        due_on=row.due_on,
        destination=details.get("destination"),
        note=details.get("note"),
        created_at=row.created_at,
        lines=_lines(session, actor, lines_of(session, row.id), allotments),
        allotments=allotments,
        tasks=read_tasks(session, (row.id,)).get(row.id, ()),
        steps=_steps(session, vault, row),
    )


def state_now(row: OrderRow, allotments: Sequence[Allotment]) -> OrderState:
    """The state as it is: what everybody signed for is received, whoever keeps the receiver's books."""
    state = OrderState(row.state)
    sent = [item for item in allotments if item.is_sent]
    if state is OrderState.SHIPPED and sent and not any(item.is_awaited for item in sent):
        return OrderState.RECEIVED
    return state


def read_tasks(session: Session, orders: Sequence[str]) -> dict[str, tuple[Task, ...]]:
    """The teams of each order (by id), in the order in which they work."""
    rows = session.execute(
        select(OrderTaskRow, TeamRow)
        .join(TeamRow, TeamRow.id == OrderTaskRow.team_id)
        .where(OrderTaskRow.order_id.in_(orders))
        .order_by(OrderTaskRow.order_id, OrderTaskRow.place)
    )
    found: dict[str, list[Task]] = {}
    for task, team in rows:
        found.setdefault(task.order_id, []).append(Task(team.id, team.name, team.kind, task.state))
    return {order: tuple(tasks) for order, tasks in found.items()}


def _allotments(session: Session, actor: Actor, order_id: str) -> tuple[Allotment, ...]:
    rows = session.execute(
        select(AllotmentRow, ShipmentRow)
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id, isouter=True)
        .where(AllotmentRow.order_id == order_id)
        .order_by(AllotmentRow.line, AllotmentRow.lot, AllotmentRow.id)
    ).all()
    lots = read_lots(session, {row.lot for row, _ in rows})
    short = _short(session, actor, lots)
    return tuple(
        _allotment(row, shipment, lots[row.lot], is_short=row.shipment_id is None and row.lot in short)
        for row, shipment in rows
    )


def _allotment(row: AllotmentRow, shipment: ShipmentRow | None, lot: LotRow, *, is_short: bool) -> Allotment:
    counted = None if shipment is None else shipment.counted
    return Allotment(
        line=row.line,
        lot=row.lot,
        lot_code=lot_code_of(row.lot),
        # A shipment may have been corrected since.
        quantity=row.quantity if shipment is None else shipment.quantity,
        uom=lot.uom,
        expires_on=lot.expires_on,
        shipment=None if shipment is None else shipment.code,
        sent_index=None if shipment is None else shipment.sent_index,
        shipment_state=None if shipment is None else shipment.state,
        signs_here=shipment is not None and shipment.to_organisation is not None,
        received=counted if counted is not None else row.received,
        is_short=is_short,
    )


def _short(session: Session, actor: Actor, lots: Mapping[str, LotRow]) -> frozenset[str]:
    """The lots of which more is promised than is left."""
    promised = put_aside(session, actor.organisation, lots)
    holdings = read_holdings(session, actor.organisation, lots.values())
    return frozenset(lot for lot in lots if (holdings[lot].quantity or _NOTHING) < promised[lot])


def _lines(
    session: Session, actor: Actor, rows: Sequence[OrderLineRow], allotments: Sequence[Allotment]
) -> tuple[Line, ...]:
    products = {product.code: product for product in list_products(session, actor.organisation)}
    lines = []
    for row in rows:
        own = [item for item in allotments if item.line == row.number]
        sent = [item for item in own if item.is_sent]
        counted = [item.received for item in sent if item.received is not None]
        lines.append(
            Line(
                number=row.number,
                product=row.product,
                product_name=products[row.product].name,
                template=products[row.product].template,
                uom=row.uom,
                net_g=row.net_g,
                quantity=row.quantity,
                price=row.price,
                aside=sum((item.quantity for item in own if item.is_aside), _NOTHING),
                sent=sum((item.quantity for item in sent), _NOTHING),
                received=sum(counted, _NOTHING) if counted else None,
            )
        )
    return tuple(lines)


def _steps(session: Session, vault: Vault, order: OrderRow) -> tuple[Done, ...]:
    rows = session.execute(
        select(OrderStepRow, AccountRow.login)
        .join(AccountRow, AccountRow.id == OrderStepRow.account_id, isouter=True)
        .where(OrderStepRow.order_id == order.id)
        .order_by(OrderStepRow.number)
    )
    return tuple(
        Done(step.action, login or "", step.done_at, open_reason(session, vault, order, step))
        for step, login in rows
    )
