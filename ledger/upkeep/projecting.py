"""What follows from an entry that comes back from a copy of the log: the same rows, as far as the copy tells.

The log holds commitments where a field is sealed, so the values do not come back. Their rows are written as
those of erased values are: no key will ever open them. A person who was erased is erased again.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import insert, select

from ledger.coop.registers.members import erase_again
from ledger.log.entries import EventNote, Kind
from ledger.log.unit import Receipt, Unit
from ledger.trace.credentials.places import draw_place, keep_place
from ledger.trace.credentials.status_lists import find_place
from ledger.trace.derived.projections import Origin, named_lots, project
from ledger.trace.derived.store import StoredLots, write_projection
from ledger.trace.errors import TraceError
from ledger.trace.events.flows import read_flow
from ledger.trace.events.sealed import sealed_pointers
from ledger.trace.events.statements import LotSealed, SubjectErased, parse_statement
from ledger.trace.tables import DataKey, DisclosureRow, TraceCredential

LOST = "(lost)"
"""The subject of the data key that never was: what it covers did not come back."""


Credential = Mapping[str, Any]
FindCredential = Callable[[str, str], Credential | None]
"""The credential of a lot with this digest, from somewhere that need not be trusted; ``None`` for none."""


def project_again(
    unit: Unit, receipt: Receipt, note: EventNote, find_credential: FindCredential
) -> list[str]:
    """Write the rows of an entry just appended again. Sentences on what did not come back with it."""
    body = note.body
    with suppress(TraceError, LookupError, TypeError, ValueError, AttributeError):
        # What is no event or statement of ours has no rows; fsck says so.
        _project(unit, receipt, note.kind, body)
    if note.kind is Kind.EVENT:
        return _seal_again(unit, receipt, tuple(sealed_pointers(body)))
    with suppress(TraceError):
        match parse_statement(body):
            case SubjectErased(erased=member_id):
                erase_again(unit, receipt.chain_id, member_id)
            case LotSealed(lot=lot, credential=str(digest)):
                return _keep_credential(unit, receipt, (lot, digest), find_credential)
    return []


def _project(unit: Unit, receipt: Receipt, kind: Kind, body: Mapping[str, Any]) -> None:
    named = read_flow(body).named if kind is Kind.EVENT else named_lots(body)
    origin = Origin(receipt.index, receipt.chain_id, receipt.recorded_at)
    write_projection(unit, project(origin, kind, body, StoredLots(unit, named)))


def _seal_again(unit: Unit, receipt: Receipt, pointers: tuple[str, ...]) -> list[str]:
    """What opened the sealed fields is lost, like something erased."""
    if not pointers:
        return []
    key_id = _lost_key(unit, receipt.chain_id)
    rows = [
        {"index": receipt.index, "pointer": pointer, "key_id": key_id, "ciphertext": b""}
        for pointer in pointers
    ]
    unit.session.execute(insert(DisclosureRow), rows)
    return [f"Bản ghi {receipt.index}: giá trị niêm phong ({', '.join(pointers)}) không lấy lại được."]


def _keep_credential(
    unit: Unit, receipt: Receipt, named: tuple[str, str], find_credential: FindCredential
) -> list[str]:
    lot, digest = named
    credential = find_credential(lot, digest)
    # Without the credential nobody can tell which place it names: the lot's token names the new one.
    place = None if credential is None else find_place(credential)
    place = place or draw_place(unit.session, receipt.chain_id)
    keep_place(unit.session, place, lot=lot, digest=digest, index=receipt.index)
    if credential is None:
        return [f"Bản ghi {receipt.index}: không tìm được chứng thư của lô {lot}."]
    unit.session.execute(insert(TraceCredential).values(lot=lot, digest=digest, json=dict(credential)))
    return []


def _lost_key(unit: Unit, organisation: str) -> int:
    """A data key that is destroyed from the start: one for each organisation that lost something."""
    wanted = select(DataKey.id).where(DataKey.organisation == organisation, DataKey.subject == LOST)
    found = unit.session.execute(wanted).scalar()
    if found is not None:
        return found
    row = {"organisation": organisation, "subject": LOST, "created_at": unit.now, "destroyed_at": unit.now}
    return unit.session.execute(insert(DataKey).values(**row).returning(DataKey.id)).scalar_one()
