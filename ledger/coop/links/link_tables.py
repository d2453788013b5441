"""Rows of the names' other ends: links from a product or lot, and the GS1 numbers it is also known by."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class LinkRow(Base):
    """A link from a product, or from one lot of it (its URI; empty: of all). The row stays when it ends."""

    __tablename__ = "coop_link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    product: Mapped[str] = mapped_column(String(20))
    lot: Mapped[str] = mapped_column(String(300))
    link_type: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(5))
    media_type: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(36))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(36))

    __table_args__ = (Index("ix_coop_link_product", "organisation", "product", "lot"),)


class AliasRow(Base):
    """A GTIN of a product beside its own or, with a lot number, what a lot is called under one.

    ``lot_code`` and ``lot``, the lot's URI, are empty for a product's; ``product`` is its code.
    """

    __tablename__ = "coop_alias"

    gtin: Mapped[str] = mapped_column(String(14), primary_key=True)
    lot_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    product: Mapped[str] = mapped_column(String(20))
    lot: Mapped[str] = mapped_column(String(300))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(36))

    __table_args__ = (Index("ix_coop_alias_product", "organisation", "product"),)
