"""How often a secret may be guessed: counted before it is looked at, so many tries at once are no way around.

A password has 10 tries in 15 minutes. A PIN has a million values and no more, so it has 5 in 15 minutes and
20 in a day: whoever tries all day long needs a hundred years for even odds on one telephone number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.coop.errors import LockedOutError
from ledger.coop.people.people_tables import PinAttemptRow
from ledger.coop.tables import LoginAttemptRow
from ledger.database import Database

ATTEMPT_WINDOW = timedelta(minutes=15)
PIN_DAY = timedelta(days=1)
MAX_ATTEMPTS = 10
MAX_PIN_ATTEMPTS = 5
MAX_PIN_ATTEMPTS_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a window; the window begins with the first of them."""

    attempts: int
    window: timedelta


PASSWORD = Limit(MAX_ATTEMPTS, ATTEMPT_WINDOW)
PIN = Limit(MAX_PIN_ATTEMPTS, ATTEMPT_WINDOW)
PIN_A_DAY = Limit(MAX_PIN_ATTEMPTS_A_DAY, PIN_DAY)

_LOCKED_FOR_THE_DAY = "Mã PIN đã thử sai quá nhiều lần nên tạm khóa tới mai. Nhờ quản lý đặt lại mã PIN."


def take_password_attempt(database: Database, digest: bytes, now: datetime) -> None:
    """Count one try of a password. Raises ``LockedOutError``."""
    with database.writing() as session:
        locked_until = _count(session, LoginAttemptRow, digest, PASSWORD, now)
    if locked_until is not None:
        raise LockedOutError(locked_until)


def take_pin_attempt(database: Database, digest: bytes, now: datetime) -> None:
    """Count one try of a PIN, for the quarter of an hour and for the day. Raises ``LockedOutError``."""
    with database.writing() as session:
        # What is refused for the quarter of an hour was no try, and does not count for the day.
        locked_until = _count(session, LoginAttemptRow, digest, PIN, now)
        locked_for_a_day = None if locked_until else _count(session, PinAttemptRow, digest, PIN_A_DAY, now)
    if locked_until is not None:
        raise LockedOutError(locked_until)
    if locked_for_a_day is not None:
        raise LockedOutError(locked_for_a_day, sentence=_LOCKED_FOR_THE_DAY)


def forget_attempts(session: Session, digest: bytes) -> None:
    """The right secret was given: what was tried before counts no more."""
    session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.login_digest == digest))
    session.execute(delete(PinAttemptRow).where(PinAttemptRow.login_digest == digest))


def _count(
    session: Session,
    table: type[LoginAttemptRow] | type[PinAttemptRow],
    digest: bytes,
    limit: Limit,
    now: datetime,
) -> datetime | None:
    """Count one try. The moment at which the lock ends, when none was left in this window."""
    session.execute(delete(table).where(table.since <= now - limit.window))
    counted = session.execute(
        update(table)
        .where(table.login_digest == digest, table.attempts < limit.attempts)
        .values(attempts=table.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount:  # type: ignore[attr-defined]  # a CursorResult, which Session.execute does not say
        return None
    since = session.scalar(select(table.since).where(table.login_digest == digest))
    if since is not None:
        return since + limit.window
    session.add(table(login_digest=digest, since=now, attempts=1))
    return None
