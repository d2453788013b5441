"""Rows of members, products, places and supplies, each through the use case that a form would call."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from ledger.coop.actors import Actor
from ledger.coop.people.phones import format_phone, read_phone
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.setup.cells import Cells
from ledger.coop.setup.columns import fold
from ledger.coop.setup.names import Names
from ledger.coop.setup.reading import TableRow
from ledger.coop.supplies.catalogue import SaveSupply, name_key, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from ledger.coop.tables import PlaceRow, ProductRow
from ledger.log.unit import Unit
from ledger.trace.units import local_day


class Work(NamedTuple):
    """An import under way: in which unit, by whom, what cells may name, and the next free member number.

    ``kept`` holds rows that are asked for again and again: a session forgets what nobody holds.
    """

    unit: Unit
    actor: Actor
    names: Names
    next_member: Callable[[], str]
    kept: list[object]

    def keep_registers(self) -> None:
        """Hold the rows of products and places, once they are all there."""
        for table in (ProductRow, PlaceRow):
            if not any(isinstance(row, table) for row in self.kept):
                own = select(table).where(table.organisation == self.actor.organisation)
                self.kept.extend(self.unit.session.scalars(own))


def write_member(work: Work, row: TableRow) -> None:
    """A person; the same name with the same telephone number is no second person."""
    cells = Cells(row)
    phone, code = cells.optional("phone"), cells.optional("code")
    number = read_phone(phone) if phone else None
    if phone and number is None:
        cells.refuse("phone", f"Số điện thoại “{phone[:20]}” chưa đúng. Hãy ghi như 0912 345 678.")
    person = (number or "", fold(cells.text("name")))
    if number is not None and person in work.names.people:
        cells.refuse("phone", f"Người này là thành viên {work.names.people[person]} rồi. Hãy bỏ dòng này.")
    cells.finish()
    command = AddMember(
        cells.text("name"), format_phone(number) if number else None, code or work.next_member()
    )
    added = add_member(work.unit, work.actor, command)
    work.names.members.add(added.code, command.name)
    work.names.people[person] = added.code


def write_product(work: Work, row: TableRow) -> None:
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
    product = register_product(work.unit, work.actor, command)
    work.names.products.add(product.code, product.name)


def write_place(work: Work, row: TableRow) -> None:
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
    place = register_place(work.unit, work.actor, command)
    work.names.places.add(place.code, place.name)


def write_supply(work: Work, row: TableRow) -> None:
    """So much of a supply in the store: a lot of it. Several rows may be lots of one supply."""
    cells = Cells(row)
    kept_in = cells.word("unit")
    kind = cells.word("kind")
    amount = cells.amount("amount", kept_in) if kept_in else Decimal(0)
    expires_on, bought_on, cost = cells.day("expires_on"), cells.day("bought_on"), cells.count("cost")
    cells.finish()
    supply = work.names.supplies.get(name_key(cells.text("name")))
    if supply is None:
        command = SaveSupply(
            kind=kind,
            name=cells.text("name"),
            unit=kept_in,
            active_ingredient=cells.optional("active_ingredient"),
            registration_no=cells.optional("registration_no"),
        )
        supply = save_supply(work.unit, work.actor, command).id
        work.names.supplies[name_key(command.name)] = supply
    purchase = BuySupply(
        supply=supply,
        amount=amount,
        bought_on=bought_on or local_day(work.unit.now),
        cost=cost,
        lot_code=cells.optional("lot_code"),
        expires_on=expires_on,
    )
    buy_supply(work.unit, work.actor, purchase)
