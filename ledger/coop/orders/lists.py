"""Orders in lists: those of the organisation by how far they are, and those in the queue of a team."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.shipping import SENT as ON_ITS_WAY
from ledger.coop.goods.shipping import WITHDRAWN
from ledger.coop.order_tables import AllotmentRow, OrderLineRow, OrderRow, OrderTaskRow, TeamRow
from ledger.coop.orders.order_books import ACCEPTED, DECLINED, DONE, WAITING
from ledger.coop.orders.queries import Task, read_tasks
from ledger.coop.orders.states import AT_WORK, OPEN, SENT, OrderState
from ledger.coop.orders.teams import Team, find_team
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.products import list_products
from ledger.coop.reservations import order_code
from ledger.coop.tables import ShipmentRow
from signing.vault import Vault

PAGE = 50
GROUPS = {"open": OPEN, "sent": SENT, "cancelled": frozenset({OrderState.CANCELLED})}
"""How people look for orders."""
_FOR_TEAMS = frozenset({OrderState.AGREED, *AT_WORK})


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much of a product; ``sent`` of it left already."""

    product_name: str
    template: str
    quantity: Decimal
    uom: str
    net_g: Decimal | None
    sent: Decimal

    @property
    def missing(self) -> Decimal:
        """How much is still to be sent."""
        return max(self.quantity - self.sent, Decimal(0))


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order in a list. ``is_declined``: a team that was asked will not do it."""

    code: str
    customer: str
    due_on: date
    state: OrderState
    wanted: tuple[Wanted, ...]
    tasks: tuple[Task, ...]

    @property
    def is_declined(self) -> bool:
        """Whether a team that was asked will not do it, and nobody else has it."""
        states = {task.state for task in self.tasks}
        return bool(states) and states.isdisjoint({WAITING, ACCEPTED, DONE})

    @property
    def is_partly_sent(self) -> bool:
        """Whether something left, and something is missing."""
        return any(item.sent for item in self.wanted) and any(item.missing for item in self.wanted)


@dataclass(frozen=True, slots=True)
class OrderList:
    """A page of orders; ``has_more``: another page follows."""

    cards: tuple[OrderCard, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class QueueItem:
    """An order in a team's queue; ``waits_for`` are the teams before it that are not done."""

    card: OrderCard
    state: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """A team with the orders it is asked for and those it is at, soonest due first.

    Of each no more than a page; ``counts`` says how many there are.
    """

    team: Team
    waiting: tuple[QueueItem, ...]
    at_work: tuple[QueueItem, ...]
    counts: "TeamCounts"


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """How many orders a team is asked for, and at how many it works."""

    waiting: int = 0
    at_work: int = 0


@dataclass(frozen=True, slots=True)
class Pressing:
    """An order that somebody should look at today."""

    code: str
    due_on: date
    is_declined: bool


def list_orders(session: Session, vault: Vault, actor: Actor, group: str, page: int = 1) -> OrderList:
    """A page (from 1) of the orders of a group: open ones by the day they are due, others newest first."""
    query = select(OrderRow).where(
        OrderRow.organisation == actor.organisation,
        OrderRow.state.in_([state.value for state in GROUPS[group]]),
    )
    order = (OrderRow.due_on, OrderRow.number) if group == "open" else (OrderRow.number.desc(),)
    rows = session.scalars(query.order_by(*order).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return OrderList(_cards(session, vault, actor, rows[:PAGE]), len(rows) > PAGE)


def read_queue(session: Session, vault: Vault, actor: Actor, team_id: str) -> Queue:
    """The queue of a team. Raises ``NotFoundError``."""
    team = find_team(session, actor, team_id)
    found = {}
    for state in (WAITING, ACCEPTED):
        query = select(OrderRow).where(_queued(team.id, state)).order_by(OrderRow.due_on, OrderRow.number)
        cards = _cards(session, vault, actor, session.scalars(query.limit(PAGE)).all())
        found[state] = tuple(_queue_item(card, team.id) for card in cards)
    counts = count_queues(session, actor).get(team.id, TeamCounts())
    return Queue(team, found[WAITING], found[ACCEPTED], counts)


def read_needed(session: Session, actor: Actor, team_id: str) -> tuple[Wanted, ...]:
    """What all orders in a team's queue still need together, a line a product, unit and pack."""
    what = (OrderLineRow.product, OrderLineRow.uom, OrderLineRow.net_g)
    is_queued = _queued(team_id, WAITING, ACCEPTED)
    wanted = (
        select(*what, func.sum(OrderLineRow.quantity))
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .where(is_queued, OrderRow.organisation == actor.organisation)
        .group_by(*what)
        .order_by(*what)
    )
    gone = (
        select(*what, func.sum(ShipmentRow.quantity))
        .join(OrderRow, OrderRow.id == OrderLineRow.order_id)
        .join(
            AllotmentRow,
            (AllotmentRow.order_id == OrderLineRow.order_id) & (AllotmentRow.line == OrderLineRow.number),
        )
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
        .where(is_queued, ShipmentRow.state != WITHDRAWN)
        .group_by(*what)
    )
    sent = {(product, uom, net_g): amount for product, uom, net_g, amount in session.execute(gone)}
    products = {product.code: product for product in list_products(session, actor.organisation)}
    needed = (
        Wanted(
            products[product].name,
            products[product].template,
            quantity,
            uom,
            net_g,
            sent.get((product, uom, net_g), Decimal(0)),
        )
        for product, uom, net_g, quantity in session.execute(wanted)
    )
    return tuple(item for item in needed if item.missing)


def orders_pressing(session: Session, actor: Actor, today: date) -> tuple[Pressing, ...]:
    """Orders that should have left by the end of today, and those that no team will do; soonest due first."""
    asked = select(OrderTaskRow.order_id).where(OrderTaskRow.state != DECLINED)
    declined = select(OrderTaskRow.order_id).where(OrderTaskRow.state == DECLINED)
    is_refused = (OrderRow.state == OrderState.AGREED) & OrderRow.id.in_(declined) & OrderRow.id.not_in(asked)
    rows = session.execute(
        select(OrderRow.number, OrderRow.due_on, is_refused)
        .where(
            OrderRow.organisation == actor.organisation,
            OrderRow.state.in_([state.value for state in _FOR_TEAMS]),
            (OrderRow.due_on <= today) | is_refused,
        )
        .order_by(OrderRow.due_on, OrderRow.number)
        .limit(PAGE)
    )
    return tuple(Pressing(order_code(number), due_on, bool(refused)) for number, due_on, refused in rows)


def count_queues(session: Session, actor: Actor) -> dict[str, TeamCounts]:
    """How much each team of the organisation has to do, by its id."""
    rows = session.execute(
        select(OrderTaskRow.team_id, OrderTaskRow.state, func.count())
        .join(OrderRow, OrderRow.id == OrderTaskRow.order_id)
        .join(TeamRow, TeamRow.id == OrderTaskRow.team_id)
        .where(
            TeamRow.organisation == actor.organisation,
            OrderRow.state.in_([state.value for state in _FOR_TEAMS]),
        )
        .group_by(OrderTaskRow.team_id, OrderTaskRow.state)
    )
    found: dict[str, dict[str, int]] = {}
    for team, state, count in rows:
        found.setdefault(team, {})[state] = count
    return {team: TeamCounts(by.get(WAITING, 0), by.get(ACCEPTED, 0)) for team, by in found.items()}


def _queued(team_id: str, *states: str) -> ColumnElement[bool]:
    """Orders that a team has in one of these states and that go on."""
    tasks = select(OrderTaskRow.order_id).where(
        OrderTaskRow.team_id == team_id, OrderTaskRow.state.in_(states)
    )
    return OrderRow.id.in_(tasks) & OrderRow.state.in_([state.value for state in _FOR_TEAMS])


def _queue_item(card: OrderCard, team_id: str) -> QueueItem:
    place = next(number for number, task in enumerate(card.tasks) if task.team == team_id)
    before = card.tasks[:place]
    waits_for = tuple(task.team_name for task in before if task.state in {WAITING, ACCEPTED})
    return QueueItem(card, card.tasks[place].state, waits_for)


def _cards(session: Session, vault: Vault, actor: Actor, rows: Sequence[OrderRow]) -> tuple[OrderCard, ...]:
    ids = [row.id for row in rows]
    partners = list_partners(session, vault, actor.organisation, {row.partner_id for row in rows})
    names = {partner.id: partner.name for partner in partners}
    wanted, awaited = _wanted(session, actor, ids), _awaited(session, ids)
    tasks = read_tasks(session, ids)
    return tuple(
        OrderCard(
            code=order_code(row.number),
            customer=names[row.partner_id],
            due_on=row.due_on,
            state=_state(row, awaited),
            wanted=wanted.get(row.id, ()),
            tasks=tasks.get(row.id, ()),
        )
        for row in rows
    )


def _state(row: OrderRow, awaited: Collection[str]) -> OrderState:
    state = OrderState(row.state)
    return OrderState.RECEIVED if state is OrderState.SHIPPED and row.id not in awaited else state


def _wanted(session: Session, actor: Actor, orders: Sequence[str]) -> dict[str, tuple[Wanted, ...]]:
    products = {product.code: product for product in list_products(session, actor.organisation)}
    sent = {
        (order, line): amount
        for order, line, amount in session.execute(
            select(AllotmentRow.order_id, AllotmentRow.line, func.sum(ShipmentRow.quantity))
            .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
            .where(AllotmentRow.order_id.in_(orders), ShipmentRow.state != WITHDRAWN)
            .group_by(AllotmentRow.order_id, AllotmentRow.line)
        )
    }
    found: dict[str, list[Wanted]] = {}
    rows = session.scalars(
        select(OrderLineRow)
        .where(OrderLineRow.order_id.in_(orders))
        .order_by(OrderLineRow.order_id, OrderLineRow.number)
    )
    for row in rows:
        product = products[row.product]
        gone = sent.get((row.order_id, row.number), Decimal(0))
        found.setdefault(row.order_id, []).append(
            Wanted(product.name, product.template, row.quantity, row.uom, row.net_g, gone)
        )
    return {order: tuple(lines) for order, lines in found.items()}


def _awaited(session: Session, orders: Sequence[str]) -> frozenset[str]:
    """Orders of which nobody said yet that all of it came, or all of which was taken back."""
    rows = session.execute(
        select(AllotmentRow.order_id, ShipmentRow.state, AllotmentRow.received)
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
        .where(AllotmentRow.order_id.in_(orders), ShipmentRow.state != WITHDRAWN)
    ).all()
    answered = {order for order, _, _ in rows}
    waiting = {order for order, state, received in rows if state == ON_ITS_WAY and received is None}
    return frozenset(waiting | (set(orders) - answered))
