"""A file is checked beside the writers, and written by what was found while the books stay as they were."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.desks import Reader
from ledger.coop.errors import NotAllowedError, NotFoundError, SheetError
from ledger.coop.field.season_facts import gather_season
from ledger.coop.registers.members import AddMember, add_member, list_members
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.product_mending import MendProduct, mend_product
from ledger.coop.registers.products import RegisterProduct, find_product, register_product
from ledger.coop.setup import importing
from ledger.coop.setup.importing import ImportBooks, check_import, import_books
from ledger.coop.setup.reading import read_setup_file
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.stock import read_stock
from ledger.coop.tables import SeasonRow
from ledger.trace.queries import lots_of
from ledger.trace.tables import LotKind
from tests.support.setup_files import COLUMNS, WHOLE, workbook, workbook_of

PERENNIAL = ("Vườn 9", "Vườn cây", "Lạng Sơn", "Chi Lăng", "2 sào", "V9", "01/03/2018")


def looked_at(world, data, who=Role.MANAGER):
    """What is found of a file at a reader's desk, where nothing can be written."""

    def look(session):
        desk = Reader.at(session, world.ledger.vault, world.ledger.id_base, world.clock())
        return check_import(desk, world.actors[who], read_setup_file(data))

    return world.read(look)


def faults(world, data):
    with pytest.raises(SheetError) as error:
        looked_at(world, data)
    with pytest.raises(SheetError) as written:
        world.run(import_books, ImportBooks(file=read_setup_file(data)))
    assert written.value.problems == error.value.problems
    return {f"{item.column}{item.row}": item.sentence for item in error.value.problems}


@pytest.fixture
def planned_anew(monkeypatch):
    """A list that grows each time a file is checked while it is written."""
    times, real = [], importing.plan_file

    def plan(*args):
        times.append(args)
        return real(*args)

    def watch():
        monkeypatch.setattr(importing, "plan_file", plan)
        return times

    return watch


def test_what_is_looked_at_is_not_written_and_then_written_as_it_was_found(world, planned_anew):
    size, data = world.size(), workbook()
    plan = looked_at(world, data)
    assert [planned.row.table for planned in plan.rows] == [
        "members", "members", "products", "places", "seasons", "supplies", "goods",
    ]  # fmt: skip
    assert world.size() == size
    with pytest.raises(NotFoundError):
        world.read(find_product, world.coop.code, "NA")
    times = planned_anew()
    done = world.run(import_books, ImportBooks(file=read_setup_file(data), plan=plan))
    assert not times
    assert dict(done.counts) == dict.fromkeys(WHOLE, 1) | {"members": 2}


def test_the_same_file_with_another_plan_is_the_same_command(world):
    file = read_setup_file(workbook())
    first = world.run(import_books, ImportBooks(file=file, idempotency_key="import:1"))
    plan = looked_at(world, workbook(members=[("Người khác", "", "")]))
    again = ImportBooks(file=file, plan=plan, idempotency_key="import:1")
    assert world.run(import_books, again) == first


def test_a_member_of_the_same_code_added_meanwhile_is_found(world, planned_anew):
    data = workbook(members=[("Lê Thị Tám", "", "TAM")])
    plan = looked_at(world, data)
    world.run(add_member, AddMember("Người khác", None, "TAM"))
    times = planned_anew()
    with pytest.raises(SheetError) as error:
        world.run(import_books, ImportBooks(file=read_setup_file(data), plan=plan))
    assert len(times) == 1
    assert [f"{item.column}{item.row}" for item in error.value.problems] == ["C2"]


def test_what_nobody_asked_about_may_change_meanwhile(world, planned_anew):
    """Work that was recorded in a season says nothing to a file without goods of it."""
    season = world.season()
    plan = looked_at(world, workbook(seasons=[("NHO", "VUON1", "01/09/2026")]))
    world.spray(season, ago=3)
    times = planned_anew()
    world.run(import_books, ImportBooks(file=plan.file, plan=plan))
    assert not times


def test_a_spraying_recorded_meanwhile_refuses_the_goods(world, planned_anew):
    season = world.season()
    data = workbook(goods=[("NHO", "VUON1", f"{world.today:%d/%m/%Y}", "20")])
    plan = looked_at(world, data)
    world.spray(season, ago=2)
    times = planned_anew()
    with pytest.raises(SheetError) as error:
        world.run(import_books, ImportBooks(file=read_setup_file(data), plan=plan))
    assert len(times) == 1
    assert [item.column for item in error.value.problems] == ["D"]


def test_a_product_mended_meanwhile_is_asked_again(world, planned_anew):
    world.season()
    data = workbook(goods=[("NHO", "VUON1", f"{world.today:%d/%m/%Y}", "20")])
    plan = looked_at(world, data)
    world.run(mend_product, MendProduct("NHO", "Khánh Hòa, Việt Nam", storage="Nơi mát"))
    times = planned_anew()
    world.run(import_books, ImportBooks(file=read_setup_file(data), plan=plan))
    assert len(times) == 1


def test_a_plan_is_of_one_file_and_one_person(world, planned_anew):
    data = workbook(members=[("Lê Thị Tám", "", "")])
    plan = looked_at(world, data)
    times = planned_anew()
    other = read_setup_file(workbook(members=[("Trần Văn Bảy", "", "")]))
    world.run(import_books, ImportBooks(file=other, plan=plan))
    assert "Lê Thị Tám" not in {m.name for m in world.read(list_members, world.ledger.vault, world.coop.code)}
    world.run(import_books, ImportBooks(file=plan.file, plan=plan), world.neighbour_manager)
    assert len(times) == 2


def test_only_a_manager_looks(world):
    for role in set(Role) & world.actors.keys() - {Role.MANAGER}:
        with pytest.raises(NotAllowedError):
            looked_at(world, workbook(), role)


@pytest.mark.parametrize("sector", ["Na (mãng cầu ta)", "Mẫu rút gọn 4 bước (HTX nhỏ lẻ)"])
def test_the_facts_of_a_season_of_the_file_are_those_it_has_once_written(world, sector):
    """Goods of a season that the same file opens are judged as if it had been opened before."""
    data = workbook(
        products=[("NA", "Na dai", sector, "Lạng Sơn, Việt Nam", "500")],
        places=[PERENNIAL],
        seasons=[("NA", "V9", "01/09/2026")],
        goods=[("NA", "V9", "10/11/2026", "12"), ("NA", "V9", "10/11/2026", "8")],
    )
    plan = looked_at(world, data)
    goods = [planned.made for planned in plan.rows if planned.row.table == "goods"]
    world.run(import_books, ImportBooks(file=plan.file, plan=plan))
    with world.ledger.database.reading() as session:
        lot = session.scalar(select(SeasonRow.lot).where(SeasonRow.product == "NA"))
        facts = gather_season(session, world.ledger.vault, lot)
    found = goods[-1].season.facts
    # Codes are given when it is written, so the last taking is known by its day and amount.
    assert replace(found, takings=()) == replace(facts, takings=())
    assert sorted(taking.quantity for taking in found.takings) == [Decimal(8), Decimal(12)]
    assert sorted(taking.quantity for taking in facts.takings) == [Decimal(8), Decimal(12)]


def test_goods_of_one_season_count_together(world):
    """What no single row exceeds, all of them do: 2,000 m² of grapes give no 9 tonnes."""
    world.season()
    day = f"{world.today:%d/%m/%Y}"
    plan = looked_at(world, workbook(goods=[("NHO", "VUON1", day, "3.000")] * 3))
    warned = [[warning.guard for warning in planned.made.what.warnings] for planned in plan.rows]
    assert warned == [[], [], ["yield_plausible"]]


def test_a_code_chosen_is_met_by_no_number(world):
    """The first lot of the day would bear the code that a later row chose."""
    world.season()
    probe = world.harvested(world.season(), "1")
    code = probe.rpartition(".")[2].removesuffix("1") + "2"
    data = workbook_of(
        "Hàng trong kho",
        ("Sản phẩm", "Nơi sản xuất", "Ngày thu", "Số lượng", "Mã lô"),
        [("NHO", "VUON1", f"{world.today:%d/%m/%Y}", "1", chosen) for chosen in (None, code, None)],
    )
    world.run(import_books, ImportBooks(file=read_setup_file(data)))
    with world.ledger.database.reading() as session:
        lots = {lot.lot.rpartition(".")[2] for lot in lots_of(session, world.coop.code, LotKind.RAW)}
    assert len(lots) == 4
    assert code in lots


def test_a_code_chosen_twice_or_taken_is_refused(world):
    taken = world.harvested().rpartition(".")[2]
    head = ("Sản phẩm", "Nơi sản xuất", "Ngày thu", "Số lượng", "Mã lô")
    rows = [("NHO", "VUON1", f"{world.today:%d/%m/%Y}", "1", code) for code in ("A1", "A1", taken)]
    assert set(faults(world, workbook_of("Hàng trong kho", head, rows))) == {"E3", "E4"}


def test_live_pigs_that_came_to_the_slaughterhouse_are_imported(world):
    """Goods of a sector that makes its lots of others begin with what came in."""
    product = RegisterProduct("LON", "Thịt lợn", "pork_processing", "Lạng Sơn, Việt Nam")
    world.run(register_product, product)
    head = ("Sản phẩm", "Ngày thu", "Số lượng", "Số con", "Khám trước giết mổ")
    day = f"{world.today:%d/%m/%Y}"
    data = workbook_of("Hàng trong kho", head, [("LON", day, "1.050", "10", "Đạt")])
    world.run(import_books, ImportBooks(file=read_setup_file(data)))
    with world.ledger.database.reading() as session:
        (lot,) = lots_of(session, world.coop.code, LotKind.RAW)
    assert lot.quantity == Decimal(1050)
    lacking = faults(world, workbook(goods=[("LON", "", day, "50")]))
    assert "Hãy thêm cột" in lacking["A2"]
    refused = workbook(seasons=[("LON", "VUON1", "01/09/2026")])
    assert "không mở vụ" in faults(world, refused)["A2"]


def test_people_and_partners_are_named_as_people_call_them(world):
    """In a column of the step as well: a member whom the file itself adds, a buyer from the books."""
    world.season()
    world.run(add_partner, AddPartner("Chị Năm", "distributor"))
    head = ("Sản phẩm", "Nơi sản xuất", "Ngày thu", "Số lượng", "Hộ thu hoạch", "Bán tại vườn cho")
    day = f"{world.today:%d/%m/%Y}"
    goods = ("Hàng trong kho", head, [("NHO", "VUON1", day, "10", "Lê Thị Tám", "chị năm")])
    people = ("Thành viên", COLUMNS["members"], [("Lê Thị Tám", "", "TAM")])
    file = read_setup_file(workbook_of(*people, more=[goods]))
    assert world.run(import_books, ImportBooks(file=file)).counts == (("members", 1), ("goods", 1))
    unknown = (head, [("NHO", "VUON1", day, "10", "Không Ai", None)])
    assert "E2" in faults(world, workbook_of("Hàng trong kho", *unknown))


def test_a_supply_is_counted_in_the_unit_that_the_books_have(world):
    world.run(save_supply, SaveSupply(kind="fertiliser", name="NPK 16-16-8", unit="kg"))
    rows = [
        ("npk 16-16-8", "Phân bón", "kg", "2 tạ", "A1", 100),
        ("NPK  16-16-8", "Phân bón", "kg", "50", "a1", None),
        ("NPK 16-16-8", "Phân bón", "lít", "5", "", None),
    ]
    assert list(faults(world, workbook(supplies=rows))) == ["C4"]
    world.run(import_books, ImportBooks(file=read_setup_file(workbook(supplies=rows[:2]))))
    (card,) = world.read(read_stock, world.actors[Role.MANAGER]).cards
    assert card.left == 250


def test_places_without_codes_get_the_next_numbers(world):
    world.run(register_place, RegisterPlace("Kho", "store", "Lạng Sơn", "Chi Lăng", code="N04"))
    rows = [(f"Vườn {number}", "Ruộng", "Lạng Sơn", "Chi Lăng", "", "", "") for number in range(3)]
    plan = looked_at(world, workbook(places=rows))
    codes = [planned.made.code for planned in plan.rows]
    assert len(set(codes)) == 3
    assert "N04" not in codes
    world.run(import_books, ImportBooks(file=plan.file, plan=plan))


def test_seasons_of_one_product_and_day_get_numbers_of_their_own(world):
    world.season(days=10)
    day = f"{world.day(10):%d/%m/%Y}"
    world.run(import_books, ImportBooks(file=read_setup_file(workbook(seasons=[("NHO", "VUON1", day)] * 3))))
    with world.ledger.database.reading() as session:
        codes = session.scalars(select(SeasonRow.code).order_by(SeasonRow.code)).all()
    series = f"V{world.day(10):%y%m%d}"
    assert codes == [f"{series}-{number}" for number in (1, 2, 3, 4)]
    assert world.season(days=10).endswith(f"{series}-5")
