"""Codes for new lots: the next of the product on that day, or one that people chose."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError
from ledger.coop.registers.products import Product, lot_id, next_in_series
from ledger.trace.derived.store import read_lots
from ledger.trace.identifiers import is_season_code, lot_code, lot_uri


def new_lot(session: Session, id_base: str, product: Product, day: date, chosen: str | None = None) -> str:
    """The identifier of a lot of ``product`` that nothing names yet.

    Raises ``CommandError`` and ``AlreadyExistsError`` for a code that people chose.
    """
    if chosen is not None:
        return _chosen(session, id_base, product, chosen)
    while True:
        code = lot_code(day, next_in_series(session, product, f"{day:%y%m%d}"))
        lot = lot_id(id_base, product, code)
        if not _is_taken(session, id_base, product, code):  # unless somebody chose that very code
            return lot


def _chosen(session: Session, id_base: str, product: Product, chosen: str) -> str:
    checks = Checks()
    code = checks.code("lot_code", "mã lô", chosen)
    if is_season_code(code):
        checks.refuse("lot_code", "Mã lô dạng V260101-1 dành cho vụ. Hãy đặt mã khác.")
    checks.finish()
    lot = lot_id(id_base, product, code)
    if _is_taken(session, id_base, product, code):
        raise AlreadyExistsError("lô", code)
    return lot


def _is_taken(session: Session, id_base: str, product: Product, code: str) -> bool:
    """Whether a lot of the product has this code: by the name it would have now, or from before its GTIN."""
    names = {lot_id(id_base, product, code), lot_uri(id_base, product.organisation, product.code, code)}
    return bool(read_lots(session, names))
