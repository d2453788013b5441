"""The supplies a cooperative uses: what each is, its unit, and what its label says."""

import unicodedata
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, OFFICE, WORKSHOP, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, Problem
from ledger.coop.registers.products import find_product
from ledger.coop.supplies.amounts import KEPT_IN
from ledger.coop.supplies.tables import SupplyLotRow, SupplyRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

KINDS = ("fertiliser", "pesticide", "feed", "drug", "seed", "packaging", "other")
READERS = FIELD_WORK | WORKSHOP | OFFICE
KEEPERS = WORKSHOP | OFFICE
"""Who enters what was bought, spent and counted. Prices are for the office only."""
MAX_SUPPLIES = 1000
"""Supplies of one cooperative."""
MAX_PRODUCTS = 19
_SEPARATOR = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSupply(Command):
    """A new supply, or (with its ``id``) other values for one.

    ``products`` are codes of those that its label names. The name is what diary entries say, publicly.
    """

    kind: str
    name: str
    unit: str
    active_ingredient: str | None = None
    registration_no: str | None = None
    products: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class RetireSupply(Command):
    """The supply is no longer offered; with ``again`` it is."""

    id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """Something that is bought and used up; ``unit`` is a code of ``amounts.UNITS``."""

    id: str
    kind: str
    name: str
    unit: str
    active_ingredient: str | None
    registration_no: str | None
    products: tuple[str, ...]
    is_retired: bool


@use_case(KEEPERS)
def save_supply(unit: Unit, actor: Actor, command: SaveSupply) -> Supply:
    """Add or change a supply.

    Raises ``NotFoundError`` (id, product), ``AlreadyExistsError`` (name), ``CommandError``; the unit stays as
    it is once there is stock.
    """
    command = check_supply(command)
    products = [find_product(unit.session, actor.organisation, code).code for code in command.products]
    row = _new_row(unit, actor) if command.id is None else find_row(unit.session, actor, command.id)
    _check_name(unit.session, actor, command.name, row.id)
    if command.id is not None and row.unit != command.unit and _has_lots(unit.session, row.id):
        raise CommandError(Problem("unit", "Vật tư đã có trong kho nên không đổi đơn vị được."))
    row.kind, row.unit = command.kind, command.unit
    row.name, row.name_key = command.name, name_key(command.name)
    row.active_ingredient, row.registration_no = command.active_ingredient, command.registration_no
    row.products = _SEPARATOR.join(products)
    unit.session.add(row)
    unit.session.flush()
    return supply_of(row)


def check_supply(command: SaveSupply) -> SaveSupply:
    """The command with every value in its one form. Raises ``CommandError``. Pure."""
    checks = Checks()
    kind = checks.word("kind", "loại vật tư", command.kind, KINDS)
    name = checks.text("name", "tên vật tư", command.name, 120)
    kept_in = checks.word("unit", "đơn vị", command.unit, KEPT_IN)
    ingredient = checks.optional_text("active_ingredient", "hoạt chất", command.active_ingredient, 120)
    number = checks.optional_text("registration_no", "số đăng ký", command.registration_no, 60)
    if len(command.products) > MAX_PRODUCTS:
        checks.refuse("products", f"Chỉ chọn tối đa {MAX_PRODUCTS} sản phẩm.")
    checks.finish()
    return replace(
        command, kind=kind, name=name, unit=kept_in, active_ingredient=ingredient, registration_no=number
    )


@use_case(KEEPERS)
def retire_supply(unit: Unit, actor: Actor, command: RetireSupply) -> Supply:
    """Offer a supply no longer, or again. Raises ``NotFoundError``."""
    row = find_row(unit.session, actor, command.id)
    row.retired_at = None if command.again else unit.now
    unit.session.flush()
    return supply_of(row)


def find_supply(session: Session, actor: Actor, supply_id: str) -> Supply:
    """The organisation's supply with this id. Raises ``NotFoundError``."""
    return supply_of(find_row(session, actor, supply_id))


def find_row(session: Session, actor: Actor, supply_id: str) -> SupplyRow:
    """The row of the organisation's supply with this id. Raises ``NotFoundError``."""
    row = session.get(SupplyRow, supply_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("vật tư", supply_id)
    return row


def supply_of(row: SupplyRow) -> Supply:
    """The supply that a row holds."""
    return Supply(
        id=row.id,
        kind=row.kind,
        name=row.name,
        unit=row.unit,
        active_ingredient=row.active_ingredient,
        registration_no=row.registration_no,
        products=tuple(filter(None, row.products.split(_SEPARATOR))),
        is_retired=row.retired_at is not None,
    )


def name_key(name: str) -> str:
    """The form of a name by which a diary entry finds the supply: however it is spaced and capitalised."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())[:120]


def check_room(owned: int) -> None:
    """Raises ``CommandError`` when there are so many supplies that none may be added. Pure."""
    if owned >= MAX_SUPPLIES:
        raise CommandError(Problem("name", f"Hợp tác xã đã có {MAX_SUPPLIES} vật tư, không thêm được nữa."))


def _new_row(unit: Unit, actor: Actor) -> SupplyRow:
    owned = select(func.count()).where(SupplyRow.organisation == actor.organisation)
    check_room(unit.session.scalar(owned) or 0)
    return SupplyRow(id=str(uuid4()), organisation=actor.organisation, created_at=unit.now, retired_at=None)


def _check_name(session: Session, actor: Actor, name: str, own_id: str) -> None:
    same = select(SupplyRow.id).where(
        SupplyRow.organisation == actor.organisation, SupplyRow.name_key == name_key(name)
    )
    if session.scalar(same) not in (None, own_id):
        raise AlreadyExistsError("vật tư", name)


def _has_lots(session: Session, supply_id: str) -> bool:
    return (
        session.scalar(select(SupplyLotRow.id).where(SupplyLotRow.supply_id == supply_id).limit(1))
        is not None
    )
