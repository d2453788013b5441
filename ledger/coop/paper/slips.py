"""What to fetch for a delivery: the lines of a picking slip, for the hands that load the lorry.

What leaves on one vehicle is fetched together; where nobody said, all that one partner gets on one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.delivery_papers import shipments_together
from ledger.coop.goods.shipping import STEP as SHIPPING
from ledger.coop.goods.shipping import WITHDRAWN
from ledger.coop.paper.carton_codes import CartonKind
from ledger.coop.paper.print_tables import CartonJobRow
from ledger.coop.quantities import unit_name
from ledger.coop.registers.organisations import find_organisation
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.references import RETAIL
from ledger.coop.tables import PlaceRow, ShipmentRow
from ledger.log.records import read_record
from ledger.trace.derived.registers import find_statements
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.store import read_lots
from ledger.trace.events.sealed import FIELDS
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import LotKind, TraceEvent, TraceLotEntry, lot_key
from signing.vault import Vault

PACK_VI = "gói"
STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class PickLine:
    """So much of one lot, and where it lies (empty where nobody said).

    ``packs_each`` is how many packs go into one carton of the lot, where its cartons have labels.
    """

    shipment_code: str
    product_name: str
    lot: str
    lot_code: str
    quantity: Decimal
    unit_vi: str
    place_name: str
    expires_on: date | None
    packs_each: int | None


@dataclass(frozen=True, slots=True)
class PickSlip:
    """A picking slip: ``code`` and ``shipment`` (a URI) are those of the delivery that was asked for.

    ``recipient`` is empty where the partner's name is sealed and no vault was given.
    """

    code: str
    shipment: str
    sender: str
    recipient: str
    sent_on: date
    lines: tuple[PickLine, ...]


def read_slip(session: Session, actor: Actor, shipment: str, vault: Vault | None = None) -> PickSlip:
    """The slip of a delivery (its code or URI) that the organisation sends; partners' names need the vault.

    Raises ``NotFoundError``, also for a delivery that was taken back.
    """
    asked = session.scalar(
        select(ShipmentRow).where(
            or_(ShipmentRow.code == shipment.strip().upper(), ShipmentRow.id == shipment),
            ShipmentRow.from_organisation == actor.organisation,
            ShipmentRow.state != WITHDRAWN,
        )
    )
    if asked is None:
        raise NotFoundError("chuyến hàng", shipment)
    rows = [asked, *_fetched_with(session, asked)]
    return PickSlip(
        code=asked.code,
        shipment=asked.id,
        sender=find_organisation(session, actor.organisation).name,
        recipient=_recipient(session, asked, vault),
        sent_on=asked.sent_on,
        lines=read_lines(
            session,
            actor,
            [(row.code, row.lot, row.quantity) for row in sorted(rows, key=lambda row: row.sent_index)],
        ),
    )


def read_lines(
    session: Session, actor: Actor, portions: Sequence[tuple[str, str, Decimal]]
) -> tuple[PickLine, ...]:
    """The lines of a slip: shipment's code (empty before there is one), lot, and how much of it."""
    lots = read_lots(session, [lot for _, lot, _ in portions])
    uris = {lot.product for lot in lots.values() if lot.product}
    products = find_statements(session, ProductRegistered, uris)
    return tuple(
        _line(
            session,
            actor,
            lots[lot],
            product_name=filed.statement.name if filed else "",
            sent=(code, quantity),
        )
        for code, lot, quantity in portions
        for filed in (products.get(lots[lot].product or ""),)
    )


def _fetched_with(session: Session, asked: ShipmentRow) -> Sequence[ShipmentRow]:
    """What leaves with it: all on its vehicle, else all that its partner gets that day.

    Buyers nobody names have nothing in common but the vehicle.
    """
    others = select(ShipmentRow).where(
        ShipmentRow.from_organisation == asked.from_organisation,
        ShipmentRow.state != WITHDRAWN,
        ShipmentRow.id != asked.id,
    )
    together = shipments_together(session, asked.id)
    if len(together) > 1:
        return session.scalars(others.where(ShipmentRow.id.in_(together))).all()
    if asked.to_partner is None:
        return ()
    same_day = (ShipmentRow.to_partner == asked.to_partner, ShipmentRow.sent_on == asked.sent_on)
    return session.scalars(others.where(*same_day)).all()


def _recipient(session: Session, asked: ShipmentRow, vault: Vault | None) -> str:
    if asked.to_partner is None:
        return RETAIL
    if vault is not None:
        partners = list_partners(session, vault, asked.from_organisation)
        return next(partner.name for partner in partners if partner.id == asked.to_partner)
    if asked.to_organisation is not None:
        return find_organisation(session, asked.to_organisation).name
    return ""


def _line(
    session: Session, actor: Actor, lot: LotRow, *, product_name: str, sent: tuple[str, Decimal]
) -> PickLine:
    code, quantity = sent
    is_pack = lot.kind == LotKind.PACK
    return PickLine(
        shipment_code=code,
        product_name=product_name,
        lot=lot.lot,
        lot_code=lot_code_of(lot.lot),
        quantity=quantity,
        unit_vi=PACK_VI if is_pack else unit_name(lot.uom),
        place_name=_place_name(session, actor, lot.lot),
        expires_on=lot.expires_on,
        packs_each=_packs_each(session, actor, lot.lot) if is_pack else None,
    )


def _place_name(session: Session, actor: Actor, lot: str) -> str:
    """Where the organisation stored the lot or last did something to it; what was taken back counts not."""
    last = (
        select(TraceEvent.index, TraceEvent.place, TraceEvent.step)
        .join(TraceLotEntry, TraceLotEntry.index == TraceEvent.index)
        .where(TraceLotEntry.lot == lot_key(lot), TraceEvent.chain_id == actor.organisation)
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
        .where(
            or_(TraceEvent.step == STORAGE, TraceEvent.place.is_not(None)),
            TraceEvent.step.is_distinct_from(SHIPPING),
        )
        .order_by(TraceEvent.index.desc())
        .limit(1)
    )
    found = session.execute(last).one_or_none()
    if found is None:
        return ""
    index, uri, step = found
    if step == STORAGE:  # the store is a field of its own; the event's place may be left out
        uri = read_record(session, index).body.get(FIELDS, {}).get("store", uri)
    own = select(PlaceRow.name).where(PlaceRow.uri == uri, PlaceRow.organisation == actor.organisation)
    return session.scalar(own) or ""


def _packs_each(session: Session, actor: Actor, lot: str) -> int | None:
    is_current: tuple[ColumnElement[bool], ...] = (
        CartonJobRow.organisation == actor.organisation,
        CartonJobRow.lot == lot,
        CartonJobRow.kind == CartonKind.CARTON.value,
        CartonJobRow.voided_at.is_(None),
    )
    newest = select(CartonJobRow.packs_each).where(*is_current).order_by(CartonJobRow.created_at.desc())
    return session.scalar(newest.limit(1))
