"""What the publisher writes: publications, timestamps, what it knows of those it asks, and its lease.

Use cases for ``Ledger.write``: none of them appends, so none moves the head.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from ledger.log.checkpoints import Checkpoint
from ledger.log.publication import Publication, Timestamp, read_publication
from ledger.log.tables import SINGLE_ROW, LogPublication, LogPublisher, LogTimestamp, LogWitness
from ledger.log.unit import Unit

LEASE = timedelta(seconds=60)
"""How long a publisher that died keeps the others waiting."""


@dataclass(frozen=True, slots=True)
class Party:
    """A witness or time-stamp authority as the publisher knows it, by its ``key`` (key name, key id or name).

    ``size`` is the latest size that it is known to have cosigned or stamped. ``problem`` says what went
    wrong with the last request, ``None`` when nothing did.
    """

    key: str
    size: int
    asked_at: datetime
    answered_at: datetime | None
    problem: str | None


def read_parties(session: Session) -> dict[str, Party]:
    """Every party ever asked, by key."""
    columns = (
        LogWitness.key,
        LogWitness.size,
        LogWitness.asked_at,
        LogWitness.answered_at,
        LogWitness.problem,
    )
    return {row.key: Party(*row) for row in session.execute(select(*columns).order_by(LogWitness.key))}


def take_lease(unit: Unit, holder: str) -> bool:
    """Whether ``holder`` may publish for the next ``LEASE``: nobody else does, or not any more.

    A lease that ends later than any could is of a clock that was ahead, and counts for nothing.
    """
    lease = {"holder": holder, "until": unit.now + LEASE}
    if unit.session.scalar(select(func.count()).select_from(LogPublisher)) == 0:
        unit.session.execute(insert(LogPublisher).values(id=SINGLE_ROW, **lease))
        return True
    is_free = or_(
        LogPublisher.holder == holder, LogPublisher.until <= unit.now, LogPublisher.until > unit.now + LEASE
    )
    taken = unit.session.execute(
        update(LogPublisher).where(is_free).values(lease).returning(LogPublisher.id)
    ).all()
    return len(taken) == 1


def end_lease(unit: Unit, holder: str) -> None:
    """Let others publish at once."""
    unit.session.execute(update(LogPublisher).where(LogPublisher.holder == holder).values(until=unit.now))


def keep_publication(
    unit: Unit, checkpoint: Checkpoint, note: bytes, *, is_full: bool, is_stamped: bool
) -> Publication:
    """Publish ``note``, or renew the publication of the same size with it. A stamped one stays stamped."""
    known = read_publication(unit.session, checkpoint.size)
    if known is None:
        new = Publication(checkpoint.size, checkpoint.root, note, unit.now, unit.now, is_full, is_stamped)
        unit.session.execute(
            insert(LogPublication).values({name: getattr(new, name) for name in Publication.__slots__})
        )
        return new
    # The clock may have been set back since; the row only moves forward.
    renewed_at = max(unit.now, known.renewed_at)
    is_stamped = known.is_stamped or is_stamped
    new = replace(known, note=note, renewed_at=renewed_at, is_full=is_full, is_stamped=is_stamped)
    unit.session.execute(
        update(LogPublication)
        .where(LogPublication.size == checkpoint.size)
        .values(note=note, renewed_at=renewed_at, is_full=is_full, is_stamped=is_stamped)
    )
    return new


def keep_timestamp(unit: Unit, size: int, timestamp: Timestamp) -> None:
    """Keep the timestamp of the publication of ``size``, unless the authority's is there already."""
    known = select(LogTimestamp.size).where(
        LogTimestamp.size == size, LogTimestamp.authority == timestamp.authority
    )
    if unit.session.execute(known).one_or_none() is None:
        unit.session.execute(
            insert(LogTimestamp).values(
                size=size,
                authority=timestamp.authority,
                stamped_at=timestamp.stamped_at,
                token=timestamp.token,
            )
        )


def keep_party(unit: Unit, party: Party) -> None:
    """Keep what is known of a party."""
    values = {
        "size": party.size,
        "asked_at": party.asked_at,
        "answered_at": party.answered_at,
        "problem": party.problem,
    }
    changed = unit.session.execute(
        update(LogWitness).where(LogWitness.key == party.key).values(values).returning(LogWitness.key)
    ).all()
    if not changed:
        unit.session.execute(insert(LogWitness).values(key=party.key, **values))
