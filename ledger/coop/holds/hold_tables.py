"""Holds: never in the log, never deleted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class HoldRow(Base):
    """A lot, and all that is made of it, goes nowhere until the hold is lifted. Reasons are encrypted."""

    __tablename__ = "coop_hold"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    lot: Mapped[str] = mapped_column(String(300))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(36))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(36))
    lift_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_coop_hold_standing", "organisation", "lifted_at"),
        Index("ix_coop_hold_lot", "organisation", "lot"),
    )
