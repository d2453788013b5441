"""How much of which lot goes into packs: what they need, and no more. Pure.

Amounts are in the lots' own unit (kg, or pieces), in whole thousandths as the books keep them.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from ledger.coop.goods.processing import Portion
from ledger.trace.units import PLACES

_STEP = Decimal(1).scaleb(-PLACES)


def amount_needed(net: Decimal, packs: int, loss: Decimal | None) -> Decimal:
    """What ``packs`` packs of ``net`` and a stated loss need, rounded up to a whole thousandth."""
    return (net * packs + (loss or Decimal(0))).quantize(_STEP, ROUND_CEILING)


def surplus(said: Sequence[Portion], net: Decimal, packs: int, loss: Decimal | None) -> Decimal:
    """By how much what was said to be taken exceeds packs and loss; 0 while that is less than one pack."""
    over = sum_of(said) - amount_needed(net, packs, loss)
    return over if over >= net else Decimal(0)


def take_for_packs(
    said: Sequence[Portion], offered: Sequence[Portion], *, net: Decimal, packs: int, loss: Decimal | None
) -> tuple[Portion, ...]:
    """What is taken: of the lots ``said`` just that much, of those ``offered`` what is still needed.

    ``offered`` are emptied in their order, each at most as far as it says; one of which nothing is needed is
    left out. What would remain of them all, where that is less than one pack and no loss was stated, is
    taken too: nobody can pack it any more. Where they hold too little, all is taken.
    """
    on_offer = sum_of(offered)
    wanted = max(amount_needed(net, packs, loss) - sum_of(said), Decimal(0))
    if loss is None and on_offer - wanted < net:
        wanted = on_offer
    taken = list(said)
    for lot, most in offered:
        portion = min(most, wanted)
        if portion > 0:
            taken.append((lot, portion))
            wanted -= portion
    return tuple(taken)


def sum_of(portions: Sequence[Portion]) -> Decimal:
    """The quantities together."""
    return sum((quantity for _, quantity in portions), Decimal(0))
