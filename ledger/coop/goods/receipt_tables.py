"""What happened between sender and receiver: why less was taken in, and where the rest went. Private."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

_ORGANISATION = "coop_organisation.code"


class ReceiptDifferenceRow(Base):
    """Why a receiver (``organisation``) took in less than was sent, or none; both sides may read it.

    The reason is sealed under the receiver's key. ``documents``: its photos, a line each: name, media type,
    size; they lie among the receiver's papers.
    """

    __tablename__ = "coop_receipt_difference"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("coop_shipment.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[str] = mapped_column(Text)


class ShipmentReturnRow(Base):
    """What became of goods that the receiver did not take in: ``returned`` came back, ``lost`` did not.

    ``index`` is the sender's own entry that says what came back; without one nothing did.
    """

    __tablename__ = "coop_shipment_return"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("coop_shipment.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    returned: Mapped[Decimal] = mapped_column(Thousandths)
    lost: Mapped[Decimal] = mapped_column(Thousandths)
    index: Mapped[int | None] = mapped_column("entry_index", index=True)
    settled_on: Mapped[date] = mapped_column(Date)
