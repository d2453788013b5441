"""Checking thousands of codes at once: the verdict that a scan of each would have, and what its lot is.

Like a passport it believes no table: activations, voidings, seals and recalls are read from their entries,
and these are verified against the log's checkpoint, each once for however many codes it speaks of. Nothing
here counts as a scan.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.coop.actors import RECEIVING, SHIPPING, Actor, check_may
from ledger.coop.desk.cartons_found import find_cartons
from ledger.coop.desk.check import Check, CheckedCode, CheckedLot
from ledger.coop.desk.lots_found import describe_lots
from ledger.coop.desk.stamps_found import FoundStamps, Spoken, find_stamps
from ledger.coop.desk.typed_codes import TypedCode
from ledger.coop.paper.carton_queries import CartonFinding
from ledger.log.errors import LogError
from ledger.log.queries import StoredTiles, read_head
from ledger.log.tiles import TileReader
from ledger.trace.bundles.evidence import gather_entries
from ledger.trace.bundles.integrity import check_evidence
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.store import read_lots
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import LotRecalled, LotSealed, StampsActivated, StampsVoided
from ledger.trace.passports.verdicts import Verdict, lot_verdict, stamp_verdict
from ledger.trace.queries import log_key_of

DESK = RECEIVING | SHIPPING
"""Who checks codes: whoever takes goods in or sends them off."""


@dataclass(frozen=True, slots=True)
class _Books:
    """Everything that was read: tables, and by index the entries that hold."""

    stamps: FoundStamps
    cartons: Mapping[str, CartonFinding]
    lots: Mapping[str, LotRow]
    entries: Mapping[int, Parsed]
    today: date


def check_codes(
    session: Session, actor: Actor, codes: Sequence[TypedCode], *, now: datetime, today: date
) -> Check:
    """The verdict on each different code of a list, in the order in which they come first.

    Some ten statements whatever the count; then two signature verifications for each activation, voiding,
    seal and recall that was not verified before. Raises ``NotAllowedError``.
    """
    check_may(actor, DESK)
    checkpoint = read_head(session).checkpoint
    times = Counter(code.text for code in codes)
    first = {code.text: code for code in codes}
    books = _open_books(session, first.values(), today)
    checked = tuple(_check(books, code, times[text]) for text, code in first.items())
    named = tuple(dict.fromkeys(code.lot for code in checked if code.lot is not None))
    lots: Mapping[str, CheckedLot] = describe_lots(session, actor, [books.lots[lot] for lot in named])
    # Signed times have whole milliseconds (docs/spec/check-result.md).
    checked_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return Check(checked_at, checkpoint, checked, lots)


def _open_books(session: Session, codes: Iterable[TypedCode], today: date) -> _Books:
    asked = tuple(codes)
    stamps = find_stamps(session, {code.number for code in asked if code.number is not None})
    cartons = find_cartons(session, [code.carton for code in asked if code.carton is not None])
    names = {said.lot for said in stamps.activated.values() if said.lot is not None}
    lots = read_lots(session, names | {found.lot for found in cartons.values()})
    indexes = set(stamps.indexes)
    for row in lots.values():
        indexes |= {index for index in (row.sealed_index, row.recalled_index) if index is not None}
    return _Books(stamps, cartons, lots, _verified(session, indexes), today)


def _verified(session: Session, indexes: set[int]) -> dict[int, Parsed]:
    """Those of the entries that the log holds, signed by keys that were valid."""
    if not indexes:
        return {}
    try:
        evidence = gather_entries(session, indexes)
    except LogError:
        # A table names an entry that is not there: nothing that stands on any may be believed.
        return {}
    checked = check_evidence(
        evidence, log_key_of(session, evidence.checkpoint), TileReader(StoredTiles(session))
    )
    return {item.index: item for item in checked.entries}


def _check(books: _Books, code: TypedCode, times: int) -> CheckedCode:
    if code.carton is not None:
        return _check_carton(books, code, times)
    number = code.number
    if number is None:
        return CheckedCode(code.text, Verdict.UNKNOWN, times=times)
    activated, voided = books.stamps.activated.get(number), books.stamps.voided.get(number)
    if not _holds(books, number, activated, voided):
        return CheckedCode(code.text, Verdict.TAMPERED, _known_lot(books, activated), times=times)
    lot = _known_lot(books, activated)
    verdict = stamp_verdict(
        is_known=number in books.stamps.given or activated is not None or voided is not None,
        is_voided=voided is not None,
        is_activated=activated is not None,
        lot=Verdict.UNKNOWN if lot is None else _lot_verdict(books, lot),
        is_seen_often=number in books.stamps.often,
    )
    said = voided or activated
    return CheckedCode(code.text, verdict, lot, None if said is None else said.index, times)


def _holds(books: _Books, number: int, activated: Spoken | None, voided: Spoken | None) -> bool:
    """Whether the entries say of the stamp what the tables say that they do."""
    if activated is not None:
        item = books.entries.get(activated.index)
        said = None if item is None else item.statement
        if not isinstance(said, StampsActivated) or said.lot != activated.lot:
            return False
        if not said.first <= number <= said.last:
            return False
    if voided is not None:
        item = books.entries.get(voided.index)
        told = None if item is None else item.statement
        return isinstance(told, StampsVoided) and told.first <= number <= told.last
    return True


def _known_lot(books: _Books, activated: Spoken | None) -> str | None:
    return activated.lot if activated is not None and activated.lot in books.lots else None


def _lot_verdict(books: _Books, lot: str) -> Verdict:
    row = books.lots[lot]
    sealed = None if row.sealed_index is None else books.entries.get(row.sealed_index)
    seal = None if sealed is None else sealed.statement
    is_sealed = isinstance(seal, LotSealed) and seal.lot == lot and sealed is not None
    recalled = None if row.recalled_index is None else books.entries.get(row.recalled_index)
    return lot_verdict(
        is_known=True,
        is_intact=(is_sealed or row.sealed_index is None)
        and (recalled is None) == (row.recalled_index is None)
        and (recalled is None or isinstance(recalled.statement, LotRecalled)),
        is_recalled=recalled is not None,
        expires_on=seal.expires_on if isinstance(seal, LotSealed) else row.expires_on,
        today=books.today,
    )


def _check_carton(books: _Books, code: TypedCode, times: int) -> CheckedCode:
    found = books.cartons.get(code.text)
    if found is None or found.lot not in books.lots:
        return CheckedCode(code.text, Verdict.UNKNOWN, times=times)
    verdict = Verdict.VOIDED if found.is_voided else _lot_verdict(books, found.lot)
    return CheckedCode(code.text, verdict, found.lot, None, times, found.packs)
