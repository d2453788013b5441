"""Tables of money: what was spent and taken in. Private, and never a proof of anything."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class MoneyRow(Base):
    """Đồng spent (``side`` cost) or taken in (``side`` sale), for a season, a product, or neither.

    Partner and note are encrypted. A mistake is withdrawn, never deleted.
    """

    __tablename__ = "coop_money"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    side: Mapped[str] = mapped_column(String(4))
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    on: Mapped[date] = mapped_column("money_on", Date)
    season: Mapped[str | None] = mapped_column(String(300), index=True)
    product: Mapped[str | None] = mapped_column(String(20))
    paper: Mapped[str | None] = mapped_column(String(40))
    photo: Mapped[str | None] = mapped_column(String(80))
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="something"),
        CheckConstraint("side IN ('cost', 'sale')", name="side"),
        Index("ix_coop_money_day", "organisation", "money_on"),
    )
