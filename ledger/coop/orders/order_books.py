"""Rows of orders: found within the organisation, checked against the machine, their history kept."""

import json
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.goods.shipping import WITHDRAWN
from ledger.coop.order_tables import (
    AllotmentRow,
    OrderLineRow,
    OrderRow,
    OrderStepRow,
    OrderTaskRow,
    TeamMemberRow,
    TeamRow,
)
from ledger.coop.orders.states import RULES, OrderAction, OrderState, check_action, is_ours
from ledger.coop.reservations import ORDER_CODE
from ledger.coop.tables import ShipmentRow
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

WAITING, ACCEPTED, DECLINED, DONE = "waiting", "accepted", "declined", "done"
"""What a team made of an order in its queue."""
_MAX_DIGITS = 9


def find_order(session: Session, organisation: str, code: str) -> OrderRow:
    """The organisation's order with this code. Raises ``NotFoundError``."""
    digits = code.strip().upper().removeprefix(ORDER_CODE)
    row = None
    if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS:
        row = session.scalar(
            select(OrderRow).where(OrderRow.organisation == organisation, OrderRow.number == int(digits))
        )
    if row is None:
        raise NotFoundError("đơn", code)
    return row


def begin(unit: Unit, actor: Actor, code: str, action: OrderAction, team: str | None = None) -> OrderRow:
    """The order to which ``action`` may be done now, by the actor, for ``team`` where one is named.

    Raises ``NotFoundError``, ``NotAllowedError`` (not in a team of the order), ``OrderStateError``.
    """
    row = find_order(unit.session, actor.organisation, code)
    if not is_ours(action, actor.roles, in_team=is_in_team(unit.session, actor, row.id, team)):
        raise NotAllowedError(
            f"{action} is for a team of the order", needed=frozenset(r.value for r in RULES[action].roles)
        )
    check_action(action, OrderState(row.state), code)
    return row


def is_in_team(session: Session, actor: Actor, order_id: str, team: str | None = None) -> bool:
    """Whether the actor is in a team of the order, or in that one; an order without teams is anybody's."""
    teams = session.scalars(
        select(OrderTaskRow.team_id).where(OrderTaskRow.order_id == order_id, OrderTaskRow.state != DECLINED)
    ).all()
    if not teams:
        return team is None
    own = select(TeamMemberRow.team_id).where(
        TeamMemberRow.member_id == actor.member_id, TeamMemberRow.team_id.in_(teams)
    )
    return bool(set(session.scalars(own)) & ({team} if team else set(teams)))


def find_task(session: Session, actor: Actor, order_id: str, team: str) -> OrderTaskRow:
    """The order in the queue of the organisation's team. Raises ``NotFoundError``."""
    row = session.get(OrderTaskRow, (order_id, team))
    kept = session.get(TeamRow, team)
    if row is None or kept is None or kept.organisation != actor.organisation:
        raise NotFoundError("tổ", team)
    return row


def keep_step(
    unit: Unit,
    actor: Actor,
    row: OrderRow,
    action: OrderAction,
    state: OrderState,
    *,
    reason: str | None = None,
) -> None:
    """Take the order to ``state``, and note who did it."""
    row.state = state.value
    last = select(func.max(OrderStepRow.number)).where(OrderStepRow.order_id == row.id)
    number = (unit.session.scalar(last) or 0) + 1
    sealed = None
    if reason is not None:
        purpose = _reason_purpose(row.id, number)
        sealed = seal_private(unit, row.organisation, ORGANISATION, reason.encode(), purpose=purpose)
    unit.session.add(
        OrderStepRow(
            order_id=row.id,
            number=number,
            action=action.value,
            account_id=actor.account_id,
            done_at=unit.now,
            reason_sealed=sealed,
        )
    )
    unit.session.flush()


def open_reason(session: Session, vault: Vault, row: OrderRow, step: OrderStepRow) -> str | None:
    """The reason of a step, as it was given."""
    if step.reason_sealed is None:
        return None
    purpose = _reason_purpose(row.id, step.number)
    return open_private(
        session, vault, row.organisation, ORGANISATION, step.reason_sealed, purpose=purpose
    ).decode()


def seal_details(unit: Unit, organisation: str, order_id: str, details: Mapping[str, str | None]) -> bytes:
    """What was noted of an order, encrypted."""
    said = json.dumps({name: text for name, text in details.items() if text})
    purpose = _details_purpose(order_id)
    return seal_private(unit, organisation, ORGANISATION, said.encode(), purpose=purpose)


def open_details(session: Session, vault: Vault, row: OrderRow) -> dict[str, str]:
    """The inverse of ``seal_details``."""
    purpose = _details_purpose(row.id)
    opened = open_private(session, vault, row.organisation, ORGANISATION, row.details_sealed, purpose=purpose)
    details: dict[str, str] = json.loads(opened)
    return details


def lines_of(session: Session, order_id: str) -> tuple[OrderLineRow, ...]:
    """The lines of an order, in their order."""
    query = select(OrderLineRow).where(OrderLineRow.order_id == order_id).order_by(OrderLineRow.number)
    return tuple(session.scalars(query))


def sent_by_line(session: Session, order_id: str) -> dict[int, Decimal]:
    """How much of each line left and was not taken back; a line of which nothing did is not in it."""
    query = (
        select(AllotmentRow.line, func.sum(ShipmentRow.quantity))
        .join(ShipmentRow, ShipmentRow.id == AllotmentRow.shipment_id)
        .where(AllotmentRow.order_id == order_id, ShipmentRow.state != WITHDRAWN)
        .group_by(AllotmentRow.line)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def is_anything_missing(session: Session, order_id: str) -> bool:
    """Whether a line waits for goods still."""
    sent = sent_by_line(session, order_id)
    return any(line.quantity > sent.get(line.number, Decimal(0)) for line in lines_of(session, order_id))


def wake_last_team(session: Session, order_id: str) -> None:
    """Give the order back to the team that had it last: something is missing."""
    last = (
        select(func.max(OrderTaskRow.place))
        .where(OrderTaskRow.order_id == order_id, OrderTaskRow.state != DECLINED)
        .scalar_subquery()
    )
    session.execute(
        update(OrderTaskRow)
        .where(OrderTaskRow.order_id == order_id, OrderTaskRow.place == last)
        .where(OrderTaskRow.state == DONE)
        .values(state=ACCEPTED)
    )


def _details_purpose(order_id: str) -> str:
    return f"ledger.coop/order/{order_id}/details"


def _reason_purpose(order_id: str, number: int) -> str:
    return f"ledger.coop/order/{order_id}/step/{number}"
