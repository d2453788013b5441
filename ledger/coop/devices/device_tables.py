"""Devices that ask to be taken in, and what devices signed. Answers are kept encrypted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class DeviceRequestRow(Base):
    """A device that asked to be taken in. ``note`` is the ``KeyAdded`` it signed; ``key`` its verifier key.

    ``state`` is ``waiting``, ``approved`` or ``refused``.
    """

    __tablename__ = "coop_device_request"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(
        ForeignKey("coop_organisation.code", name="fk_coop_device_request_organisation")
    )
    account_id: Mapped[str] = mapped_column(String(36))
    key: Mapped[str] = mapped_column("verifier_key", String(400), unique=True)
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(36))

    __table_args__ = (Index("ix_coop_device_request_listed", "organisation", "state", "asked_at"),)


class RecordNoteRow(Base):
    """What a device signed, and the answers it is about.

    ``answers_sealed`` is salt and canonical JSON, encrypted. The entries made of it are those of the
    organisation's chain with ``first_seq <= seq < first_seq + entries``.
    """

    __tablename__ = "coop_record_note"

    organisation: Mapped[str] = mapped_column(
        ForeignKey("coop_organisation.code", name="fk_coop_record_note_organisation"), primary_key=True
    )
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    subject: Mapped[str] = mapped_column(String(36))
    signer: Mapped[str] = mapped_column(String(255))
    note: Mapped[str] = mapped_column(Text)
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    first_seq: Mapped[int]
    entries: Mapped[int]

    __table_args__ = (Index("ix_coop_record_note_entries", "organisation", "first_seq"),)
