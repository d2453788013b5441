"""Rows of voice notes. What people said is encrypted (``*_sealed``)."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class VoiceRow(Base):
    """A voice note by the SHA-256 of its bytes, sealed under the key of ``subject``: whoever spoke."""

    __tablename__ = "coop_voice"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(36))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    recorded_at: Mapped[datetime]
    voice_sealed: Mapped[bytes] = mapped_column(LargeBinary)
