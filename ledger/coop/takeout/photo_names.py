"""Which photos and voice notes are an organisation's: those that its entries and its books name."""

import re
from collections.abc import Iterator
from itertools import chain

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.document_tables import DocumentRow
from ledger.coop.attachments.voice_tables import VoiceRow
from ledger.coop.takeout.books import book_lines, book_tables
from ledger.coop.takeout.entries import AT_ONCE
from ledger.log.tables import LogEntry
from ledger.trace.digests import format_digest

_NAME = re.compile(rb"ni:///sha-256;[A-Za-z0-9_-]{43}")
# Narrower columns cannot hold the name of a photo: 57 characters.
_SHORTEST = 57


def photo_names(session: Session, actor: Actor) -> Iterator[str]:
    """RFC 6920 names, each once: of the log's entries first, then of the books."""
    seen: set[bytes] = set()
    for text in chain(_entries(session, actor), _books(session, actor)):
        for name in _NAME.findall(text):
            if name not in seen:
                seen.add(name)
                yield name.decode()


def voice_names(session: Session, actor: Actor) -> tuple[str, ...]:
    """RFC 6920 names of the voice notes that were kept."""
    rows = session.scalars(select(VoiceRow.digest).where(VoiceRow.organisation == actor.organisation))
    return tuple(map(format_digest, rows))


def document_names(session: Session, actor: Actor) -> tuple[str, ...]:
    """RFC 6920 names of the papers whose pictures are kept, whatever they belong to."""
    rows = session.scalars(
        select(DocumentRow.digest).where(
            DocumentRow.organisation == actor.organisation,
            DocumentRow.kinds != "",
            DocumentRow.erased_at.is_(None),
        )
    )
    return tuple(map(format_digest, rows))


def _entries(session: Session, actor: Actor) -> Iterator[bytes]:
    rows = session.scalars(
        select(LogEntry.entry)
        .where(LogEntry.chain_id == actor.organisation)
        .order_by(LogEntry.seq)  # by the index there is: sorted by another, all would be held in memory
        .execution_options(yield_per=AT_ONCE)
    )
    yield from rows


def _books(session: Session, actor: Actor) -> Iterator[bytes]:
    for table in book_tables():
        if any(
            isinstance(c.type, Text | String) and (c.type.length or 999) >= _SHORTEST for c in table.columns
        ):
            yield from book_lines(session, actor, table)
