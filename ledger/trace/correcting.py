"""Correcting an event: nothing is edited. A declaration takes it back, and a corrective event says it right.

The declaration is EPCIS's own (EPCIS 2.0 §7.4.1.4): a copy of the event, same id, with ``errorDeclaration``.
It keeps the commitments of the copied event, so what could be disclosed of that can be disclosed of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.log.entries import Kind
from ledger.log.record_notes import MEMBER as RECORD
from ledger.log.records import Record, read_record
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import BY_DEVICE, EVIDENCE, check_making, prepare_event, with_record, write_event
from ledger.trace.derived.stock import check_holdings, count_active_stamps
from ledger.trace.derived.store import StoredLots, read_lots
from ledger.trace.errors import BalanceError, CorrectionError
from ledger.trace.events.flows import CORRECTS, EACH, Flow, read_flow
from ledger.trace.events.sealed import SealRules, seal_event, unseal
from ledger.trace.sealed_fields.disclosures import copy_erased, read_disclosures
from ledger.trace.tables import TraceEvent, TraceLotEdge, lot_key
from ledger.trace.texts import is_clean

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Corrected:
    """The entry that takes the event back, and the one that replaces it, if one does."""

    declaration: Receipt
    replacement: Receipt | None


def correct_event(
    unit: Unit,
    index: int,
    corrected: Mapping[str, Any] | None,
    reason: str,
    *,
    sealed: SealRules = (),
    idempotency_key: str | None = None,
) -> Corrected:
    """Take back the event at ``index`` and, unless ``corrected`` is ``None`` (it did not occur), replace it.

    ``corrected`` is a whole event; it gets an id of its own. ``reason`` is public, 1 to 300 characters. Both
    are signed by the organisation that captured the event. Raises ``CorrectionError`` when it is no standing
    event, or lots were made of what would no longer be made; ``BalanceError`` when a lot would hold less than
    nothing, or fewer packs than active stamps; and what ``capture_event`` raises. Then the unit must end.
    """
    record = read_record(unit.session, index)
    first = None if idempotency_key is None else unit.find_receipt(record.chain_id, idempotency_key)
    if first is not None:
        return _repeated(unit.session, first)
    _check_standing(unit.session, record, reason)
    new = None if corrected is None else with_record(unit, prepare_event(unit, _said_again(corrected)))
    declaration, old_flow = _declare(unit, record, new, reason, idempotency_key)
    replacement = None
    flows = [old_flow]
    if new is not None:
        flow = read_flow(new)
        flows.append(flow)
        _check_no_recalled_added(unit.session, index, old_flow, flow)
        replacement = _replace(unit, record.chain_id, new, flow, sealed)
    _check_after(unit.session, record.chain_id, index, flows)
    return Corrected(declaration, replacement)


def _said_again(corrected: Mapping[str, Any]) -> dict[str, Any]:
    """The corrective event without what a device signed of the wrong one: it did not sign this one."""
    event = {name: value for name, value in corrected.items() if name != RECORD} | {"eventID": None}
    if RECORD in corrected and event.get(EVIDENCE) == BY_DEVICE:
        event[EVIDENCE] = "photo" if event.get("sogoc:photos") else "self"
    return event


def _repeated(session: Session, declaration: Receipt) -> Corrected:
    """What the first try answered: the replacement stands right behind its declaration."""
    body = read_record(session, declaration.index).body
    replacing = body["errorDeclaration"].get("correctiveEventIDs", ())
    if not replacing:
        return Corrected(declaration, None)
    record = read_record(session, declaration.index + 1)
    replacement = Receipt(
        record.index,
        record.chain_id,
        record.seq,
        record.recorded_at,
        record.leaf_hash,
        record.entry,
        repeated=True,
    )
    return Corrected(declaration, replacement)


def _check_standing(session: Session, record: Record, reason: str) -> None:
    if not 1 <= len(reason) <= MAX_REASON or not is_clean(reason):
        raise CorrectionError(
            record.index,
            "the reason is not a short, visible text",
            sentence=f"Hãy ghi lý do đính chính, từ 1 đến {MAX_REASON} ký tự.",
        )
    row = session.execute(
        select(TraceEvent.corrects, TraceEvent.corrected_by).where(TraceEvent.index == record.index)
    ).one_or_none()
    if record.kind is not Kind.EVENT or row is None or "errorDeclaration" in record.body:
        raise CorrectionError(record.index, "no event that could be corrected")
    if row[1] is not None:
        raise CorrectionError(
            record.index,
            f"corrected already by entry {row[1]}",
            sentence="Dòng này đã được đính chính rồi. Hãy đính chính dòng thay thế nó.",
        )


def _declare(
    unit: Unit,
    record: Record,
    replacement: Mapping[str, Any] | None,
    reason: str,
    idempotency_key: str | None,
) -> tuple[Receipt, Flow]:
    declaration: dict[str, Any] = {
        "declarationTime": unit.now.isoformat(timespec="milliseconds"),
        "reason": "did_not_occur" if replacement is None else "incorrect_data",
    }
    if replacement is not None:
        declaration["correctiveEventIDs"] = [replacement["eventID"]]
    # What a device signed of the first event it did not sign of this one, and its key may be gone.
    said = {name: value for name, value in record.body.items() if name != RECORD}
    carried = {} if unit.record_note is None else {RECORD: unit.record_note.member()}
    public = {
        **said,
        **carried,
        "errorDeclaration": declaration,
        CORRECTS: record.index,
        "sogoc:reason": reason,
    }
    disclosures = read_disclosures(unit.session, unit.vault, record.index)
    full = unseal(public, disclosures)
    flow = read_flow(full)
    note = unit.sign(record.chain_id, Kind.EVENT, public)
    receipt = unit.append(record.chain_id, note, idempotency_key=idempotency_key)
    write_event(unit, receipt, full, flow, disclosures)
    copy_erased(unit, record.index, receipt.index)
    return receipt, flow


def _replace(unit: Unit, chain_id: str, event: dict[str, Any], flow: Flow, sealed: SealRules) -> Receipt:
    check_making(chain_id, event, flow, StoredLots(unit, flow.named))
    public, disclosures = seal_event(event, sealed)
    receipt = unit.append(chain_id, unit.sign(chain_id, Kind.EVENT, public))
    write_event(unit, receipt, event, flow, disclosures)
    return receipt


def _check_no_recalled_added(session: Session, index: int, old: Flow, new: Flow) -> None:
    added = {amount.lot for amount in new.inputs} - {amount.lot for amount in old.inputs}
    for lot in read_lots(session, added).values():
        if lot.recalled_index is not None:
            raise CorrectionError(
                index,
                f"{lot.lot} is recalled",
                sentence="Lô đang bị thu hồi không được dùng làm lô đầu vào. Hãy chọn lô khác.",
            )


def _check_after(session: Session, chain_id: str, index: int, flows: list[Flow]) -> None:
    lots = read_lots(session, {name for flow in flows for name in flow.named})
    check_holdings(session, chain_id, lots.values())
    for name in {amount.lot for flow in flows for amount in flow.outputs}:
        lot = lots[name]
        if not lot.is_made and _has_children(session, name):
            raise CorrectionError(
                index,
                f"lots were made of {name}",
                sentence="Đã có lô khác làm ra từ lô này. Hãy đính chính các lô đó trước.",
            )
        stamps = count_active_stamps(session, name)
        packs = lot.quantity if lot.uom == EACH and lot.quantity is not None else Decimal(0)
        if stamps > packs and (lot.uom == EACH or not lot.is_made):
            raise BalanceError(name, packs - stamps, lot.uom)


def _has_children(session: Session, lot: str) -> bool:
    standing = select(func.count()).select_from(TraceLotEdge)
    standing = standing.where(TraceLotEdge.parent == lot_key(lot), TraceLotEdge.corrected_by.is_(None))
    return session.execute(standing).scalar_one() > 0
