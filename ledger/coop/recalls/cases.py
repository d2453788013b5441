"""A recall as work: begun with the decision, done when everybody was told, closed with what came back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.lots import find_own_lot
from ledger.coop.recalls.recall_tables import RecallRow, RecallToldRow
from ledger.coop.tables import ShipmentRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.derived.registers import find_statement, statements_of
from ledger.trace.derived.store import NO_SIZE, lots_made_of
from ledger.trace.events.statements import LotRecalled, RecallClosed
from ledger.trace.identifiers import lot_code_of
from ledger.trace.recalling import close_recall
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

WAYS = ("phone", "message", "letter", "visit")
MAX_ANSWER = 300
MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class NoteTold(Command):
    """Whoever got a shipment (its code) was told of the recall of ``lot``.

    ``way`` is phone, message, letter or visit; ``returned`` what they gave back, in the lot's unit;
    ``answer`` stays in the books.
    """

    lot: str
    shipment: str
    way: str
    returned: Decimal | None = None
    answer: str | None = None

    def __repr__(self) -> str:
        return f"NoteTold(lot={self.lot!r}, shipment={self.shipment!r}, way={self.way!r})"


@dataclass(frozen=True, slots=True)
class CloseRecall(Command):
    """A recall came to its end. All of it is published: name offices, never people."""

    lot: str
    on: date
    result: str
    recovered_kg: Decimal | None = None
    destroyed_kg: Decimal | None = None
    told: str | None = None


@dataclass(frozen=True, slots=True)
class RecallDone:
    """The recall's lot, and the entry that was written, if one was."""

    lot: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told, as the organisation's own people see it."""

    shipment: str
    way: str
    told_at: datetime
    told_by: str
    returned: Decimal | None
    answer: str | None

    def __repr__(self) -> str:
        return f"Told(shipment={self.shipment!r}, way={self.way!r}, returned={self.returned!r})"


@dataclass(frozen=True, slots=True)
class RecallCase:
    """A recall that was decided: what was said, when, what is known of it since, and how it ended."""

    lot: str
    statement: LotRecalled
    index: int
    told: tuple[Told, ...]
    closed: RecallClosed | None
    closed_index: int | None

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    def told_of(self, shipment: str) -> Told | None:
        """What is known of who got this shipment; ``None``: nobody told them yet."""
        return next((one for one in self.told if one.shipment == shipment), None)


@use_case(SHIPPING)
def note_told(unit: Unit, actor: Actor, command: NoteTold) -> RecallDone:
    """Note that somebody was told, and what they gave back; said again, the last counts.

    Raises ``NotFoundError`` (no such recall, or the shipment is not of these goods), ``CommandError``.
    """
    lot, _ = _recalled(unit.session, actor, command.lot)
    shipment = _shipment(unit.session, actor, lot, command.shipment)
    checks = Checks()
    way = checks.word("way", "cách báo", command.way, WAYS)
    returned = None if command.returned is None else command.returned
    if returned is not None and returned != 0:
        checks.amount("returned", "số thu về", returned)
        if returned.is_finite() and returned > shipment.quantity:
            checks.refuse("returned", "Thu về nhiều hơn số đã giao. Hãy đếm lại.")
    answer = checks.optional_text("answer", "họ trả lời", command.answer, MAX_ANSWER)
    checks.finish()
    case = _case(unit, actor, lot)
    row = unit.session.get(RecallToldRow, (case.id, shipment.id))
    if row is None:
        row = RecallToldRow(recall_id=case.id, shipment_id=shipment.id, organisation=actor.organisation)
        unit.session.add(row)
    row.way, row.told_at, row.told_by = way, unit.now, actor.account_id
    row.returned = returned
    row.answer_sealed = None if answer is None else _seal(unit, actor, case.id, shipment.id, answer)
    return RecallDone(lot)


@use_case(MANAGEMENT)
def end_recall(unit: Unit, actor: Actor, command: CloseRecall) -> RecallDone:
    """Say in public how a recall ended. The lot stays recalled, and its page says both.

    Raises ``NotFoundError``, ``CommandError``, ``ledger.trace.errors.RecallError`` (closed before).
    """
    lot, _ = _recalled(unit.session, actor, command.lot)
    checks = Checks()
    result = checks.text("result", "kết quả", command.result, 500)
    recovered = _weight(checks, "recovered_kg", "khối lượng thu về", command.recovered_kg)
    destroyed = _weight(checks, "destroyed_kg", "khối lượng tiêu hủy", command.destroyed_kg)
    if recovered is not None and destroyed is not None and destroyed > recovered:
        checks.refuse("destroyed_kg", "Tiêu hủy nhiều hơn thu về. Hãy ghi lại hai số này.")
    told = checks.optional_text("told", "nơi nhận báo cáo", command.told, 200)
    if command.on > unit.now.date():
        checks.refuse("on", "Ngày kết thúc chưa tới. Hãy chọn từ hôm nay trở về trước.")
    checks.finish()
    statement = RecallClosed(
        lot=lot, on=command.on, result=result, recovered_kg=recovered, destroyed_kg=destroyed, told=told
    )
    index = close_recall(unit, statement).index
    case = _case(unit, actor, lot)
    case.closed_at, case.closed_index = unit.now, index
    return RecallDone(lot, index)


def begin_case(unit: Unit, actor: Actor, lot: str, index: int) -> None:
    """Note in the books that a recall was decided by the entry at ``index``."""
    unit.session.add(_row(unit, actor, lot, index))


def read_case(session: Session, vault: Vault, actor: Actor, lot: str) -> RecallCase | None:
    """The recall of this very lot; ``None`` while there is none. Raises ``NotFoundError`` for no own lot."""
    own = find_own_lot(session, actor, lot)
    filed = find_statement(session, LotRecalled, own.lot)
    if filed is None:
        return None
    closed = find_statement(session, RecallClosed, own.lot)
    return RecallCase(
        lot=own.lot,
        statement=filed.statement,
        index=filed.index,
        told=_told(session, vault, actor, own.lot),
        closed=None if closed is None else closed.statement,
        closed_index=None if closed is None else closed.index,
    )


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A recall in a list: its lot, the day it was decided by its entry, whether it ended."""

    lot: str
    index: int
    reason: str
    is_closed: bool

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)


def list_cases(session: Session, actor: Actor) -> tuple[CaseCard, ...]:
    """The organisation's recalls: those that run, then those that ended; each newest first, at most 200."""
    recalled = statements_of(session, LotRecalled, actor.organisation)
    ended = {filed.statement.lot for filed in statements_of(session, RecallClosed, actor.organisation)}
    cards = [
        CaseCard(item.statement.lot, item.index, item.statement.reason, item.statement.lot in ended)
        for item in recalled
    ]
    return tuple(sorted(cards, key=lambda card: (card.is_closed, -card.index))[:MAX_LISTED])


def _weight(checks: Checks, field: str, label: str, value: Decimal | None) -> Decimal | None:
    """Nothing at all is a result too."""
    return value if value is None or value == 0 else checks.optional_amount(field, label, value)


def _recalled(session: Session, actor: Actor, lot: str) -> tuple[str, int]:
    own = find_own_lot(session, actor, lot)
    filed = find_statement(session, LotRecalled, own.lot)
    if filed is None:
        raise NotFoundError("đợt thu hồi của lô", own.code)
    return own.lot, filed.index


def _shipment(session: Session, actor: Actor, lot: str, code: str) -> ShipmentRow:
    row = session.scalar(
        select(ShipmentRow).where(
            ShipmentRow.code == code.strip().upper(), ShipmentRow.from_organisation == actor.organisation
        )
    )
    if row is None or row.lot not in (lot, *lots_made_of(session, lot, NO_SIZE)):
        raise NotFoundError("chuyến hàng", code[:40])
    return row


def _case(unit: Unit, actor: Actor, lot: str) -> RecallRow:
    """The recall's row; of a recall from before there were such rows one is made."""
    row = unit.session.scalar(
        select(RecallRow).where(
            RecallRow.organisation == actor.organisation, RecallRow.lot == lot, RecallRow.is_drill.is_(False)
        )
    )
    if row is None:
        row = _row(unit, actor, lot, _recalled(unit.session, actor, lot)[1])
        unit.session.add(row)
        unit.session.flush()
    return row


def _row(unit: Unit, actor: Actor, lot: str, index: int) -> RecallRow:
    return RecallRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        lot=lot,
        is_drill=False,
        started_at=unit.now,
        started_by=actor.account_id,
        decided_index=index,
    )


def _told(session: Session, vault: Vault, actor: Actor, lot: str) -> tuple[Told, ...]:
    rows = session.scalars(
        select(RecallToldRow)
        .join(RecallRow, RecallRow.id == RecallToldRow.recall_id)
        .where(
            RecallRow.organisation == actor.organisation, RecallRow.lot == lot, RecallRow.is_drill.is_(False)
        )
        .order_by(RecallToldRow.told_at)
    )
    return tuple(
        Told(
            shipment=row.shipment_id,
            way=row.way,
            told_at=row.told_at,
            told_by=row.told_by,
            returned=row.returned,
            answer=None if row.answer_sealed is None else _open(session, vault, row),
        )
        for row in rows
    )


def _open(session: Session, vault: Vault, row: RecallToldRow) -> str:
    purpose = _purpose(row.recall_id, row.shipment_id)
    sealed = row.answer_sealed or b""
    return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()


def _seal(unit: Unit, actor: Actor, recall_id: str, shipment: str, text: str) -> bytes:
    purpose = _purpose(recall_id, shipment)
    return seal_private(unit, actor.organisation, ORGANISATION, text.encode(), purpose=purpose)


def _purpose(recall_id: str, shipment: str) -> str:
    return f"ledger.coop/recall/{recall_id}/{shipment}"
