"""What to do after something was recorded: the next station of the line first, then the way home."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from ledger.coop.actors import PACKING, SHIPPING, WORKSHOP, Actor, Role
from ledger.coop.errors import CoopError
from ledger.log.ledger import Ledger
from ledger.trace.identifiers import is_season, lot_code_of
from ledger.trace.tables import LotKind
from web.console.entries.entry_reading import EntryPage
from web.console.lot_reading import LotPage, read_lot
from web.languages import _


@dataclass(frozen=True, slots=True)
class NextStep:
    """A way on: what it is called, where it leads."""

    name: str
    href: str


def next_steps(ledger: Ledger, actor: Actor, page: EntryPage, today: date) -> tuple[NextStep, ...]:
    """The ways on from an entry, the likeliest first. Empty when there is only the way home."""
    if not page.lots:
        return ()
    lot = page.lots[0]
    if is_season(lot):
        return (
            NextStep(
                _("Ghi tiếp vụ %(lot_code)s", lot_code=lot_code_of(lot)),
                url_for("console.season", season=lot),
            ),
        )
    try:
        found = ledger.read(read_lot, actor, lot, today)
    except CoopError:
        return ()  # a lot that left our hands
    return (
        *_onward(actor, found),
        NextStep(_("Xem lô %(code)s", code=found.own.code), url_for("console.lot", lot=lot)),
    )


def _onward(actor: Actor, found: LotPage) -> tuple[NextStep, ...]:
    lot, own = found.own.lot, found.own
    if own.recalled_index is not None:
        return ()
    is_sealed = own.sealed_index is not None
    steps: list[tuple[bool, frozenset[Role], NextStep]] = [
        (
            own.kind in (LotKind.RAW, LotKind.PROCESSED) and bool(found.left),
            WORKSHOP,
            NextStep(_("Đóng gói lô này"), url_for("console.pack_lots", lo=lot)),
        ),
        (
            own.kind is LotKind.PACK and not is_sealed and found.is_own,
            PACKING,
            NextStep(_("Ký lô"), url_for("console.seal_lot", lot=lot)),
        ),
        (
            is_sealed and found.stamps_left > 0 and not found.jobs,
            PACKING,
            NextStep(_("In tem"), url_for("console.order_stamps", lot=lot)),
        ),
        *(
            (
                is_sealed and job.counts.in_hand > 0,
                PACKING,
                NextStep(_("Kích hoạt tem"), url_for("console.activate", job_id=job.id)),
            )
            for job in found.jobs[:1]
        ),
        *(
            (
                job.counts.unprinted > 0,
                PACKING,
                NextStep(_("Tải tệp tem"), url_for("console.job", job_id=job.id)),
            )
            for job in found.jobs[:1]
        ),
        (
            is_sealed and bool(found.left),
            SHIPPING,
            NextStep(_("Giao hàng"), url_for("console.ship_lot", lot=lot)),
        ),
    ]
    return tuple(step for fits, allowed, step in steps if fits and not actor.roles.isdisjoint(allowed))
