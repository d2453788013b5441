"""Published checkpoints: what the world was shown of the log, who cosigned it and who stamped the time.

The head moves with every commit; a publication is a head that was taken from time to time and shown to
witnesses. Proofs are made under a publication where one covers the entry: it is the stronger evidence.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.log.merkle import prove_inclusion
from ledger.log.proofs import Proof
from ledger.log.queries import StoredTiles, read_head
from ledger.log.tables import LogPublication, LogTimestamp
from ledger.log.tiles import TileReader

STRONGER_FOR = timedelta(hours=12)
"""How much older a publication may be and still be preferred because more parties stand behind it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A published checkpoint: a signed note about a tree of ``size`` entries with the root hash ``root``.

    ``published_at`` is when it was first shown, ``renewed_at`` when witnesses were last asked about it.
    ``is_full``: as many cosigned as the policy wanted; ``is_stamped``: every time-stamp authority answered.
    """

    size: int
    root: bytes
    note: bytes
    published_at: datetime
    renewed_at: datetime
    is_full: bool
    is_stamped: bool


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a time-stamp authority answered about a publication's text (RFC 3161 ``TimeStampResp``, DER)."""

    authority: str
    stamped_at: datetime
    token: bytes


_COLUMNS = select(
    LogPublication.size,
    LogPublication.root,
    LogPublication.note,
    LogPublication.published_at,
    LogPublication.renewed_at,
    LogPublication.is_full,
    LogPublication.is_stamped,
)


def newest_publication(session: Session) -> Publication | None:
    """The publication of the largest tree; ``None`` before the first."""
    return _newest(session)


def read_publication(session: Session, size: int) -> Publication | None:
    """The publication of the tree of ``size`` entries, if there was one."""
    return _newest(session, LogPublication.size == size)


def read_publications(session: Session, *, below: int | None = None, limit: int) -> tuple[Publication, ...]:
    """The history, newest first: at most ``limit`` publications of trees smaller than ``below``."""
    statement = _COLUMNS if below is None else _COLUMNS.where(LogPublication.size < below)
    rows = session.execute(statement.order_by(LogPublication.size.desc()).limit(limit))
    return tuple(Publication(*row) for row in rows)


def publication_covering(session: Session, index: int) -> Publication | None:
    """The best publication that contains the entry at ``index``; ``None`` when none does yet.

    Best is the newest, unless one not much older (``STRONGER_FOR``) has more behind it: first one that enough
    witnesses cosigned and every authority stamped, then one that enough witnesses cosigned.
    """
    covers = LogPublication.size > index
    newest = _newest(session, covers)
    if newest is None or (newest.is_full and newest.is_stamped):
        return newest
    for strength in ((LogPublication.is_full, LogPublication.is_stamped), (LogPublication.is_full,)):
        found = _newest(session, covers, *(column.is_(True) for column in strength))
        if found is not None and newest.renewed_at - found.renewed_at <= STRONGER_FOR:
            return found
    return newest


def covering_checkpoint(session: Session, index: int) -> bytes:
    """The note of the best publication that contains the entry at ``index``, else the head's."""
    found = publication_covering(session, index)
    return read_head(session).checkpoint if found is None else found.note


def served_checkpoint(session: Session) -> bytes:
    """What ``/log/checkpoint`` shows where checkpoints are published: the newest one, else the head."""
    newest = newest_publication(session)
    return read_head(session).checkpoint if newest is None else newest.note


def prove_published(session: Session, index: int) -> Proof:
    """The proof of an entry under the best checkpoint that contains it. Raises ``InclusionError``."""
    found = publication_covering(session, index) or read_head(session)
    note = found.note if isinstance(found, Publication) else found.checkpoint
    return Proof(index, prove_inclusion(index, found.size, TileReader(StoredTiles(session))), note)


def read_timestamps(session: Session, size: int) -> tuple[Timestamp, ...]:
    """The timestamps of the publication of ``size``, by authority."""
    rows = session.execute(
        select(LogTimestamp.authority, LogTimestamp.stamped_at, LogTimestamp.token)
        .where(LogTimestamp.size == size)
        .order_by(LogTimestamp.authority)
    )
    return tuple(Timestamp(*row) for row in rows)


def _newest(session: Session, *conditions: ColumnElement[bool]) -> Publication | None:
    statement = _COLUMNS.where(*conditions).order_by(LogPublication.size.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    return None if row is None else Publication(*row)
