"""What lets people in beside a password: telephone numbers, PINs, printed cards, passkeys. Never in the log.

A telephone number is kept as a keyed hash (to find the account) and sealed (to show it to a manager); a PIN
as an argon2id string; of a card's secret only the SHA-256; of a passkey only what is public of it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.coop.tables import ORGANISATION_CODE
from ledger.database import Base


class PhoneLoginRow(Base):
    """The telephone number that opens an account, together with its PIN; one account an organisation."""

    __tablename__ = "coop_phone_login"

    account_id: Mapped[str] = mapped_column(ForeignKey("coop_account.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(ORGANISATION_CODE)
    phone_digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ux_coop_phone_login_phone", "organisation", "phone_digest", unique=True),)


class PinRow(Base):
    """The PIN of an account, as an argon2id string."""

    __tablename__ = "coop_pin"

    account_id: Mapped[str] = mapped_column(ForeignKey("coop_account.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]


class PinAttemptRow(Base):
    """PINs tried for one number or account within a day, right ones aside. A keyed hash."""

    __tablename__ = "coop_pin_attempt"

    login_digest: Mapped[bytes] = mapped_column("who_digest", LargeBinary(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]


class CardRow(Base):
    """The printed card of an account; a new one takes its place. ``batch``: what was printed together."""

    __tablename__ = "coop_card"

    account_id: Mapped[str] = mapped_column(ForeignKey("coop_account.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    organisation: Mapped[str] = mapped_column(ORGANISATION_CODE)
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    asks_pin: Mapped[bool]
    batch: Mapped[str] = mapped_column(String(36), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(36))
    used_at: Mapped[datetime | None]


class PasskeyRow(Base):
    """A passkey of an account (WebAuthn level 2 §4, credential record). ``public_key`` is a COSE key."""

    __tablename__ = "coop_passkey"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("coop_account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedChallengeRow(Base):
    """A challenge that a passkey answered: none is answered twice. Kept while it could still be taken."""

    __tablename__ = "coop_used_challenge"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
