"""The life of an order as a machine: which state follows which action, and whose action it is. Pure.

    draft ── agree → agreed ── accept → accepted ── allot → allotted ── pack → packed ── ship → shipped
                                                                                       receive → received

Shipping less than was ordered leads back to accepted, for the rest; ``reopen`` does so when a delivery was
taken back. ``cancel`` ends an order at any moment before its last delivery: what was put aside for it is free
again, and what had left before stays shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ledger.coop.actors import OFFICE, SHIPPING, WORKSHOP, Role
from ledger.coop.errors import OrderStateError


class OrderState(StrEnum):
    """How far an order is."""

    DRAFT = "draft"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    ALLOTTED = "allotted"
    PACKED = "packed"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class OrderAction(StrEnum):
    """What is done to an order."""

    WRITE = "write"
    AGREE = "agree"
    ACCEPT = "accept"
    DECLINE = "decline"
    FINISH = "finish"
    ALLOT = "allot"
    PACK = "pack"
    SHIP = "ship"
    RECEIVE = "receive"
    REOPEN = "reopen"
    CANCEL = "cancel"


_S = OrderState
AT_WORK = frozenset({_S.ACCEPTED, _S.ALLOTTED, _S.PACKED})
"""A team has it in hand."""
OPEN = frozenset({_S.DRAFT, _S.AGREED, *AT_WORK})
"""Something is still to be done by the organisation."""
SENT = frozenset({_S.SHIPPED, _S.RECEIVED})


@dataclass(frozen=True, slots=True)
class Rule:
    """An action: in which states it may be done, by whom, and whether only a team of the order may."""

    states: frozenset[OrderState]
    roles: frozenset[Role]
    of_team: bool = False


RULES: Mapping[OrderAction, Rule] = MappingProxyType(
    {
        OrderAction.WRITE: Rule(frozenset({_S.DRAFT}), OFFICE),
        # Agreed again: other teams are asked.
        OrderAction.AGREE: Rule(frozenset({_S.DRAFT, _S.AGREED}), OFFICE),
        # The second team of an order accepts it when the first is at work already.
        OrderAction.ACCEPT: Rule(frozenset({_S.AGREED, *AT_WORK}), WORKSHOP, of_team=True),
        OrderAction.DECLINE: Rule(frozenset({_S.AGREED, *AT_WORK}), WORKSHOP, of_team=True),
        OrderAction.FINISH: Rule(AT_WORK, WORKSHOP, of_team=True),
        OrderAction.ALLOT: Rule(AT_WORK, WORKSHOP, of_team=True),
        OrderAction.PACK: Rule(frozenset({_S.ALLOTTED}), WORKSHOP, of_team=True),
        OrderAction.SHIP: Rule(frozenset({_S.ALLOTTED, _S.PACKED}), SHIPPING),
        OrderAction.RECEIVE: Rule(frozenset({*AT_WORK, _S.SHIPPED}), SHIPPING),
        OrderAction.REOPEN: Rule(frozenset({_S.SHIPPED}), OFFICE),
        OrderAction.CANCEL: Rule(OPEN, OFFICE),
    }
)


def is_allowed(action: OrderAction, state: OrderState) -> bool:
    """Whether ``action`` may be done to an order in ``state``."""
    return state in RULES[action].states


def is_ours(action: OrderAction, roles: frozenset[Role], *, in_team: bool) -> bool:
    """Whether somebody with ``roles`` may do it; a manager may stand in for any team."""
    rule = RULES[action]
    return not roles.isdisjoint(rule.roles) and (not rule.of_team or in_team or Role.MANAGER in roles)


def check_action(action: OrderAction, state: OrderState, code: str) -> None:
    """Raises ``OrderStateError`` unless ``action`` may be done to the order ``code`` in ``state``."""
    if not is_allowed(action, state):
        raise OrderStateError(
            f"{action} in state {state}", state=state.value, sentence=_REFUSED[state].format(code=code)
        )


def after_allotting(*, is_anything_aside: bool) -> OrderState:
    """The state once lots were allotted, or all were let go."""
    return _S.ALLOTTED if is_anything_aside else _S.ACCEPTED


def after_shipping(*, is_anything_missing: bool) -> OrderState:
    """The state once a delivery left: back at work on what is still missing."""
    return _S.ACCEPTED if is_anything_missing else _S.SHIPPED


def after_cancelling(*, is_anything_sent: bool) -> OrderState:
    """The state of an order that ends early: what was sent stays sent."""
    return _S.SHIPPED if is_anything_sent else _S.CANCELLED


_REFUSED: Mapping[OrderState, str] = MappingProxyType(
    {
        _S.DRAFT: "Đơn {code} chưa chốt. Hãy chốt đơn trước.",
        _S.AGREED: "Đơn {code} đã chốt, chưa tổ nào nhận. Hãy để tổ nhận đơn trước.",
        _S.ACCEPTED: "Đơn {code} chưa chia lô. Hãy chia lô cho đơn trước.",
        _S.ALLOTTED: "Đơn {code} đã chia lô. Hãy xem lại đơn rồi chọn việc tiếp theo.",
        _S.PACKED: "Đơn {code} đã soạn xong. Hãy giao hàng, hoặc chia lại lô.",
        _S.SHIPPED: "Đơn {code} đã giao. Muốn sửa chuyến hàng, hãy đính chính dòng giao hàng.",
        _S.RECEIVED: "Đơn {code} khách đã nhận. Không còn việc gì phải làm.",
        _S.CANCELLED: "Đơn {code} đã hủy. Hãy lập đơn mới.",
    }
)
