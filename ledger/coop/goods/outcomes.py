"""What became of a shipment, for sender and receiver: counted, refused, settled; and who answers now."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.differences import find_own_shipment, read_difference
from ledger.coop.goods.receipt_tables import ShipmentReturnRow
from ledger.coop.goods.shipping import RECEIVED, REJECTED, SENT, WITHDRAWN
from ledger.coop.tables import OrganisationRow, ShipmentRow
from signing.vault import Vault

_NOTHING = Decimal(0)


class Answers(StrEnum):
    """Who answers for the goods: whoever sent them, until whoever got them signed."""

    SENDER = "sender"
    RECEIVER = "receiver"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A shipment and what came of it. ``reason`` and ``documents`` are the receiver's, for both sides.

    ``returned`` and ``lost`` once it is settled. ``signs_here``: the receiver works with this system; of
    others the name is not here (``ledger.coop.registers.partners``).
    """

    code: str
    lot: str
    sender: str
    receiver: str
    is_ours: bool
    signs_here: bool
    quantity: Decimal
    uom: str | None
    sent_on: date
    state: str
    counted: Decimal | None
    condition: str | None
    received_index: int | None
    reason: str = field(default="", repr=False)
    documents: tuple[str, ...] = ()
    returned: Decimal | None = None
    lost: Decimal | None = None
    returned_index: int | None = None

    @property
    def missing(self) -> Decimal:
        """What the receiver did not take in; nothing as long as nobody counted."""
        return _NOTHING if self.counted is None else self.quantity - self.counted

    @property
    def is_settled(self) -> bool:
        """Whether the sender said what became of what was not taken in."""
        return self.returned is not None

    @property
    def is_open(self) -> bool:
        """Whether the sender has something to settle."""
        return self.state in (RECEIVED, REJECTED) and self.missing > 0 and not self.is_settled

    @property
    def answers(self) -> Answers:
        """Who answers for the goods now; both where some of them are still to be settled."""
        if self.state == RECEIVED:
            return Answers.BOTH if self.is_open else Answers.RECEIVER
        return Answers.SENDER


def read_outcome(session: Session, vault: Vault, actor: Actor, code: str) -> Outcome:
    """The shipment with this code, from or to the actor's organisation. Raises ``NotFoundError``."""
    row = find_own_shipment(session, actor, code)
    said = read_difference(session, vault, row.id)
    settled = session.get(ShipmentReturnRow, row.id)
    return Outcome(
        code=row.code,
        lot=row.lot,
        sender=_name(session, row.from_organisation),
        receiver="" if row.to_organisation is None else _name(session, row.to_organisation),
        is_ours=row.from_organisation == actor.organisation,
        signs_here=row.to_organisation is not None,
        quantity=row.quantity,
        uom=row.uom,
        sent_on=row.sent_on,
        state=row.state,
        counted=row.counted,
        condition=row.condition,
        received_index=row.received_index,
        reason="" if said is None else said.reason,
        documents=() if said is None else said.documents,
        returned=None if settled is None else settled.returned,
        lost=None if settled is None else settled.lost,
        returned_index=None if settled is None else settled.index,
    )


def outcome_at(session: Session, vault: Vault, actor: Actor, index: int) -> Outcome | None:
    """The shipment that the entry at ``index`` of the actor's organisation sent, counted or took back."""
    returned = select(ShipmentReturnRow.shipment_id).where(ShipmentReturnRow.index == index)
    code = session.scalar(
        select(ShipmentRow.code).where(
            or_(
                ShipmentRow.sent_index == index,
                ShipmentRow.received_index == index,
                ShipmentRow.id.in_(returned),
            ),
            ShipmentRow.state != WITHDRAWN,
            or_(
                ShipmentRow.from_organisation == actor.organisation,
                ShipmentRow.to_organisation == actor.organisation,
            ),
        )
    )
    return None if code is None else read_outcome(session, vault, actor, code)


def unsettled_shipments(session: Session, actor: Actor) -> frozenset[str]:
    """The ids of the organisation's shipments of which less was taken in and that are not settled."""
    ids = session.scalars(
        select(ShipmentRow.id)
        .outerjoin(ShipmentReturnRow, ShipmentReturnRow.shipment_id == ShipmentRow.id)
        .where(
            ShipmentRow.from_organisation == actor.organisation,
            ShipmentRow.state.in_((RECEIVED, REJECTED)),
            ShipmentRow.counted < ShipmentRow.quantity,
            ShipmentReturnRow.shipment_id.is_(None),
        )
    )
    return frozenset(ids)


def is_awaited(outcome: Outcome) -> bool:
    """Whether somebody here is to count and sign still."""
    return outcome.state == SENT and outcome.signs_here


def _name(session: Session, organisation: str) -> str:
    return session.scalar(select(OrganisationRow.name).where(OrganisationRow.code == organisation)) or ""
