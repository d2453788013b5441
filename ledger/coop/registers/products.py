"""What a cooperative makes: name, template, packs and what the passport says about keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.attachments.photos import Photo
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, NotFoundError
from ledger.coop.tables import LotCounterRow, ProductRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.capture import capture_statement
from ledger.trace.events.statements import FileDigest, ProductRegistered
from ledger.trace.gs1.gtins import check_gtin
from ledger.trace.identifiers import gs1_lot_uri, lot_uri, product_uri
from ledger.trace.sectors.templates import TEMPLATES

MAX_NET_OPTIONS = 20
MAX_NET_G = 1_000_000
MAX_SHELF_LIFE_DAYS = 3650


@dataclass(frozen=True, slots=True)
class RegisterProduct(Command):
    """A product. ``net_options_g``: the pack weights offered, in grams; ``gtin`` only if GS1 gave one."""

    code: str
    name: str
    template: str
    origin: str
    name_en: str | None = None
    gtin: str | None = None
    storage: str | None = None
    shelf_life_days: int | None = None
    net_options_g: tuple[int, ...] = ()
    warning: str | None = None
    ingredients: str | None = None
    photo: Photo | None = None
    max_yield_kg_per_m2: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A registered product, as the books know it."""

    organisation: str
    uri: str
    code: str
    name: str
    template: str
    gtin: str | None
    shelf_life_days: int | None
    net_options_g: tuple[int, ...]


@use_case(MANAGEMENT)
def register_product(unit: Unit, actor: Actor, command: RegisterProduct) -> Product:
    """Register a product, publicly and in the books.

    Raises ``CommandError``, ``AlreadyExistsError``, ``ledger.trace.errors.GtinError``.
    """
    statement = describe_product(unit.id_base, actor.organisation, command)
    if unit.session.get(ProductRow, (actor.organisation, statement.code)) is not None:
        raise AlreadyExistsError("sản phẩm", statement.code)
    check_gtin_free(unit.session, statement.gtin)
    capture_statement(unit, actor.organisation, statement)
    row = ProductRow(
        organisation=actor.organisation,
        code=statement.code,
        uri=statement.product,
        name=statement.name,
        template=statement.template,
        gtin=statement.gtin,
        shelf_life_days=statement.shelf_life_days,
        net_options_g=",".join(map(str, command.net_options_g)),
    )
    unit.session.add(row)
    return _product(row)


def check_gtin_free(session: Session, gtin: str | None) -> None:
    """Raises ``AlreadyExistsError`` for a GTIN that a product of any organisation has."""
    same = select(ProductRow.code).where(ProductRow.gtin == gtin)
    if gtin and session.scalar(same) is not None:
        raise AlreadyExistsError("sản phẩm có mã GTIN", gtin)


def find_product(session: Session, organisation: str, code: str) -> Product:
    """The organisation's product with this code. Raises ``NotFoundError``."""
    row = session.get(ProductRow, (organisation, code))
    if row is None:
        raise NotFoundError("sản phẩm", code)
    return _product(row)


def find_product_by_uri(session: Session, organisation: str, uri: str) -> Product:
    """The organisation's product with this URI. Raises ``NotFoundError``."""
    row = session.scalar(
        select(ProductRow).where(ProductRow.organisation == organisation, ProductRow.uri == uri)
    )
    if row is None:
        raise NotFoundError("sản phẩm", uri)
    return _product(row)


def list_products(session: Session, organisation: str) -> tuple[Product, ...]:
    """The organisation's products, in the order of their codes."""
    rows = session.scalars(
        select(ProductRow).where(ProductRow.organisation == organisation).order_by(ProductRow.code)
    )
    return tuple(_product(row) for row in rows)


def next_in_series(session: Session, product: Product, series: str) -> int:
    """The next number (from 1) of a series of the product's lot codes, as the lots of one day are."""
    key = (product.organisation, product.code, series)
    counter = session.get(LotCounterRow, key)
    if counter is None:
        counter = LotCounterRow(
            organisation=product.organisation, product=product.code, series=series, given=0
        )
        session.add(counter)
    counter.given += 1
    return counter.given


def next_numbers(session: Session, organisation: str, wanted: Sequence[tuple[str, str]]) -> list[int]:
    """``next_in_series`` for many (product's code, series), in turn: each counter is read and grown once."""
    series = [pair[1] for pair in wanted]
    rows = select(LotCounterRow).where(
        LotCounterRow.organisation == organisation,
        LotCounterRow.series.between(min(series, default=""), max(series, default="")),
    )
    counters = {(row.product, row.series): row for row in session.scalars(rows)}
    numbers = []
    for pair in wanted:
        if pair not in counters:
            row = LotCounterRow(organisation=organisation, product=pair[0], series=pair[1], given=0)
            counters[pair] = row
            session.add(row)
        counters[pair].given += 1
        numbers.append(counters[pair].given)
    return numbers


def lot_id(id_base: str, product: Product, code: str) -> str:
    """The lot's identifier: under the product's GTIN if it has one, else under the organisation's code."""
    if product.gtin is not None:
        return gs1_lot_uri(product.gtin, code)
    return lot_uri(id_base, product.organisation, product.code, code)


def describe_product(id_base: str, organisation: str, command: RegisterProduct) -> ProductRegistered:
    """What is to be stated of a product.

    Raises ``CommandError``, ``ledger.trace.errors.GtinError``. Pure.
    """
    checks = Checks()
    code = checks.code("code", "mã sản phẩm", command.code)
    name = checks.text("name", "tên sản phẩm", command.name, 120)
    origin = checks.text("origin", "xuất xứ", command.origin, 200)
    name_en = checks.optional_text("name_en", "tên tiếng Anh", command.name_en, 120)
    storage = checks.optional_text("storage", "cách bảo quản", command.storage, 300)
    warning = checks.optional_text("warning", "cảnh báo", command.warning, 300)
    ingredients = checks.optional_text("ingredients", "thành phần", command.ingredients, 1000)
    checks.word("template", "quy trình", command.template, TEMPLATES)
    max_yield = checks.optional_amount("max_yield_kg_per_m2", "năng suất tối đa", command.max_yield_kg_per_m2)
    if command.shelf_life_days is not None:
        checks.count("shelf_life_days", "hạn dùng (ngày)", command.shelf_life_days, MAX_SHELF_LIFE_DAYS)
    if len(command.net_options_g) > MAX_NET_OPTIONS:
        checks.refuse("net_options_g", f"Tối đa {MAX_NET_OPTIONS} loại gói cho một sản phẩm.")
    for net_g in command.net_options_g[:MAX_NET_OPTIONS]:
        checks.count("net_options_g", "khối lượng gói (g)", net_g, MAX_NET_G)
    checks.finish()
    return ProductRegistered(
        product=product_uri(id_base, organisation, code),
        code=code,
        gtin=check_gtin(command.gtin) if command.gtin else None,
        name=name,
        name_en=name_en,
        template=command.template,
        origin=origin,
        storage=storage,
        shelf_life_days=command.shelf_life_days,
        net_options_g=command.net_options_g or None,
        warning=warning,
        ingredients=ingredients,
        photo=file_digest(command.photo) if command.photo else None,
        max_yield_kg_per_m2=max_yield,
    )


def file_digest(photo: Photo) -> FileDigest:
    """The photo as a statement or event names it."""
    return FileDigest(photo.digest, photo.media_type, photo.size)


def _product(row: ProductRow) -> Product:
    options = tuple(int(net_g) for net_g in row.net_options_g.split(",") if net_g)
    return Product(
        row.organisation, row.uri, row.code, row.name, row.template, row.gtin, row.shelf_life_days, options
    )
