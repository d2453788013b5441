from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    NotAllowedError,
    NotFoundError,
    RepeatConflictError,
)
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.supplies import catalogue
from ledger.coop.supplies.catalogue import (
    RetireSupply,
    SaveSupply,
    find_supply,
    retire_supply,
    save_supply,
)
from ledger.coop.supplies.counting import CountSupply, SpendSupply, count_supply, spend_supply
from ledger.coop.supplies.purchases import BuySupply, WithdrawPurchase, buy_supply, withdraw_purchase
from ledger.coop.supplies.stock import expired_stock, names_in_stock, read_stock
from ledger.coop.supplies.tables import SupplyPurchaseRow
from tests.support.supply_stock import KEEPER, bought, check_sums, page_of, saved
from tests.support.world import PHOTO


def test_a_purchase_grows_the_stock_and_enters_no_log(world):
    npk, size = saved(world), world.size()
    supplier = world.run(add_partner, AddPartner("Đại lý Bảy", "supplier")).id
    bought(world, npk, cost=1_250_000, supplier=supplier, invoice_no="HD 7", invoice=PHOTO, lot_code="A1")
    bought(world, npk, "25,5".replace(",", "."), lot_code="a1")
    page = page_of(world, npk)
    assert (page.left, [lot.code for lot in page.lots]) == (Decimal("75.5"), ["A1"])
    line = next(line for line in page.purchases if line.cost)
    assert (line.cost, line.supplier, line.invoice_no, line.invoice.digest) == (
        1_250_000, "Đại lý Bảy", "HD 7", PHOTO.digest,
    )  # fmt: skip
    assert world.size() == size
    check_sums(world)


def test_prices_and_suppliers_are_for_the_office(world):
    npk = saved(world)
    bought(world, npk, cost=1_250_000, invoice_no="HD 7")
    (seen,) = page_of(world, npk, Role.ACCOUNTANT).purchases
    (hidden,) = page_of(world, npk, Role.GROWER).purchases
    assert seen.cost == 1_250_000
    assert (hidden.cost, hidden.supplier, hidden.invoice_no, hidden.invoice) == (None,) * 4


def test_a_grower_sees_the_stock_and_keeps_it_not(world):
    npk = saved(world)
    assert page_of(world, npk, Role.GROWER).left == 0
    for use_case, command in (
        (save_supply, SaveSupply(name="x", kind="feed", unit="kg")),
        (buy_supply, BuySupply(supply=npk.id, amount=Decimal(1), bought_on=world.today)),
        (count_supply, CountSupply(supply=npk.id, counted=Decimal(1), counted_on=world.today, reason="x")),
        (spend_supply, SpendSupply(supply=npk.id, amount=Decimal(1), spent_on=world.today, reason="x")),
        (retire_supply, RetireSupply(npk.id)),
    ):
        with pytest.raises(NotAllowedError):
            world.run(use_case, command, Role.GROWER)


def test_a_name_is_given_once_however_it_is_written(world):
    saved(world)
    with pytest.raises(AlreadyExistsError):
        saved(world, " npk  16-16-8 ")
    assert world.run(save_supply, SaveSupply(name="NPK", kind="feed", unit="kg"), world.neighbour_manager)


def test_the_unit_stays_once_there_is_stock(world):
    npk = saved(world)
    changed = saved(world, "NPK", unit="g", id=npk.id, products=("NHO",), active_ingredient="N")
    assert (changed.id, changed.unit, changed.products) == (npk.id, "g", ("NHO",))
    bought(world, npk)
    with pytest.raises(CommandError) as caught:
        saved(world, "NPK", unit="kg", id=npk.id)
    assert caught.value.problems[0].field == "unit"


def test_what_cannot_be_a_supply_is_refused_with_every_problem(world):
    with pytest.raises(CommandError) as caught:
        saved(world, " ", "rượu", "thùng")
    assert [problem.field for problem in caught.value.problems] == ["kind", "name", "unit"]
    with pytest.raises(NotFoundError):
        saved(world, products=("KHONG",))


def test_there_is_a_limit_of_supplies(world, monkeypatch):
    monkeypatch.setattr(catalogue, "MAX_SUPPLIES", 1)
    saved(world)
    with pytest.raises(CommandError):
        saved(world, "Một loại nữa")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("0.0001")}, "amount"),
        ({"bought_on": date(2030, 1, 1)}, "bought_on"),
        ({"cost": -1}, "cost"),
        ({"lot_code": "A" * 41}, "lot_code"),
        ({"invoice_no": "A" * 41}, "invoice_no"),
    ],
)
def test_a_purchase_that_cannot_be_is_refused_beside_its_question(world, wrong, field):
    npk = saved(world)
    values = {"supply": npk.id, "amount": Decimal(1), "bought_on": world.today, **wrong}
    with pytest.raises(CommandError) as caught:
        world.run(buy_supply, BuySupply(**values), KEEPER)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert page_of(world, npk).lots == ()


def test_a_purchase_sent_twice_is_entered_once(world):
    npk = saved(world)
    first = bought(world, npk, idempotency_key="mua-1")
    assert bought(world, npk, idempotency_key="mua-1") == first
    with pytest.raises(RepeatConflictError):
        bought(world, npk, "51", idempotency_key="mua-1")
    assert page_of(world, npk).left == 50


def test_a_purchase_entered_by_mistake_is_taken_back_once(world):
    npk = saved(world)
    entered = bought(world, npk)
    world.run(withdraw_purchase, WithdrawPurchase(entered.id), KEEPER)
    page = page_of(world, npk)
    assert (page.left, page.purchases) == (0, ())
    assert [move.kind for move in page.moves] == ["withdrawn", "bought"]
    with pytest.raises(NotFoundError):
        world.run(withdraw_purchase, WithdrawPurchase(entered.id), KEEPER)
    check_sums(world)
    with world.ledger.database.reading() as session:
        assert session.scalar(select(SupplyPurchaseRow.withdrawn_at)) is not None


def counted(world, supply, amount, **more):
    command = CountSupply(
        supply=supply.id, counted=Decimal(amount), counted_on=world.today, reason="Kiểm kê định kỳ", **more
    )
    return world.run(count_supply, command, KEEPER)


def spent(world, supply, amount, **more):
    command = SpendSupply(supply=supply.id, amount=Decimal(amount), spent_on=world.today, reason="Đổ", **more)
    return world.run(spend_supply, command, KEEPER)


@pytest.mark.parametrize("there", ["0", "12.5", "80", "95"])
def test_after_a_count_the_books_say_what_was_counted(world, there):
    npk = saved(world)
    bought(world, npk, "50", lot_code="A", expires_on=date(2027, 1, 1))
    bought(world, npk, "30", lot_code="B", expires_on=date(2027, 2, 1))
    changed = counted(world, npk, there)
    page = page_of(world, npk)
    assert (page.left, changed.delta) == (Decimal(there), Decimal(there) - 80)
    assert all(lot.left >= 0 for lot in page.lots)
    assert {move.reason for move in page.moves if move.kind == "counted"} <= {"Kiểm kê định kỳ"}
    check_sums(world)


def test_one_lot_is_counted_by_itself(world):
    npk = saved(world)
    bought(world, npk, "50", lot_code="A")
    bought(world, npk, "30", lot_code="B")
    lots = {lot.code: lot for lot in page_of(world, npk).lots}
    assert counted(world, npk, "28", lot=lots["B"].id).delta == -2
    assert {lot.code: lot.left for lot in page_of(world, npk).lots} == {"A": 50, "B": 28}
    assert counted(world, npk, "28", lot=lots["B"].id).delta == 0
    with pytest.raises(NotFoundError):
        counted(world, npk, "1", lot="khong-co")
    with pytest.raises(CommandError):
        counted(world, npk, "-1")


def test_what_was_spent_before_it_was_entered_is_settled_by_the_purchase(world):
    npk = saved(world)
    spent(world, npk, "8")
    assert page_of(world, npk).left == -8
    bought(world, npk, "50", lot_code="A")
    page = page_of(world, npk)
    assert {lot.code: lot.left for lot in page.lots} == {"": 0, "A": 42}
    assert [move.kind for move in page.moves].count("settled") == 2
    check_sums(world)


def test_a_count_settles_what_is_short(world):
    npk = saved(world)
    spent(world, npk, "8")
    counted(world, npk, "3")
    assert page_of(world, npk).left == 3
    check_sums(world)


def test_something_is_spent_from_the_lot_that_is_chosen(world):
    npk = saved(world)
    bought(world, npk, "50", lot_code="A", expires_on=date(2027, 1, 1))
    bought(world, npk, "30", lot_code="B", expires_on=date(2027, 2, 1))
    lots = {lot.code: lot for lot in page_of(world, npk).lots}
    spent(world, npk, "5", lot=lots["B"].id)
    spent(world, npk, "5")
    assert {lot.code: lot.left for lot in page_of(world, npk).lots} == {"A": 45, "B": 25}


def test_the_list_is_paged_filtered_and_counted(world):
    for number in range(52):
        saved(world, f"Phân số {number:02}")
    saved(world, "Cám 100% ngô", "feed")
    manager = world.actors[Role.MANAGER]
    first, second = (world.read(read_stock, manager, number=number) for number in (1, 2))
    assert (len(first.cards), len(second.cards), first.pages) == (50, 3, 2)
    assert first.kinds == (("feed", 1), ("fertiliser", 52)) or set(first.kinds) == {
        ("feed", 1),
        ("fertiliser", 52),
    }
    assert [card.name for card in world.read(read_stock, manager, kind="feed").cards] == ["Cám 100% ngô"]
    assert [card.name for card in world.read(read_stock, manager, like="100%").cards] == ["Cám 100% ngô"]
    assert world.read(read_stock, manager, like="_").cards == ()
    assert world.read(read_stock, manager, number=99).number == 2


def test_a_retired_supply_is_offered_no_longer(world):
    npk, manager = saved(world), world.actors[Role.MANAGER]
    assert world.run(retire_supply, RetireSupply(npk.id), KEEPER).is_retired
    assert world.read(names_in_stock, manager) == world.read(read_stock, manager).cards == ()
    assert len(world.read(read_stock, manager, retired=True).cards) == 1
    assert not world.run(retire_supply, RetireSupply(npk.id, again=True), KEEPER).is_retired
    assert len(world.read(names_in_stock, manager)) == 1


def test_stock_past_its_day_is_listed_while_there_is_some(world):
    npk, manager = saved(world), world.actors[Role.MANAGER]
    bought(world, npk, lot_code="A", expires_on=world.day(1))
    (card,) = world.read(expired_stock, manager, world.today)
    assert (card.name, card.expires_on) == ("NPK 16-16-8", world.day(1))
    assert world.read(expired_stock, manager, world.day(1)) == ()
    counted(world, npk, "0")
    assert world.read(expired_stock, manager, world.today) == ()


def test_the_stock_of_a_neighbour_is_not_found(world):
    npk, thief = saved(world), world.neighbour_manager
    entered = bought(world, npk)
    for use_case, command in (
        (save_supply, SaveSupply(name="x", kind="feed", unit="kg", id=npk.id)),
        (retire_supply, RetireSupply(npk.id)),
        (buy_supply, BuySupply(supply=npk.id, amount=Decimal(1), bought_on=world.today)),
        (withdraw_purchase, WithdrawPurchase(entered.id)),
    ):
        with pytest.raises(NotFoundError):
            world.run(use_case, command, thief)
    with pytest.raises(NotFoundError):
        world.read(find_supply, thief, npk.id)
    assert world.read(read_stock, thief).cards == world.read(expired_stock, thief, world.today) == ()
    own = world.run(save_supply, SaveSupply(name="x", kind="feed", unit="kg"), thief)
    with pytest.raises(NotFoundError):
        world.run(
            buy_supply,
            BuySupply(supply=own.id, amount=Decimal(1), bought_on=world.today, supplier=world.partner),
            thief,
        )
