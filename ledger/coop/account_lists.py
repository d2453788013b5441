"""Many people at once: from a list of names, telephone numbers and roles to members, accounts and cards.

Reading a list is pure and reports every fault with its line; adding it is one unit: all of them or none. No
PIN is made here: a new person comes in by the card and chooses a PIN.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, Role
from ledger.coop.errors import CellProblem, CommandError, SheetError
from ledger.coop.people.accounts import open_account
from ledger.coop.people.cards import MAX_CARDS, CardBatch, make_cards_of
from ledger.coop.people.phone_logins import is_taken, keep_phone
from ledger.coop.people.phones import format_phone, phone_digest, read_phone
from ledger.coop.registers.members import AddMember, add_member, list_members
from ledger.coop.spreadsheets.sheets import ZIP_MAGIC, read_sheet
from ledger.coop.tables import AccountRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

MAX_PEOPLE = MAX_CARDS
NAME, PHONE, ROLES = "A", "B", "C"
"""The columns of a list, as problems name them."""

ROLE_WORDS: Mapping[str, Role] = MappingProxyType(
    {
        "nguoi san xuat": Role.GROWER,
        "thanh vien": Role.GROWER,
        "nong dan": Role.GROWER,
        "nguoi ghi ho": Role.RECORDER,
        "ghi ho": Role.RECORDER,
        "to truong": Role.TEAM_LEAD,
        "nguoi dong goi": Role.PACKER,
        "dong goi": Role.PACKER,
        "ke toan": Role.ACCOUNTANT,
        "quan ly": Role.MANAGER,
        "nha phan phoi": Role.DISTRIBUTOR,
        **{role.value: role for role in Role if role is not Role.ALLIANCE},
    }
)
"""What roles are called in lists, without tone marks."""

_FAULTY = "Danh sách có chỗ chưa đúng. Chưa thêm ai. Hãy sửa các dòng dưới đây rồi gửi lại."
_HEADINGS = {
    NAME: ("ho ten", "ho va ten", "ten"),
    PHONE: ("so dien thoai", "dien thoai", "sdt"),
    ROLES: ("viec", "duoc lam viec", "duoc lam viec gi", "vai tro"),
}
_BETWEEN_ROLES = re.compile(r"[,;+/&\n]|\bvà\b")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person of a list; ``number`` is the line as the person at the list sees it, from 1."""

    number: int
    name: str
    phone: str | None
    roles: frozenset[Role]

    def __repr__(self) -> str:
        return f"PersonLine(number={self.number!r})"


@dataclass(frozen=True, slots=True)
class AddPeople(Command):
    """Members with accounts and cards; ``asks_pin``: their cards ask for the PIN once they have one."""

    people: tuple[PersonLine, ...]
    asks_pin: bool = False


@use_case(MANAGEMENT)
def add_people(unit: Unit, actor: Actor, command: AddPeople) -> CardBatch:
    """Add everybody on the list, or nobody; the batch of their cards.

    Who is a member already, with this telephone number and without an account, gets one and is not added
    twice. Raises ``SheetError`` with all that is wrong.
    """
    if not 0 < len(command.people) <= MAX_PEOPLE:
        raise SheetError("too many", sentence=f"Danh sách có từ 1 đến {MAX_PEOPLE} người. Hãy chia nhỏ ra.")
    _check_new(unit, actor, command.people)
    members = _members_by_phone(unit, actor)
    rows = [_add_person(unit, actor, person, members) for person in command.people]
    return make_cards_of(unit, actor, rows, asks_pin=command.asks_pin)


def read_people(typed: str) -> tuple[PersonLine, ...]:
    """The people of a pasted list: a line each, ``name; phone; roles`` with ``;``, ``,`` or tabs between.

    Raises ``SheetError`` with every fault.
    """
    lines = ((number, _split(line)) for number, line in enumerate(typed.splitlines(), start=1))
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if filled and _plain(filled[0][1][0]) in _HEADINGS[NAME]:
        filled = filled[1:]
    return _read_lines(filled)


def read_people_sheet(data: bytes) -> tuple[PersonLine, ...]:
    """The people of an XLSX or CSV file with the columns name, phone and roles. Raises ``SheetError``."""
    sheet = read_sheet(data)
    columns = {
        heading.column: kind
        for heading in sheet.headings
        for kind, words in _HEADINGS.items()
        if _plain(heading.text) in words
    }
    if not {NAME, PHONE} <= set(columns.values()):
        sentence = "Tệp cần các cột “Họ tên”, “Số điện thoại” và “Việc”. Hãy đặt lại tên cột ở dòng đầu."
        raise SheetError("columns missing", sentence=sentence)
    lines = []
    for row in sheet.rows:
        told = {columns[cell.column]: str(cell.value) for cell in row.cells if cell.column in columns}
        lines.append((row.number, tuple(told.get(kind, "") for kind in (NAME, PHONE, ROLES))))
    return _read_lines(lines)


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an XLSX file."""
    return data.startswith(ZIP_MAGIC)


def _read_lines(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[PersonLine, ...]:
    if len(lines) > MAX_PEOPLE:
        raise SheetError(
            "too many", sentence=f"Danh sách có hơn {MAX_PEOPLE} người. Hãy chia thành nhiều lần."
        )
    problems: list[CellProblem] = []
    people = tuple(_read_line(number, cells, problems) for number, cells in lines)
    problems += _repeated(people)
    if problems:
        raise SheetError("faulty lines", problems=tuple(problems), sentence=_FAULTY)
    if not people:
        raise SheetError("empty list", sentence="Danh sách chưa có ai. Hãy ghi mỗi người một dòng.")
    return people


def _read_line(number: int, cells: Sequence[str], problems: list[CellProblem]) -> PersonLine:
    name, phone, *words = (*cells, "", "")
    said = [word for cell in words for word in map(_plain, _BETWEEN_ROLES.split(cell)) if word]
    unknown = [word for word in said if word not in ROLE_WORDS]
    if unknown:
        sentence = (
            f"Không rõ việc “{unknown[0][:40]}”. Hãy ghi: người sản xuất, ghi hộ, tổ trưởng, đóng gói,"
            " kế toán hoặc quản lý."
        )
        problems.append(CellProblem(number, ROLES, sentence))
    if not name.strip():
        problems.append(CellProblem(number, NAME, "Dòng này chưa có họ tên."))
    read = read_phone(phone)
    if phone.strip() and read is None:
        sentence = f"Số điện thoại “{phone.strip()[:20]}” chưa đúng. Hãy ghi như 0912 345 678."
        problems.append(CellProblem(number, PHONE, sentence))
    roles = frozenset(ROLE_WORDS[word] for word in said if word in ROLE_WORDS) or frozenset({Role.GROWER})
    return PersonLine(number, name.strip(), read, roles)


def _repeated(people: Sequence[PersonLine]) -> Iterator[CellProblem]:
    first: dict[str, int] = {}
    for person in people:
        if person.phone is None:
            continue
        if person.phone in first:
            sentence = f"Số {format_phone(person.phone)} đã có ở dòng {first[person.phone]}."
            yield CellProblem(person.number, PHONE, sentence)
        first.setdefault(person.phone, person.number)


def _check_new(unit: Unit, actor: Actor, people: Sequence[PersonLine]) -> None:
    problems = [
        CellProblem(
            person.number, PHONE, f"Số {format_phone(person.phone)} đã mở một tài khoản. Hãy bỏ dòng này."
        )
        for person in people
        if person.phone is not None
        and is_taken(unit.session, actor.organisation, phone_digest(unit.vault, person.phone))
    ]
    if problems:
        raise SheetError("taken numbers", problems=tuple(problems), sentence=_FAULTY)


def _members_by_phone(unit: Unit, actor: Actor) -> dict[str, tuple[str, str]]:
    """Id and code of the members without an account, by telephone number."""
    held = select(AccountRow.member_id).where(
        AccountRow.organisation == actor.organisation,
        AccountRow.member_id.is_not(None),
        AccountRow.closed_at.is_(None),
    )
    with_account = set(unit.session.scalars(held))
    return {
        phone: (member.id, member.code)
        for member in list_members(unit.session, unit.vault, actor.organisation)
        if member.id not in with_account and (phone := read_phone(member.phone or "")) is not None
    }


def _add_person(
    unit: Unit, actor: Actor, person: PersonLine, members: Mapping[str, tuple[str, str]]
) -> AccountRow:
    known = members.get(person.phone or "")
    member_id, code = known or _add_member(unit, actor, person)
    login = _free_login(unit.session, f"{code}.{actor.organisation}".lower())
    account = open_account(unit, actor.organisation, login, person.roles, member_id)
    if person.phone is not None:
        keep_phone(unit, account, person.phone)
    return account


def _add_member(unit: Unit, actor: Actor, person: PersonLine) -> tuple[str, str]:
    phone = format_phone(person.phone) if person.phone else None
    try:
        added = add_member(unit, actor, AddMember(person.name, phone))
    except CommandError as error:
        problems = tuple(CellProblem(person.number, NAME, problem.sentence) for problem in error.problems)
        raise SheetError("faulty lines", problems=problems, sentence=_FAULTY) from error
    unit.session.flush()
    return added.id, added.code


def _free_login(session: Session, wanted: str) -> str:
    """``wanted``, or with a number behind it: an account that was closed keeps its name."""
    taken = set(session.scalars(select(AccountRow.login).where(AccountRow.login.startswith(wanted))))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(login for login in (wanted, *numbered) if login not in taken)


def _split(line: str) -> tuple[str, ...]:
    separator = next((mark for mark in "\t;," if mark in line), ";")
    return tuple(cell.strip() for cell in line.split(separator))


def _plain(text: str) -> str:
    """Without tone marks, in lower case, inner spaces single."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())
