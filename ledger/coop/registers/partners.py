"""Whom the organisation buys from and delivers to; their names are encrypted under its data key."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.tables import OrganisationRow, PartnerRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

PARTNER_KINDS = ("distributor", "shop", "processor", "supplier", "household", "other")


@dataclass(frozen=True, slots=True)
class AddPartner(Command):
    """A partner; ``organisation`` is its code when it keeps its own books in this system."""

    name: str
    kind: str
    phone: str | None = None
    province: str | None = None
    organisation: str | None = None

    def __repr__(self) -> str:
        return f"AddPartner(kind={self.kind!r}, organisation={self.organisation!r})"


@dataclass(frozen=True, slots=True)
class AddedPartner:
    """A new partner's id."""

    id: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner as the organisation's own people see it."""

    id: str
    kind: str
    name: str
    phone: str | None
    province: str | None
    organisation: str | None

    def __repr__(self) -> str:
        return f"Partner(id={self.id!r}, kind={self.kind!r})"


@use_case(SHIPPING)
def add_partner(unit: Unit, actor: Actor, command: AddPartner) -> AddedPartner:
    """Add a partner to the books. Nothing of it enters the log.

    Raises ``CommandError``, ``NotFoundError`` for a partner organisation that is not in this system.
    """
    checks = Checks()
    name = checks.text("name", "tên đối tác", command.name, 200)
    kind = checks.word("kind", "loại đối tác", command.kind, PARTNER_KINDS)
    phone = checks.phone("phone", command.phone)
    province = checks.optional_text("province", "tỉnh", command.province, 60)
    if command.organisation == actor.organisation:
        checks.refuse("organisation", "Đối tác không thể là chính đơn vị mình.")
    checks.finish()
    code = command.organisation
    if code is not None and unit.session.get(OrganisationRow, code) is None:
        raise NotFoundError("tổ chức", code)
    partner_id = str(uuid4())
    row = PartnerRow(
        id=partner_id,
        organisation=actor.organisation,
        kind=kind,
        name_sealed=_seal(unit, actor.organisation, partner_id, "name", name),
        phone_sealed=_seal(unit, actor.organisation, partner_id, "phone", phone) if phone else None,
        province=province,
        partner_organisation=code,
    )
    unit.session.add(row)
    return AddedPartner(partner_id)


def find_partner(session: Session, organisation: str, partner_id: str) -> PartnerRow:
    """The organisation's partner with this id. Raises ``NotFoundError``."""
    row = session.get(PartnerRow, partner_id)
    if row is None or row.organisation != organisation:
        raise NotFoundError("đối tác", partner_id)
    return row


def list_partners(
    session: Session, vault: Vault, organisation: str, only: Collection[str] | None = None
) -> tuple[Partner, ...]:
    """The organisation's partners, or those with the ids ``only``, by name as it is spelled."""
    query = select(PartnerRow).where(PartnerRow.organisation == organisation)
    if only is not None:
        query = query.where(PartnerRow.id.in_(only))
    partners = (_partner(session, vault, row) for row in session.scalars(query))
    return tuple(sorted(partners, key=lambda partner: (partner.name.casefold(), partner.id)))


def _partner(session: Session, vault: Vault, row: PartnerRow) -> Partner:
    name = _open(session, vault, row, "name", row.name_sealed)
    phone = _open(session, vault, row, "phone", row.phone_sealed) if row.phone_sealed else None
    return Partner(row.id, row.kind, name, phone, row.province, row.partner_organisation)


def _seal(unit: Unit, organisation: str, partner_id: str, what: str, text: str) -> bytes:
    purpose = f"ledger.coop/partner/{partner_id}/{what}"
    return seal_private(unit, organisation, ORGANISATION, text.encode(), purpose=purpose)


def _open(session: Session, vault: Vault, row: PartnerRow, what: str, sealed: bytes) -> str:
    purpose = f"ledger.coop/partner/{row.id}/{what}"
    return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()
