"""What a product's label says, said anew: the log keeps both statements, the latest is in force.

Name, template and GTIN stay: lots are of what they were made as. Lots that were packed before keep their
use-by dates, and print jobs keep what was on their paper.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.registers.products import (
    MAX_SHELF_LIFE_DAYS,
    Product,
    file_digest,
    find_product,
)
from ledger.coop.tables import ProductRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import ProductRegistered


@dataclass(frozen=True, slots=True)
class MendProduct(Command):
    """All that may be said anew of the product with this ``code``; ``None`` says nothing of it any more.

    Without a ``photo`` the picture stays.
    """

    code: str
    origin: str
    storage: str | None = None
    warning: str | None = None
    ingredients: str | None = None
    shelf_life_days: int | None = None
    photo: Photo | None = None


@use_case(MANAGEMENT)
def mend_product(unit: Unit, actor: Actor, command: MendProduct) -> Product:
    """Register a product once more with a fuller label; what is the same is not registered again.

    Raises ``NotFoundError``, ``CommandError``.
    """
    filed = read_registration(unit.session, actor, command.code)
    checks = Checks()
    mended = replace(
        filed,
        origin=checks.text("origin", "xuất xứ", command.origin, 200),
        storage=checks.optional_text("storage", "cách bảo quản", command.storage, 300),
        warning=checks.optional_text("warning", "cảnh báo", command.warning, 300),
        ingredients=checks.optional_text("ingredients", "thành phần", command.ingredients, 1000),
        shelf_life_days=command.shelf_life_days,
        photo=filed.photo if command.photo is None else file_digest(command.photo),
    )
    if command.shelf_life_days is not None:
        checks.count("shelf_life_days", "hạn dùng (ngày)", command.shelf_life_days, MAX_SHELF_LIFE_DAYS)
    checks.finish()
    if mended != filed:
        capture_statement(unit, actor.organisation, mended)
        row = unit.session.get_one(ProductRow, (actor.organisation, filed.code))
        row.shelf_life_days = mended.shelf_life_days
        unit.session.flush()
    return find_product(unit.session, actor.organisation, filed.code)


def read_registration(session: Session, actor: Actor, code: str) -> ProductRegistered:
    """What is registered of the organisation's product now. Raises ``NotFoundError``."""
    product = find_product(session, actor.organisation, code)
    filed = find_statement(session, ProductRegistered, product.uri)
    if filed is None:
        raise NotFoundError("sản phẩm", code)
    return filed.statement
