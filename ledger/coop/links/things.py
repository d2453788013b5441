"""What a name names: a product of an organisation of this system, perhaps one lot of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.links.link_tables import AliasRow
from ledger.trace.derived.registers import Filed, find_statement, product_of_gtin
from ledger.trace.derived.rows import LotRow
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.events.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.gs1.digital_links import BATCH, GTIN, DigitalLink
from ledger.trace.identifiers import (
    Gs1Identifier,
    Kind,
    OwnIdentifier,
    gs1_lot_uri,
    lot_code_of,
    lot_uri,
    parse_identifier,
    path_of,
    product_uri,
)
from ledger.trace.queries import find_lot


@dataclass(frozen=True, slots=True)
class Thing:
    """A registered product, or a lot; ``product`` is missing only for a lot of one nobody here registered.

    ``page`` is the path of the lot's page under our own name for it, ``None`` where it has only GS1's.
    """

    organisation: str
    organisation_name: str
    product: ProductRegistered | None
    lot: LotRow | None = None
    page: str | None = None

    @property
    def lot_code(self) -> str | None:
        """What people call the lot."""
        return None if self.lot is None else lot_code_of(self.lot.lot)

    @property
    def product_page(self) -> str | None:
        """The path of the product's page."""
        return None if self.product is None else f"/{self.organisation}/product/{self.product.code}"


def find_thing(session: Session, id_base: str, link: DigitalLink) -> Thing | None:
    """What a Digital Link under a GTIN names: the lot if it names one that is known, else the product."""
    if link.key.ai != GTIN:
        return None
    gtin, code = link.key.value, link.qualifier(BATCH)
    uri = _product_of(session, id_base, gtin)
    lot = None if code is None else _lot_of(session, id_base, gtin, code, uri)
    if lot is not None:
        return lot_thing(session, id_base, lot)
    return None if uri is None else _product_thing(session, uri)


def find_own_thing(session: Session, id_base: str, identifier: OwnIdentifier) -> Thing | None:
    """What an identifier of our own form names, if it is a lot or a product."""
    if identifier.kind is Kind.PRODUCT:
        return _product_thing(session, product_uri(id_base, identifier.organisation, identifier.code))
    if identifier.kind is not Kind.LOT:
        return None
    lot = _known_lot(session, identifier)
    return None if lot is None else lot_thing(session, id_base, lot)


def lot_thing(session: Session, id_base: str, lot: LotRow) -> Thing:
    """The thing that a lot is."""
    product = None if lot.product is None else find_statement(session, ProductRegistered, lot.product)
    owner = lot.chain_id if product is None else product.chain_id
    page = _own_page(session, id_base, lot, product)
    said = None if product is None else product.statement
    return Thing(owner, _name_of(session, owner), said, lot, page)


def names_in_books(session: Session, id_base: str, lot: LotRow) -> tuple[str, ...]:
    """The GS1 names that lead to a lot because the books say so: its aliases, and its code under those of its
    product. Names that lead to another lot by now are left out.
    """
    product = None if lot.product is None else parse_identifier(lot.product)
    if not isinstance(product, OwnIdentifier):
        return ()
    rows = session.scalars(
        select(AliasRow)
        .where(AliasRow.organisation == product.organisation, AliasRow.product == product.code)
        .where(AliasRow.lot.in_((lot.lot, "")))
        .order_by(AliasRow.gtin, AliasRow.lot_code)
    )
    named = [(row.gtin, row.lot_code or lot_code_of(lot.lot)) for row in rows]
    return tuple(
        gs1_lot_uri(gtin, code)
        for gtin, code in named
        if (found := _lot_of(session, id_base, gtin, code, lot.product)) is not None and found.lot == lot.lot
    )


def _product_thing(session: Session, uri: str) -> Thing | None:
    filed = find_statement(session, ProductRegistered, uri)
    if filed is None:
        return None
    return Thing(filed.chain_id, _name_of(session, filed.chain_id), filed.statement)


def _product_of(session: Session, id_base: str, gtin: str) -> str | None:
    """The product's URI; what the log says of a GTIN goes before what the books say."""
    said = product_of_gtin(session, gtin)
    if said is not None:
        return said
    alias = session.get(AliasRow, (gtin, ""))
    return None if alias is None else product_uri(id_base, alias.organisation, alias.product)


def _lot_of(session: Session, id_base: str, gtin: str, code: str, uri: str | None) -> LotRow | None:
    found = _known_lot(session, Gs1Identifier(gtin, code))
    if found is not None:
        return found
    alias = session.get(AliasRow, (gtin, code))
    if alias is not None:
        return _known_lot(session, alias.lot)
    if uri is None:
        return None
    product = parse_identifier(uri)
    if not isinstance(product, OwnIdentifier):
        return None
    return _known_lot(session, _own_name(id_base, product.organisation, product.code, code))


def _own_page(
    session: Session, id_base: str, lot: LotRow, product: Filed[ProductRegistered] | None
) -> str | None:
    identifier = parse_identifier(lot.lot)
    if isinstance(identifier, OwnIdentifier):
        return path_of(identifier)
    if product is None:
        return None
    own = _own_name(id_base, product.chain_id, product.statement.code, identifier.lot_code)
    # An older lot may bear that name itself: then this one is not to be found under it.
    found = _known_lot(session, own)
    return path_of(parse_identifier(own)) if own and found is not None and found.lot == lot.lot else None


def _own_name(id_base: str, organisation: str, product: str, code: str) -> str | None:
    try:
        return lot_uri(id_base, organisation, product, code)
    except MalformedIdentifierError:
        return None


def _known_lot(session: Session, name: str | Gs1Identifier | OwnIdentifier | None) -> LotRow | None:
    try:
        return None if name is None else find_lot(session, name)
    except (UnknownLotError, MalformedIdentifierError):
        return None


def _name_of(session: Session, organisation: str) -> str:
    filed = find_statement(session, OrganisationRegistered, organisation)
    return organisation if filed is None else filed.statement.name
