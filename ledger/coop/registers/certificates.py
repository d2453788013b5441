"""Certificates that a third party gave: VietGAP, organic, OCOP and the like."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.registers.places import find_place, list_places
from ledger.coop.registers.products import file_digest, find_product, list_products
from ledger.coop.tables import CertificateRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import find_statement, statements_of
from ledger.trace.events.statements import CertificateFiled
from ledger.trace.identifiers import certificate_uri

MAX_PRODUCTS, MAX_PLACES = 50, 100
CERTIFIED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vietgap": ("vietgap",),
        "globalgap": ("globalg",),
        "organic": ("hữu cơ", "organic"),
        "gacp": ("gacp",),
    }
)
"""Standards that templates offer and nobody may claim without a certificate: words in its scheme."""


@dataclass(frozen=True, slots=True)
class FileCertificate(Command):
    """A certificate valid from ``valid_from`` to ``valid_to`` for ``products`` of ``places`` (codes).

    Without places it covers the products wherever they are from.
    """

    scheme: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date
    products: tuple[str, ...]
    places: tuple[str, ...] = ()
    document: Photo | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A filed certificate."""

    uri: str
    scheme: str
    number: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class EndCertificate(Command):
    """The certificate (its URI) holds no more after ``valid_to``: taken back by its issuer, or given up."""

    certificate: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class Scope:
    """What a certificate covers, as people read it: products, places (none: any), and since when."""

    products: tuple[str, ...]
    places: tuple[str, ...]
    valid_from: date


@use_case(OFFICE)
def file_certificate(unit: Unit, actor: Actor, command: FileCertificate) -> Certificate:
    """File a certificate, publicly. Raises ``CommandError``, ``NotFoundError``, ``AlreadyExistsError``."""
    checks = Checks()
    scheme = checks.text("scheme", "tên chứng nhận", command.scheme, 80)
    number = checks.text("number", "số chứng nhận", command.number, 80)
    issuer = checks.text("issuer", "nơi cấp", command.issuer, 200)
    checks.days_in_order("valid_to", "ngày hết hạn", command.valid_from, command.valid_to)
    if not command.products:
        checks.refuse("products", "Hãy chọn sản phẩm được chứng nhận.")
    if len(command.products) > MAX_PRODUCTS or len(command.places) > MAX_PLACES:
        checks.refuse("places", f"Mỗi chứng nhận ghi tối đa {MAX_PRODUCTS} sản phẩm, {MAX_PLACES} nơi.")
    checks.finish()
    session, organisation = unit.session, actor.organisation
    products = tuple(find_product(session, organisation, code).uri for code in command.products)
    places = tuple(find_place(session, organisation, code).uri for code in command.places)
    same = select(CertificateRow.uri).where(
        CertificateRow.organisation == organisation,
        CertificateRow.scheme == scheme,
        CertificateRow.number == number,
    )
    if session.scalar(same) is not None:
        raise AlreadyExistsError("chứng nhận", number)
    uri = certificate_uri(unit.id_base, organisation, f"C{len(list_certificates(session, organisation)) + 1}")
    statement = CertificateFiled(
        certificate=uri,
        scheme=scheme,
        number=number,
        issuer=issuer,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        products=products,
        places=places or None,
        document=file_digest(command.document) if command.document else None,
    )
    capture_statement(unit, organisation, statement)
    row = CertificateRow(
        uri=uri, organisation=organisation, scheme=scheme, number=number, valid_to=command.valid_to
    )
    session.add(row)
    return _certificate(row)


@use_case(OFFICE)
def end_certificate(unit: Unit, actor: Actor, command: EndCertificate) -> Certificate:
    """Let a certificate end sooner than it says; passports claim it no more from then on.

    Raises ``NotFoundError``, ``CommandError`` (later than before, or before it began).
    """
    row = unit.session.get(CertificateRow, command.certificate)
    filed = None if row is None else find_statement(unit.session, CertificateFiled, row.uri)
    if row is None or row.organisation != actor.organisation or filed is None:
        raise NotFoundError("chứng nhận", command.certificate)
    checks = Checks()
    checks.days_in_order("valid_to", "ngày hết hiệu lực", filed.statement.valid_from, command.valid_to)
    if command.valid_to >= row.valid_to:
        checks.refuse("valid_to", "Chỉ ghi ngày sớm hơn hạn cũ. Được cấp lại thì ghi chứng nhận mới.")
    checks.finish()
    capture_statement(unit, actor.organisation, replace(filed.statement, valid_to=command.valid_to))
    row.valid_to = command.valid_to
    return _certificate(row)


def is_covered(
    filed: Iterable[CertificateFiled], standard: str, *, product: str, place: str, on: date
) -> bool:
    """Whether one of the certificates ``filed`` is in force on a day and lets ``standard`` (a template's
    word) be claimed for a product (its URI) of a place (its URI). Pure.

    Standards that need no certificate are always covered.
    """
    words = CERTIFIED.get(standard)
    return words is None or any(
        any(word in _plain(said.scheme) for word in words)
        and product in said.products
        and (said.places is None or place in said.places)
        and said.valid_from <= on <= said.valid_to
        for said in filed
    )


def scopes(session: Session, organisation: str) -> Mapping[str, Scope]:
    """What each of the organisation's certificates covers, by its URI."""
    products = {item.uri: item.name for item in list_products(session, organisation)}
    places = {item.uri: item.name for item in list_places(session, organisation)}
    return {
        said.certificate: Scope(
            tuple(products.get(uri, uri) for uri in said.products),
            tuple(places.get(uri, uri) for uri in said.places or ()),
            said.valid_from,
        )
        for said in filed_certificates(session, organisation)
    }


def filed_certificates(session: Session, organisation: str) -> tuple[CertificateFiled, ...]:
    """What the organisation's certificates say."""
    return tuple(filed.statement for filed in statements_of(session, CertificateFiled, organisation))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def list_certificates(session: Session, organisation: str) -> tuple[Certificate, ...]:
    """The organisation's certificates, those that end last first."""
    rows = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.organisation == organisation)
        .order_by(CertificateRow.valid_to.desc(), CertificateRow.uri)
    )
    return tuple(_certificate(row) for row in rows)


def _certificate(row: CertificateRow) -> Certificate:
    return Certificate(row.uri, row.scheme, row.number, row.valid_to)
