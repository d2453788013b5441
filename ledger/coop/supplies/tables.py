"""Tables of the stock of supplies: what there is, in which lots, and every movement of it.

Private: prices, suppliers and invoices never enter the log, and nothing here is a proof of anything.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

_ORGANISATION = "coop_organisation.code"
_SUPPLY = "coop_supply.id"
_LOT = "coop_supply_lot.id"


class SupplyRow(Base):
    """Something that is bought and used up. ``name_key``: the name as diary entries are matched with it.

    ``products``: codes with semicolons between them of those its label names; empty where nobody said.
    ``retired_at``: no longer offered.
    """

    __tablename__ = "coop_supply"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(8))
    active_ingredient: Mapped[str | None] = mapped_column(String(120))
    registration_no: Mapped[str | None] = mapped_column(String(60))
    products: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __table_args__ = (Index("ux_coop_supply_name", "organisation", "name_key", unique=True),)


class SupplyLotRow(Base):
    """A maker's lot of a supply; without a code where nobody read it. ``left`` is the sum of its moves.

    It may fall below zero: people forget to enter what they bought.
    """

    __tablename__ = "coop_supply_lot"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION), index=True)
    supply_id: Mapped[str] = mapped_column(ForeignKey(_SUPPLY), index=True)
    code: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date | None] = mapped_column(Date)
    left: Mapped[Decimal] = mapped_column("left_amount", Thousandths)
    came_at: Mapped[datetime]


class SupplyPurchaseRow(Base):
    """A purchase: how much, for how many đồng, from whom, on which paper. ``withdrawn_at``: a mistake."""

    __tablename__ = "coop_supply_purchase"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    supply_id: Mapped[str] = mapped_column(ForeignKey(_SUPPLY), index=True)
    lot_id: Mapped[str] = mapped_column(ForeignKey(_LOT))
    amount: Mapped[Decimal] = mapped_column(Thousandths)
    bought_on: Mapped[date] = mapped_column(Date)
    cost: Mapped[int | None]
    supplier_id: Mapped[str | None] = mapped_column(ForeignKey("coop_partner.id"))
    invoice_no: Mapped[str | None] = mapped_column(String(40))
    invoice_photo: Mapped[str | None] = mapped_column(String(80))
    account_id: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_coop_supply_purchase_day", "organisation", "bought_on"),)


class SupplyUseRow(Base):
    """What the diary entry at ``index`` used; ``amount`` is ``None`` while nobody said how much.

    ``lot`` is the season or lot that the entry is about. The row goes when the entry is corrected away.
    """

    __tablename__ = "coop_supply_use"

    index: Mapped[int] = mapped_column("entry_index", primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    supply_id: Mapped[str] = mapped_column(ForeignKey(_SUPPLY), index=True)
    lot: Mapped[str] = mapped_column(String(300), index=True)
    amount: Mapped[Decimal | None] = mapped_column(Thousandths)
    named_lot: Mapped[str] = mapped_column(String(40))
    used_on: Mapped[date] = mapped_column(Date)
    account_id: Mapped[str] = mapped_column(String(36))

    __table_args__ = (Index("ix_coop_supply_use_open", "organisation", "amount"),)


class SupplyMoveRow(Base):
    """Something came to a lot or went from it (``delta`` below zero), and why. Never changed.

    ``subject`` is the purchase, or the diary entry's index.
    """

    __tablename__ = "coop_supply_move"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    supply_id: Mapped[str] = mapped_column(ForeignKey(_SUPPLY))
    lot_id: Mapped[str] = mapped_column(ForeignKey(_LOT), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    delta: Mapped[Decimal] = mapped_column(Thousandths)
    moved_on: Mapped[date] = mapped_column(Date)
    subject: Mapped[str | None] = mapped_column(String(36), index=True)
    reason: Mapped[str | None] = mapped_column(String(300))
    account_id: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[datetime]

    __table_args__ = (Index("ix_coop_supply_move_newest", "supply_id", "recorded_at"),)
