"""What other programs hold and ask for. Every row names the organisation whose events it is about.

``partner`` is empty for the organisation's own programs, else the partner for whom a row was made: two
holders never share a row.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base


class AccessTokenRow(Base):
    """A program's right of access. ``token_digest``: SHA-256 of the token, which is kept nowhere.

    ``scopes`` are comma-separated, in order. ``last_used_at`` is to the hour.
    """

    __tablename__ = "coop_access_token"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), index=True)
    partner: Mapped[str | None] = mapped_column(ForeignKey("coop_partner.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[str] = mapped_column(String(120))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(String(36))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class CaptureJobRow(Base):
    """A document that was captured: ``answers`` are its events' answers, as JSON, in the document's order."""

    __tablename__ = "coop_capture_job"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    token: Mapped[str] = mapped_column(String(36))
    behaviour: Mapped[str] = mapped_column(String(8))
    success: Mapped[bool]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    answers: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_coop_capture_job_recent", "organisation", "created_at", "id"),)


class NamedQueryRow(Base):
    """A query under a name. ``holder``: the partner's id, or empty for the organisation's own programs."""

    __tablename__ = "coop_named_query"

    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class SubscriptionRow(Base):
    """What a named query finds from ``next_index`` on is sent to ``dest`` when it is due.

    It lives as long as its token: what the token may see is asked anew with every delivery.
    """

    __tablename__ = "coop_subscription"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation: Mapped[str] = mapped_column(ForeignKey("coop_organisation.code"))
    holder: Mapped[str] = mapped_column(String(36))
    query: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(ForeignKey("coop_access_token.id"), index=True)
    dest: Mapped[str] = mapped_column(String(500))
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    schedule: Mapped[str | None] = mapped_column(String(500))
    report_if_empty: Mapped[bool]
    initial_record_time: Mapped[datetime | None]
    created_at: Mapped[datetime]
    next_index: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(200))
    last_notified_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_coop_subscription_query", "organisation", "holder", "query"),)
