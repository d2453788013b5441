"""What is put aside for orders, said where somebody may take it for something else: before and after."""

from collections.abc import Collection
from decimal import Decimal

from ledger.coop.actors import OFFICE, SHIPPING, WORKSHOP
from ledger.coop.reservations import Promise, read_promises
from ledger.trace.identifiers import lot_code_of
from web.console.session import actor
from web.formats import format_quantity
from web.languages import _
from web.state import current

_READERS = OFFICE | WORKSHOP | SHIPPING


def promise_note(promise: Promise | None) -> str:
    """What stands on the line of a lot that is promised to orders; empty for one that is free."""
    if promise is None:
        return ""
    return _("Để dành %(aside)s cho đơn %(orders)s", aside=_amount(promise), orders=", ".join(promise.orders))


def broken_promises(lots: Collection[str]) -> tuple[str, ...]:
    """A sentence for each lot of which less is left than was promised; for those who may see orders."""
    if actor().roles.isdisjoint(_READERS):
        return ()
    promises = current().ledger.read(read_promises, actor().organisation, lots)
    return tuple(_sentence(promise) for promise in promises.values() if promise.is_broken)


def _sentence(promise: Promise) -> str:
    return _(
        "Lô %(code)s nay còn %(left)s, mà đã để dành %(aside)s cho đơn %(orders)s. "
        "Hãy chia lại lô của đơn ấy.",
        code=lot_code_of(promise.lot),
        left=format_quantity(promise.left or Decimal(0), promise.uom),
        aside=_amount(promise),
        orders=", ".join(promise.orders),
    )


def _amount(promise: Promise) -> str:
    return format_quantity(promise.aside, promise.uom)
