"""Rows of the diary beside the log: what was typed, and seasons to practise with.

Nothing here is a proof of anything. What people said is encrypted (``*_sealed``).
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class TypedAmountsRow(Base):
    """The amounts of an entry as they were typed, in other units than the log's: canonical JSON, sealed."""

    __tablename__ = "coop_typed_amounts"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    amounts_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PracticeSeasonRow(Base):
    """A season that exists in the books alone, for learning: nothing about it is ever in the log."""

    __tablename__ = "coop_practice_season"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    account_id: Mapped[str] = mapped_column(String(36))
    product: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))
    started_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_coop_practice_season_account", "organisation", "account_id"),)


class PracticeEntryRow(Base):
    """A step recorded in a season for practice; its checked values are sealed."""

    __tablename__ = "coop_practice_entry"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    season_id: Mapped[str] = mapped_column(ForeignKey("coop_practice_season.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    done_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime]
    values_sealed: Mapped[bytes] = mapped_column(LargeBinary)
