"""Tables of setting up: the answers given so far, and files that wait to be imported."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class SetupRow(Base):
    """Where an organisation stands with the questions of the first day.

    ``answers`` are JSON, by question; ``season`` is the lot that came of them, once they are all given.
    """

    __tablename__ = "coop_setup"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    answers: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    season: Mapped[str | None] = mapped_column(String(300))


class ImportRow(Base):
    """A file that was sent to be imported, and what came of it.

    The file and what is said of it hold names, so both are encrypted; the file goes when it was imported.
    """

    __tablename__ = "coop_import"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    account_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(10))
    file_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    report_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (Index("ix_coop_import_newest", "organisation", "sent_at"),)
