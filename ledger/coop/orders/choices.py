"""Which lots a line of an order may be served from, and how much should be taken of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.holds.held_lots import held_since
from ledger.coop.orders.allotment_checks import fits_line, is_unfit
from ledger.coop.orders.order_books import find_order, lines_of, sent_by_line
from ledger.coop.orders.suggesting import Candidate, suggest
from ledger.coop.orders.writing import COUNTED
from ledger.coop.quality.releasing import locked_lots
from ledger.coop.registers.products import find_product
from ledger.coop.reservations import put_aside
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.identifiers import lot_code_of
from ledger.trace.queries import lots_of
from ledger.trace.tables import LotKind

MAX_LOTS_LOOKED_AT = 200
"""Lots of a product among which one is suggested, the newest: older ones are gone or expired."""
_GOODS = (LotKind.PACK, LotKind.RAW, LotKind.PROCESSED)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class LotForLine:
    """A lot that fits a line: what is left of it, how much of that is free, how much should be taken."""

    lot: str
    code: str
    left: Decimal
    free: Decimal
    suggested: Decimal
    expires_on: date | None
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class LineChoices:
    """A line, how much of it is still to be sent, and the lots it may be sent from, in the order to take.

    ``locked``: codes of lots that would fit, were they not held back, or by a failed test.
    """

    line: int
    product: str
    product_name: str
    template: str
    uom: str
    net_g: Decimal | None
    missing: Decimal
    lots: tuple[LotForLine, ...]
    locked: tuple[str, ...] = ()


def read_choices(session: Session, actor: Actor, code: str, today: date) -> tuple[LineChoices, ...]:
    """What each line of an order may be served from, and how much should be taken of which lot.

    Lines of one product share its lots: what is suggested for one line is not suggested for the next.
    Raises ``NotFoundError``.
    """
    order = find_order(session, actor.organisation, code)
    lines = lines_of(session, order.id)
    sent = sent_by_line(session, order.id)
    stock = _Stock.read(session, actor, order.id, {line.product for line in lines})
    fit_lots = [lot.lot for lot in stock.lots if not is_unfit(lot, today)]
    held = locked_lots(session, actor, fit_lots).union(held_since(session, actor.organisation, fit_lots))
    choices = []
    for line in lines:
        missing = line.quantity - sent.get(line.number, _NOTHING)
        product = find_product(session, actor.organisation, line.product)
        good = [lot for lot in stock.lots if fits_line(lot, line, product.uri) and not is_unfit(lot, today)]
        fits = [lot for lot in good if lot.lot not in held]
        candidates = [Candidate(lot.lot, stock.free[lot.lot], lot.created_at, lot.expires_on) for lot in fits]
        taken = suggest(missing, candidates, is_counted=line.uom in COUNTED)
        choices.append(
            LineChoices(
                line=line.number,
                product=line.product,
                product_name=product.name,
                template=product.template,
                uom=line.uom,
                net_g=line.net_g,
                missing=missing,
                lots=tuple(
                    LotForLine(
                        lot=lot.lot,
                        code=lot_code_of(lot.lot),
                        left=stock.left[lot.lot],
                        free=stock.free[lot.lot],
                        suggested=taken.get(lot.lot, _NOTHING),
                        expires_on=lot.expires_on,
                        is_sealed=lot.sealed_index is not None,
                    )
                    for lot in sorted(fits, key=_first_out)
                ),
                locked=tuple(lot_code_of(lot.lot) for lot in sorted(good, key=_first_out) if lot.lot in held),
            )
        )
        for lot_uri, quantity in taken.items():
            stock.free[lot_uri] -= quantity
    return tuple(choices)


@dataclass(slots=True)
class _Stock:
    """Lots of some products with what is left of them, and what is free for one order."""

    lots: list[LotRow]
    left: dict[str, Decimal]
    free: dict[str, Decimal]

    @classmethod
    def read(cls, session: Session, actor: Actor, order_id: str, products: Collection[str]) -> "_Stock":
        rows: list[LotRow] = []
        for code in sorted(products):
            uri = find_product(session, actor.organisation, code).uri
            rows += lots_of(session, actor.organisation, *_GOODS, product=uri, limit=MAX_LOTS_LOOKED_AT)
        holdings = read_holdings(session, actor.organisation, rows)
        left = {lot: holding.quantity or _NOTHING for lot, holding in holdings.items()}
        rows = [row for row in rows if left[row.lot] > 0]
        aside = put_aside(session, actor.organisation, [row.lot for row in rows], but_for=order_id)
        return cls(rows, left, {row.lot: max(left[row.lot] - aside[row.lot], _NOTHING) for row in rows})


def _first_out(lot: LotRow) -> tuple[date, datetime, str]:
    return lot.expires_on or date.max, lot.created_at, lot.lot
