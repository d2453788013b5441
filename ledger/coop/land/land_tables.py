"""Rows of the fields: outlines of plots, growing areas, what a harvest is expected to be.

An exact outline says where somebody lives and works: it is kept encrypted (``outline_sealed``) and leaves
the books only towards the cooperative's own people. The log has a place to a hundredth of a degree at most.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths


class PlotOutlineRow(Base):
    """The outline of a place, its area as computed, and how it came: drawn, walked or typed."""

    __tablename__ = "coop_plot_outline"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))
    area_m2: Mapped[Decimal] = mapped_column(Thousandths)
    outline_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime]
    account_id: Mapped[str] = mapped_column(String(36))


class GrowingAreaRow(Base):
    """A growing area with the code that the authority gave it, for one product, until the end of a day."""

    __tablename__ = "coop_growing_area"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    product: Mapped[str] = mapped_column(String(20))
    market: Mapped[str | None] = mapped_column(String(80))
    area_m2: Mapped[Decimal | None] = mapped_column(Thousandths)
    valid_to: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime]


class GrowingAreaPlaceRow(Base):
    """A place that belongs to a growing area; a place may be in several, for several products or markets."""

    __tablename__ = "coop_growing_area_place"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)

    __table_args__ = (Index("ix_coop_growing_area_place_place", "organisation", "place"),)


class ExpectationRow(Base):
    """What the entry at ``index``, done on ``said_on``, says a season will bring, and from when on."""

    __tablename__ = "coop_expectation"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    lot: Mapped[str] = mapped_column(String(300))
    said_on: Mapped[date] = mapped_column(Date)
    harvest_from: Mapped[date | None] = mapped_column(Date)
    harvest_to: Mapped[date | None] = mapped_column(Date)
    yield_kg: Mapped[Decimal | None] = mapped_column(Thousandths)

    __table_args__ = (Index("ix_coop_expectation_lot", "organisation", "lot", "said_on"),)
