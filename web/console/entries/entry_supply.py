"""What the page of an entry tells of the stock of supplies."""

from typing import Any

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.supplies.amounts import format_amount
from ledger.coop.supplies.catalogue import KEEPERS
from ledger.coop.supplies.stock import has_stock, read_entry_use
from ledger.coop.supplies.uses import find_named, input_named
from web.console.entries.entry_reading import EntryPage


def read_entry_supply(session: Session, actor: Actor, page: EntryPage) -> dict[str, Any]:
    """What the entry used of the stock, or the name that the stock does not know."""
    use = read_entry_use(session, actor, page.index)
    unknown = None
    if use is None and page.step is not None and page.said is not None and page.may_be_corrected:
        name = input_named(page.step, page.said.values)
        is_known = name is None or find_named(session, actor.organisation, name) is not None
        unknown = None if is_known or not has_stock(session, actor) else name
    return {
        "supply_use": use,
        "supply_unknown": unknown,
        "supply_amount": format_amount,
        "may_keep_supplies": not actor.roles.isdisjoint(KEEPERS),
    }
