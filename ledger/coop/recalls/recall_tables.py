"""Recalls as work to be done: whom it reached, what came back. What is public of a recall is in the log.

A drill has the same rows and nothing in the log.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

_ORGANISATION = "coop_organisation.code"


class RecallRow(Base):
    """A recall of a lot, or a drill. ``listed_at``: when the list of whom to tell was first there.

    ``decided_index`` and ``closed_index`` are the entries that tell of it; a drill has none. ``lots`` and
    ``receivers``: how many a drill found. The remark on how it went is encrypted.
    """

    __tablename__ = "coop_recall"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    lot: Mapped[str] = mapped_column(String(300))
    is_drill: Mapped[bool]
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(36))
    listed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decided_index: Mapped[int | None]
    closed_index: Mapped[int | None]
    lots: Mapped[int | None]
    receivers: Mapped[int | None]
    remark_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint(
            "NOT is_drill OR (decided_index IS NULL AND closed_index IS NULL)", name="drill_is_no_recall"
        ),
        Index("ix_coop_recall_lot", "organisation", "is_drill", "lot"),
        Index("ix_coop_recall_started", "organisation", "started_at"),
    )


class RecallToldRow(Base):
    """Whoever got a shipment was told of the recall, in which way, and gave so much back, in its unit.

    What they answered is encrypted.
    """

    __tablename__ = "coop_recall_told"

    recall_id: Mapped[str] = mapped_column(ForeignKey("coop_recall.id"), primary_key=True)
    shipment_id: Mapped[str] = mapped_column(ForeignKey("coop_shipment.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    way: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(36))
    returned: Mapped[Decimal | None] = mapped_column(Thousandths)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("returned IS NULL OR returned >= 0", name="not_less_than_nothing"),)
