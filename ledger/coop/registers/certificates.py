"""Certificates that a third party gave: VietGAP, organic, OCOP and the like."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError
from ledger.coop.photos import Photo
from ledger.coop.registers.products import file_digest, find_product
from ledger.coop.tables import CertificateRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.identifiers import certificate_uri
from ledger.trace.statements import CertificateFiled


@dataclass(frozen=True, slots=True)
class FileCertificate(Command):
    """A certificate valid from ``valid_from`` to ``valid_to`` for ``products`` (codes)."""

    scheme: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date
    products: tuple[str, ...]
    document: Photo | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A filed certificate."""

    uri: str
    scheme: str
    number: str
    valid_to: date


@use_case(OFFICE)
def file_certificate(unit: Unit, actor: Actor, command: FileCertificate) -> Certificate:
    """File a certificate, publicly. Raises ``CommandError``, ``NotFoundError``, ``AlreadyExistsError``."""
    checks = Checks()
    scheme = checks.text("scheme", "tên chứng nhận", command.scheme, 80)
    number = checks.text("number", "số chứng nhận", command.number, 80)
    issuer = checks.text("issuer", "nơi cấp", command.issuer, 200)
    checks.days_in_order("valid_to", "ngày hết hạn", command.valid_from, command.valid_to)
    checks.finish()
    session, organisation = unit.session, actor.organisation
    products = tuple(find_product(session, organisation, code).uri for code in command.products)
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
        document=file_digest(command.document) if command.document else None,
    )
    capture_statement(unit, organisation, statement)
    row = CertificateRow(
        uri=uri, organisation=organisation, scheme=scheme, number=number, valid_to=command.valid_to
    )
    session.add(row)
    return _certificate(row)


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
