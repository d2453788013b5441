"""What everybody may know of an organisation, said anew: the log keeps both, the latest is in force.

Its name and kind stay: labels, certificates and contracts name it.
"""

import re
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.registers.organisations import Organisation, find_organisation
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import OrganisationRegistered

_WEBSITE = re.compile(r"https?://[^\s]+")
_TAX_CODE = re.compile(r"[0-9]{10}(?:-[0-9]{3})?", re.ASCII)
"""Of a legal entity, or of a branch of one. Twelve digits would be a person's: no person is in the log."""


@dataclass(frozen=True, slots=True)
class MendOrganisation(Command):
    """All that may be said anew of one's own organisation; ``None`` says nothing of it any more."""

    address: str
    province: str
    commune: str
    phone: str | None = None
    website: str | None = None
    tax_code: str | None = None


@use_case(MANAGEMENT)
def mend_organisation(unit: Unit, actor: Actor, command: MendOrganisation) -> Organisation:
    """Register one's own organisation once more; what is the same is not registered again.

    Raises ``CommandError``.
    """
    filed = read_organisation(unit.session, actor.organisation)
    checks = Checks()
    mended = replace(
        filed,
        address=checks.text("address", "địa chỉ", command.address, 300),
        province=checks.text("province", "tỉnh", command.province, 80),
        commune=checks.text("commune", "xã, phường", command.commune, 80),
        phone=checks.phone("phone", command.phone),
        website=checks.optional_text("website", "trang mạng", command.website, 200),
        tax_code=checks.optional_text("tax_code", "mã số thuế", command.tax_code, 20),
    )
    if mended.website is not None and not _WEBSITE.fullmatch(mended.website):
        checks.refuse("website", "Trang mạng phải bắt đầu bằng https:// hoặc http://, không có dấu cách.")
    if mended.tax_code is not None and not _TAX_CODE.fullmatch(mended.tax_code):
        checks.refuse("tax_code", "Mã số thuế của đơn vị có 10 chữ số, chi nhánh thêm gạch và 3 chữ số.")
    checks.finish()
    if mended != filed:
        capture_statement(unit, actor.organisation, mended)
    return find_organisation(unit.session, actor.organisation)


def read_organisation(session: Session, code: str) -> OrganisationRegistered:
    """What is registered of an organisation now. Raises ``NotFoundError``."""
    filed = find_statement(session, OrganisationRegistered, code)
    if filed is None:
        raise NotFoundError("tổ chức", code)
    return filed.statement
