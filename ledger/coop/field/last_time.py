"""What a person did last: which works first, and what a new form of a work begins with.

Only one's own entries are looked at. What is different every time (amounts harvested, heads counted, days,
papers, photos) is never filled in: a form sent without a look must not state a thing that nobody saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.field.typed_amounts import read_typed_amounts
from ledger.coop.spreadsheets.typed_values import type_again
from ledger.coop.tables import WorkRow
from ledger.log.records import Record, read_record
from ledger.trace.events.sealed import FIELDS, restore
from ledger.trace.sealed_fields.disclosures import read_disclosures
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Field, Step, Template
from ledger.trace.tables import TraceEvent
from signing.vault import Vault

LOOKED_AT = 80
"""So many of one's last entries say which works come first."""
_TRIED = 5
_NUMBERS = frozenset({"dose", "phi_days", "withdrawal_days", "volume_l", "minutes", "shade_pct"})
_NOT_AGAIN = frozenset(
    {
        *("lot", "feed_lot", "supplier_lot", "invoice", "ear_tags", "health_cert", "quarantine_cert"),
        *("finding", "reason", "condition", "stage", "note_work", "report_no", "result", "notice"),
        *("packing_list", "market_note", "to_cage", "from_cage", "metric", "household", "buyer_on_site"),
    }
)


@dataclass(frozen=True, slots=True)
class LastTime:
    """What was said of a step the last time: its values as typed, its day, and who did it."""

    values: Mapping[str, RawValue]
    done_on: date
    done_by: str | None


def steps_used(session: Session, actor: Actor) -> tuple[str, ...]:
    """The codes of the steps that this account recorded lately, the last one first, each once."""
    codes = session.scalars(
        select(WorkRow.step)
        .where(WorkRow.organisation == actor.organisation, WorkRow.account_id == actor.account_id)
        .order_by(WorkRow.index.desc())
        .limit(LOOKED_AT)
    )
    return tuple(dict.fromkeys(codes))


def read_last_time(
    session: Session, vault: Vault, actor: Actor, sector: Template, step: Step, *, season: str | None = None
) -> LastTime | None:
    """What this account said of ``step`` the last time, in ``season`` rather than elsewhere, if ever.

    Entries of other templates do not count: their step of the same name may mean something else.
    """
    lately = (
        select(WorkRow.index, WorkRow.done_on, WorkRow.member_id)
        .join(TraceEvent, TraceEvent.index == WorkRow.index)
        .where(WorkRow.organisation == actor.organisation, WorkRow.account_id == actor.account_id)
        .where(WorkRow.step == step.code, TraceEvent.corrected_by.is_(None))
        .order_by(WorkRow.index.desc())
        .limit(_TRIED)
    )
    here = () if season is None else session.execute(lately.where(WorkRow.lot == season))
    for index, done_on, done_by in (*here, *session.execute(lately)):
        record = read_record(session, index)
        if record.body.get("sogoc:template") == sector.id:
            values = _values(session, vault, step, record)
            typed = read_typed_amounts(session, vault, actor, index)
            values |= {key: text for key, text in typed.items() if key in values}
            return LastTime(values, done_on, done_by)
    return None


def _values(session: Session, vault: Vault, step: Step, record: Record) -> dict[str, RawValue]:
    fields: Mapping[str, Any] = restore(record.body, read_disclosures(session, vault, record.index)).get(
        FIELDS, {}
    )
    again = {key: value for key, value in fields.items() if (known := step.field(key)) and _is_again(known)}
    return type_again(step, again)


def _is_again(field: Field) -> bool:
    """Whether a field is likely to be the same the next time."""
    if field.key in _NOT_AGAIN or field.ref in {"batch", "place", "member", "user", "product", "partner"}:
        return False
    return field.key in _NUMBERS if field.type == "number" else field.type in {"text", "choice", "ref"}
