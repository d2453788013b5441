"""Tables of samples: who took them is in the log; where they were sent and each value found is only here."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class SampleRow(Base):
    """A sample of a lot: taken, perhaps sent to a laboratory, perhaps answered for.

    ``outcome`` is ``pass`` or ``fail``; ``taken_index`` and ``result_index`` are the entries that say so.
    """

    __tablename__ = "coop_sample"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    code: Mapped[str] = mapped_column(String(20))
    lot: Mapped[str] = mapped_column(String(300), index=True)
    purpose: Mapped[str | None] = mapped_column(String(200))
    taken_on: Mapped[date] = mapped_column(Date)
    taken_index: Mapped[int] = mapped_column(index=True)
    lab: Mapped[str | None] = mapped_column(String(120))
    sent_on: Mapped[date | None] = mapped_column(Date)
    report_no: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str | None] = mapped_column(String(4))
    result_index: Mapped[int | None] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(String(36))

    __table_args__ = (
        Index("ux_coop_sample_code", "organisation", "code", unique=True),
        Index("ix_coop_sample_newest", "organisation", "taken_index"),
    )


class SampleValueRow(Base):
    """One criterion of a sample's report: what was found and what is allowed. Numbers as canonical decimals.

    ``rule`` is ``max``, ``min``, ``absent`` or ``none`` (nothing is laid down; told only).
    """

    __tablename__ = "coop_sample_value"

    sample_id: Mapped[str] = mapped_column(ForeignKey("coop_sample.id"), primary_key=True)
    number: Mapped[int] = mapped_column("value_number", primary_key=True, autoincrement=False)
    criterion: Mapped[str] = mapped_column(String(80))
    found: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(6))
    allowed: Mapped[str | None] = mapped_column(String(40))
    is_met: Mapped[bool]
