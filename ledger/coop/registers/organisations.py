"""Organisations of this system: each gets its code, its chain in the log, and its public contact."""

import random
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.stamp_codes import create_stamp_codec
from ledger.coop.tables import OrganisationRow
from ledger.coop.use_cases import Command
from ledger.log.keys import open_chain
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.events.statements import OrganisationRegistered
from ledger.trace.identifiers import new_organisation_code

ORGANISATION_KINDS = ("cooperative", "distributor", "alliance")


@dataclass(frozen=True, slots=True)
class RegisterOrganisation(Command):
    """A legal entity and its public contact, never a person's."""

    name: str
    kind: str
    address: str
    province: str
    commune: str
    phone: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A registered organisation; ``code`` is also the id of its chain in the log."""

    code: str
    kind: str
    name: str


def register_organisation(unit: Unit, command: RegisterOrganisation) -> Organisation:
    """Open a chain with a key for a new organisation and register it, publicly.

    For the command line and the set-up: nobody of the organisation exists yet to do it.
    Raises ``CommandError``, ``AlreadyExistsError`` for a name that is taken.
    """
    statement = _statement(_unused_code(unit.session), command)
    same = select(OrganisationRow.code).where(OrganisationRow.name == statement.name)
    if unit.session.scalar(same) is not None:
        raise AlreadyExistsError("tổ chức", statement.name)
    open_chain(unit, statement.organisation)
    create_stamp_codec(unit)
    receipt = capture_statement(unit, statement.organisation, statement)
    row = OrganisationRow(
        code=statement.organisation,
        kind=statement.kind,
        name=statement.name,
        registered_index=receipt.index,
        created_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    return _organisation(row)


def find_organisation(session: Session, code: str) -> Organisation:
    """The organisation with this code. Raises ``NotFoundError``."""
    row = session.get(OrganisationRow, code)
    if row is None:
        raise NotFoundError("tổ chức", code)
    return _organisation(row)


def list_organisations(session: Session) -> tuple[Organisation, ...]:
    """Every organisation, in the order in which they were registered."""
    rows = session.scalars(select(OrganisationRow).order_by(OrganisationRow.registered_index))
    return tuple(_organisation(row) for row in rows)


def _statement(code: str, command: RegisterOrganisation) -> OrganisationRegistered:
    checks = Checks()
    name = checks.text("name", "tên tổ chức", command.name, 200)
    kind = checks.word("kind", "loại tổ chức", command.kind, ORGANISATION_KINDS)
    address = checks.text("address", "địa chỉ", command.address, 300)
    province = checks.text("province", "tỉnh", command.province, 80)
    commune = checks.text("commune", "xã, phường", command.commune, 80)
    phone = checks.phone("phone", command.phone)
    website = checks.optional_text("website", "trang mạng", command.website, 200)
    if website is not None and not website.startswith(("http://", "https://")):
        checks.refuse("website", "Trang mạng phải bắt đầu bằng https:// hoặc http://.")
    checks.finish()
    return OrganisationRegistered(
        organisation=code,
        name=name,
        kind=kind,
        address=address,
        province=province,
        commune=commune,
        phone=phone,
        website=website,
    )


def _unused_code(session: Session) -> str:
    source = random.SystemRandom()
    code = new_organisation_code(source)
    while session.get(OrganisationRow, code) is not None:
        code = new_organisation_code(source)
    return code


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(row.code, row.kind, row.name)
