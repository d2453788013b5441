"""Tables of printing beside the stamps themselves: printers, own label designs, cartons and their codes.

A job holds a copy of everything its bytes are made of, so a printer may be changed or removed at any time.
A version of a design is never changed: jobs name it for ever.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.trace.tables import Thousandths

_ORGANISATION = "coop_organisation.code"


class PrinterRow(Base):
    """A printer and its paper as the cooperative measured them; ``spec`` is the text of ``print_specs``."""

    __tablename__ = "coop_printer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    name: Mapped[str] = mapped_column(String(60))
    spec: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool]
    saved_at: Mapped[datetime]

    __table_args__ = (Index("ux_coop_printer_name", "organisation", "name", unique=True),)


class LabelDesignRow(Base):
    """One version of a cooperative's own label design. ``retired_at``: no longer offered, still printable."""

    __tablename__ = "coop_label_design"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    title_vi: Mapped[str] = mapped_column(String(80))
    html: Mapped[str] = mapped_column(Text)
    css: Mapped[str] = mapped_column(Text)
    width_mm: Mapped[Decimal] = mapped_column(Thousandths)
    height_mm: Mapped[Decimal] = mapped_column(Thousandths)
    account_id: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __table_args__ = (Index("ux_coop_label_design_version", "organisation", "name", "version", unique=True),)


class CompanyPrefixRow(Base):
    """A company prefix that GS1 gave, and how many serial references of its SSCCs were given out.

    Of several the one filed last is used; an earlier one keeps its count, for it may come back.
    """

    __tablename__ = "coop_company_prefix"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION), index=True)
    given: Mapped[int]
    filed_at: Mapped[datetime]


class CartonJobRow(Base):
    """An order of labels for cartons or pallets of one lot.

    The codes follow from either ``first_sscc`` (the 17 digits before the check digit) or ``own_series``;
    exactly one is set. ``spec`` and ``facts`` are the texts of ``print_specs`` and ``label_facts``.
    """

    __tablename__ = "coop_carton_job"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey(_ORGANISATION))
    lot: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    count: Mapped[int] = mapped_column("carton_count")
    packs_each: Mapped[int]
    first_sscc: Mapped[int | None] = mapped_column(unique=True)
    own_series: Mapped[str | None] = mapped_column(String(8), unique=True)
    spec: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    url_base: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (
        Index("ix_coop_carton_job_lot", "organisation", "lot"),
        CheckConstraint("(first_sscc IS NULL) <> (own_series IS NULL)", name="one_code"),
    )


class CartonReprintRow(Base):
    """That a job's labels were printed once more, by whom and why."""

    __tablename__ = "coop_carton_reprint"

    job_id: Mapped[str] = mapped_column(ForeignKey("coop_carton_job.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(String(36))
    reprinted_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))
