"""What goes with goods that leave: vehicle, driver, destination, invoice, photographed papers. Private."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.events import MAX_PHOTOS
from ledger.coop.goods.store_choice import FromStore
from ledger.coop.order_tables import DeliveryRow, DeliveryShipmentRow
from ledger.coop.registers.products import file_digest
from ledger.coop.steps import StepCommand
from ledger.coop.tables import ShipmentRow
from ledger.log.unit import Unit
from ledger.trace.events.statements import FileDigest
from ledger.trace.sealed_fields.disclosures import (
    ORGANISATION,
    open_many_private,
    open_private,
    seal_private,
)
from signing.vault import Vault

_TEXTS = ("vehicle", "driver_phone", "destination", "invoice_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDetails(StepCommand):
    """Goods go to a partner (its id, or ``khách lẻ``), on which vehicle, driven by whom, with which papers.

    ``documents`` are photos that stay in the books; ``photos`` are of the goods, and public. ``stores``:
    where a lot that lies in several is taken from.
    """

    to_partner: str
    to_province: str | None = None
    vehicle: str | None = None
    invoice_no: str | None = None
    temp_c: Decimal | None = None
    driver_phone: str | None = field(default=None, repr=False)
    destination: str | None = field(default=None, repr=False)
    documents: tuple[Photo, ...] = ()
    stores: tuple[FromStore, ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """What goes with a delivery, as the sender's own people see it."""

    vehicle: str | None = None
    driver_phone: str | None = field(default=None, repr=False)
    destination: str | None = field(default=None, repr=False)
    invoice_no: str | None = None
    documents: tuple[FileDigest, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or any(getattr(self, name) for name in _TEXTS))


def check_papers(command: DeliveryDetails) -> Papers:
    """The papers of a delivery. Raises ``CommandError`` with every problem."""
    checks = Checks()
    papers = Papers(
        vehicle=checks.optional_text("vehicle", "biển số xe", command.vehicle, 40),
        driver_phone=checks.phone("driver_phone", command.driver_phone),
        destination=checks.optional_text("destination", "nơi giao", command.destination, 200),
        invoice_no=checks.optional_text("invoice_no", "số hóa đơn điện tử", command.invoice_no, 60),
        documents=tuple(file_digest(photo) for photo in command.documents),
    )
    if len(papers.documents) > MAX_PHOTOS:
        checks.refuse("documents", f"Mỗi chuyến kèm tối đa {MAX_PHOTOS} ảnh giấy tờ. Hãy bỏ bớt ảnh.")
    checks.finish()
    return papers


def keep_papers(unit: Unit, actor: Actor, papers: Papers, shipments: Sequence[str]) -> None:
    """Keep the papers of a delivery of these shipments; one lot without papers needs no row."""
    if not papers and len(shipments) == 1:
        return
    delivery_id = str(uuid4())
    said = json.dumps({name: getattr(papers, name) for name in _TEXTS if getattr(papers, name)})
    row = DeliveryRow(
        id=delivery_id,
        organisation=actor.organisation,
        details_sealed=seal_private(
            unit, actor.organisation, ORGANISATION, said.encode(), purpose=_purpose(delivery_id)
        ),
        documents="\n".join(f"{file.digest} {file.media_type} {file.size}" for file in papers.documents),
    )
    unit.session.add(row)
    unit.session.flush()
    unit.session.add_all(
        DeliveryShipmentRow(shipment_id=shipment, delivery_id=delivery_id) for shipment in shipments
    )


def read_papers(session: Session, vault: Vault, actor: Actor, shipment: str) -> Papers:
    """The papers with which a shipment of the organisation's left; empty where there were none."""
    row = session.scalar(
        select(DeliveryRow)
        .join(DeliveryShipmentRow, DeliveryShipmentRow.delivery_id == DeliveryRow.id)
        .where(DeliveryShipmentRow.shipment_id == shipment, DeliveryRow.organisation == actor.organisation)
    )
    if row is None:
        return Papers()
    opened = open_private(
        session, vault, row.organisation, ORGANISATION, row.details_sealed, purpose=_purpose(row.id)
    )
    files = (line.split(" ") for line in row.documents.splitlines())
    return Papers(
        **json.loads(opened), documents=tuple(FileDigest(name, kind, int(size)) for name, kind, size in files)
    )


def read_vehicles(session: Session, vault: Vault, actor: Actor, *, limit: int) -> tuple[tuple[str, str], ...]:
    """The organisation's newest shipments that left on a vehicle somebody wrote down: (id, plate)."""
    rows = session.execute(
        select(DeliveryRow.id, DeliveryRow.details_sealed, ShipmentRow.id.label("shipment"))
        .join(DeliveryShipmentRow, DeliveryShipmentRow.delivery_id == DeliveryRow.id)
        .join(ShipmentRow, ShipmentRow.id == DeliveryShipmentRow.shipment_id)
        .where(DeliveryRow.organisation == actor.organisation)
        .order_by(ShipmentRow.sent_index.desc())
        .limit(limit)
    ).all()
    sealed = [(ORGANISATION, row.details_sealed, _purpose(row.id)) for row in rows]
    opened = open_many_private(session, vault, actor.organisation, sealed)
    said = zip(rows, opened, strict=True)
    plates = ((row.shipment, json.loads(text).get("vehicle", "")) for row, text in said if text is not None)
    return tuple((shipment, plate) for shipment, plate in plates if plate)


def shipments_together(session: Session, shipment: str) -> tuple[str, ...]:
    """The ids of all shipments on the vehicle of this one, itself included."""
    delivery = select(DeliveryShipmentRow.delivery_id).where(DeliveryShipmentRow.shipment_id == shipment)
    found = session.scalars(
        select(DeliveryShipmentRow.shipment_id).where(
            DeliveryShipmentRow.delivery_id == delivery.scalar_subquery()
        )
    )
    return tuple(found) or (shipment,)


def _purpose(delivery_id: str) -> str:
    return f"ledger.coop/delivery/{delivery_id}"
