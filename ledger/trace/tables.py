"""Rows of the tracing room: projections of the log, disclosures of sealed values, data keys, credentials.

Every row of a table ``trace_…`` but the two of credentials follows from entries (and disclosures) alone:
``derived.projections`` derives it, ``ledger.trace.fsck`` derives it again and compares. Rows name the
entry they come from by its log index. A lot is named inside by ``lot_key``, 8 bytes in place of about 60.
"""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from ledger.database import Base


@lru_cache(maxsize=16384)
def lot_key(lot: str) -> int:
    """The number under which projections keep ``lot``: the first 63 bits of SHA-256 of its URI.

    Two lots of one number are refused when the second is made (``trace_lot`` keeps both columns unique).
    """
    return int.from_bytes(hashlib.sha256(lot.encode()).digest()[:8], "big") >> 1


class Thousandths(TypeDecorator[Decimal]):
    """An exact ``Decimal`` with at most three decimals, kept as a whole number of thousandths.

    So weights add up exactly in SQL on both databases; SQLite has no decimal type of its own.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The stored number. Raises ``ValueError`` for a value with more than three decimals."""
        if value is None:
            return None
        scaled = value.scaleb(3)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"more than three decimals: {value}")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """The quantity."""
        return None if value is None else Decimal(int(value)).scaleb(-3)


class LotKind(StrEnum):
    """What a lot is to those who work with it."""

    SEASON = "season"
    """A season, pond or herd: diary steps are about it; it has no weight."""
    RAW = "raw"
    """Taken from a season (harvest, eggs, milk) or bought in."""
    PROCESSED = "processed"
    """Made of weighed lots: sorted, mixed, dried, slaughtered."""
    PACK = "pack"
    """Packs for sale."""
    FOREIGN = "foreign"
    """Named by an event, but no event of this log makes it."""
    WITHDRAWN = "withdrawn"
    """The event that made it was corrected away."""


class StampState(StrEnum):
    """What a statement says of a range of stamps."""

    ACTIVATED = "activated"
    VOIDED = "voided"


class TraceEvent(Base):
    """An EPCIS event. ``done_at`` is the author's clock, ``recorded_at`` the log's."""

    __tablename__ = "trace_event"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Text, index=True)
    chain_id: Mapped[str] = mapped_column(Text)
    step: Mapped[str | None] = mapped_column(Text)
    biz_step: Mapped[str | None] = mapped_column(Text)
    event_type: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(Text)
    corrects: Mapped[int | None]
    """The entry that this one declares an error."""
    corrected_by: Mapped[int | None]
    """The entry that declares this one an error."""

    __table_args__ = (Index(None, "chain_id", "index"),)


class TraceLot(Base):
    """A lot as it stands: what its making entry says, and which entries sealed and recalled it."""

    __tablename__ = "trace_lot"

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot: Mapped[str] = mapped_column(Text, unique=True)
    chain_id: Mapped[str] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    created_index: Mapped[int]
    """The entry that makes it; of a foreign lot the first that names it."""
    created_at: Mapped[datetime]
    quantity: Mapped[Decimal | None] = mapped_column(Thousandths)
    uom: Mapped[str | None] = mapped_column(Text)
    """``KGM`` for kilograms, ``EA`` for counted packs and heads, else the UN/ECE code as captured."""
    net_g: Mapped[Decimal | None] = mapped_column(Thousandths)
    sealed_index: Mapped[int | None]
    recalled_index: Mapped[int | None]
    """The entry that recalled it or, of a lot made afterwards, the one that recalled its ancestor."""
    expires_on: Mapped[date | None]

    __table_args__ = (Index(None, "chain_id", "kind", "created_index"),)


class TraceLotEdge(Base):
    """``quantity`` of the lot ``parent`` went into the making of ``child`` by the event ``index``."""

    __tablename__ = "trace_lot_edge"

    child: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    quantity: Mapped[Decimal | None] = mapped_column(Thousandths)
    uom: Mapped[str | None] = mapped_column(Text)
    corrected_by: Mapped[int | None]

    __table_args__ = (
        Index(None, "parent", "child", "index", "corrected_by", "quantity", "uom"),
        {"sqlite_with_rowid": False},
    )


class TraceLotEntry(Base):
    """The entry ``index`` speaks of the lot."""

    __tablename__ = "trace_lot_entry"

    lot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class TraceMove(Base):
    """``delta`` of a lot came into or left the hands of the organisation ``chain_id``."""

    __tablename__ = "trace_move"

    lot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    uom: Mapped[str] = mapped_column(Text, primary_key=True)
    chain_id: Mapped[str] = mapped_column(Text)
    delta: Mapped[Decimal] = mapped_column(Thousandths)

    __table_args__ = ({"sqlite_with_rowid": False},)


class TraceRegister(Base):
    """One statement about ``subject``; the one of the highest index is in force."""

    __tablename__ = "trace_register"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    chain_id: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index(None, "chain_id", "kind"),)


class TraceStamps(Base):
    """The stamps ``first`` to ``last`` were activated on ``lot``, or voided. A billion are one row."""

    __tablename__ = "trace_stamps"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    first: Mapped[int]
    last: Mapped[int]
    chain_id: Mapped[str] = mapped_column(Text)
    lot: Mapped[str | None] = mapped_column(Text, index=True)

    __table_args__ = (Index(None, "state", "first", unique=True),)


class TraceCredential(Base):
    """A lot's credential; ``digest`` is the ``ni`` URI that its ``LotSealed`` names."""

    __tablename__ = "trace_credential"

    lot: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    json: Mapped[dict[str, Any]] = mapped_column(JSON)


class TraceCredentialPlace(Base):
    """Where the status of a lot's credential is told: the organisation's ``number``-th lists, and the index.

    The index is drawn at random when the lot is sealed; the credential names it, so it never changes.
    """

    __tablename__ = "trace_credential_place"

    organisation: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
    index: Mapped[int]
    """The log index of the seal that names the credential."""

    __table_args__ = (Index(None, "lot", "digest", unique=True),)


class DisclosureRow(Base):
    """Salt and value of one sealed field, encrypted under the data key ``key_id``."""

    __tablename__ = "disclosure"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pointer: Mapped[str] = mapped_column(Text, primary_key=True)
    key_id: Mapped[int] = mapped_column(index=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class DataKey(Base):
    """A data key, sealed by the vault: an organisation's (``subject`` empty) or of one person in it.

    ``sealed`` is ``None`` once it was destroyed: what it covered is erased for ever.
    """

    __tablename__ = "data_key"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    organisation: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "organisation", "subject", unique=True),)
