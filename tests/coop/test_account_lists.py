import pytest
from sqlalchemy import func, select

from ledger.coop.account_lists import (
    MAX_PEOPLE,
    AddPeople,
    PersonLine,
    add_people,
    read_people,
    read_people_sheet,
)
from ledger.coop.actors import Role
from ledger.coop.errors import LoginError, NotAllowedError, SheetError
from ledger.coop.people.account_queries import accounts_of
from ledger.coop.people.accounts import check_login
from ledger.coop.people.cards import check_card, read_batch
from ledger.coop.registers.members import AddMember, add_member, list_members
from ledger.coop.tables import AccountRow, MemberRow

LIST = "Họ tên\tSĐT\tViệc\nLê Thị Hoa\t0912 000 111\tTổ trưởng, Đóng gói\n\nTrần Bảy\t912000222\t\n"


def people(text=LIST):
    return AddPeople(read_people(text))


def counts(world):
    with world.ledger.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(row)) for row in (AccountRow, MemberRow)]


def cards_of(world, batch):
    return world.read(read_batch, world.ledger.vault, world.actors[Role.MANAGER], batch, world.clock())


def problems(text):
    with pytest.raises(SheetError) as caught:
        read_people(text)
    return [(problem.row, problem.column) for problem in caught.value.problems]


def test_a_pasted_list_is_read_with_its_heading_and_empty_lines():
    hoa, bay = read_people(LIST)
    assert hoa == PersonLine(2, "Lê Thị Hoa", "+84912000111", frozenset({Role.TEAM_LEAD, Role.PACKER}))
    assert bay == PersonLine(4, "Trần Bảy", "+84912000222", frozenset({Role.GROWER}))
    assert "Hoa" not in repr(hoa)


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("A; 0912000111; quản lý", {Role.MANAGER}),
        ("A, 0912000111, ghi hộ, ke toan", {Role.RECORDER, Role.ACCOUNTANT}),
        ("A; ; NGƯỜI SẢN XUẤT + đóng gói", {Role.GROWER, Role.PACKER}),
        ("A; ; tổ trưởng và ghi hộ", {Role.TEAM_LEAD, Role.RECORDER}),
        ("A", {Role.GROWER}),
    ],
)
def test_roles_are_read_as_people_write_them(line, roles):
    (person,) = read_people(line)
    assert person.roles == roles


def test_every_fault_of_a_list_is_told_with_its_line():
    assert problems("; 0912000111\nLê Hoa; 12; vua\nBảy; 0912000111\n") == [
        (1, "A"),
        (2, "C"),
        (2, "B"),
        (3, "B"),
    ]
    assert problems("") == []
    assert problems("A\n" * (MAX_PEOPLE + 1)) == []
    assert problems("A; ; liên minh") == [(1, "C")]


def test_a_csv_file_is_read_by_the_names_of_its_columns():
    data = "Ghi chú;Việc;Số điện thoại;Họ và tên\nx;kế toán;0912000111;Lê Hoa\n".encode()
    (person,) = read_people_sheet(data)
    assert (person.number, person.name, person.roles) == (2, "Lê Hoa", {Role.ACCOUNTANT})
    with pytest.raises(SheetError):
        read_people_sheet("Họ tên;Việc\nLê Hoa;kế toán\n".encode())


def test_a_list_becomes_members_accounts_and_cards(world):
    batch = world.run(add_people, people())
    assert batch.count == 2
    cards = cards_of(world, batch.id)
    hoa = next(card for card in cards if Role.TEAM_LEAD in card.roles)
    actor = check_card(world.ledger.database, world.ledger.vault, hoa.secret, "", world.clock())
    assert actor.roles == {Role.TEAM_LEAD, Role.PACKER}
    names = {m.id: m.name for m in world.read(list_members, world.ledger.vault, world.coop.code)}
    assert names[actor.member_id] == "Lê Thị Hoa"
    with pytest.raises(LoginError):
        check_login(world.ledger.database, hoa.login, "", world.clock())


def test_the_same_list_sent_twice_adds_people_once(world):
    command = AddPeople(read_people(LIST), idempotency_key="list-1")
    first = world.run(add_people, command)
    before = counts(world)
    assert world.run(add_people, command) == first
    assert counts(world) == before


def test_a_list_with_a_number_that_has_an_account_adds_nobody(world):
    world.run(add_people, people())
    before = counts(world)
    with pytest.raises(SheetError) as caught:
        world.run(add_people, people("Ngô Tư; 0912000333\nLê Hoa; 0912000111"))
    assert [problem.row for problem in caught.value.problems] == [2]
    with pytest.raises(SheetError) as caught:
        world.run(add_people, people(f"Ngô Tư; 0912000333\n{'x' * 121}; 0912000444"))
    assert [problem.row for problem in caught.value.problems] == [2]
    assert counts(world) == before


def test_who_is_a_member_already_is_not_added_twice(world):
    added = world.run(add_member, AddMember("Lê Thị Hoa", "0912 000 111"))
    before = counts(world)
    world.run(add_people, people())
    assert counts(world) == [before[0] + 2, before[1] + 1]
    assert added.id in {one.member_id for one in world.read(accounts_of, world.coop.code)}


def test_only_a_manager_adds_people(world):
    with pytest.raises(NotAllowedError):
        world.run(add_people, people(), Role.ACCOUNTANT)


@pytest.mark.parametrize("count", [0, MAX_PEOPLE + 1])
def test_a_list_has_a_limit(world, count):
    line = PersonLine(1, "A", None, frozenset({Role.GROWER}))
    with pytest.raises(SheetError):
        world.run(add_people, AddPeople((line,) * count))
