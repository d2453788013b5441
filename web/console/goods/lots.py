"""A lot: its story, what is left, what it was made of and became, and what may be done next."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, PACKING, RECEIVING, SHIPPING, WORKSHOP
from ledger.coop.field.diary import LOT_WORK
from ledger.coop.goods.shares import lot_shares
from ledger.coop.holds.held_lots import held_since
from ledger.coop.holds.holding import HOLDING, holds_of
from ledger.coop.quality.queries import samples_of_lot
from ledger.coop.quality.releasing import failed_tests
from ledger.coop.quality.samples import QUALITY
from ledger.coop.queries import lots_packed
from ledger.coop.stock_queries import read_lot_places
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.goods.goods_buttons import goods_buttons
from web.console.goods.quality import STATES
from web.console.lot_reading import read_lot
from web.console.session import actor, check_role
from web.console.stations import lot_buttons
from web.console.tracing.tracing import TRACERS
from web.state import current

READERS = LOT_WORK | PACKING | SHIPPING | RECEIVING


@console.get("/lo")
def packed_lots() -> ResponseReturnValue:
    """The lots of packs, newest first."""
    check_role(WORKSHOP | SHIPPING)
    return render_template(
        "console/goods/packed_lots.html",
        lots=current().ledger.read(lots_packed, actor()),
        back=url_for("console.home"),
    )


@console.get("/lo/<lot:lot>")
def lot(lot: str) -> ResponseReturnValue:
    """The page of a lot. A season has a page of its own."""
    check_role(READERS)
    found = current().ledger.read(read_lot, actor(), lot, current().today)
    if found.own.kind is LotKind.SEASON:
        return redirect(url_for("console.season", season=lot), 303)
    is_pack = found.own.kind is LotKind.PACK
    state = current()
    first, others = ((), ()) if found.template is None else lot_buttons(found.template, lot, is_pack=is_pack)
    may = actor().roles
    return render_template(
        "console/goods/lot.html",
        found=found,
        first=first,
        others=others,
        more=goods_buttons(found, actor().roles),
        where=state.ledger.read(read_lot_places, actor(), lot),
        shares=state.ledger.read(lot_shares, state.ledger.vault, actor(), lot),
        samples=() if may.isdisjoint(QUALITY) else state.ledger.read(samples_of_lot, actor(), lot),
        states=STATES,
        failed=state.ledger.read(failed_tests, actor(), lot),
        may_release=not may.isdisjoint(MANAGEMENT) and found.is_own,
        passport=path_of(parse_identifier(lot)),
        is_pack=is_pack,
        may_work=not may.isdisjoint(WORKSHOP),
        may_seal=not may.isdisjoint(PACKING) and found.is_own,
        may_ship=not may.isdisjoint(SHIPPING),
        may_recall=not may.isdisjoint(MANAGEMENT) and found.is_own,
        may_hold=not may.isdisjoint(HOLDING),
        held=state.ledger.read(held_since, actor().organisation, (lot,)).get(lot),
        holds=state.ledger.read(holds_of, state.ledger.vault, actor(), lot, standing=True),
        may_trace=not may.isdisjoint(TRACERS),
        sees_recall=not may.isdisjoint(SHIPPING) and found.is_own,
        today=current().today,
        back=url_for("console.home"),
    )
