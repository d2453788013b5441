"""Codes for new lots: the next of the product on that day, or one that people chose."""

from datetime import date

from sqlalchemy.orm import Session

from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError
from ledger.coop.registers.products import Product, lot_id, next_in_series
from ledger.trace.identifiers import is_season_code, lot_code
from ledger.trace.store import read_lots


def new_lot(session: Session, id_base: str, product: Product, day: date, chosen: str | None = None) -> str:
    """The identifier of a lot of ``product`` that nothing names yet.

    Raises ``CommandError`` and ``AlreadyExistsError`` for a code that people chose.
    """
    if chosen is not None:
        return _chosen(session, id_base, product, chosen)
    while True:
        code = lot_code(day, next_in_series(session, product, f"{day:%y%m%d}"))
        lot = lot_id(id_base, product, code)
        if lot not in read_lots(session, (lot,)):  # unless somebody chose that very code
            return lot


def _chosen(session: Session, id_base: str, product: Product, chosen: str) -> str:
    checks = Checks()
    code = checks.code("lot_code", "mã lô", chosen)
    if is_season_code(code):
        checks.refuse("lot_code", "Mã lô dạng V260101-1 dành cho vụ. Hãy đặt mã khác.")
    checks.finish()
    lot = lot_id(id_base, product, code)
    if lot in read_lots(session, (lot,)):
        raise AlreadyExistsError("lô", code)
    return lot
