"""Rows of photographed papers. What stands on them is encrypted (``*_sealed``)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class DocumentRow(Base):
    """A photographed paper by the SHA-256 of its WebP bytes, sealed under the organisation's key.

    ``kinds`` is what it belongs to, words with spaces between them: empty while it was only sent ahead of its
    form. ``erased_at``: a manager had the picture destroyed; that it was there stays known.
    """

    __tablename__ = "coop_document"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kinds: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    account_id: Mapped[str] = mapped_column(String(36))
    kept_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    document_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_coop_document_waiting", "organisation", "kinds", "kept_at"),)
