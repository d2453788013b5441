"""An event that somebody else signed: a device in the field, a partner's program. Taken in as it is, or not.

The author signs without asking us: it need not know where its entry will stand. So nothing can be added to
such an event and nothing sealed in it; what it may not say openly, it may not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from ledger.log.authors import chain_of
from ledger.log.entries import EventNote, Kind, parse_event_note
from ledger.log.errors import UnknownChainError
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import check_making, check_time, expect_lots, write_event
from ledger.trace.derived.lot_memory import LETS_WAIT, LotMemory
from ledger.trace.derived.projections import event_time
from ledger.trace.derived.stock import check_holdings
from ledger.trace.derived.store import StoredLots
from ledger.trace.errors import SignedEventError, TraceError
from ledger.trace.events.epcis import OWN_PREFIXES, check_event, declared_prefixes
from ledger.trace.events.flows import read_flow
from ledger.trace.tables import TraceEvent

OWN_STEP = "sogoc:step"
SEALED = "sogoc:sealed"
IDS_AT_ONCE = 500

# Events that wait to be written are in the memory already, and no use case asks before it looks there.
_EVENTS_BY_ID = (
    select(TraceEvent.event_id, TraceEvent.index)
    .where(TraceEvent.chain_id == bindparam("owner"))
    .where(TraceEvent.event_id.in_(bindparam("ids", expanding=True)))
    .execution_options(**{LETS_WAIT: True})
)


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """An event note that is in order by itself. ``chain_id`` is the chain of its first signer."""

    chain_id: str
    note: bytes
    event_note: EventNote


def read_signed_event(note: bytes, origin: str) -> SignedEvent:
    """The signed event in ``note`` for the log ``origin``. Checks all but signatures and what the log says.

    Raises ``MalformedEventNoteError``, ``EpcisError``; ``UnknownChainError`` for a signer of no chain here;
    ``SignedEventError`` for a statement, a correction, an event without id, a step that guards must see,
    sealed fields.
    """
    event_note = parse_event_note(note)
    name = event_note.signatures[0].name
    chain_id = chain_of(name, origin)
    if chain_id is None:
        raise UnknownChainError(name)
    body = event_note.body
    if event_note.kind is not Kind.EVENT:
        raise SignedEventError(
            "a statement", sentence="Ở đây chỉ nhận sự kiện; việc này làm trên trang quản lý."
        )
    if OWN_STEP in body:
        # The guards of a step need what is not in the event: the season, the roles, the interval.
        raise SignedEventError("a step of a template", sentence="Bước nhật ký phải ghi trên trang nhật ký.")
    if SEALED in body:
        raise SignedEventError("sealed fields", sentence="Sự kiện ký sẵn chưa được mang trường niêm kín.")
    if "errorDeclaration" in body:
        raise SignedEventError("a correction", sentence="Đính chính hãy làm trên trang quản lý.")
    if "eventID" not in body:
        raise SignedEventError("no eventID", sentence="Sự kiện ký sẵn phải có mã sự kiện (eventID).")
    check_event(body, prefixes=declared_prefixes(body.get("@context")) or OWN_PREFIXES)
    return SignedEvent(chain_id, note, event_note)


def append_signed_event(unit: Unit, signed: SignedEvent, *, idempotency_key: str) -> Receipt:
    """Append the event and write what follows from it. A repeat returns the first receipt.

    Raises ``EventTimeError``, ``LotExistsError``, ``GenealogyCycleError``, ``BalanceError``,
    ``MalformedIdentifierError``; ``TraceError`` for an event id that stands for another event; and what
    ``unit.append`` raises.
    """
    chain_id, event = signed.chain_id, signed.event_note.body
    if unit.find_receipt(chain_id, idempotency_key) is None:
        check_event_id(unit, chain_id, event)
        check_time(event_time(event), unit.now)
        flow = read_flow(event)
        known = StoredLots(unit, flow.named)
        check_making(chain_id, event, flow, known)
        taken = [lot for name in flow.taken if (lot := known.lot(name)) is not None]
        check_holdings(unit.session, chain_id, taken, flow)
        receipt = unit.append(chain_id, signed.note, idempotency_key=idempotency_key)
        write_event(unit, receipt, event, flow, ())
        return receipt
    return unit.append(chain_id, signed.note, idempotency_key=idempotency_key)


def expect_signed_events(unit: Unit, events: Sequence[SignedEvent]) -> None:
    """Read at once what ``append_signed_event`` will ask for each of ``events``."""
    expect_lots(unit, [signed.event_note.body for signed in events])
    chains: dict[str, list[str]] = {}
    for signed in events:
        chains.setdefault(signed.chain_id, []).append(signed.event_note.body["eventID"])
    for chain_id, event_ids in chains.items():
        expect_event_ids(unit, chain_id, event_ids)


def check_event_id(unit: Unit, chain_id: str, event: Mapping[str, Any]) -> None:
    """An event id says one thing: raise ``TraceError`` for another event under it.

    Unless it takes the first back (``errorDeclaration``, EPCIS 2.0 §7.4.1.4).
    """
    event_id = event.get("eventID")
    if event_id is None or "errorDeclaration" in event:
        return
    index = known_event(unit, chain_id, event_id)
    if index is not None:
        sentence = f"Mã sự kiện {event_id} đã có ở bản ghi {index} với nội dung khác. Hãy xem lại tệp nguồn."
        raise TraceError(f"event id used at {index}", sentence=sentence)


def known_event(unit: Unit, chain_id: str, event_id: str) -> int | None:
    """Where the last event under this id stands in its chain; ``None`` when there is none."""
    known = LotMemory.of(unit).events
    if (chain_id, event_id) not in known:
        expect_event_ids(unit, chain_id, [event_id])
    return known[chain_id, event_id]


def expect_event_ids(unit: Unit, chain_id: str, event_ids: Sequence[str]) -> None:
    """Read at once what ``check_event_id`` will ask for each of ``event_ids``."""
    known = LotMemory.of(unit).events
    for event_id in event_ids:
        known.setdefault((chain_id, event_id), None)
    for start in range(0, len(event_ids), IDS_AT_ONCE):
        asked = {"owner": chain_id, "ids": event_ids[start : start + IDS_AT_ONCE]}
        for event_id, index in unit.session.connection().execute(_EVENTS_BY_ID, asked):
            known[chain_id, event_id] = index
