"""GS1 numbers that came later: a product's GTIN, a buyer's GTIN beside it, another number of a lot under one.

What was printed before still answers, and so do the new names: all lead to the same lot. A product's own GTIN
is said in the log; the names beside it are books and prove nothing: the page says which lot it is of.
"""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, Problem
from ledger.coop.links.link_tables import AliasRow
from ledger.coop.lots import find_own_lot
from ledger.coop.registers.product_mending import read_registration
from ledger.coop.registers.products import Product, find_product
from ledger.coop.tables import ProductRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import product_of_gtin
from ledger.trace.errors import UnknownLotError
from ledger.trace.gs1.gtins import check_element, check_gtin
from ledger.trace.identifiers import Gs1Identifier
from ledger.trace.queries import find_lot

MAX_ALIASES = 20_000


@dataclass(frozen=True, slots=True)
class GiveGtin(Command):
    """The product (its code), which had no GTIN, has one from GS1 now."""

    product: str
    gtin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAlias(Command):
    """A further GTIN of a product (its code), or a lot's number under one of the product's GTINs.

    ``lot`` (its identifier) and ``lot_code`` (what it is also called) come together.
    """

    product: str
    gtin: str
    lot: str | None = None
    lot_code: str | None = None


@dataclass(frozen=True, slots=True)
class EndAlias(Command):
    """The name was written by mistake."""

    gtin: str
    lot_code: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A name beside the own one; without ``lot_code`` and ``lot`` it is the product's."""

    gtin: str
    lot_code: str | None
    product: str
    lot: str | None


@use_case(MANAGEMENT)
def give_gtin(unit: Unit, actor: Actor, command: GiveGtin) -> Product:
    """Register the product once more, with its GTIN. Lots made before keep their names and answer to both.

    Raises ``NotFoundError``, ``ledger.trace.errors.GtinError``, ``AlreadyExistsError``, and ``CommandError``
    where it has a GTIN already: lots are named by it, so it stays.
    """
    gtin = check_gtin(command.gtin)
    filed = read_registration(unit.session, actor, command.product)
    if filed.gtin is not None:
        sentence = f"Sản phẩm đã có mã GTIN {filed.gtin}. Mã khác thì thêm làm tên gọi khác."
        raise CommandError(Problem("gtin", sentence))
    row = unit.session.get_one(ProductRow, (actor.organisation, filed.code))
    _check_free(unit.session, actor, gtin, row.code, filed.product)
    alias = unit.session.get(AliasRow, (gtin, ""))
    if alias is not None:  # the product's own until now: what it said, the log says
        unit.session.delete(alias)
    capture_statement(unit, actor.organisation, replace(filed, gtin=gtin))
    row.gtin = gtin
    unit.session.flush()
    return find_product(unit.session, actor.organisation, row.code)


@use_case(MANAGEMENT)
def add_alias(unit: Unit, actor: Actor, command: AddAlias) -> Alias:
    """Add a name. Raises ``NotFoundError``, ``GtinError``, ``MalformedIdentifierError``, ``CommandError``,
    ``AlreadyExistsError`` (the name is somebody's).
    """
    session = unit.session
    gtin = check_gtin(command.gtin)
    product = find_product(session, actor.organisation, command.product)
    lot, code = _lot_named(session, actor, product, command)
    _check_free(session, actor, gtin, product.code, product.uri)
    if code and not _is_of(session, product, gtin):
        raise NotFoundError("mã GTIN của sản phẩm", command.gtin)
    if session.get(AliasRow, (gtin, code)) is not None or _is_said(session, product, gtin, code):
        raise AlreadyExistsError("tên gọi", f"{gtin} {code}".strip())
    _check_room(session, actor)
    row = AliasRow(
        gtin=gtin,
        lot_code=code,
        organisation=actor.organisation,
        product=product.code,
        lot=lot,
        added_at=unit.now,
        added_by=actor.account_id,
    )
    session.add(row)
    return _alias(row)


@use_case(MANAGEMENT)
def end_alias(unit: Unit, actor: Actor, command: EndAlias) -> Alias:
    """Take a name back; a product's GTIN goes with the lot numbers under it. Raises ``NotFoundError``."""
    row = unit.session.get(AliasRow, (command.gtin, command.lot_code or ""))
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("tên gọi", command.gtin)
    taken = _alias(row)
    under = select(AliasRow).where(AliasRow.gtin == row.gtin) if not row.lot_code else None
    for each in (row,) if under is None else unit.session.scalars(under):
        unit.session.delete(each)
    return taken


def aliases_of(session: Session, organisation: str, product: str) -> tuple[Alias, ...]:
    """The names of a product (its code) and of its lots beside their own."""
    query = select(AliasRow).where(AliasRow.organisation == organisation, AliasRow.product == product)
    return tuple(map(_alias, session.scalars(query.order_by(AliasRow.gtin, AliasRow.lot_code))))


def _lot_named(session: Session, actor: Actor, product: Product, command: AddAlias) -> tuple[str, str]:
    if (command.lot is None) is not (command.lot_code is None):
        raise CommandError(Problem("lot_code", "Hãy ghi cả lô và số lô khác của nó."))
    if command.lot is None or command.lot_code is None:
        return "", ""
    check_element(command.lot_code, name="số lô")
    own = find_own_lot(session, actor, command.lot)
    if own.product != product.uri:
        raise NotFoundError("lô", command.lot)
    return own.lot, command.lot_code


def _check_free(session: Session, actor: Actor, gtin: str, product: str, uri: str) -> None:
    """The GTIN names no other product, by the log or by the books of whoever."""
    alias = session.get(AliasRow, (gtin, ""))
    is_others = alias is not None and (alias.organisation, alias.product) != (actor.organisation, product)
    if product_of_gtin(session, gtin) not in {None, uri} or is_others:
        raise AlreadyExistsError("sản phẩm có mã GTIN", gtin)


def _is_of(session: Session, product: Product, gtin: str) -> bool:
    return product_of_gtin(session, gtin) == product.uri or session.get(AliasRow, (gtin, "")) is not None


def _is_said(session: Session, product: Product, gtin: str, code: str) -> bool:
    """Whether the name leads somewhere already, without an alias."""
    if not code:
        return product_of_gtin(session, gtin) == product.uri
    try:
        find_lot(session, Gs1Identifier(gtin, code))
    except UnknownLotError:
        return False
    return True


def _check_room(session: Session, actor: Actor) -> None:
    held = session.scalar(select(func.count()).where(AliasRow.organisation == actor.organisation)) or 0
    if held >= MAX_ALIASES:
        raise CommandError(Problem("gtin", "Đã có quá nhiều tên gọi khác. Hãy bỏ bớt tên cũ."))


def _alias(row: AliasRow) -> Alias:
    return Alias(row.gtin, row.lot_code or None, row.product, row.lot or None)
