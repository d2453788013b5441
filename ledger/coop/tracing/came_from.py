"""One step back: from whom goods came, when and how much; of what grew here, which plot and household."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.shares import household_codes
from ledger.coop.goods.shipping import RECEIVED
from ledger.coop.registers.partners import list_partners
from ledger.coop.tables import PLACE_OF_SEASON, OrganisationRow, PlaceRow, SeasonRow, ShipmentRow
from ledger.coop.tracing.handed_on import AT_ONCE
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.store import read_lots
from ledger.trace.events.sealed import Disclosure
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sealed_fields.disclosures import open_rows
from ledger.trace.tables import LotKind, TraceEvent, TraceLot, TraceLotEdge, lot_key
from ledger.trace.units import local_day
from signing.vault import Vault

SUPPLIER_LOT = "/sogoc:fields/supplier_lot"
_SUPPLIERS = ("/sogoc:fields/from_party", "/sogoc:fields/supplier", "/sogoc:fields/source")


class Way(StrEnum):
    """How goods came into the house."""

    RECEIVED = "received"
    """Sent by an organisation that works with this system, and counted here."""
    BOUGHT = "bought"
    """Taken in from somebody outside."""
    GROWN = "grown"
    """Taken from one of the organisation's own seasons."""


@dataclass(frozen=True, slots=True)
class CameFrom:
    """How a lot came: from whom or which plot, on which day, how much, told by which entry.

    ``supplier_lot`` is the number that the supplier's own paper says.
    """

    lot: str
    way: Way
    name: str = field(repr=False)
    quantity: Decimal | None
    uom: str | None
    on: date
    index: int
    supplier_lot: str | None = None

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)


def came_from(session: Session, vault: Vault, actor: Actor, lots: Collection[str]) -> tuple[CameFrom, ...]:
    """Where each of these lots came into the actor's organisation, oldest first.

    What was made here of other lots came with those; ask about them too.
    """
    names = sorted(lots)
    rows = [
        row
        for start in range(0, len(names), AT_ONCE)
        for row in _some(session, names[start : start + AT_ONCE])
    ]
    own = [row for row in rows if row.chain_id == actor.organisation and row.kind == LotKind.RAW]
    found = [
        *_received(session, actor, names),
        *_bought(session, vault, actor, own),
        *_grown(session, vault, actor, own),
    ]
    return tuple(sorted(found, key=lambda item: (item.on, item.index)))


def _some(session: Session, names: Sequence[str]) -> list[LotRow]:
    return list(read_lots(session, names).values())


def _received(session: Session, actor: Actor, lots: Sequence[str]) -> list[CameFrom]:
    found: list[CameFrom] = []
    for start in range(0, len(lots), AT_ONCE):
        query = (
            select(ShipmentRow, OrganisationRow.name, TraceEvent.done_at)
            .join(OrganisationRow, OrganisationRow.code == ShipmentRow.from_organisation)
            .join(TraceEvent, TraceEvent.index == ShipmentRow.received_index)
            .where(
                ShipmentRow.lot.in_(lots[start : start + AT_ONCE]),
                ShipmentRow.to_organisation == actor.organisation,
                ShipmentRow.state == RECEIVED,
            )
        )
        found += [
            CameFrom(
                row.lot, Way.RECEIVED, name, row.counted, row.uom, local_day(done_at), row.received_index or 0
            )
            for row, name, done_at in session.execute(query)
        ]
    return found


def _bought(session: Session, vault: Vault, actor: Actor, rows: Sequence[LotRow]) -> list[CameFrom]:
    """Lots that an entry of receiving makes; who sold them is among the values that only the books open."""
    by_index = {row.created_index: row for row in rows}
    indexes = sorted(by_index)
    found: list[CameFrom] = []
    for start in range(0, len(indexes), AT_ONCE):
        part = indexes[start : start + AT_ONCE]
        received = select(TraceEvent.index).where(
            TraceEvent.index.in_(part), TraceEvent.biz_step == "receiving"
        )
        taken_in = session.scalars(received).all()
        opened = open_rows(session, vault, taken_in)
        said = {index: _texts(opened.get(index, {})) for index in taken_in}
        names = _partner_names(session, vault, actor, said.values())
        for index in taken_in:
            row, texts = by_index[index], said[index]
            supplier = next((texts[pointer] for pointer in _SUPPLIERS if pointer in texts), "")
            found.append(
                CameFrom(
                    lot=row.lot,
                    way=Way.BOUGHT,
                    name=names.get(supplier, supplier),
                    quantity=row.quantity,
                    uom=row.uom,
                    on=local_day(row.created_at),
                    index=index,
                    supplier_lot=texts.get(SUPPLIER_LOT),
                )
            )
    return found


def _texts(opened: Mapping[str, object]) -> dict[str, str]:
    return {
        pointer: item.value
        for pointer, item in opened.items()
        if isinstance(item, Disclosure) and isinstance(item.value, str)
    }


def _partner_names(
    session: Session, vault: Vault, actor: Actor, said: Collection[Mapping[str, str]]
) -> dict[str, str]:
    ids = {texts[pointer] for texts in said for pointer in _SUPPLIERS if pointer in texts}
    return (
        {item.id: item.name for item in list_partners(session, vault, actor.organisation, ids)} if ids else {}
    )


def _grown(session: Session, vault: Vault, actor: Actor, rows: Sequence[LotRow]) -> list[CameFrom]:
    """Harvests: their season's plot and, where the books say one, their household."""
    by_key = {lot_key(row.lot): row for row in rows}
    keys = sorted(by_key)
    places: dict[int, str] = {}
    parents = _parents(session, keys)
    named = _seasons(session, actor, {lot for found in parents.values() for lot in found})
    for key, found in parents.items():
        told = [named[lot] for lot in sorted(found) if lot in named]
        if told:
            places[key] = ", ".join(told)
    households = household_codes(session, vault, actor, [by_key[key].lot for key in places])
    return [
        CameFrom(
            lot=row.lot,
            way=Way.GROWN,
            name=" · ".join(filter(None, (places[key], households.get(row.lot)))),
            quantity=row.quantity,
            uom=row.uom,
            on=local_day(row.created_at),
            index=row.created_index,
        )
        for key, row in by_key.items()
        if key in places
    ]


def _parents(session: Session, keys: Sequence[int]) -> dict[int, set[str]]:
    """By the keys of lots: what they were directly taken from."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        edges = session.execute(
            select(TraceLotEdge.child, TraceLot.lot)
            .join(TraceLot, TraceLot.key == TraceLotEdge.parent)
            .where(TraceLotEdge.child.in_(keys[start : start + AT_ONCE]), TraceLotEdge.corrected_by.is_(None))
        )
        for child, parent in edges:
            found.setdefault(child, set()).add(parent)
    return found


def _seasons(session: Session, actor: Actor, lots: Collection[str]) -> dict[str, str]:
    """The plots of those of the lots that are the organisation's seasons."""
    names = sorted(lots)
    found: dict[str, str] = {}
    for start in range(0, len(names), AT_ONCE):
        rows = session.execute(
            select(SeasonRow.lot, SeasonRow.code, PlaceRow.name)
            .join(PlaceRow, PLACE_OF_SEASON)
            .where(
                SeasonRow.lot.in_(names[start : start + AT_ONCE]),
                SeasonRow.organisation == actor.organisation,
            )
        )
        found |= {lot: f"{place} ({code})" for lot, code, place in rows}
    return found
