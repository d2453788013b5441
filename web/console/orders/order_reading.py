"""An order as one person sees it: what they may do with it now, what they may know of its money."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, SHIPPING, WORKSHOP, Actor
from ledger.coop.orders.order_books import ACCEPTED, DECLINED, WAITING
from ledger.coop.orders.queries import Order, Task, read_order
from ledger.coop.orders.states import OrderAction, OrderState, is_allowed, is_ours
from ledger.coop.orders.teams import own_teams
from signing.vault import Vault
from web.languages import _

READERS = OFFICE | WORKSHOP | SHIPPING
STATE_NAMES = {
    OrderState.DRAFT: _("Nháp"),
    OrderState.AGREED: _("Đã chốt, chờ tổ nhận"),
    OrderState.ACCEPTED: _("Tổ đang làm"),
    OrderState.ALLOTTED: _("Đã chia lô"),
    OrderState.PACKED: _("Đã soạn xong"),
    OrderState.SHIPPED: _("Đã giao"),
    OrderState.RECEIVED: _("Khách đã nhận"),
    OrderState.CANCELLED: _("Đã hủy"),
}
ACTION_NAMES = {
    OrderAction.WRITE: _("Ghi đơn"),
    OrderAction.AGREE: _("Chốt đơn"),
    OrderAction.ACCEPT: _("Tổ nhận đơn"),
    OrderAction.DECLINE: _("Tổ không nhận"),
    OrderAction.FINISH: _("Tổ làm xong phần mình"),
    OrderAction.ALLOT: _("Chia lô"),
    OrderAction.PACK: _("Soạn xong"),
    OrderAction.SHIP: _("Giao hàng"),
    OrderAction.RECEIVE: _("Ghi khách nhận"),
    OrderAction.REOPEN: _("Mở lại để giao tiếp"),
    OrderAction.CANCEL: _("Hủy"),
}
TASK_NAMES = {
    "waiting": _("chờ nhận"),
    "accepted": _("đang làm"),
    "declined": _("không nhận"),
    "done": _("đã xong"),
}


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order, and what this person may do: ``actions``; for which teams they may answer: ``tasks``."""

    order: Order
    actions: frozenset[OrderAction]
    tasks: tuple[Task, ...]
    sees_money: bool
    may_print: bool

    def may(self, action: str) -> bool:
        """Whether an action is to be offered."""
        return action in self.actions

    @property
    def has_teams(self) -> bool:
        """Whether a team was asked that did not decline."""
        return any(task.state != DECLINED for task in self.order.tasks)

    @property
    def is_declined(self) -> bool:
        """Whether every team that was asked will not do it, and no other was asked since."""
        return self.order.state is OrderState.AGREED and bool(self.order.tasks) and not self.has_teams

    @property
    def waiting(self) -> tuple[Task, ...]:
        """Teams of this person's that are asked."""
        return tuple(task for task in self.tasks if task.state == WAITING)

    @property
    def at_work(self) -> tuple[Task, ...]:
        """Teams of this person's that are at it."""
        return tuple(task for task in self.tasks if task.state == ACCEPTED)


def read_order_page(session: Session, vault: Vault, actor: Actor, code: str) -> OrderPage:
    """The order with this code. Raises ``NotFoundError``."""
    order = read_order(session, vault, actor, code)
    teams = own_teams(session, actor)
    asked = [task for task in order.tasks if task.state != DECLINED]
    is_manager = is_ours(OrderAction.CANCEL, actor.roles, in_team=True) and is_ours(
        OrderAction.ALLOT, actor.roles, in_team=False
    )
    in_team = not asked or any(task.team in teams for task in asked)
    actions = {
        action
        for action in OrderAction
        if is_allowed(action, order.state) and is_ours(action, actor.roles, in_team=in_team)
    }
    return OrderPage(
        order=order,
        actions=frozenset(_sensible(order, actions)),
        tasks=tuple(task for task in asked if is_manager or task.team in teams),
        sees_money=not actor.roles.isdisjoint(OFFICE),
        may_print=bool(order.aside or any(item.is_sent for item in order.sent)),
    )


def _sensible(order: Order, actions: set[OrderAction]) -> set[OrderAction]:
    """Without what is allowed but leads nowhere."""
    by_word = [item for item in order.sent if item.is_awaited and not item.signs_here]
    if not by_word:
        actions.discard(OrderAction.RECEIVE)
    if not any(line.missing for line in order.lines):
        actions.discard(OrderAction.REOPEN)
    return actions
