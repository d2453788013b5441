"""What a scan answers: one verdict for a stamp or a lot. Pure.

Where several hold the worst is told first: tampered, recalled, voided, not activated, expired, seen often,
valid.
"""

from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """The answer of a scan, worst first; ``unknown`` stands apart: there is nothing to judge."""

    TAMPERED = "tampered"
    RECALLED = "recalled"
    VOIDED = "voided"
    NOT_ACTIVATED = "not_activated"
    EXPIRED = "expired"
    SEEN_OFTEN = "seen_often"
    VALID = "valid"
    UNKNOWN = "unknown"


def lot_verdict(
    *, is_known: bool, is_intact: bool, is_recalled: bool, expires_on: date | None, today: date
) -> Verdict:
    """The verdict on a lot; ``is_intact``: the log's proof holds. The day of expiry itself is still valid."""
    if not is_known:
        return Verdict.UNKNOWN
    if not is_intact:
        return Verdict.TAMPERED
    if is_recalled:
        return Verdict.RECALLED
    if expires_on is not None and expires_on < today:
        return Verdict.EXPIRED
    return Verdict.VALID


def stamp_verdict(
    *, is_known: bool, is_voided: bool, is_activated: bool, lot: Verdict, is_seen_often: bool = False
) -> Verdict:
    """The verdict on a stamp whose lot's verdict is ``lot`` (``Verdict.UNKNOWN`` while it is on none).

    ``is_known``: the code authenticates and its number was reserved. ``is_seen_often``: it was scanned as
    only a copied stamp is; a stamp's own, so no lot has this verdict.
    """
    if not is_known:
        return Verdict.UNKNOWN
    if lot in {Verdict.TAMPERED, Verdict.RECALLED}:
        return lot
    if is_voided:
        return Verdict.VOIDED
    if not is_activated or lot is Verdict.UNKNOWN:
        return Verdict.NOT_ACTIVATED
    if lot is Verdict.VALID and is_seen_often:
        return Verdict.SEEN_OFTEN
    return lot
