"""From an entry to the rows that follow from it: one pure function, for capture and for fsck.

``project`` needs, beside the entry, the lots it names as they stood before it (``Known``). What it gives is
all that the entry adds to the tables of ``ledger.trace.tables``, and the new state of each lot it changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from ledger.log.entries import Kind
from ledger.trace.derived.rows import (
    EdgeRow,
    EntryRow,
    EventRow,
    LotRow,
    MoveRow,
    Projection,
    RegisterRow,
    StampsRow,
)
from ledger.trace.errors import GenealogyCycleError, MalformedIdentifierError
from ledger.trace.events.flows import EACH, INCOMING, Amount, Flow, MoveKind, read_flow
from ledger.trace.events.statements import (
    LotRecalled,
    LotSealed,
    ProductRegistered,
    RecallClosed,
    StampsActivated,
    StampsVoided,
    Statement,
    is_trace_statement,
    parse_statement,
)
from ledger.trace.identifiers import (
    Gs1Identifier,
    OwnIdentifier,
    organisation_of,
    parse_identifier,
    product_uri,
)
from ledger.trace.sectors.field_values import read_day, read_net_g
from ledger.trace.tables import LotKind, StampState, lot_key

GTIN_REGISTER = "gtin"
"""Register kind under which a product is also found by its GTIN."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry stands and who appended it."""

    index: int
    chain_id: str
    recorded_at: datetime


class Known(Protocol):
    """What the entries before this one established."""

    def lot(self, lot: str, /) -> LotRow | None:
        """The lot, if an earlier entry names it."""

    def product_of_gtin(self, chain_id: str, gtin: str, /) -> str | None:
        """The product that the organisation registered under a GTIN of 14 digits."""

    def made_of(self, lot: str, /) -> Iterable[str]:
        """Every lot made of ``lot``, directly or not."""


def project(
    origin: Origin, kind: Kind, body: Mapping[str, Any], known: Known, flow: Flow | None = None
) -> Projection:
    """Everything that follows from one entry. ``body`` is an event as far as it is disclosed, or a statement.

    ``flow`` is ``read_flow(body)``, for a caller that has it already.

    Statements that are the log's own (keys) have no rows here. Raises ``EpcisError`` or
    ``MalformedStatementError`` for a body that capture would have refused.
    """
    if kind is Kind.EVENT:
        return _project_event(origin, body, flow or read_flow(body), known)
    if is_trace_statement(body):
        return _project_statement(origin, parse_statement(body), body, known)
    return Projection()


def named_lots(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The lots that a statement speaks of; those of an event are its ``Flow.named``."""
    match body.get("type"):
        case "LotSealed" | "StampsActivated" | "RecallClosed":
            return (body["lot"],)
        case "LotRecalled":
            return tuple(dict.fromkeys((body["lot"], *body["lots"])))
    return ()


# -- events ------------------------------------------------------------------------------------------------


def event_time(event: Mapping[str, Any]) -> datetime:
    """When the author says it was done, UTC in whole milliseconds (EPCIS 2.0 §7.4.1, ``eventTime``)."""
    return _parse_moment(event["eventTime"])


@lru_cache(maxsize=1024)
def _parse_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _project_event(origin: Origin, event: Mapping[str, Any], flow: Flow, known: Known) -> Projection:
    row = EventRow(
        origin.index,
        event["eventID"],
        origin.chain_id,
        event.get("sogoc:step"),
        event.get("bizStep"),
        event["type"],
        event_time(event),
        origin.recorded_at,
        event.get("bizLocation", event.get("readPoint", {})).get("id"),
        flow.corrects,
    )
    lots = _named(origin, row.done_at, flow, known)
    if flow.is_error:
        _withdraw(flow, lots)
    else:
        _make(origin, event, flow, lots)
        _inherit_recall(flow, lots, known)
    return Projection(
        event=row,
        lots=tuple(lot for name, lot in lots.items() if _differs(lot, known.lot(name))),
        edges=() if flow.is_error else _edges(origin, flow),
        entries=tuple(EntryRow(lot_key(name), origin.index) for name in flow.named),
        moves=_moves(origin, flow, lots),
        corrects=flow.corrects,
        is_complete=flow.is_complete,
    )


def _differs(lot: LotRow, before: LotRow | None) -> bool:
    return lot is not before and lot != before


def _named(origin: Origin, done_at: datetime, flow: Flow, known: Known) -> dict[str, LotRow]:
    """Every lot the event names; those never named before as foreign lots."""
    return {
        name: known.lot(name)
        or LotRow(
            name,
            origin.chain_id,
            product_of(origin.chain_id, name, known),
            LotKind.FOREIGN,
            origin.index,
            done_at,
        )
        for name in flow.named
    }


def product_of(chain_id: str, lot: str, known: Known) -> str | None:
    """The product a lot's identifier names: by its code, or by a GTIN that the organisation registered."""
    try:
        identifier = parse_identifier(lot)
        match identifier:
            case OwnIdentifier(id_base=base, organisation=organisation, product_code=str(code)):
                return product_uri(base, organisation, code)
            case Gs1Identifier(gtin=gtin):
                return known.product_of_gtin(chain_id, gtin)
    except MalformedIdentifierError:
        pass
    return None


def _withdraw(flow: Flow, lots: dict[str, LotRow]) -> None:
    for amount in flow.outputs:
        lot = lots[amount.lot]
        if flow.corrects is not None and lot.created_index == flow.corrects:
            lots[amount.lot] = replace(lot, kind=LotKind.WITHDRAWN, quantity=None)


def _make(origin: Origin, event: Mapping[str, Any], flow: Flow, lots: dict[str, LotRow]) -> None:
    fields = event.get("sogoc:fields", {})
    done_at = event_time(event)
    for amount in flow.outputs:
        before = lots[amount.lot]
        if before.is_made:
            # Other systems may add to a lot in several events (EPCIS 2.0 §7.4.2, action ADD).
            lots[amount.lot] = replace(before, quantity=_sum(before, amount))
            continue
        lots[amount.lot] = replace(
            before,
            chain_id=origin.chain_id,
            kind=_kind(event, flow, amount),
            created_index=origin.index,
            created_at=done_at,
            quantity=amount.quantity,
            uom=amount.uom,
            net_g=read_net_g(event),
            expires_on=read_day(fields.get("expires_on")),
        )


def _inherit_recall(flow: Flow, lots: dict[str, LotRow], known: Known) -> None:
    """What is made of a recalled lot is recalled, and so is what was already made of it in turn."""
    parents = (*(amount.lot for amount in flow.inputs), *flow.item_inputs)
    recalls = [index for name in parents if (index := lots[name].recalled_index) is not None]
    if not recalls:
        return
    for name in (*(amount.lot for amount in flow.outputs), *flow.item_outputs):
        descendants = () if known.lot(name) is None else known.made_of(name)
        for reached in (name, *descendants):
            lot = lots.get(reached) or known.lot(reached)
            if lot is not None and lot.recalled_index is None:
                lots[reached] = replace(lot, recalled_index=min(recalls))


def _kind(event: Mapping[str, Any], flow: Flow, amount: Amount) -> LotKind:
    if event["type"] == "ObjectEvent":
        return LotKind.SEASON if amount.quantity is None else LotKind.RAW
    if event.get("bizStep") == "packing":
        return LotKind.PACK
    # A season is not weighed: what is taken out of nothing weighed is a harvest.
    return LotKind.PROCESSED if any(used.quantity is not None for used in flow.inputs) else LotKind.RAW


def _sum(before: LotRow, amount: Amount) -> Decimal | None:
    if before.quantity is None or amount.quantity is None or before.uom != amount.uom:
        return before.quantity
    return before.quantity + amount.quantity


def _edges(origin: Origin, flow: Flow) -> tuple[EdgeRow, ...]:
    if not flow.inputs and not flow.item_inputs:
        return ()
    amounts: dict[str, Amount | None] = {}
    for amount in flow.inputs:
        # An input in two units has no one quantity.
        amounts[amount.lot] = None if amount.lot in amounts else amount
    amounts.update((item, None) for item in flow.item_inputs)
    children = dict.fromkeys((*(amount.lot for amount in flow.outputs), *flow.item_outputs))
    for child in children:
        if child in amounts:
            raise GenealogyCycleError(child)
    return tuple(
        EdgeRow(
            lot_key(child),
            lot_key(parent),
            origin.index,
            amount.quantity if amount else None,
            amount.uom if amount else None,
        )
        for child in children
        for parent, amount in amounts.items()
    )


def _moves(origin: Origin, flow: Flow, lots: Mapping[str, LotRow]) -> tuple[MoveRow, ...]:
    if flow.is_error and flow.corrects is None:
        return ()
    return tuple(
        MoveRow(
            lot_key(amount.lot),
            origin.index,
            kind,
            amount.uom or EACH,
            origin.chain_id,
            # An error declaration takes back what the event it repeats had moved.
            (amount.quantity or Decimal(0)) * (1 if (kind in INCOMING) != flow.is_error else -1),
        )
        for kind, amount in flow.moves
        # Goods that come back to who made them, or move within its own walls, are not new goods.
        if kind is not MoveKind.RECEIVED or lots[amount.lot].chain_id != origin.chain_id
    )


# -- statements --------------------------------------------------------------------------------------------


def _project_statement(
    origin: Origin, statement: Statement, body: Mapping[str, Any], known: Known
) -> Projection:
    if not speaks_for(origin.chain_id, statement, known):
        return Projection()
    entries = tuple(EntryRow(lot_key(lot), origin.index) for lot in named_lots(body))
    row = RegisterRow(statement.register, statement.subject, origin.index, origin.chain_id, dict(body))
    match statement:
        case StampsActivated() | StampsVoided():
            return Projection(stamps=(_stamps(origin, statement),), entries=entries)
        case ProductRegistered(gtin=str(gtin)):
            return Projection(registers=(row, replace(row, kind=GTIN_REGISTER, subject=gtin)))
        case LotSealed(lot=lot):
            sealed = tuple(replace(found, sealed_index=origin.index) for found in _find(known, (lot,)))
            return Projection(registers=(row,), entries=entries, lots=sealed)
        case LotRecalled(lots=names):
            recalled = tuple(
                replace(found, recalled_index=origin.index)
                for found in _find(known, names)
                if found.recalled_index is None
            )
            return Projection(registers=(row,), entries=entries, lots=recalled)
        case RecallClosed():
            return Projection(registers=(row,), entries=entries)
    return Projection(registers=(row,))


def speaks_for(chain_id: str, statement: Statement, known: Known) -> bool:
    """Whether an organisation may make this statement: it is about itself, its own things, or lots it made.

    Statements without such authority stay in the log and count for nothing.
    """
    match statement:
        case LotSealed(lot=name) | StampsActivated(lot=name) | LotRecalled(lot=name) | RecallClosed(lot=name):
            lot = known.lot(name)
            return lot is not None and lot.chain_id == chain_id
        case StampsVoided():
            return True
    if statement.register == "organisation":
        return statement.subject == chain_id
    return statement.register == "erasure" or organisation_of(statement.subject) == chain_id


def _stamps(origin: Origin, statement: StampsActivated | StampsVoided) -> StampsRow:
    match statement:
        case StampsActivated(lot=lot):
            return StampsRow(
                origin.index,
                StampState.ACTIVATED,
                statement.first,
                statement.last,
                origin.chain_id,
                lot,
            )
        case StampsVoided():
            return StampsRow(
                origin.index, StampState.VOIDED, statement.first, statement.last, origin.chain_id, None
            )


def _find(known: Known, names: Iterable[str]) -> list[LotRow]:
    return [lot for name in dict.fromkeys(names) if (lot := known.lot(name)) is not None]
