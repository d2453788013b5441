"""What a holder of a token may see: which events, and which of their sealed values.

An organisation's own program sees its chain. A partner's sees, of that chain, the history of the lots that
were shipped to this partner (as ``bundles.history`` draws it), and of all that was handed over only what
was handed to this partner: a lot goes to many buyers, and one is not told of another. The condition is part
of every query, so no page, count or pattern can tell of what is outside of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, and_, bindparam, select, text
from sqlalchemy.orm import Session

from ledger.coop.exchange.access_tokens import Holder, Scope
from ledger.coop.tables import ShipmentRow
from ledger.log.records import Record, read_records
from ledger.trace.errors import WrongDisclosureError
from ledger.trace.events.sealed import Disclosure, check_disclosure, restore
from ledger.trace.sealed_fields.disclosing import PARTNER, PERSON, PRIVATE, audience
from ledger.trace.sealed_fields.disclosures import open_rows
from ledger.trace.tables import TraceEvent
from signing.vault import Vault

_OPENS = {Scope.SEE_PARTNER: PARTNER, Scope.SEE_PRIVATE: PRIVATE, Scope.SEE_PERSON: PERSON}

_STEPS = {
    "sqlite": """SELECT e.parent FROM reached r
  JOIN trace_lot_edge e ON e.child = r.lot AND e.corrected_by IS NULL""",
    # Why a lateral subquery: ledger.trace.derived.reaching.
    "postgresql": """SELECT e.parent FROM reached r CROSS JOIN LATERAL (
    SELECT e.parent FROM trace_lot_edge e WHERE e.child = r.lot AND e.corrected_by IS NULL OFFSET 0
  ) e""",
}
_SHIPPED = """
WITH RECURSIVE handed(lot, entry) AS (
  SELECT l.key, s.sent_index FROM coop_shipment s JOIN trace_lot l ON l.lot = s.lot
  WHERE s.from_organisation = :sender AND s.to_partner = :receiver AND s.state <> 'withdrawn'
),
reached(lot) AS (
  SELECT lot FROM handed
  UNION
  {step}
),
flow(parent, entry) AS (
  SELECT DISTINCT e.parent, e."index" FROM reached r
  JOIN trace_lot_edge e ON e.child = r.lot WHERE e.corrected_by IS NULL
),
last_flow(lot, done_at) AS (
  SELECT f.parent, MAX(t.done_at) FROM flow f JOIN trace_event t ON t."index" = f.entry GROUP BY f.parent
),
told(entry) AS (
  SELECT m."index" FROM handed h JOIN trace_lot_entry m ON m.lot = h.lot
  WHERE NOT EXISTS (SELECT 1 FROM trace_lot_edge x WHERE x.parent = m.lot AND x."index" = m."index")
  UNION
  SELECT entry FROM flow
  UNION
  SELECT m."index" FROM last_flow p JOIN trace_lot_entry m ON m.lot = p.lot
  JOIN trace_event t ON t."index" = m."index"
  WHERE t.done_at <= p.done_at AND NOT EXISTS (
    SELECT 1 FROM trace_lot_edge x WHERE x.parent = m.lot AND x."index" IN (m."index", t.corrects)
  )
)
SELECT t."index" FROM told JOIN trace_event t ON t."index" = told.entry
WHERE t.event_type NOT IN ('AggregationEvent', 'TransactionEvent') AND (
  t.biz_step IS NULL OR t.biz_step NOT IN ({handing})
  OR t."index" IN (SELECT entry FROM handed) OR t.corrects IN (SELECT entry FROM handed)
)
"""
_HANDING = (
    "shipping", "receiving", "accepting", "departing", "arriving", "transporting", "loading", "unloading",
    "retail_selling", "void_shipping", "picking", "staging_outbound", "consigning", "collecting",
    "sogoc:order_confirmation",
)  # fmt: skip
"""Steps in which goods change hands: they tell of a buyer."""


_OF_PARTIES = frozenset(
    {"/sourceList", "/destinationList"}
    | {f"/sogoc:fields/{key}" for key in ("to_party", "by_party", "from_party", "buyer", "order")}
)
"""Values that name who goods go to or came from: a partner is told its own name, and no other's."""


def sees(session: Session, holder: Holder) -> ColumnElement[bool]:
    """Of which rows of ``trace_event`` the holder is told."""
    own = TraceEvent.chain_id == holder.organisation
    if holder.partner is None:
        return own
    shipped = _shipped(session.connection().dialect.name).bindparams(
        bindparam("sender", holder.organisation), bindparam("receiver", holder.partner)
    )
    entries: Select[Any] = select(shipped.columns(TraceEvent.index).subquery("told").c[0])
    return and_(own, TraceEvent.index.in_(entries))


def opens(holder: Holder) -> frozenset[str]:
    """For which audiences sealed values are opened to the holder (``sealed_fields.disclosing``)."""
    if holder.partner is not None:
        return frozenset({PARTNER})
    return frozenset(found for scope, found in _OPENS.items() if scope in holder.scopes)


def seen_events(
    session: Session, vault: Vault, holder: Holder, indexes: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """The events at ``indexes``, which the holder sees, with the values that are opened to the holder.

    ``recordTime`` is the log's (EPCIS 2.0 §7.4.1.2). A value that does not open its commitment stays sealed.
    """
    records = read_records(session, indexes)
    audiences = opens(holder)
    rows = open_rows(session, vault, indexes) if audiences else {}
    handed = _handed(session, holder, indexes)
    return {
        record.index: {
            **_opened(record, rows.get(record.index, {}), audiences, is_theirs=record.index in handed),
            "recordTime": record.recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        for record in records
    }


def _handed(session: Session, holder: Holder, indexes: Sequence[int]) -> frozenset[int]:
    """Which of these events may name parties: an organisation's own all, a partner's those to itself."""
    if holder.partner is None:
        return frozenset(indexes)
    found = session.scalars(
        select(ShipmentRow.sent_index).where(
            ShipmentRow.from_organisation == holder.organisation,
            ShipmentRow.to_partner == holder.partner,
            ShipmentRow.sent_index.in_(indexes),
        )
    )
    return frozenset(found)


def _opened(
    record: Record,
    rows: Mapping[str, Disclosure | WrongDisclosureError | None],
    audiences: frozenset[str],
    *,
    is_theirs: bool,
) -> dict[str, Any]:
    shown = [
        opened
        for pointer, opened in rows.items()
        if isinstance(opened, Disclosure)
        and (is_theirs or pointer not in _OF_PARTIES)
        and audience(record.body, pointer) in audiences
        and _fits(record, opened)
    ]
    return restore(record.body, shown)


def _fits(record: Record, disclosure: Disclosure) -> bool:
    try:
        check_disclosure(record.body, disclosure)
    except WrongDisclosureError:
        return False
    return True


def _shipped(dialect: str) -> TextClause:
    handing = ", ".join(f"'{step}'" for step in _HANDING)
    return text(_SHIPPED.format(step=_STEPS[dialect], handing=handing))
