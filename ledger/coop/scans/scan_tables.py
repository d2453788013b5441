"""Scans of stamps, and first uses of scratch codes: counts by day and province, and nothing about who."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class ScanStampRow(Base):
    """A stamp that was scanned: how often in all, in which provinces, and what is unusual about that.

    ``provinces`` are two-digit codes, comma-separated, in order. ``rule`` and ``since`` are those that turned
    its verdict, until a manager finds nothing wrong; somebody has to look at it while ``is_open``.
    ``settled`` of the ``total`` were looked into and count against it no more. ``generation`` is the number
    of the transaction that changed it last, one more each time over all stamps: it tells what changed since.
    """

    __tablename__ = "coop_scan_stamp"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(
        ForeignKey("coop_organisation.code", name="fk_coop_scan_stamp_organisation")
    )
    total: Mapped[int]
    provinces: Mapped[str] = mapped_column(String(200))
    last_on: Mapped[date] = mapped_column(Date)
    rule: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[date | None] = mapped_column(Date)
    is_open: Mapped[bool]
    generation: Mapped[int] = mapped_column(index=True)
    settled: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("total > 0", name="scanned"),
        CheckConstraint("(rule IS NULL) = (since IS NULL)", name="rule_has_a_day"),
        CheckConstraint("rule IS NOT NULL OR NOT is_open", name="open_has_a_rule"),
        # The list of what is to be looked at, which must not read every stamp that was ever scanned.
        Index("ix_coop_scan_stamp_listed", "organisation", "is_open", "since"),
    )


class ScanDayRow(Base):
    """Scans of a stamp on a day in a province (empty: unknown), while it was in one phase of its life.

    ``settled`` of them were there when somebody looked into the stamp last.
    """

    __tablename__ = "coop_scan_day"

    number: Mapped[int] = mapped_column(
        ForeignKey("coop_scan_stamp.number", name="fk_coop_scan_day_number"),
        primary_key=True,
        autoincrement=False,
    )
    day: Mapped[date] = mapped_column("scanned_on", Date, primary_key=True, index=True)
    province: Mapped[str] = mapped_column(String(2), primary_key=True)
    phase: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int] = mapped_column("scan_count")
    settled: Mapped[int] = mapped_column(default=0)


class ScanLookRow(Base):
    """That somebody of the cooperative looked into an over-scanned stamp. The note is encrypted.

    ``total``: how often it had been scanned by then; only what comes after can put it on the list again.
    ``is_fine``: nothing was wrong, so the mark was taken away; ``rule`` and ``since`` are those it had.
    """

    __tablename__ = "coop_scan_look"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[int] = mapped_column(
        ForeignKey("coop_scan_stamp.number", name="fk_coop_scan_look_number"), index=True
    )
    organisation: Mapped[str] = mapped_column(
        ForeignKey("coop_organisation.code", name="fk_coop_scan_look_organisation"), index=True
    )
    account_id: Mapped[str] = mapped_column(String(36))
    looked_at: Mapped[datetime]
    total: Mapped[int]
    note_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    is_fine: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[date | None] = mapped_column(Date)


class ScratchUseRow(Base):
    """The day on which a stamp's scratch code was first told rightly."""

    __tablename__ = "coop_scratch_use"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_on: Mapped[date] = mapped_column(Date)
