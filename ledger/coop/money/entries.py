"""Amounts of money that a person enters: spent or taken in, for a season, a product, or for all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.attachments.photos import MEDIA_TYPE, Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.money.money_tables import MoneyRow
from ledger.coop.registers.products import find_product
from ledger.coop.tables import SeasonRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.events.statements import FileDigest
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_many_private, seal_private
from ledger.trace.units import local_day
from signing.vault import Vault

MAX_AMOUNT = 10**12
"""Đồng."""
_SIZE_UNKNOWN = 0


class Side(StrEnum):
    """Whether money went or came."""

    COST = "cost"
    SALE = "sale"


KINDS = {
    Side.COST: (
        "labour", "supplies", "service", "energy", "transport", "packaging", "land", "fee", "other_cost",
    ),
    Side.SALE: ("goods", "by_product", "support", "other_sale"),
}  # fmt: skip
"""What it was for. What was bought into the stock of supplies is counted there, when it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMoney(Command):
    """``amount`` đồng of ``kind`` on a day, for a season (its lot), a product (its code), or neither.

    ``partner`` says in words who paid or was paid; ``paper`` is an invoice's number.
    """

    kind: str
    amount: int = field(repr=False)
    on: date
    season: str | None = None
    product: str | None = None
    partner: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    paper: str | None = None
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class WithdrawMoney(Command):
    """The amount was entered by mistake."""

    id: str


@dataclass(frozen=True, slots=True)
class MoneyKept:
    """An amount that was entered or withdrawn, and the season it is for."""

    id: str
    season: str | None


@dataclass(frozen=True, slots=True)
class MoneyEntry:
    """An amount as the office reads it. ``product`` is a code, ``season`` a lot."""

    id: str
    side: Side
    kind: str
    amount: int = field(repr=False)
    on: date
    season: str | None
    product: str | None
    partner: str | None = field(repr=False)
    note: str | None = field(repr=False)
    paper: str | None
    photo: FileDigest | None


@use_case(OFFICE)
def record_money(unit: Unit, actor: Actor, command: RecordMoney) -> MoneyKept:
    """Enter an amount; nothing of it enters the log. Raises ``NotFoundError``, ``CommandError``."""
    checks = Checks()
    kind = checks.word("kind", "khoản", command.kind, [kind for kinds in KINDS.values() for kind in kinds])
    if not 0 < command.amount <= MAX_AMOUNT:
        checks.refuse("amount", "Số tiền phải lớn hơn 0. Hãy ghi bằng đồng, ví dụ 1.250.000.")
    if command.on > local_day(unit.now):
        checks.refuse("on", "Ngày này chưa tới. Hãy chọn từ hôm nay trở về trước.")
    partner = checks.optional_text("partner", "bên trả hoặc nhận tiền", command.partner, 120)
    note = checks.optional_text("note", "ghi chú", command.note, 300)
    paper = checks.optional_text("paper", "số chứng từ", command.paper, 40)
    checks.finish()
    season, product = _about(unit.session, actor, command)
    money_id = str(uuid4())
    said = json.dumps({"partner": partner, "note": note}, ensure_ascii=False)
    row = MoneyRow(
        id=money_id,
        organisation=actor.organisation,
        side=side_of(kind).value,
        kind=kind,
        amount=command.amount,
        on=command.on,
        season=season,
        product=product,
        paper=paper,
        photo=None if command.photo is None else command.photo.digest,
        details_sealed=seal_private(
            unit, actor.organisation, ORGANISATION, said.encode(), purpose=_purpose(money_id)
        ),
        account_id=actor.account_id,
        recorded_at=unit.now,
        withdrawn_at=None,
    )
    unit.session.add(row)
    return MoneyKept(money_id, season)


@use_case(OFFICE)
def withdraw_money(unit: Unit, actor: Actor, command: WithdrawMoney) -> MoneyKept:
    """Take an amount out again. Raises ``NotFoundError``, also for one that was withdrawn before."""
    row = _find(unit.session, actor, command.id)
    row.withdrawn_at = unit.now
    return MoneyKept(row.id, row.season)


def side_of(kind: str) -> Side:
    """Whether money of a kind went or came."""
    return next(side for side, kinds in KINDS.items() if kind in kinds)


def find_money(session: Session, vault: Vault, actor: Actor, money_id: str) -> MoneyEntry:
    """The organisation's amount with this id. Raises ``NotFoundError``, also for a withdrawn one."""
    return open_entry(session, vault, _find(session, actor, money_id))


def open_entry(session: Session, vault: Vault, row: MoneyRow) -> MoneyEntry:
    """The amount that a row holds."""
    return open_entries(session, vault, row.organisation, (row,))[0]


def open_entries(
    session: Session, vault: Vault, organisation: str, rows: Sequence[MoneyRow]
) -> tuple[MoneyEntry, ...]:
    """The amounts that rows of an organisation hold, its key read once."""
    sealed = [(ORGANISATION, row.details_sealed, _purpose(row.id)) for row in rows]
    opened = open_many_private(session, vault, organisation, sealed)
    return tuple(_entry(row, json.loads(text or b"{}")) for row, text in zip(rows, opened, strict=True))


def _entry(row: MoneyRow, said: Mapping[str, str | None]) -> MoneyEntry:
    return MoneyEntry(
        id=row.id,
        side=Side(row.side),
        kind=row.kind,
        amount=row.amount,
        on=row.on,
        season=row.season,
        product=row.product,
        partner=said.get("partner"),
        note=said.get("note"),
        paper=row.paper,
        photo=None if row.photo is None else FileDigest(row.photo, MEDIA_TYPE, _SIZE_UNKNOWN),
    )


def _about(session: Session, actor: Actor, command: RecordMoney) -> tuple[str | None, str | None]:
    """The season's lot and the product's code; a season says its product itself."""
    if command.season is not None:
        row = session.scalar(
            select(SeasonRow).where(
                SeasonRow.organisation == actor.organisation, SeasonRow.lot == command.season
            )
        )
        if row is None:
            raise NotFoundError("vụ", command.season)
        return row.lot, row.product
    if command.product is not None:
        return None, find_product(session, actor.organisation, command.product).code
    return None, None


def _find(session: Session, actor: Actor, money_id: str) -> MoneyRow:
    row = session.get(MoneyRow, money_id)
    if row is None or row.organisation != actor.organisation or row.withdrawn_at is not None:
        raise NotFoundError("khoản tiền", money_id)
    return row


def _purpose(money_id: str) -> str:
    return f"ledger.coop/money/{money_id}"
