"""Why a receiver took in less than was sent: its words and photos, for both sides and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.documents import open_document
from ledger.coop.attachments.photos import Photo
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.receipt_tables import ReceiptDifferenceRow
from ledger.coop.registers.products import file_digest
from ledger.coop.tables import ShipmentRow
from ledger.log.unit import Unit
from ledger.trace.digests import parse_digest
from ledger.trace.errors import ErasedError, MalformedIdentifierError
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault


@dataclass(frozen=True, slots=True)
class Difference:
    """The receiver's reason and the names of its photos."""

    reason: str = field(repr=False)
    documents: tuple[str, ...]


def keep_difference(unit: Unit, actor: Actor, shipment: str, reason: str, documents: Sequence[Photo]) -> None:
    """Note why the actor's organisation took in less of a shipment (its id) than was sent."""
    sealed = seal_private(unit, actor.organisation, ORGANISATION, reason.encode(), purpose=_purpose(shipment))
    files = tuple(file_digest(photo) for photo in documents)
    unit.session.add(
        ReceiptDifferenceRow(
            shipment_id=shipment,
            organisation=actor.organisation,
            reason_sealed=sealed,
            documents="\n".join(f"{file.digest} {file.media_type} {file.size}" for file in files),
        )
    )
    unit.session.flush()


def read_difference(session: Session, vault: Vault, shipment: str) -> Difference | None:
    """What the receiver said of a shipment (its id); for callers who found the shipment to be the actor's."""
    row = session.get(ReceiptDifferenceRow, shipment)
    if row is None:
        return None
    try:
        opened = open_private(
            session, vault, row.organisation, ORGANISATION, row.reason_sealed, purpose=_purpose(shipment)
        )
    except ErasedError:
        return Difference("", ())
    return Difference(opened.decode(), tuple(line.split(" ")[0] for line in row.documents.splitlines()))


def read_difference_photo(session: Session, vault: Vault, actor: Actor, code: str, digest: str) -> bytes:
    """A photo of what was less or not good of a shipment (its code), WebP, for both sides.

    Raises ``NotFoundError``.
    """
    shipment = find_own_shipment(session, actor, code)
    row = session.get(ReceiptDifferenceRow, shipment.id)
    said = read_difference(session, vault, shipment.id)
    if row is None or said is None or digest not in said.documents:
        raise NotFoundError("ảnh", digest[-12:])
    try:
        kept = session.get(DocumentRow, (row.organisation, parse_digest(digest)))
        if kept is None or kept.erased_at is not None:
            raise NotFoundError("ảnh", digest[-12:])
        return open_document(session, vault, kept)
    except (ErasedError, MalformedIdentifierError) as error:
        raise NotFoundError("ảnh", digest[-12:]) from error


def find_own_shipment(session: Session, actor: Actor, code: str) -> ShipmentRow:
    """The shipment with this code from or to the actor's organisation. Raises ``NotFoundError``."""
    row = session.scalar(select(ShipmentRow).where(ShipmentRow.code == code.strip().upper()))
    if row is None or actor.organisation not in (row.from_organisation, row.to_organisation):
        raise NotFoundError("chuyến hàng", code[:40])
    return row


def _purpose(shipment: str) -> str:
    return f"ledger.coop/receipt-difference/{shipment}"
