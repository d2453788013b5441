"""Shipping: goods leave for a partner. One shipment is one lot; its row is shared with who receives it.

Several lots on one vehicle are one delivery: ``ledger.coop.goods.deliveries``.
"""

import secrets
from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.actors import SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, LotStateError, Problem
from ledger.coop.events import DESPATCH_ADVICE, Amount, object_event, with_parties, with_transactions
from ledger.coop.goods.delivery_papers import DeliveryDetails, check_papers, keep_papers
from ledger.coop.goods.store_choice import settle_stores, take_from_stores
from ledger.coop.holds.held_lots import facts_of_lots
from ledger.coop.lots import OwnLot, available, find_held_lot, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.registers.partners import find_partner
from ledger.coop.registers.references import RETAIL
from ledger.coop.reservations import check_not_promised
from ledger.coop.steps import (
    Notice,
    ask_guards,
    check_step_values,
    find_doer,
    find_occasion,
    notices,
    write_step,
)
from ledger.coop.tables import PartnerRow, ShipmentRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.flows import EACH
from ledger.trace.facts import Facts
from ledger.trace.identifiers import (
    CROCKFORD,
    Kind,
    OwnIdentifier,
    format_identifier,
    party_uri,
    transaction_uri,
)
from ledger.trace.tables import LotKind
from ledger.trace.units import format_number

STEP = "shipping"
CODE_LENGTH = 8
SENT, RECEIVED, REJECTED, WITHDRAWN = "sent", "received", "rejected", "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship(DeliveryDetails):
    """Some of ``lot`` goes to a partner: ``packs`` or pieces, or ``weight_kg``."""

    lot: str
    packs: int | None = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipment: its entry, the URI of its despatch advice, the code to say aloud, what the guards said."""

    index: int
    shipment: str
    code: str
    warnings: tuple[Notice, ...]


@use_case(SHIPPING)
def ship(unit: Unit, actor: Actor, command: Ship) -> Shipped:
    """Send goods off. Who gets them and how many is sealed; that the lot left is public.

    Raises ``NotFoundError``, ``CommandError``, ``LotStateError`` (a season, or promised to an order),
    ``DoneDateError``, ``ledger.trace.errors.FieldErrors`` and ``GuardError`` (balance, expiry, recall,
    failed test).
    """
    papers = check_papers(command)
    lot = find_held_lot(unit.session, actor, command.lot)
    taken = {lot.lot: _quantity(command, lot)}
    stores = settle_stores(unit.session, actor, command.stores, (lot,), taken)
    shipped = send_lot(unit, actor, command, lot, taken[lot.lot])
    take_from_stores(unit.session, actor, stores, [(lot.lot, shipped.index, taken[lot.lot])])
    keep_papers(unit, actor, papers, (shipped.shipment,))
    return shipped


def send_lot(
    unit: Unit,
    actor: Actor,
    command: DeliveryDetails,
    lot: OwnLot,
    quantity: Decimal,
    *,
    order: str | None = None,
) -> Shipped:
    """One lot of a delivery leaves; ``order``: id of the order it leaves for. Raises what ``ship`` does."""
    amount = Amount(lot.lot, quantity, lot.uom)
    partner = _partner(unit, actor, command.to_partner)
    sector = template_of(unit.session, lot)
    step = sector.step(STEP)
    doer = find_doer(unit, actor, command)
    said = _said(command, amount, partner) | ({"order": order} if order else {})
    values = check_step_values(unit, actor, step, command, doer=doer, computed=said)
    occasion = find_occasion(unit, actor, command, command.done_on, not_before=lot.created_at)
    left = available(unit.session, actor, lot)
    check_not_promised(unit.session, actor.organisation, lot, left, quantity, but_for=order)
    facts = Facts(
        done_on=command.done_on,
        values=values,
        unit_vi=unit_name(lot.uom),
        lots=facts_of_lots(unit.session, actor.organisation, {lot.lot: quantity}),
    )
    warnings = ask_guards(actor, step, facts, command.overrides)
    code = _new_code()
    shipment = transaction_uri(unit.id_base, actor.organisation, code)
    event = object_event(step, sector.id, occasion, values, [amount])
    event = with_transactions(event, {DESPATCH_ADVICE: shipment})
    event = with_parties(
        event, party_uri(unit.id_base, actor.organisation), _destination(unit, actor, partner)
    )
    receipt = write_step(unit, actor, step, event, warnings, lot=lot.lot, done_on=command.done_on, doer=doer)
    unit.session.add(_row(actor, command, amount, partner, shipment=shipment, code=code, index=receipt.index))
    return Shipped(receipt.index, shipment, code, notices(warnings))


def check_goods(lot: OwnLot) -> None:
    """Raises ``LotStateError`` for a season: what grows is not shipped."""
    if lot.kind is LotKind.SEASON:
        sentence = f"{lot.code} là vụ, chưa phải lô hàng. Hãy ghi thu hoạch trước."
        raise LotStateError("a season", lot=lot.lot, sentence=sentence)


def _quantity(command: Ship, lot: OwnLot) -> Decimal:
    check_goods(lot)
    checks = Checks()
    quantity = Decimal(command.packs or 0) if lot.uom == EACH else command.weight_kg or Decimal(0)
    field = "packs" if lot.uom == EACH else "weight_kg"
    if (command.packs is None) == (command.weight_kg is None) or not quantity:
        raise CommandError(Problem(field, f"Hãy ghi số lượng giao theo {unit_name(lot.uom)}."))
    checks.amount(field, "số lượng giao", quantity)
    checks.finish()
    return quantity


def _partner(unit: Unit, actor: Actor, text: str) -> PartnerRow | None:
    """The partner; ``None`` for buyers nobody names."""
    return None if text.casefold() == RETAIL else find_partner(unit.session, actor.organisation, text)


def _said(command: DeliveryDetails, amount: Amount, partner: PartnerRow | None) -> dict[str, str]:
    """The step's own fields, as a form would give them."""
    said = {
        "to_party": RETAIL if partner is None else partner.id,
        "quantity": format_number(amount.quantity or Decimal(0)),
    }
    optional = {
        "to_province": command.to_province,
        "vehicle": command.vehicle,
        "invoice_no": command.invoice_no,
        "temp_c": None if command.temp_c is None else format_number(command.temp_c),
    }
    return said | {key: text for key, text in optional.items() if text}


def _destination(unit: Unit, actor: Actor, partner: PartnerRow | None) -> str:
    """The receiver's URI: its own, or one by which only this organisation knows it. It goes in sealed."""
    if partner is not None and partner.partner_organisation is not None:
        return party_uri(unit.id_base, partner.partner_organisation)
    code = "RETAIL" if partner is None else partner.id.upper()
    return format_identifier(OwnIdentifier(unit.id_base, actor.organisation, Kind.PARTY, code))


def _new_code() -> str:
    # Random, so that the public log does not count a cooperative's deliveries.
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def _row(
    actor: Actor,
    command: DeliveryDetails,
    amount: Amount,
    partner: PartnerRow | None,
    *,
    shipment: str,
    code: str,
    index: int,
) -> ShipmentRow:
    return ShipmentRow(
        id=shipment,
        code=code,
        from_organisation=actor.organisation,
        to_organisation=None if partner is None else partner.partner_organisation,
        to_partner=None if partner is None else partner.id,
        lot=amount.lot,
        quantity=amount.quantity,
        uom=amount.uom,
        state=SENT,
        sent_on=command.done_on,
        sent_index=index,
        counted=None,
        condition=None,
        received_index=None,
    )
