"""A slip of the finger: within half an hour whoever recorded a step may correct it without asking anybody.

It is a correction like any other, public and beside what it corrects; only who may make it is different.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import CORRECTING, Actor
from ledger.coop.corrections import Correct, Corrected, correct_step
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.field.diary import LOT_WORK
from ledger.coop.tables import WorkRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.tables import TraceEvent

UNDO_WITHIN = timedelta(minutes=30)
SLIP = "Ghi nhầm"
"""The reason that the form of an undo begins with."""


def is_undoable(session: Session, actor: Actor, index: int, now: datetime) -> bool:
    """Whether the actor recorded the entry at ``index`` within the last half hour, and it stands."""
    found = session.execute(
        select(TraceEvent.recorded_at)
        .join(WorkRow, WorkRow.index == TraceEvent.index)
        .where(TraceEvent.index == index, TraceEvent.corrected_by.is_(None))
        .where(WorkRow.organisation == actor.organisation, WorkRow.account_id == actor.account_id)
    ).scalar_one_or_none()
    return found is not None and now - found <= UNDO_WITHIN


@use_case(LOT_WORK | CORRECTING)
def undo(unit: Unit, actor: Actor, command: Correct) -> Corrected:
    """Correct one's own step within half an hour. Raises ``NotAllowedError`` later, and as ``correct``."""
    row = unit.session.get(WorkRow, command.index)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("việc đã ghi", str(command.index))
    if not is_undoable(unit.session, actor, command.index, unit.now):
        raise NotAllowedError(
            "not one's own, or too late to undo", needed=frozenset(role.value for role in CORRECTING)
        )
    return correct_step(unit, actor, command)
