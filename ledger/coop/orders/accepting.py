"""From the customer's yes to a team at work: agreeing, accepting, declining, a team's part done."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select

from ledger.coop.actors import OFFICE, WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, OrderStateError, Problem
from ledger.coop.order_tables import OrderRow, OrderTaskRow
from ledger.coop.orders.order_books import ACCEPTED, DECLINED, DONE, WAITING, begin, find_task, keep_step
from ledger.coop.orders.states import OrderAction, OrderState
from ledger.coop.orders.teams import find_team, list_teams
from ledger.coop.orders.writing import OrderDone
from ledger.coop.reservations import order_code
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeOrder(Command):
    """The customer agreed; ``teams`` (ids) are asked to do it. None: whoever is in the workshop."""

    order: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAnswer(Command):
    """A team takes an order on, or has done its part; ``team`` is ``None`` where none was asked."""

    order: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOrder(TeamAnswer):
    """A team cannot do it, and says why."""

    reason: str = field(repr=False)


@use_case(OFFICE)
def agree_order(unit: Unit, actor: Actor, command: AgreeOrder) -> OrderDone:
    """Fix an order and put it in the queues of teams; again, to ask other teams.

    Raises ``NotFoundError`` (order, team), ``OrderStateError``.
    """
    row = begin(unit, actor, command.order, OrderAction.AGREE)
    asked = {find_team(unit.session, actor, team).id for team in command.teams}
    unit.session.execute(delete(OrderTaskRow).where(OrderTaskRow.order_id == row.id))
    in_order = (team.id for team in list_teams(unit.session, actor) if team.id in asked)
    unit.session.add_all(
        OrderTaskRow(order_id=row.id, team_id=team, place=place, state=WAITING)
        for place, team in enumerate(in_order, start=1)
    )
    keep_step(unit, actor, row, OrderAction.AGREE, OrderState.AGREED)
    return _done(row)


@use_case(WORKSHOP)
def accept_order(unit: Unit, actor: Actor, command: TeamAnswer) -> OrderDone:
    """A team takes an order on.

    Raises ``NotFoundError``, ``NotAllowedError`` (not in that team), ``OrderStateError`` (taken before),
    ``CommandError`` (a team was asked, and none is named).
    """
    row, task = _begin(unit, actor, command, OrderAction.ACCEPT)
    is_first = row.state == OrderState.AGREED
    if (task is None and not is_first) or (task is not None and task.state != WAITING):
        sentence = f"Đơn {command.order} đã có người nhận. Hãy mở lại hàng chờ."
        raise OrderStateError("accepted before", state=row.state, sentence=sentence)
    if task is not None:
        task.state = ACCEPTED
    keep_step(
        unit,
        actor,
        row,
        OrderAction.ACCEPT,
        OrderState.ACCEPTED if is_first else OrderState(row.state),
    )
    return _done(row)


@use_case(WORKSHOP)
def decline_order(unit: Unit, actor: Actor, command: DeclineOrder) -> OrderDone:
    """A team does not take an order on that waits in its queue; the office asks another.

    Raises ``NotFoundError``, ``NotAllowedError``, ``OrderStateError``, ``CommandError``.
    """
    checks = Checks()
    reason = checks.text("reason", "lý do", command.reason, 300)
    checks.finish()
    row, task = _begin(unit, actor, command, OrderAction.DECLINE)
    if task is None or task.state != WAITING:
        sentence = f"Đơn {command.order} không chờ tổ này nhận. Hãy mở lại hàng chờ."
        raise OrderStateError("does not wait", state=row.state, sentence=sentence)
    task.state = DECLINED
    keep_step(unit, actor, row, OrderAction.DECLINE, OrderState(row.state), reason=reason)
    return _done(row)


@use_case(WORKSHOP)
def finish_task(unit: Unit, actor: Actor, command: TeamAnswer) -> OrderDone:
    """A team's part of an order is done; the next team goes on.

    Raises ``NotFoundError``, ``NotAllowedError``, ``OrderStateError``, ``CommandError``.
    """
    row, task = _begin(unit, actor, command, OrderAction.FINISH)
    if task is None or task.state != ACCEPTED:
        sentence = f"Tổ này chưa nhận đơn {command.order}, hoặc đã báo xong."
        raise OrderStateError("not at work", state=row.state, sentence=sentence)
    task.state = DONE
    keep_step(unit, actor, row, OrderAction.FINISH, OrderState(row.state))
    return _done(row)


def _begin(
    unit: Unit, actor: Actor, command: TeamAnswer, action: OrderAction
) -> tuple[OrderRow, OrderTaskRow | None]:
    row = begin(unit, actor, command.order, action, command.team)
    if command.team is not None:
        return row, find_task(unit.session, actor, row.id, command.team)
    asked = select(OrderTaskRow.team_id).where(
        OrderTaskRow.order_id == row.id, OrderTaskRow.state != DECLINED
    )
    if unit.session.scalars(asked).first() is not None:
        raise CommandError(Problem("team", "Đơn này đã giao cho tổ. Hãy mở từ hàng chờ của tổ."))
    return row, None


def _done(row: OrderRow) -> OrderDone:
    return OrderDone(order_code(row.number), row.state)
