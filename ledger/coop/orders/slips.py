"""What to fetch for an order before it leaves, and what was on the vehicle after: the lines of its slip."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import OrderStateError
from ledger.coop.orders.queries import Order, read_order
from ledger.coop.paper.slips import PickLine, read_lines
from ledger.coop.registers.organisations import find_organisation
from signing.vault import Vault


@dataclass(frozen=True, slots=True)
class OrderSlip:
    """A slip: the order, who sends it, what is to be fetched or was sent, and what that costs in đồng."""

    order: Order
    sender: str
    lines: tuple[PickLine, ...]
    amount: int | None


def read_order_slip(session: Session, vault: Vault, actor: Actor, code: str) -> OrderSlip:
    """The slip of an order: of what is put aside for it, else of what left.

    Raises ``NotFoundError``, ``OrderStateError`` when neither is anything.
    """
    order = read_order(session, vault, actor, code)
    listed = order.aside or tuple(item for item in order.sent if item.is_sent)
    if not listed:
        sentence = f"Đơn {order.code} chưa chia lô nên chưa có gì để soạn. Hãy chia lô trước."
        raise OrderStateError("nothing to fetch", state=order.state.value, sentence=sentence)
    portions = [(item.shipment or "", item.lot, item.quantity) for item in listed]
    sender = find_organisation(session, actor.organisation).name
    return OrderSlip(order, sender, read_lines(session, actor, portions), order.amount_of(listed))
