"""Tables of goods in the house: what stands where, what is in which carton, what was sold at the orchard.

Private, and never a proof of anything: where goods stand follows from the entries that moved them.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

_ORGANISATION = "coop_organisation.code"


class StockPlaceRow(Base):
    """So much of a lot was put in a place (its code) and was not moved on. ``came_index``: the first entry.

    What was used or sold since is not taken off here: ``ledger.coop.goods.stock_places`` reckons it.
    """

    __tablename__ = "coop_stock_place"

    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION), primary_key=True)
    lot: Mapped[str] = mapped_column(String(300), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
    came_index: Mapped[int]

    __table_args__ = (Index("ix_coop_stock_place_place", "organisation", "place"),)


class StockMoveRow(Base):
    """The entry at ``index`` put so much of a lot in a place, from another one or from none."""

    __tablename__ = "coop_stock_move"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    lot: Mapped[str] = mapped_column(String(300), index=True)
    from_place: Mapped[str | None] = mapped_column(String(20))
    to_place: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Thousandths)


class StoreTakingRow(Base):
    """The entry at ``index`` took so much of a lot out of a place, because somebody said so.

    Kept so that it stands there again when the entry is taken back.
    """

    __tablename__ = "coop_store_taking"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    lot: Mapped[str] = mapped_column(String(300), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    place: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Thousandths)


class CartonRow(Base):
    """A carton or pallet that is full: ``packs`` of ``lot``. It goes when it is emptied.

    ``pallet`` is the code of the pallet on which it stands.
    """

    __tablename__ = "coop_carton"

    code: Mapped[str] = mapped_column(String(18), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    job_id: Mapped[str] = mapped_column(ForeignKey("coop_carton_job.id"), index=True)
    number: Mapped[int] = mapped_column("carton_number")
    kind: Mapped[str] = mapped_column(String(10))
    lot: Mapped[str] = mapped_column(String(300), index=True)
    packs: Mapped[int]
    filled_index: Mapped[int]
    pallet: Mapped[str | None] = mapped_column(String(18), index=True)


class OrchardSaleRow(Base):
    """What was sold where it grew: the shipment, the season it is from, and what was paid in all, in đồng."""

    __tablename__ = "coop_orchard_sale"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("coop_shipment.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    season: Mapped[str] = mapped_column(String(300), index=True)
    paid: Mapped[int | None]
    sold_on: Mapped[date] = mapped_column(Date)

    __table_args__ = (Index("ix_coop_orchard_sale_day", "organisation", "sold_on"),)
