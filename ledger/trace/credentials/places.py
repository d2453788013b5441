"""Which bit of which status list is a credential's, and which bits are set now.

What a bit says follows from the log: a credential no longer stands when its lot is recalled, was taken back
by a correction, or was sealed anew. Nobody sets a bit by hand.
"""

import secrets
from collections.abc import Callable

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from ledger.trace.credentials.status_lists import LENGTH, StatusPlace, StatusPurpose
from ledger.trace.errors import NoCredentialError
from ledger.trace.tables import LotKind, TraceCredentialPlace, TraceLot, lot_key

DRAWS = 8
"""After so many taken indexes in a row the list is full (some two thirds of it are): the next one begins."""

_REVOKED = or_(
    TraceLot.recalled_index.is_not(None),
    TraceLot.kind == LotKind.WITHDRAWN,
    TraceLot.sealed_index != TraceCredentialPlace.index,
    # Taken back, and made anew under the same name by somebody.
    TraceLot.created_index > TraceCredentialPlace.index,
)
_SET = {
    StatusPurpose.REVOCATION: _REVOKED,
    StatusPurpose.MESSAGE: TraceLot.recalled_index.is_not(None),
}


def draw_place(
    session: Session, organisation: str, draw: Callable[[int], int] = secrets.randbelow
) -> StatusPlace:
    """A place that no credential has. Drawn at random: neighbours in a list have nothing else in common.

    To be kept (``keep_place``) in the same unit of work.
    """
    number = _last_number(session, organisation) or 1
    for _ in range(DRAWS):
        place = StatusPlace(organisation, number, draw(LENGTH))
        if not _is_taken(session, place):
            return place
    return StatusPlace(organisation, number + 1, draw(LENGTH))


def keep_place(session: Session, place: StatusPlace, *, lot: str, digest: str, index: int) -> None:
    """Give ``place`` to the credential with this digest, of a lot that the entry ``index`` sealed."""
    session.execute(
        insert(TraceCredentialPlace).values(
            organisation=place.organisation,
            number=place.number,
            position=place.position,
            lot=lot_key(lot),
            digest=digest,
            index=index,
        )
    )


def read_place(session: Session, lot: str, digest: str) -> StatusPlace | None:
    """The place of a credential."""
    table = TraceCredentialPlace
    row = session.execute(
        select(table.organisation, table.number, table.position).where(
            table.lot == lot_key(lot), table.digest == digest
        )
    ).one_or_none()
    return None if row is None else StatusPlace(*row)


def set_positions(
    session: Session, organisation: str, number: int, purpose: StatusPurpose
) -> tuple[int, ...]:
    """The indexes whose bits are set now, ascending. Raises ``NoCredentialError`` for a list there is not."""
    if not 1 <= number <= (_last_number(session, organisation) or 0):
        raise NoCredentialError(
            f"{organisation} has no status list {number}", sentence="Không có danh sách tình trạng này."
        )
    table = TraceCredentialPlace
    rows = (
        select(table.position)
        .join(TraceLot, TraceLot.key == table.lot)
        .where(table.organisation == organisation, table.number == number, _SET[purpose])
    )
    return tuple(session.scalars(rows.order_by(table.position)))


def _last_number(session: Session, organisation: str) -> int | None:
    table = TraceCredentialPlace
    return session.scalar(select(func.max(table.number)).where(table.organisation == organisation))


def _is_taken(session: Session, place: StatusPlace) -> bool:
    return session.get(TraceCredentialPlace, (place.organisation, place.number, place.position)) is not None
