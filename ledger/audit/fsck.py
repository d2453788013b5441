"""Checks a stored log from its entries' bytes alone, and says what is wrong and where.

Everything that can be derived is derived again - chains, key ring, signatures, tree, tiles, head - and
compared with what is stored. Nothing stops at the first finding. With ``workers`` the part that needs no
order is spread over processes: the findings are the same, in the same order.

Cost: one Ed25519 verification for each signature, two SHA-256 for each entry, and reading.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.audit.certificates import BATCH, Certificate, Range, certify_range, read_stored
from ledger.audit.finding import Finding
from ledger.audit.walk import Checked, ProjectionCheck, Walk
from ledger.audit.workers import Workers
from ledger.log.errors import LogError
from ledger.log.queries import read_head, read_identity
from ledger.log.tables import LogEntry
from signing.errors import SigningError

__all__ = ["Checked", "Finding", "ProjectionCheck", "fsck"]

PLANNED_BATCHES = 4
"""Batches that are planned with one look at the database."""

Progress = Callable[[Checked], None]


def fsck(
    session: Session,
    *,
    projection_checks: Sequence[ProjectionCheck] = (),
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Iterator[Finding]:
    """Every finding of one walk over the log that ``session`` sees; none for a log that is whole.

    ``workers`` read the same database by connections of their own; raises ``WorkerError`` when one of them
    fails. ``progress`` is told every few hundred entries, and at the end, how much was looked at.
    """
    try:
        identity, head = read_identity(session), read_head(session)
    except (LogError, SigningError) as error:
        yield Finding("log_identity", None, "identity and head", "one row each", str(error))
        return
    if identity.verifier_key.name != identity.origin:
        yield Finding("log_identity", None, "name of the key", identity.origin, identity.verifier_key.name)
    walk = Walk(session, identity, head, projection_checks)
    tell: Progress = progress or (lambda _: None)
    # Only below the head are the entries the same for every connection, whoever appends meanwhile.
    shared = min(head.size, _end_of_entries(session)) if workers else 0
    yield from _read_here(session, walk, None, 0, tell)
    if workers is not None:
        yield from _read_by_workers(session, walk, workers, shared, tell)
    yield from _read_here(session, walk, shared, None, tell)
    yield from walk.findings()
    tell(walk.checked)


def _read_here(
    session: Session, walk: Walk, start: int | None, end: int | None, tell: Progress
) -> Iterator[Finding]:
    for number, stored in enumerate(read_stored(session, start, end), 1):
        yield from walk.entry(stored)
        if number % BATCH == 0:
            tell(walk.checked)


def _read_by_workers(
    session: Session, walk: Walk, workers: Workers, end: int, tell: Progress
) -> Iterator[Finding]:
    tasks = _plan(session, end, with_entries=bool(walk.projection_checks))
    for task, certificates in workers.map(certify_range, tasks):
        if len(certificates) == task.end - task.start:
            for certificate in certificates:
                yield from walk.certified(certificate)
        else:
            yield from _fill_up(session, walk, task, certificates)
        tell(walk.checked)


def _fill_up(
    session: Session, walk: Walk, task: Range, certificates: Iterable[Certificate]
) -> Iterator[Finding]:
    """Walk a range in which some entries are missing or not certified: those are looked at here."""
    sound = {certificate.at_index: certificate for certificate in certificates}
    for stored in read_stored(session, task.start, task.end):
        certificate = sound.get(stored.index)
        yield from walk.entry(stored) if certificate is None else walk.certified(certificate)


def _plan(session: Session, end: int, *, with_entries: bool) -> Iterator[Range]:
    """Ranges that cover every entry in ``[0, end)``; one with a hole is never wider than the rows around it.

    So neither a false size nor a row at a far index makes the work longer than there are rows.
    """
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    walk, start = uuid.uuid4().hex, 0
    rows = select(LogEntry.index).order_by(LogEntry.index).limit(PLANNED_BATCHES * BATCH)
    while start < end:
        ahead = rows.where(LogEntry.index >= start, LogEntry.index < end).subquery()
        count, last = session.execute(select(func.count(), func.max(ahead.c.index))).one()
        if not count:
            return
        stop = last + 1
        step = BATCH if count == stop - start else stop - start
        for first in range(start, stop, step):
            yield Range(url, walk, first, min(first + step, stop), with_entries)
        start = stop


def _end_of_entries(session: Session) -> int:
    last = session.execute(select(func.max(LogEntry.index))).scalar_one()
    return 0 if last is None else last + 1
