"""From which store? Asked of lots that lie in several; of one that lies in one place nobody asks."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.stock_places import standings
from ledger.coop.goods.store_choice import FromStore
from ledger.coop.registers.places import list_places
from web.console.session import actor
from web.formats import type_number
from web.forms.inputs import Option
from web.forms.lots import LotLine, store_value
from web.languages import _
from web.state import current


def with_stores(lines: Iterable[LotLine]) -> tuple[LotLine, ...]:
    """The lines, with what may be chosen on those whose lot lies in several stores."""
    known = tuple(lines)
    return current().ledger.read(_with_stores, actor(), known)


def _with_stores(session: Session, actor: Actor, lines: tuple[LotLine, ...]) -> tuple[LotLine, ...]:
    found = standings(session, actor, [line.lot for line in lines])
    if all(len(there) < 2 for there in found.values()):
        return lines
    names = {place.code: place.name for place in list_places(session, actor.organisation)}
    return tuple(
        replace(
            line,
            stores=tuple(
                Option(
                    store_value(FromStore(line.lot, one.place)),
                    names.get(one.place, one.place) if one.place is not None else _("Chưa xếp kho"),
                    f"{type_number(one.quantity)} {line.unit}",
                )
                for one in found[line.lot]
            ),
        )
        if len(found.get(line.lot, ())) > 1
        else line
        for line in lines
    )
