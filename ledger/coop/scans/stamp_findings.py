"""What is behind a code that somebody scanned or typed.

The books say whether the number was ever given out; what it is worth the log says, verified entry by entry. A
code that was guessed, mistyped or never given out is unknown: which of the three it is nobody learns.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.scans.scan_counts import is_seen_often
from ledger.coop.stamps.stamp_ranges import find_range
from ledger.trace.passports.verdicts import Verdict, stamp_verdict
from ledger.trace.queries import CheckedPassport, StampStatus, passport_of, stamp_status
from ledger.trace.units import local_day
from signing.errors import StampCodeError
from signing.stamp_codes import StampCodec


@dataclass(frozen=True, slots=True)
class StampFinding:
    """The verdict on a code. ``on`` is the day of the state: activated, voided, recalled, expired.

    ``number``, ``organisation`` and ``lot`` are ``None`` as far as they are not known. ``checked`` is the
    lot's passport with the proof it was checked against, where there is a lot.
    """

    state: Verdict
    number: int | None = None
    organisation: str | None = None
    lot: str | None = None
    on: date | None = None
    reason: str | None = None
    checked: CheckedPassport | None = None


UNKNOWN = StampFinding(Verdict.UNKNOWN)


def look_up(session: Session, codec: StampCodec | None, code_text: str, today: date) -> StampFinding:
    """What the code stands for on ``today``; raises nothing for any text.

    ``codec`` is ``None`` in a system that never gave out a stamp.
    """
    try:
        number = None if codec is None else codec.parse(code_text)
    except StampCodeError:
        return UNKNOWN
    found = None if number is None else find_range(session, number)
    if number is None or found is None:
        return UNKNOWN
    status = stamp_status(session, number)
    checked = None if status.lot is None else passport_of(session, status.lot, today)
    state = _verdict(status, checked, is_often=is_seen_often(session, number))
    return StampFinding(
        state=state,
        number=number,
        organisation=found.organisation,
        lot=status.lot,
        on=_day(state, status, checked),
        reason=status.void_reason,
        checked=checked,
    )


def _verdict(status: StampStatus, checked: CheckedPassport | None, *, is_often: bool) -> Verdict:
    if not status.integrity.ok:
        return Verdict.TAMPERED
    return stamp_verdict(
        is_known=True,
        is_voided=status.voided_index is not None,
        is_activated=status.activated_index is not None,
        lot=Verdict.UNKNOWN if checked is None else checked.verdict,
        is_seen_often=is_often,
    )


def _day(state: Verdict, status: StampStatus, checked: CheckedPassport | None) -> date | None:
    """The day of the state: recalled, expired, voided, else activated."""
    passport = None if checked is None else checked.passport
    if state is Verdict.RECALLED and passport is not None and passport.recall is not None:
        return local_day(passport.recall.recalled_at)
    if state is Verdict.EXPIRED and passport is not None:
        return passport.expires_on
    if status.voided_on is not None:
        return status.voided_on
    return None if status.activated_at is None else local_day(status.activated_at)
