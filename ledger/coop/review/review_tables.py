"""Entries to look over, what amounts are usual, and what a cooperative wants to look over."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.coop.tables import ORGANISATION_CODE
from ledger.database import Base


class ReviewRow(Base):
    """An entry to look over. ``marks`` are ``Mark`` values added up; ``late_days`` from done to recorded."""

    __tablename__ = "coop_review"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ORGANISATION_CODE)
    marks: Mapped[int]
    late_days: Mapped[int]
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[str | None] = mapped_column(String(36))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_coop_review_listed", "organisation", "looked_at", "entry_index"),)


class UsualAmountRow(Base):
    """The amounts recorded of one kind so far: how many, and mean and spread of their logarithms.

    ``spread`` is the sum of squared differences (Welford). Nothing is weighed with these: they only call a
    person to look, so binary floating point is good enough.
    """

    __tablename__ = "coop_usual_amount"

    organisation: Mapped[str] = mapped_column(ORGANISATION_CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(String(160), primary_key=True)
    seen: Mapped[int]
    mean: Mapped[float] = mapped_column(Double)
    spread: Mapped[float] = mapped_column(Double)


class ReviewSettingRow(Base):
    """What an organisation's managers want to look over; no row: everything, and late after three days."""

    __tablename__ = "coop_review_setting"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    marks: Mapped[int]
    late_days: Mapped[int]
