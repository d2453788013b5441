"""Rows of the reminders: after how many days without an entry, recurring work, calendars with a secret."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class QuietDaysRow(Base):
    """After how many days without an entry a season of this template is asked about; 0 for never."""

    __tablename__ = "coop_quiet_days"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    template: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]

    __table_args__ = (CheckConstraint("days >= 0", name="not_negative"),)


class RoutineRow(Base):
    """Work that comes back whatever grows: scales to calibrate, water to analyse, a course to repeat."""

    __tablename__ = "coop_routine"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    title: Mapped[str] = mapped_column(String(120))
    next_on: Mapped[date | None] = mapped_column(Date)
    every_days: Mapped[int | None]
    done_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (Index("ix_coop_routine_next", "organisation", "next_on"),)


class CalendarFeedRow(Base):
    """The calendar of an account. Only the SHA-256 of its secret is kept."""

    __tablename__ = "coop_calendar_feed"

    account_id: Mapped[str] = mapped_column(
        ForeignKey("coop_account.id", name="fk_coop_calendar_feed_account_id"), primary_key=True
    )
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
