"""The checks of a distributor's desk, kept as the files that were signed. Private to who checked."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class DeskCheckRow(Base):
    """A check of a list of codes: when, by which account, how many of each colour.

    ``file`` is the signed result (docs/spec/check-result.md), compressed (zlib, RFC 1950).
    """

    __tablename__ = "coop_desk_check"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    account_id: Mapped[str] = mapped_column(String(36))
    checked_at: Mapped[datetime]
    codes: Mapped[int]
    good: Mapped[int]
    caution: Mapped[int]
    bad: Mapped[int]
    file: Mapped[bytes] = mapped_column("result_file", LargeBinary)

    __table_args__ = (Index("ix_coop_desk_check_newest", "organisation", "checked_at"),)
