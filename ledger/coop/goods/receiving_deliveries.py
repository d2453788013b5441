"""Receiving a whole vehicle: every lot of it counted and signed for in one go, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import RECEIVING, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.delivery_papers import shipments_together
from ledger.coop.goods.receiving import Receive, Received, receive_shipment
from ledger.coop.goods.shipment_queries import Coming, read_coming
from ledger.coop.goods.shipping import SENT
from ledger.coop.steps import StepCommand
from ledger.coop.tables import ShipmentRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit

MAX_LOTS = 50


@dataclass(frozen=True, slots=True)
class Count:
    """What came of a shipment (its code): as in ``Receive``."""

    shipment: str
    counted: Decimal
    condition: str = "ok"
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveDelivery(StepCommand):
    """What came on a vehicle, lot by lot; ``documents`` are photos of what is less or not good."""

    counts: tuple[Count, ...]
    documents: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReceived:
    """The shipments of a delivery that were counted, in the order of the counts."""

    shipments: tuple[Received, ...]


@use_case(RECEIVING)
def receive_delivery(unit: Unit, actor: Actor, command: ReceiveDelivery) -> DeliveryReceived:
    """Count-sign several shipments at once, an entry each.

    Raises what ``ledger.coop.goods.receiving.receive`` raises, for any of them; ``CommandError`` with every
    problem of every count, each with the shipment's code.
    """
    checks = Checks()
    if not command.counts:
        checks.refuse("counts", "Chưa đếm lô nào. Hãy ghi số đếm được.")
    if len(command.counts) > MAX_LOTS:
        checks.refuse("counts", f"Mỗi lần ký nhận tối đa {MAX_LOTS} lô. Hãy ký làm nhiều lần.")
    if len({count.shipment for count in command.counts}) < len(command.counts):
        checks.refuse("counts", "Có lô đếm hai lần. Hãy mở lại trang rồi đếm.")
    checks.finish()
    received: list[Received] = []
    problems: list[Problem] = []
    for count in command.counts:
        one = Receive(
            shipment=count.shipment,
            counted=count.counted,
            condition=count.condition,
            reason=count.reason,
            documents=command.documents,
            done_on=command.done_on,
            done_by=command.done_by,
            photos=command.photos,
            note=command.note,
            place=command.place,
            values=command.values,
        )
        try:
            received.append(receive_shipment(unit, actor, one))
        except CommandError as error:
            problems += [
                Problem("counts", f"Chuyến {count.shipment}: {problem.sentence}")
                for problem in error.problems
            ]
    if problems:
        raise CommandError(*problems)
    return DeliveryReceived(tuple(received))


def read_coming_together(session: Session, actor: Actor, code: str) -> tuple[Coming, ...]:
    """What is to be counted of the vehicle on which the shipment came, in the order of the codes.

    Only what is for the actor's organisation, and not counted yet. Raises ``NotFoundError``.
    """
    read_coming(session, actor, code)
    first = session.scalar(
        select(ShipmentRow.id).where(
            ShipmentRow.code == code.upper(), ShipmentRow.to_organisation == actor.organisation
        )
    )
    codes: Sequence[str] = session.scalars(
        select(ShipmentRow.code)
        .where(
            ShipmentRow.id.in_(shipments_together(session, first or "")),
            ShipmentRow.to_organisation == actor.organisation,
            ShipmentRow.state == SENT,
        )
        .order_by(ShipmentRow.sent_index)
        .limit(MAX_LOTS)
    ).all()
    return tuple(read_coming(session, actor, found) for found in codes)
