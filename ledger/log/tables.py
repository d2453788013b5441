"""The log's tables. Entries are the truth: what else is here is derived from them, and fsck checks it.

The exception are private keys and secrets, sealed by the vault: nothing else gives them back.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.database import Base
from ledger.log.triggers import TRIGGERS

SINGLE_ROW = 1
"""Primary key of the tables that hold one row."""


class LogIdentity(Base):
    """Which log this is: one row, written when the log is created, never changed."""

    __tablename__ = "log_identity"
    __table_args__ = (CheckConstraint(f"id = {SINGLE_ROW}", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(255))
    verifier_key: Mapped[str] = mapped_column(Text)
    id_base: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class LogEntry(Base):
    """One entry: its bytes, and what they say for queries."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("chain_id", "seq"),
        # Most entries come without a key; a partial index does not pay for them.
        Index(
            "uq_log_entry_chain_id_idempotency_key",
            "chain_id",
            "idempotency_key",
            unique=True,
            sqlite_where=text("idempotency_key IS NOT NULL"),
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
    )

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chain_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    recorded_at: Mapped[datetime]
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    entry: Mapped[bytes] = mapped_column(LargeBinary)


class LogChain(Base):
    """The end of each chain: how many entries it has, and the leaf hash of the last."""

    __tablename__ = "log_chain"

    chain_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    last_leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogTile(Base):
    """One tile of the tree: 1 to 256 hashes, one behind the other."""

    __tablename__ = "log_tile"
    __table_args__ = (CheckConstraint("length(hashes) % 32 = 0 AND length(hashes) <= 8192", name="width"),)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary(8192))


class LogHead(Base):
    """The newest checkpoint, as a signed note and in parts: one row."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint(f"id = {SINGLE_ROW}", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    checkpoint: Mapped[bytes] = mapped_column(LargeBinary)


class LogKey(Base):
    """One key of a chain, valid for the log indexes ``[valid_from, valid_until)``.

    ``valid_from`` is the index of its ``KeyAdded`` entry, ``valid_until`` the one behind its ``KeyRevoked``
    entry. ``sealed_seed`` is there while the key is held by this server and not revoked.
    """

    __tablename__ = "log_key"
    __table_args__ = (Index("ix_log_key_chain_id", "chain_id"),)

    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_until: Mapped[int | None]
    chain_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    key_id: Mapped[bytes] = mapped_column(LargeBinary(4))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_seed: Mapped[bytes | None] = mapped_column(LargeBinary)


class LogSecret(Base):
    """A secret of this log (its signing key and others), sealed by the vault for ``purpose``."""

    __tablename__ = "log_secret"

    purpose: Mapped[str] = mapped_column(String(255), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LogPublication(Base):
    """One published checkpoint: what the world was shown of the log when it had ``size`` entries.

    ``note`` gains signature lines of witnesses, or newer ones of the same; the rest of it never changes.
    ``is_full``: as many witnesses cosigned as the policy of that time wanted. ``is_stamped``: every
    time-stamp authority of that time answered.
    """

    __tablename__ = "log_publication"
    __table_args__ = (
        Index("ix_log_publication_strength", "is_full", "is_stamped", "size"),
        CheckConstraint("size > 0", name="not_empty"),
    )

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    is_full: Mapped[bool]
    is_stamped: Mapped[bool]


class LogTimestamp(Base):
    """The answer of a time-stamp authority about the text of a published checkpoint (RFC 3161)."""

    __tablename__ = "log_timestamp"

    size: Mapped[int] = mapped_column(ForeignKey("log_publication.size"), primary_key=True)
    authority: Mapped[str] = mapped_column(String(255), primary_key=True)
    stamped_at: Mapped[datetime]
    token: Mapped[bytes] = mapped_column(LargeBinary)


class LogWitness(Base):
    """What the publisher knows of one party it asks: a witness's latest size, and how the last request went.

    Working state for the next request and for monitors; a proof of nothing.
    """

    __tablename__ = "log_witness"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    size: Mapped[int]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)


class LogPublisher(Base):
    """Who publishes, and until when nobody else does: one row."""

    __tablename__ = "log_publisher"
    __table_args__ = (CheckConstraint(f"id = {SINGLE_ROW}", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


def _create_triggers(table: Table, connection: Connection, **_options: object) -> None:
    for statement in TRIGGERS[table.name][connection.dialect.name]:
        connection.exec_driver_sql(statement)


for _name in TRIGGERS:
    event.listen(Base.metadata.tables[_name], "after_create", _create_triggers)
