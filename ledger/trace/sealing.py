"""Sealing: an organisation signs what a lot is, and with it everything that is known of how it came to be."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ledger.log.merkle import leaf_hash
from ledger.log.queries import read_entries
from ledger.log.unit import Receipt, Unit
from ledger.trace.bundles.history import digest_history, read_history
from ledger.trace.capture import capture_statement
from ledger.trace.credentials.dids import issuer_did, verification_method
from ledger.trace.credentials.lot_credential import LotClaim, build_credential, credential_digest
from ledger.trace.credentials.places import draw_place, keep_place
from ledger.trace.credentials.status_lists import StatusPlace
from ledger.trace.derived.registers import Filed, find_statement
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import NotSealableError, UnknownLotError
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.events.statements import HistoryDigest, LotSealed, OrganisationRegistered, ProductRegistered
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import LotKind, TraceCredential, TraceEvent
from ledger.trace.units import local_day, normalise
from signing.data_integrity import add_proof

MAX_HISTORY = 20_000
"""Entries in the history of one lot; beyond this a lot is too mixed to be sealed as one."""
_GRAMS_PER_KG = 1000


@dataclass(frozen=True, slots=True)
class Sealed:
    """The seal's entry, what it says, and the credential whose digest it names."""

    receipt: Receipt
    statement: LotSealed
    credential: dict[str, Any]

    @property
    def index(self) -> int:
        """The log index of the seal."""
        return self.receipt.index


def seal_lot(unit: Unit, lot: str, *, idempotency_key: str | None = None) -> Sealed:
    """Seal ``lot`` with the key of the organisation that made it: totals, history, credential.

    Sealed is what is left of it. A lot is sealed again only after something in its history was corrected.
    Raises ``UnknownLotError`` and ``NotSealableError``: not packs nor bulk goods, empty, without weight or
    product, recalled, or sealed already.
    """
    session = unit.session
    row = read_lots(session, (lot,)).get(lot)
    if row is None:
        raise UnknownLotError(lot)
    first = None if idempotency_key is None else unit.find_receipt(row.chain_id, idempotency_key)
    if first is not None:
        return _repeated(session, first, lot)
    indexes = read_history(session, lot)
    _check_sealable(session, row, indexes)
    product = _product(session, row)
    totals = _totals(session, row)
    history = digest_history(leaf_hash(stored.entry) for stored in read_entries(session, indexes))
    claim = _claim(session, row, product, totals, history)
    place = draw_place(session, row.chain_id)
    credential = _sign_credential(unit, claim, place)
    statement = LotSealed(
        lot=lot,
        product=product.statement.product,
        packs=totals.packs,
        net_g=totals.net_g,
        weight_kg=totals.weight_kg,
        packed_on=totals.packed_on,
        expires_on=row.expires_on,
        history=history,
        credential=credential_digest(credential),
    )
    receipt = capture_statement(unit, row.chain_id, statement, idempotency_key=idempotency_key)
    digest = credential_digest(credential)
    session.execute(insert(TraceCredential).values(lot=lot, digest=digest, json=credential))
    keep_place(session, place, lot=lot, digest=digest, index=receipt.index)
    return Sealed(receipt, statement, credential)


@dataclass(frozen=True, slots=True)
class _Totals:
    packs: int | None
    net_g: Decimal | None
    weight_kg: Decimal | None
    packed_on: date


def _check_sealable(session: Session, row: LotRow, history: tuple[int, ...]) -> None:
    if row.kind not in (LotKind.PACK, LotKind.RAW, LotKind.PROCESSED):
        raise _refused(row, f"kind {row.kind}", "chỉ ký được lô đóng gói hoặc lô hàng xá.")
    if row.recalled_index is not None:
        raise _refused(row, "recalled", "lô đang bị thu hồi.")
    if len(history) > MAX_HISTORY:
        raise _refused(row, "history too long", "lô gộp từ quá nhiều nguồn. Hãy chia thành lô nhỏ hơn.")
    if row.sealed_index is not None and not _corrected_since(session, row.sealed_index, history):
        raise _refused(row, f"sealed by entry {row.sealed_index}", "lô đã ký rồi.")


def _corrected_since(session: Session, sealed_index: int, history: tuple[int, ...]) -> bool:
    fresh = [index for index in history if index > sealed_index]
    query = select(func.count()).select_from(TraceEvent).where(TraceEvent.corrects.is_not(None))
    return bool(fresh) and session.execute(query.where(TraceEvent.index.in_(fresh))).scalar_one() > 0


def _product(session: Session, row: LotRow) -> Filed[ProductRegistered]:
    filed = None if row.product is None else find_statement(session, ProductRegistered, row.product)
    if filed is None:
        raise _refused(row, "product not registered", "chưa đăng ký sản phẩm của lô. Hãy đăng ký trước.")
    return filed


def _totals(session: Session, row: LotRow) -> _Totals:
    left = read_holdings(session, row.chain_id, (row,))[row.lot].quantity
    if left is None or left <= 0:
        raise _refused(row, f"{left} left", "lô không còn hàng để ký.")
    packs = int(left) if row.uom == EACH else None
    weight_kg = left if row.uom == KILOGRAM else None
    if packs is not None and row.net_g:
        weight_kg = packs * row.net_g / _GRAMS_PER_KG
    if weight_kg is None and row.kind != LotKind.PACK:
        raise _refused(row, f"no weight in {row.uom}", "lô chưa có khối lượng. Hãy ghi khối lượng tịnh.")
    whole = None if weight_kg is None else normalise(weight_kg)
    return _Totals(packs, row.net_g, whole, local_day(row.created_at))


def _claim(
    session: Session,
    row: LotRow,
    product: Filed[ProductRegistered],
    totals: _Totals,
    history: HistoryDigest,
) -> LotClaim:
    organisation = find_statement(session, OrganisationRegistered, row.chain_id)
    return LotClaim(
        lot=row.lot,
        lot_code=lot_code_of(row.lot),
        product_name=product.statement.name,
        gtin=product.statement.gtin,
        organisation=row.chain_id,
        organisation_name=row.chain_id if organisation is None else organisation.statement.name,
        packed_on=totals.packed_on,
        expires_on=row.expires_on,
        packs=totals.packs,
        net_g=totals.net_g,
        weight_kg=totals.weight_kg,
        history=history,
    )


def _sign_credential(unit: Unit, claim: LotClaim, place: StatusPlace) -> dict[str, Any]:
    key = unit.signer(claim.organisation).private_key
    document = build_credential(claim, public_url=unit.id_base, issued_at=unit.now, status=place)
    method = verification_method(issuer_did(unit.id_base, claim.organisation), key.public_key)
    return add_proof(document, key, method, unit.now)


def _repeated(session: Session, first: Receipt, lot: str) -> Sealed:
    filed = find_statement(session, LotSealed, lot)
    credential = None
    if filed is not None and filed.index == first.index:
        credential = session.execute(
            select(TraceCredential.json).where(
                TraceCredential.lot == lot, TraceCredential.digest == filed.statement.credential
            )
        ).scalar()
    if filed is None or credential is None:
        raise NotSealableError(lot, f"the key of this try stands for entry {first.index}")
    return Sealed(first, filed.statement, credential)


def _refused(row: LotRow, message: str, sentence: str) -> NotSealableError:
    return NotSealableError(row.lot, message, sentence=f"Chưa ký được lô {lot_code_of(row.lot)}: {sentence}")
