"""Rows of reports about pages. What people wrote, telephone numbers too, is encrypted (``*_sealed``)."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class PageReportRow(Base):
    """A report about the page of a stamp (``number``), of a ``lot``, or of both.

    ``words_sealed`` is under a key of the report's own, ``answer_sealed`` under the organisation's.
    ``erased_at``: the words were destroyed; that there was a report, about what and why, stays known.
    """

    __tablename__ = "coop_page_report"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    lot: Mapped[str] = mapped_column(String(300))
    number: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"))
    shown: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    reported_at: Mapped[datetime]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    outcome: Mapped[str | None] = mapped_column(String(20))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(36))
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_coop_page_report_open", "organisation", "answered_at", "reported_at"),
        Index("ix_coop_page_report_about", "organisation", "lot", "number"),
    )
