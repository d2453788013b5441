"""One step forward: to whom goods went, when and how much. The sender's own books, and nobody else's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.shipping import WITHDRAWN
from ledger.coop.registers.partners import Partner, list_partners
from ledger.coop.tables import ShipmentRow
from ledger.trace.derived.registers import find_statements
from ledger.trace.events.statements import OrganisationRegistered
from ledger.trace.identifiers import lot_code_of
from signing.vault import Vault

AT_ONCE = 500
"""Lots or shipments that one query is about."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who got goods: a partner, an organisation here, or both; all empty is the public at a shop."""

    key: str
    """Names the receiver in this organisation's books; the same for all that went there."""
    name: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    province: str | None = None
    signs_here: bool = False

    @property
    def is_public(self) -> bool:
        """Sold to people whom nobody wrote down: they are reached by the stamp's page alone."""
        return not self.key


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A shipment: what of a lot, to whom, when; ``state`` as the receiver left it, ``counted`` what came."""

    shipment: str
    code: str
    lot: str
    receiver: Receiver
    quantity: Decimal
    uom: str | None
    sent_on: date
    sent_index: int
    state: str
    counted: Decimal | None

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    @property
    def arrived(self) -> Decimal:
        """What the receiver has as far as is known: what was counted, else what was sent."""
        return self.quantity if self.counted is None else self.counted


def handed_on(session: Session, vault: Vault, actor: Actor, lots: Collection[str]) -> tuple[HandedOn, ...]:
    """Every shipment of these lots that left the organisation and was not taken back, oldest first."""
    rows = _rows(session, actor, sorted(lots))
    partners = {row.to_partner for row in rows if row.to_partner is not None}
    known = {item.id: item for item in list_partners(session, vault, actor.organisation, partners)}
    codes = {row.to_organisation for row in rows if row.to_organisation is not None}
    filed = find_statements(session, OrganisationRegistered, codes) if codes else {}
    organisations = {code: item.statement for code, item in filed.items()}
    return tuple(
        HandedOn(
            shipment=row.id,
            code=row.code,
            lot=row.lot,
            receiver=_receiver(
                known.get(row.to_partner or ""),
                row.to_organisation,
                organisations.get(row.to_organisation or ""),
            ),
            quantity=row.quantity,
            uom=row.uom,
            sent_on=row.sent_on,
            sent_index=row.sent_index,
            state=row.state,
            counted=row.counted,
        )
        for row in sorted(rows, key=lambda row: (row.sent_on, row.sent_index))
    )


def _rows(session: Session, actor: Actor, lots: Sequence[str]) -> list[ShipmentRow]:
    found: list[ShipmentRow] = []
    for start in range(0, len(lots), AT_ONCE):
        found += session.scalars(
            select(ShipmentRow).where(
                ShipmentRow.lot.in_(lots[start : start + AT_ONCE]),
                ShipmentRow.from_organisation == actor.organisation,
                ShipmentRow.state != WITHDRAWN,
            )
        )
    return found


def _receiver(
    partner: Partner | None, code: str | None, registered: OrganisationRegistered | None
) -> Receiver:
    if partner is None and code is None:
        return Receiver("", "Khách lẻ")
    if partner is None:
        name = (code or "") if registered is None else registered.name
        return Receiver(code or "", name, None if registered is None else registered.phone, signs_here=True)
    phone = partner.phone or (None if registered is None else registered.phone)
    return Receiver(partner.id, partner.name, phone, partner.province, signs_here=code is not None)
