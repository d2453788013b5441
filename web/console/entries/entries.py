"""The book itself: the lines recorded last, and each line with what to do next."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import CORRECTING
from ledger.coop.devices.signed_answers import find_signer
from ledger.coop.goods.outcomes import outcome_at
from ledger.coop.goods.packed_from import PackedFrom, packed_from
from ledger.coop.goods.packing import STEP
from ledger.coop.queries import recent_entries
from ledger.coop.undo import is_undoable
from ledger.trace.sectors.templates import GUARDS
from web.console.blueprint import console
from web.console.entries.entry_reading import EntryPage, read_entry_page
from web.console.entries.entry_supply import read_entry_supply
from web.console.entries.next_steps import next_steps
from web.console.goods.promises import broken_promises
from web.console.session import actor
from web.languages import _
from web.state import current


@console.get("/so")
def book() -> ResponseReturnValue:
    """The lines recorded last: a grower's own, everybody's for those who record for others."""
    entries = current().ledger.read(recent_entries, actor())
    return render_template("console/entries/book.html", entries=entries, back=url_for("console.home"))


@console.get("/so/<int:index>")
def entry(index: int) -> ResponseReturnValue:
    """A line; ``moi`` says that it was recorded just now."""
    state = current()
    page = state.ledger.read(read_entry_page, state.ledger.vault, actor(), index)
    is_new = "moi" in request.args
    can_undo = state.ledger.read(is_undoable, actor(), index, state.clock())
    return render_template(
        "console/entries/entry.html",
        page=page,
        is_new=is_new,
        signed_by=state.ledger.read(find_signer, index),
        shipment=request.args.get("chuyen", "")[:20],
        outcome=state.ledger.read(outcome_at, state.ledger.vault, actor(), index),
        taken=_taken(page) if is_new else (),
        next=next_steps(state.ledger, actor(), page, state.today) if is_new else (),
        warnings=[_(GUARDS[code].vi) for code in page.warnings if code in GUARDS],
        broken=broken_promises(page.lots) if is_new else (),
        **state.ledger.read(read_entry_supply, actor(), page),
        may_correct=page.may_be_corrected and (can_undo or not actor().roles.isdisjoint(CORRECTING)),
        can_undo=can_undo,
        back=url_for("console.home") if is_new else url_for("console.book"),
    )


def _taken(page: EntryPage) -> tuple[PackedFrom, ...]:
    """What was just packed was made of; nothing for another step."""
    if page.step is None or page.step.code != STEP:
        return ()
    return current().ledger.read(packed_from, actor(), page.lots[0])
