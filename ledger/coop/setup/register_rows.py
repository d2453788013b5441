"""Rows of members, products, places and supplies, each checked by what checks the form for it."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.errors import AlreadyExistsError
from ledger.coop.people.phones import format_phone, read_phone
from ledger.coop.registers.members import AddMember, NewMember, check_new_member
from ledger.coop.registers.places import NewPlace, RegisterPlace, describe_place
from ledger.coop.registers.products import (
    Product,
    RegisterProduct,
    check_gtin_free,
    describe_product,
)
from ledger.coop.setup.cells import Cells
from ledger.coop.setup.columns import UNIT_WORDS, fold
from ledger.coop.setup.drafts import Draft
from ledger.coop.setup.reading import TableRow
from ledger.coop.supplies.catalogue import SaveSupply, check_room, check_supply, name_key
from ledger.coop.supplies.purchases import BuySupply, check_purchase


@dataclass(frozen=True, slots=True)
class NewStock:
    """So much of a supply: ``new`` is the supply where the books do not have it; else it is found by name.

    The purchase's own ``supply`` is empty: the id is known when it is written.
    """

    key: str
    new: SaveSupply | None
    bought: BuySupply


def check_member(draft: Draft, row: TableRow) -> NewMember:
    """A person; the same name with the same telephone number is no second person."""
    cells = Cells(row)
    phone, code = cells.optional("phone"), cells.optional("code")
    number = read_phone(phone) if phone else None
    if phone and number is None:
        cells.refuse("phone", f"Số điện thoại “{phone[:20]}” chưa đúng. Hãy ghi như 0912 345 678.")
    person = (number or "", fold(cells.text("name")))
    if number is not None and person in draft.names.people:
        cells.refuse("phone", f"Người này là thành viên {draft.names.people[person]} rồi. Hãy bỏ dòng này.")
    cells.finish()
    code = code or next(draft.member_codes)
    command = AddMember(cells.text("name"), format_phone(number) if number else None, code)
    new = check_new_member(command, code)
    if new.code in draft.taken_codes:
        raise AlreadyExistsError("thành viên", new.code)
    draft.add_member(new)
    draft.names.members.add(new.code, command.name)
    draft.names.people[person] = new.code
    return new


def check_product(draft: Draft, row: TableRow) -> RegisterProduct:
    """A product."""
    cells = Cells(row)
    command = RegisterProduct(
        code=cells.text("code"),
        name=cells.text("name"),
        template=cells.word("template"),
        origin=cells.text("origin"),
        name_en=cells.optional("name_en"),
        gtin=cells.optional("gtin"),
        storage=cells.optional("storage"),
        shelf_life_days=cells.count("shelf_life_days"),
        net_options_g=cells.counts("net_options_g"),
        warning=cells.optional("warning"),
        ingredients=cells.optional("ingredients"),
        max_yield_kg_per_m2=cells.number("max_yield_kg_per_m2"),
    )
    cells.finish()
    said = describe_product(draft.desk.id_base, draft.actor.organisation, command)
    if said.code in draft.products:
        raise AlreadyExistsError("sản phẩm", said.code)
    if said.gtin and said.gtin in draft.gtins:
        raise AlreadyExistsError("sản phẩm có mã GTIN", said.gtin)
    check_gtin_free(draft.desk.session, said.gtin)
    product = Product(
        draft.actor.organisation,
        said.product,
        said.code,
        said.name,
        said.template,
        said.gtin,
        said.shelf_life_days,
        command.net_options_g,
    )
    draft.add_product(said, product)
    draft.names.products.add(said.code, said.name)
    return command


def check_place(draft: Draft, row: TableRow) -> NewPlace:
    """A plot, pond, barn, workshop or store."""
    cells = Cells(row)
    command = RegisterPlace(
        name=cells.text("name"),
        kind=cells.word("kind"),
        province=cells.word("province"),
        commune=cells.text("commune"),
        code=cells.optional("code"),
        area_m2=cells.number("area_m2", "m2"),
        growing_area_code=cells.optional("growing_area_code"),
        perennial_since=cells.day("perennial_since"),
        latitude=cells.number("latitude"),
        longitude=cells.number("longitude"),
    )
    cells.finish()
    code = command.code or draft.next_place_code()
    new = describe_place(draft.desk.id_base, draft.actor.organisation, command, code)
    if new.code in draft.places:
        raise AlreadyExistsError("nơi sản xuất", new.code)
    draft.add_place(new)
    draft.names.places.add(new.code, new.statement.name)
    return new


def check_stock(draft: Draft, row: TableRow) -> NewStock:
    """So much of a supply in the store: a lot of it. Several rows may be lots of one supply."""
    cells = Cells(row)
    kept_in = cells.word("unit")
    kind = cells.word("kind")
    amount = cells.amount("amount", kept_in) if kept_in else Decimal(0)
    expires_on, bought_on, cost = cells.day("expires_on"), cells.day("bought_on"), cells.count("cost")
    key = name_key(cells.text("name"))
    known = draft.names.supplies.get(key)
    if known is not None and kept_in and known != kept_in:
        cells.refuse("unit", f"Vật tư này đã đếm theo {UNIT_WORDS[known]}. Hãy ghi theo đơn vị đó.")
    cells.finish()
    bought = BuySupply(
        supply="",
        amount=amount,
        bought_on=bought_on or draft.today,
        cost=cost,
        lot_code=cells.optional("lot_code"),
        expires_on=expires_on,
    )
    new = None
    if known is None:
        new = check_supply(
            SaveSupply(
                kind=kind,
                name=cells.text("name"),
                unit=kept_in,
                active_ingredient=cells.optional("active_ingredient"),
                registration_no=cells.optional("registration_no"),
            )
        )
        check_room(len(draft.names.supplies))
    check_purchase(bought, draft.today)
    draft.names.supplies[key] = kept_in
    return NewStock(key, new, bought)
