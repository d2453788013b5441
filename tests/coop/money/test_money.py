import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.money.accounting_csv import accounting_csv
from ledger.coop.money.entries import (
    KINDS,
    RecordMoney,
    Side,
    WithdrawMoney,
    find_money,
    record_money,
    withdraw_money,
)
from ledger.coop.money.figures import ORDER, USED_SUPPLY, Amount, _split, in_words, read_amounts, seasons_in
from ledger.coop.money.money_tables import MoneyRow
from ledger.coop.money.periods import parse_period, periods_shown
from ledger.coop.money.reckoning import Sums, by_kind, reckon, total
from ledger.coop.orders.delivering import PackOrder, pack_order
from ledger.coop.spreadsheets.spreadsheet_texts import harmless
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from ledger.coop.supplies.uses import StateUse, state_use
from tests.support.order_desk import OrderDesk, line
from tests.support.stores import new_store
from web.forms.money import KIND_NAMES

FAR = timedelta(days=400)


def spent(world, amount=1_000_000, kind="labour", *, who=Role.ACCOUNTANT, ago=0, **more):
    command = RecordMoney(kind=kind, amount=amount, on=world.day(ago), **more)
    return world.run(record_money, command, who)


def amounts(world, who=Role.ACCOUNTANT, *, by_season=True):
    first, last = world.today - FAR, world.today
    return world.read(read_amounts, world.actor(who), first, last, by_season=by_season)


def test_money_is_kept_encrypted_and_enters_no_log(world):
    size = world.size()
    kept = spent(world, partner="Anh Bảy", note="=công cắt tỉa", paper="PC 7")
    assert world.size() == size
    entry = world.read(find_money, world.ledger.vault, world.actors[Role.MANAGER], kept.id)
    assert (entry.side, entry.amount, entry.partner, entry.note) == (
        Side.COST,
        1_000_000,
        "Anh Bảy",
        "=công cắt tỉa",
    )
    with world.ledger.database.reading() as session:
        row = session.scalar(select(MoneyRow))
        assert "Bảy".encode() not in row.details_sealed
    assert "1000000" not in repr(entry)


@pytest.mark.parametrize("role", [Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.PACKER])
def test_only_the_office_sees_to_money(world, role):
    with pytest.raises(NotAllowedError):
        spent(world, who=role)


def test_a_season_says_its_product_and_a_neighbours_is_not_found(world):
    season = world.season()
    assert spent(world, season=season).season == season
    (amount,) = amounts(world)
    assert (amount.season, amount.product) == (season, "NHO")
    neighbour = world.neighbour_manager
    with pytest.raises(NotFoundError):
        spent(world, season=season, who=neighbour)
    with pytest.raises(NotFoundError):
        spent(world, product="NHO", who=neighbour)
    kept = spent(world)
    with pytest.raises(NotFoundError):
        world.run(withdraw_money, WithdrawMoney(kept.id), neighbour)
    assert amounts(world, neighbour) == ()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "bribe"}, "kind"),
        ({"amount": 0}, "amount"),
        ({"amount": 10**13}, "amount"),
        ({"ago": -1}, "on"),
    ],
)
def test_a_wrong_amount_is_told(world, more, field):
    with pytest.raises(CommandError) as error:
        spent(world, **more)
    assert [problem.field for problem in error.value.problems] == [field]


def test_a_withdrawn_amount_counts_no_more(world):
    kept = spent(world)
    world.run(withdraw_money, WithdrawMoney(kept.id), Role.ACCOUNTANT)
    assert amounts(world) == ()
    with pytest.raises(NotFoundError):
        world.run(withdraw_money, WithdrawMoney(kept.id), Role.ACCOUNTANT)


def test_supplies_that_the_diary_used_are_costs_of_its_season(world):
    season = world.season()
    new_store(world, season=season)
    used = [item for item in amounts(world) if item.kind == USED_SUPPLY]
    assert all((item.side, item.season, item.product) == (Side.COST, season, "NHO") for item in used)


def test_what_left_with_an_order_is_a_sale_of_the_seasons_in_its_lot(world):
    season = world.season()
    raw = world.harvested(season)
    lot = world.packed(raw)
    assert world.read(seasons_in, {lot}) == {lot: {season: Fraction(1)}}


def test_a_mixed_lot_is_shared_among_its_seasons_to_the_last_dong(world):
    one, other = world.season(), world.season(days=80)
    first, second = world.harvested(one, "100"), world.harvested(other, "50")
    command = Pack(
        product="NHO",
        inputs=((first, Decimal(60)), (second, Decimal(30))),
        net_per_pack=Decimal(500),
        packs=180,
        packed_on=world.today,
        pack_type="box",
        place="XUONG",
    )
    lot = world.run(pack, command, Role.PACKER).lot
    parts = world.read(seasons_in, {lot})[lot]
    assert parts == {one: Fraction(2, 3), other: Fraction(1, 3)}
    split = dict(_split(Fraction(1000), parts))
    assert sum(split.values()) == 1000
    assert split[one] in (666, 667)


def test_an_orders_goods_count_once_they_left(world):
    desk = OrderDesk(world)
    lot = world.sealed()
    desk.allotted(lot, 10)
    assert [item for item in amounts(world) if item.kind == ORDER] == []
    assert not [item for item in amounts(world, by_season=False) if item.side is Side.SALE]
    command = Ship(lot=lot, to_partner=world.partner, packs=5, done_on=world.today)
    world.run(ship, command, Role.PACKER)  # nobody said a price: no sale
    assert not [item for item in amounts(world) if item.side is Side.SALE]


def amount(side, dong, *, product=None, season=None, kind="labour"):
    return Amount(side, kind, dong, date(2026, 3, 1), product, season)


def test_sums_by_product_stand_beside_the_year_before():
    now = [
        amount(Side.COST, 30, product="NHO"),
        amount(Side.SALE, 100, product="NHO"),
        amount(Side.COST, 5),
        amount(Side.SALE, 20, product="NA"),
    ]
    before = [amount(Side.SALE, 7, product="OI")]
    lines = reckon(now, before, "product")
    assert [line.name for line in lines] == ["NHO", "NA", "OI", None]
    assert lines[0].now == Sums(30, 100)
    assert lines[0].now.profit == 70
    assert lines[2].before.profit == 7
    assert total(now) == Sums(35, 120)
    assert by_kind(now)[-1] == (Side.COST, "labour", 35)


def test_a_period_is_a_year_a_quarter_or_a_month():
    assert (parse_period("2024-02").first, parse_period("2024-02").last) == (
        date(2024, 2, 1),
        date(2024, 2, 29),
    )
    assert parse_period("2026-q4").last == date(2026, 12, 31)
    assert parse_period("2024-02").before().last == date(2023, 2, 28)
    assert all(parse_period(name).name == name for name in periods_shown(date(2026, 11, 22)))
    for wrong in ("", "2026-13", "2026-q5", "26", "1999"):
        with pytest.raises(NotFoundError):
            parse_period(wrong)


def test_the_file_for_accountants_opens_in_columns_and_runs_nothing():
    item = Amount(
        Side.COST, "labour", 1_250_000, date(2026, 3, 9), "NHO", None,
        what='=HYPERLINK("http://evil.example")', partner="+cmd|' /C calc'!A0", paper="-1", id="x",
    )  # fmt: skip
    for separator in ",;":
        data = accounting_csv([item], KIND_NAMES, separator=separator)
        assert data.startswith(b"\xef\xbb\xbf")
        heading, row = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=separator)
        assert heading[3] == "Số tiền"
        assert row[:5] == ["09/03/2026", "Chi", "Công lao động", "1250000", "NHO"]
        assert not any(text.startswith(("=", "+", "-", "@")) for text in row)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x", "%x"])
def test_no_text_is_a_formula(text):
    assert harmless(text) == f"'{text}"
    assert harmless("Anh Bảy = thợ") == "Anh Bảy = thợ"


def test_every_kind_has_a_name():
    assert {kind for kinds in KINDS.values() for kind in kinds} | {USED_SUPPLY, ORDER, "orchard"} == set(
        KIND_NAMES
    )


def test_a_used_supply_costs_what_was_paid_for_it_on_average(world):
    season = world.season()
    supply = world.run(save_supply, SaveSupply(name="NPK", kind="fertiliser", unit="kg"), Role.MANAGER).id
    for amount_kg, cost in ((Decimal(50), 1_000_000), (Decimal(25), 800_000)):
        bought = BuySupply(supply=supply, amount=amount_kg, bought_on=world.today, cost=cost)
        world.run(buy_supply, bought, Role.MANAGER)
    values = {"input": "NPK", "dose": "10 kg"}
    for _ in range(2):
        step = RecordStep(lot=season, step="fertilising", done_on=world.today, values=values)
        index = world.run(record_step, step, Role.GROWER).index
        world.run(state_use, StateUse(index=index, amount=Decimal(10)), Role.MANAGER)
    # 1.800.000 đ for 75 kg is 24.000 đ a kg.
    used = [item for item in amounts(world) if item.kind == USED_SUPPLY]
    assert [(item.dong, item.season, item.what) for item in used] == [(240_000, season, "NPK")] * 2
    first, last = world.today - FAR, world.today
    (summed,) = world.read(read_amounts, world.actors[Role.ACCOUNTANT], first, last, summed=True)
    assert (summed.dong, summed.on) == (480_000, world.today)


def test_words_are_read_for_the_amounts_that_are_shown(world):
    spent(world, partner="Anh Bảy", note="cắt tỉa")
    (silent,) = amounts(world)
    assert (silent.partner, silent.what) == ("", "")
    (said,) = world.read(in_words, world.ledger.vault, world.actors[Role.ACCOUNTANT], [silent])
    assert (said.partner, said.what) == ("Anh Bảy", "cắt tỉa")
    (theirs,) = world.read(in_words, world.ledger.vault, world.neighbour_manager, [silent])
    assert theirs.partner == ""


def test_goods_of_an_order_are_a_sale_at_the_price_of_its_line(world):
    desk = OrderDesk(world)
    season = world.season()
    lot = world.packed(world.harvested(season))
    world.run(seal, Seal(lot), Role.PACKER)
    size = world.size()
    order = desk.accepted(line(10, price=45_000))
    desk.allot(order, (lot, 10))
    assert world.size() == size
    assert not [item for item in amounts(world) if item.side is Side.SALE]
    world.run(pack_order, PackOrder(order=order), Role.PACKER)
    desk.ship(order)
    sales = [item for item in amounts(world) if item.side is Side.SALE]
    assert [(item.dong, item.season, item.order) for item in sales] == [(450_000, season, order)]
