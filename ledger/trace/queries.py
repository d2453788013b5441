"""What the tables answer about lots, stamps and passports. Rows in, frozen dataclasses out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.errors import KeyStatementError, LogError, MalformedCheckpointError
from ledger.log.log_keys import read_log_keys
from ledger.log.queries import StoredTiles, read_identity
from ledger.log.tiles import TileReader
from ledger.trace.bundles.evidence import Evidence, gather_entries, gather_evidence
from ledger.trace.bundles.integrity import Checked, Integrity, check_evidence
from ledger.trace.derived.registers import find_statement, product_of_gtin
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holding
from ledger.trace.derived.store import SELECT_LOTS, read_lots
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import ProductRegistered, StampsActivated, StampsVoided
from ledger.trace.identifiers import (
    Gs1Identifier,
    Identifier,
    OwnIdentifier,
    format_identifier,
    gs1_lot_uri,
    is_code,
    lot_uri,
    parse_identifier,
    product_uri,
)
from ledger.trace.passports.passport import Passport, build_passport
from ledger.trace.passports.story import Said
from ledger.trace.passports.verdicts import Verdict, lot_verdict
from ledger.trace.tables import LotKind, StampState, TraceEvent, TraceLot, TraceStamps
from signing.keys import VerifierKey

R = TypeVar("R", StampsActivated, StampsVoided)


class CheckedPassport(NamedTuple):
    """A passport, whether the log's proof of it holds, and what a scan of the lot answers.

    ``checkpoint`` is the signed note under which it was checked, empty where none was.
    """

    passport: Passport
    integrity: Integrity
    verdict: Verdict
    checkpoint: bytes = b""


@dataclass(frozen=True, slots=True)
class StampStatus:
    """What the log says of one stamp number: on which lot it was activated, whether it was voided since.

    ``lot`` is ``None`` while it was never activated. When ``integrity`` does not hold, a table points at an
    entry that does not say so: nothing else here may be believed.
    """

    number: int
    integrity: Integrity
    lot: str | None = None
    organisation: str | None = None
    activated_index: int | None = None
    activated_at: datetime | None = None
    voided_index: int | None = None
    voided_on: date | None = None
    void_reason: str | None = None


def passport_of(
    session: Session, lot: str, today: date, *, log_key: VerifierKey | None = None
) -> CheckedPassport:
    """The passport of a lot, made of entries that were verified one by one just now.

    ``log_key`` is the log's key as the caller knows it, else the stored one. Raises ``UnknownLotError``; what
    does not verify is never shown and never raises: ``integrity`` tells the step that failed.
    """
    try:
        evidence = gather_evidence(session, lot)
    except LogError as error:
        # A table names an entry that is not there.
        integrity = Integrity(ok=False, step=1, name="parse", message=str(error))
        return CheckedPassport(build_passport(lot, (), today), integrity, Verdict.TAMPERED)
    checked = _check(session, evidence, log_key)
    passport = build_passport(lot, checked.entries, today)
    verdict = lot_verdict(
        is_known=True,
        is_intact=checked.integrity.ok,
        is_recalled=passport.recall is not None,
        expires_on=passport.expires_on,
        today=today,
    )
    return CheckedPassport(passport, checked.integrity, verdict, evidence.checkpoint)


def stamp_status(session: Session, number: int, *, log_key: VerifierKey | None = None) -> StampStatus:
    """What the log says of a stamp; read from its entries, verified. Raises nothing for an unknown number."""
    indexes = {
        state: index
        for state in StampState
        for index, last in session.execute(_range_of(state, number))
        if last >= number
    }
    if not indexes:
        return StampStatus(number, Integrity(ok=True))
    try:
        evidence = gather_entries(session, set(indexes.values()))
    except LogError as error:
        return StampStatus(number, Integrity(ok=False, step=1, name="parse", message=str(error)))
    checked = _check(session, evidence, log_key)
    said = {item.index: item for item in checked.entries}
    return _status(number, checked.integrity, {state: said.get(index) for state, index in indexes.items()})


def find_lot(session: Session, identifier: str | Identifier) -> LotRow:
    """The lot that an identifier names, by GTIN or by our own code, whichever it was made under.

    Raises ``UnknownLotError``.
    """
    name = identifier if isinstance(identifier, str) else format_identifier(identifier)
    for candidate in (name, *_aliases(session, name)):
        found = read_lots(session, (candidate,)).get(candidate)
        if found is not None:
            return found
    raise UnknownLotError(name)


def other_names(session: Session, lot: str) -> tuple[str, ...]:
    """The identifiers under which ``find_lot`` finds a lot beside its own."""
    return tuple(name for name in _aliases(session, lot) if name != lot)


def lots_of(
    session: Session,
    chain_id: str,
    *kinds: LotKind,
    product: str | None = None,
    before_index: int | None = None,
    limit: int = 200,
) -> tuple[LotRow, ...]:
    """The lots an organisation made, newest first; ``before_index`` pages on from the last one's index."""
    query = SELECT_LOTS.where(TraceLot.chain_id == chain_id)
    query = query.where(TraceLot.kind.in_(kinds or tuple(LotKind)))
    if product is not None:
        query = query.where(TraceLot.product == product)
    if before_index is not None:
        query = query.where(TraceLot.created_index < before_index)
    rows = session.execute(query.order_by(TraceLot.created_index.desc(), TraceLot.lot).limit(limit))
    return tuple(LotRow(*row[1:]) for row in rows)


def lots_after(session: Session, chain_id: str, last: LotRow | None, limit: int = 200) -> tuple[LotRow, ...]:
    """The next lots of an organisation behind ``last``, newest first: page by page each of them once."""
    query = SELECT_LOTS.where(TraceLot.chain_id == chain_id)
    if last is not None:
        # One entry may make several lots: the index alone is no place in the list.
        is_later = (TraceLot.created_index == last.created_index) & (TraceLot.lot > last.lot)
        query = query.where((TraceLot.created_index < last.created_index) | is_later)
    rows = session.execute(query.order_by(TraceLot.created_index.desc(), TraceLot.lot).limit(limit))
    return tuple(LotRow(*row[1:]) for row in rows)


def available(session: Session, lot: str, chain_id: str | None = None) -> Decimal | None:
    """What is left of a lot in its own unit, in the hands of ``chain_id`` or else of who made it.

    ``None`` when no quantity ever came in. Raises ``UnknownLotError``, and ``BalanceError`` when the units of
    its moves cannot be compared.
    """
    return read_holding(session, lot, chain_id).quantity


def corrected_by(session: Session, index: int) -> int | None:
    """The log index of the declaration that took back the event at ``index``; ``None`` while it stands."""
    return session.scalar(select(TraceEvent.corrected_by).where(TraceEvent.index == index))


def _check(session: Session, evidence: Evidence, log_key: VerifierKey | None) -> Checked:
    key = log_key or log_key_of(session, evidence.checkpoint)
    return check_evidence(evidence, key, TileReader(StoredTiles(session)))


def log_key_of(session: Session, note: bytes) -> VerifierKey:
    """The key that should have signed a checkpoint of this size; the first one if the tables are no help."""
    try:
        return read_log_keys(session, parse_checkpoint_note(note)[0].size)[0]
    except (MalformedCheckpointError, KeyStatementError):
        return read_identity(session).verifier_key


def _range_of(state: StampState, number: int) -> Select[int, int]:
    # Ranges of one state never overlap, so only the last that begins up to here can hold the number.
    return (
        select(TraceStamps.index, TraceStamps.last)
        .where(TraceStamps.state == state, TraceStamps.first <= number)
        .order_by(TraceStamps.first.desc())
        .limit(1)
    )


def _status(number: int, integrity: Integrity, said: Mapping[StampState, Parsed | None]) -> StampStatus:
    activated = _covering(said.get(StampState.ACTIVATED), StampsActivated, number)
    voided = _covering(said.get(StampState.VOIDED), StampsVoided, number)
    if integrity.ok and len(said) > (activated is not None) + (voided is not None):
        integrity = Integrity(ok=False, step=1, name="parse", message=f"no entry speaks of stamp {number}")
    return StampStatus(
        number=number,
        integrity=integrity,
        lot=activated.statement.lot if activated else None,
        organisation=activated.record.chain_id if activated else None,
        activated_index=activated.index if activated else None,
        activated_at=activated.record.recorded_at if activated else None,
        voided_index=voided.index if voided else None,
        voided_on=voided.statement.on if voided else None,
        void_reason=voided.statement.reason if voided else None,
    )


def _covering(item: Parsed | None, kind: type[R], number: int) -> Said[R] | None:
    statement = None if item is None else item.statement
    if item is None or not isinstance(statement, kind) or not statement.first <= number <= statement.last:
        return None
    return Said(statement, item.record)


def _aliases(session: Session, name: str) -> Iterator[str]:
    """Other names of a lot: a product may have got its GTIN later, or a stamp may say either."""
    try:
        identifier = parse_identifier(name)
    except MalformedIdentifierError:
        return
    match identifier:
        case Gs1Identifier(gtin=gtin, lot_code=lot):
            yield gs1_lot_uri(gtin, lot)
            product = product_of_gtin(session, gtin)
            # A lot number of GS1's may have characters that no code of ours has.
            fits = is_code(lot, short=True)
            if fits and product is not None and isinstance(own := parse_identifier(product), OwnIdentifier):
                yield lot_uri(own.id_base, own.organisation, own.code, lot)
        case OwnIdentifier(
            id_base=base, organisation=organisation, product_code=str(code), lot_code=str(lot)
        ):
            filed = find_statement(session, ProductRegistered, product_uri(base, organisation, code))
            if filed is not None and filed.statement.gtin is not None:
                yield gs1_lot_uri(filed.statement.gtin, lot)
