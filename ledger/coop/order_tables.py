"""Orders, the teams that work on them, what is put aside for them, and the papers of deliveries.

They stand beside the rooms and not in ``ledger.coop.orders``: goods that were promised bind everything that
takes from a lot (``ledger.coop.reservations``), and a delivery needs no order. Nothing here enters the log.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths


class TeamRow(Base):
    """A team of the cooperative: people who slaughter, process or pack together."""

    __tablename__ = "coop_team"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    closed_at: Mapped[datetime | None]


class TeamMemberRow(Base):
    """A member in a team."""

    __tablename__ = "coop_team_member"

    team_id: Mapped[str] = mapped_column(ForeignKey("coop_team.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("coop_member.id"), primary_key=True, index=True)


class OrderRow(Base):
    """An order of a partner's. Where it goes and what was noted is encrypted; ``number`` counts from 1."""

    __tablename__ = "coop_order"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    number: Mapped[int]
    partner_id: Mapped[str] = mapped_column(ForeignKey("coop_partner.id"))
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date] = mapped_column(Date)
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ux_coop_order_number", "organisation", "number", unique=True),
        Index("ix_coop_order_due", "organisation", "state", "due_on"),
    )


class OrderLineRow(Base):
    """So much of a product, in ``uom``; ``net_g`` is the pack that is wanted, ``price`` đồng for one."""

    __tablename__ = "coop_order_line"

    order_id: Mapped[str] = mapped_column(ForeignKey("coop_order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[str] = mapped_column(String(20))
    uom: Mapped[str] = mapped_column(String(4))
    net_g: Mapped[Decimal | None] = mapped_column(Thousandths)
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
    price: Mapped[int | None]


class OrderTaskRow(Base):
    """An order in a team's queue; ``place`` says which team comes first."""

    __tablename__ = "coop_order_task"

    order_id: Mapped[str] = mapped_column(ForeignKey("coop_order.id"), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("coop_team.id"), primary_key=True)
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))

    __table_args__ = (Index("ix_coop_order_task_queue", "team_id", "state"),)


class OrderStepRow(Base):
    """Who took an order how far, and when; a reason is encrypted. Never changed."""

    __tablename__ = "coop_order_step"

    order_id: Mapped[str] = mapped_column(ForeignKey("coop_order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[str] = mapped_column(String(36))
    done_at: Mapped[datetime]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class AllotmentRow(Base):
    """Some of a lot, put aside for a line of an order until it is sent with it (``shipment_id``)."""

    __tablename__ = "coop_allotment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    order_id: Mapped[str] = mapped_column(ForeignKey("coop_order.id"), index=True)
    line: Mapped[int] = mapped_column("line_number")
    lot: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
    shipment_id: Mapped[str | None] = mapped_column(ForeignKey("coop_shipment.id"), unique=True)
    received: Mapped[Decimal | None] = mapped_column(Thousandths)

    __table_args__ = (
        CheckConstraint("quantity > 0", name="something"),
        CheckConstraint("received IS NULL OR shipment_id IS NOT NULL", name="sent_before_received"),
        Index("ix_coop_allotment_aside", "organisation", "lot", "shipment_id"),
    )


class DeliveryRow(Base):
    """What leaves on one vehicle. Vehicle, driver, destination and invoice are encrypted.

    ``documents`` are photos of papers, one a line: RFC 6920 name and size in bytes.
    """

    __tablename__ = "coop_delivery"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[str] = mapped_column(Text)


class DeliveryShipmentRow(Base):
    """A shipment (one lot) of a delivery."""

    __tablename__ = "coop_delivery_shipment"

    shipment_id: Mapped[str] = mapped_column(ForeignKey("coop_shipment.id"), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("coop_delivery.id"), index=True)


class PaymentAccountRow(Base):
    """The bank account on the organisation's payment symbols; number and holder are encrypted."""

    __tablename__ = "coop_payment_account"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    bank: Mapped[str] = mapped_column(String(6))
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
