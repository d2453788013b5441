"""Capture: an event or a statement goes into the log, and everything that follows from it into the tables.

All of it happens in the caller's unit of work, so it is there together or not at all. The guards of a step
are the caller's business; what must hold whoever calls is checked here: the form, the time, that a lot is
made once and by its own organisation, and that nothing is taken that is not there.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.entries import Kind
from ledger.log.record_notes import MEMBER as RECORD
from ledger.log.unit import Receipt, Unit
from ledger.trace.derived.lot_memory import LotMemory
from ledger.trace.derived.projections import Origin, event_time, named_lots, project, speaks_for
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import check_holdings
from ledger.trace.derived.store import (
    StoredLots,
    find_product_of_gtin,
    read_lots,
    remember_lots,
    write_projection,
)
from ledger.trace.errors import (
    EventTimeError,
    GenealogyCycleError,
    GtinError,
    GuardError,
    LotExistsError,
    MalformedIdentifierError,
    MalformedStatementError,
    Violation,
)
from ledger.trace.events.epcis import OWN_PREFIXES, check_event
from ledger.trace.events.flows import CORRECTS, Flow, named_by, read_flow
from ledger.trace.events.sealed import Disclosure, SealRules, seal_event
from ledger.trace.events.statements import ProductRegistered, StampsActivated, StampsVoided, Statement
from ledger.trace.identifiers import new_event_id, organisation_of
from ledger.trace.sealed_fields.disclosures import store_disclosures
from ledger.trace.tables import StampState, TraceEvent, TraceStamps
from ledger.trace.units import format_number
from signing.keys import NamedKey

FUTURE_TOLERANCE = timedelta(minutes=5)
"""How far a clock in the field may run ahead of ours."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
EVIDENCE, BY_DEVICE = "sogoc:evidence", "device"
_BELOW_DEVICE = frozenset({"self", "photo"})
"""Levels of evidence that a device's signature is above."""

_RANDOM = random.SystemRandom()


def capture_event(
    unit: Unit,
    chain_id: str,
    event: Mapping[str, Any],
    *,
    sealed: SealRules = (),
    extra_signers: Sequence[NamedKey] = (),
    idempotency_key: str | None = None,
    prefixes: frozenset[str] = OWN_PREFIXES,
    is_checked: bool = False,
) -> Receipt:
    """Append one EPCIS event, its sealed fields taken out, signed by the chain's key and ``extra_signers``.

    An event without id gets one. A repeat of ``idempotency_key`` returns the first receipt. ``is_checked``:
    the event has passed ``check_event`` with all that was declared around it. Raises
    ``EpcisError``, ``EventTimeError``, ``LotExistsError``, ``GenealogyCycleError``, ``BalanceError``,
    ``MalformedIdentifierError`` for a lot that is another organisation's to make, and what ``unit.append``
    raises. All that can be checked before the append is, so a refused event leaves nothing behind.
    """
    first = None if idempotency_key is None else unit.find_receipt(chain_id, idempotency_key)
    if first is not None:
        return first
    full = with_record(unit, prepare_event(unit, event, prefixes=None if is_checked else prefixes))
    if "errorDeclaration" in full:
        full = _with_original(unit.session, chain_id, full)
    flow = read_flow(full)
    known = StoredLots(unit, flow.named)
    check_making(chain_id, full, flow, known)
    taken = [] if flow.is_error else [lot for name in flow.taken if (lot := known.lot(name)) is not None]
    if taken:
        check_holdings(unit.session, chain_id, taken, flow)
    public, disclosures = seal_event(full, sealed)
    note = unit.sign(chain_id, Kind.EVENT, public, *extra_signers)
    receipt = unit.append(chain_id, note, idempotency_key=idempotency_key)
    write_event(unit, receipt, full, flow, disclosures)
    if flow.corrects is not None:
        # What was taken back may be missing elsewhere; this shows only behind the append.
        check_holdings(unit.session, chain_id, read_lots(unit.session, flow.named).values())
    return receipt


def with_record(unit: Unit, event: dict[str, Any]) -> dict[str, Any]:
    """The event with what a device signed of it, if one did: then it was the device that recorded.

    For this room only.
    """
    if unit.record_note is None:
        return event
    attested = {EVIDENCE: BY_DEVICE} if event.get(EVIDENCE) in _BELOW_DEVICE else {}
    return {**event, **attested, RECORD: unit.record_note.member()}


def expect_lots(unit: Unit, events: Iterable[Mapping[str, Any]]) -> None:
    """Read the lots that these events name, with one query for many, before they are captured one by one.

    The events have passed ``check_event``. Without this each lot is read when an event first names it.
    """
    names = {name for event in events for name in named_by(event)}
    remember_lots(unit.session, LotMemory.of(unit), names)


def prepare_event(
    unit: Unit, event: Mapping[str, Any], *, prefixes: frozenset[str] | None = OWN_PREFIXES
) -> dict[str, Any]:
    """The event with an id, its time and (but for ``prefixes=None``) its form checked. For this room only."""
    full = {**event, "eventID": event.get("eventID") or new_event_id(_RANDOM)}
    if prefixes is not None:
        check_event(full, prefixes=prefixes)
    check_time(event_time(full), unit.now)
    return full


def write_event(
    unit: Unit, receipt: Receipt, full: Mapping[str, Any], flow: Flow, disclosures: Sequence[Disclosure]
) -> None:
    """Write what follows from an event just appended, and what opens it. For this room only."""
    known = StoredLots(unit)
    write_projection(unit, project(_origin(receipt), Kind.EVENT, full, known, flow))
    store_disclosures(unit, receipt.index, receipt.chain_id, disclosures)


def capture_statement(
    unit: Unit, chain_id: str, statement: Statement, *, idempotency_key: str | None = None
) -> Receipt:
    """Append one statement, signed by the chain's key.

    A repeat of ``idempotency_key`` returns the first receipt. Raises ``MalformedStatementError`` when the
    statement is not the organisation's to make, ``GtinError`` for a GTIN that another one registered,
    ``GuardError`` for stamps that are in use, and what ``unit.append`` raises.
    """
    first = None if idempotency_key is None else unit.find_receipt(chain_id, idempotency_key)
    if first is not None:
        return first
    body = statement.body()
    if unit.record_note is not None:
        body[RECORD] = unit.record_note.member()
    known = StoredLots(unit, named_lots(body))
    if not speaks_for(chain_id, statement, known):
        raise MalformedStatementError(type(statement).__name__, statement.subject, "not of this organisation")
    _check_free(unit.session, chain_id, statement)
    note = unit.sign(chain_id, Kind.STATEMENT, body)
    receipt = unit.append(chain_id, note, idempotency_key=idempotency_key)
    write_projection(unit, project(_origin(receipt), Kind.STATEMENT, body, known))
    return receipt


def _origin(receipt: Receipt) -> Origin:
    return Origin(receipt.index, receipt.chain_id, receipt.recorded_at)


def check_time(done_at: datetime, now: datetime) -> None:
    """Raise ``EventTimeError`` for a time more than 5 minutes ahead, or before 1990."""
    if not EARLIEST <= done_at <= now + FUTURE_TOLERANCE:
        raise EventTimeError(done_at, now)


def check_making(chain_id: str, event: Mapping[str, Any], flow: Flow, known: StoredLots) -> None:
    """Check that the event may make what it makes: see ``capture_event``."""
    if flow.is_error:
        return
    used = {*(amount.lot for amount in flow.inputs), *flow.item_inputs}
    for name in (*(amount.lot for amount in flow.outputs), *flow.item_outputs):
        owner = organisation_of(name)
        if owner is not None and owner != chain_id:
            raise MalformedIdentifierError(
                f"only {owner} can make this lot",
                text=name,
                sentence=f"Lô {name} mang mã của đơn vị khác. Hãy đặt mã lô của đơn vị mình.",
            )
        before = known.lot(name)
        if before is not None:
            _check_made_again(chain_id, event, before)
            if name in used or (used and not used.isdisjoint(known.made_of(name))):
                raise GenealogyCycleError(name)


def _check_made_again(chain_id: str, event: Mapping[str, Any], before: LotRow) -> None:
    # A lot of our own is made by one event; other systems may add to theirs (EPCIS 2.0 §7.4.2, ADD).
    adds = event["type"] == "ObjectEvent" and "sogoc:step" not in event
    if before.is_made and not (adds and before.chain_id == chain_id):
        raise LotExistsError(before.lot)


def _with_original(session: Session, chain_id: str, event: dict[str, Any]) -> dict[str, Any]:
    """An error declaration from elsewhere says what it takes back by event id; the log says it by index."""
    event.pop(CORRECTS, None)
    index = session.execute(
        select(TraceEvent.index)
        .where(TraceEvent.event_id == event["eventID"], TraceEvent.chain_id == chain_id)
        .where(TraceEvent.corrects.is_(None), TraceEvent.corrected_by.is_(None))
        .order_by(TraceEvent.index)
        .limit(1)
    ).scalar()
    return event if index is None else {**event, CORRECTS: index}


def _check_free(session: Session, chain_id: str, statement: Statement) -> None:
    match statement:
        case ProductRegistered(gtin=str(gtin), product=product):
            holder = find_product_of_gtin(session, None, gtin)
            if holder not in (None, product):
                raise GtinError("registered for another product", text=gtin)
        case StampsActivated():
            _check_stamps(session, statement, (StampState.ACTIVATED, StampState.VOIDED), None)
        case StampsVoided():
            _check_stamps(session, statement, (StampState.VOIDED,), None)
            _check_stamps(session, statement, (StampState.ACTIVATED,), chain_id)


def _check_stamps(
    session: Session,
    statement: StampsActivated | StampsVoided,
    states: tuple[StampState, ...],
    but_of_chain: str | None,
) -> None:
    """Raise ``GuardError`` where the range meets one in ``states``, those of ``but_of_chain`` left out."""
    for state in states:
        # Ranges of one state never overlap, so the last to begin before the end is the one to look at.
        query = select(TraceStamps.first, TraceStamps.last, TraceStamps.index).where(
            TraceStamps.state == state, TraceStamps.first <= statement.last
        )
        if but_of_chain is not None:
            query = query.where(TraceStamps.chain_id != but_of_chain)
        row = session.execute(query.order_by(TraceStamps.first.desc()).limit(1)).one_or_none()
        if row is not None and row[1] >= statement.first:
            count = min(row[1], statement.last) - max(row[0], statement.first) + 1
            use_vi = _USE_VI[state] if but_of_chain is None else "là của đơn vị khác"
            sentence = _stamps_in_use(use_vi, count, statement.last - statement.first + 1)
            evidence = {"first": row[0], "last": row[1], "index": row[2]}
            raise GuardError("label_activation", (Violation("range_unused", sentence, evidence),))


_USE_VI = {StampState.ACTIVATED: "đã kích hoạt trước đó", StampState.VOIDED: "đã báo hủy"}


def _stamps_in_use(use_vi: str, count: int, asked: int) -> str:
    """What is wrong with ``count`` of the ``asked`` stamps, in words: no stamp shows its number."""
    mend = "Hãy quét lại tem đầu và tem cuối, hoặc chọn tem khác."
    if count == asked:
        return f"{'Tem này' if asked == 1 else 'Những tem này'} {use_vi}. {mend}"
    return f"Trong dải này có {format_number(Decimal(count))} tem {use_vi}. {mend}"
