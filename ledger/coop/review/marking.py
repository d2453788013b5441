"""Marking an entry in the unit that writes it: one row for what is worth a look, none for the others."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from ledger.coop.actors import Actor
from ledger.coop.review.marks import Mark, Usual, amounts_of, late_days_of, marks_of
from ledger.coop.review.review_tables import ReviewRow, UsualAmountRow
from ledger.inserts import Insert, core_table
from ledger.log.unit import Unit
from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory
from ledger.trace.guards import GuardWarning
from ledger.trace.sectors.templates import Step
from ledger.trace.units import local_day

_INSERT = Insert(
    core_table(ReviewRow), "entry_index", "organisation", "marks", "late_days",
    "looked_at", "looked_by", "note_sealed",
)  # fmt: skip
# These ask for and change nothing that may be waiting to be written with other entries.
_ALONE = {LETS_WAIT: True}
_USUAL = core_table(UsualAmountRow)
_OF_KIND = (_USUAL.c.organisation == bindparam("owner")) & (_USUAL.c.kind == bindparam("what"))
_FIND = select(_USUAL.c.seen, _USUAL.c.mean, _USUAL.c.spread).where(_OF_KIND).execution_options(**_ALONE)
_ADD = insert(_USUAL).execution_options(**_ALONE)
_CHANGE = (
    update(_USUAL)
    .where(_OF_KIND)
    .values(seen=bindparam("now_seen"), mean=bindparam("now_mean"), spread=bindparam("now_spread"))
    .execution_options(**_ALONE)
)


def mark_entry(
    unit: Unit,
    actor: Actor,
    index: int,
    step: Step,
    event: Mapping[str, Any],
    *,
    warnings: Sequence[GuardWarning],
    done_on: date,
    doer: str | None,
) -> None:
    """Put the entry at ``index`` into the manager's queue, if something is to be said about it."""
    late_days = late_days_of(done_on, local_day(unit.now))
    is_for_other = doer is not None and doer != actor.member_id
    marks = marks_of(warnings, late_days=late_days, is_for_other=is_for_other)
    for kind, amount in amounts_of(step, event):
        if _is_unusual(unit, actor.organisation, kind, amount):
            marks |= Mark.UNUSUAL
    if marks:
        row = (index, actor.organisation, int(marks), late_days, None, None, None)
        LotMemory.of(unit).add(_INSERT, [row])


def _is_unusual(unit: Unit, organisation: str, kind: str, amount: Decimal) -> bool:
    """Whether the amount is unusual of its kind; it is counted in."""
    connection = unit.session.connection()
    at = {"owner": organisation, "what": kind}
    row = connection.execute(_FIND, at).one_or_none()
    usual = Usual() if row is None else Usual(*row)
    then = usual.after(amount)
    if row is None:
        values = {"seen": then.seen, "mean": then.mean, "spread": then.spread}
        connection.execute(_ADD, {"organisation": organisation, "kind": kind, **values})
    else:
        values = {"now_seen": then.seen, "now_mean": then.mean, "now_spread": then.spread}
        connection.execute(_CHANGE, {**at, **values})
    return usual.is_unusual(amount)
