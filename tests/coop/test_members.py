import pytest
from sqlalchemy import select

from ledger.coop.accounts import check_login
from ledger.coop.actors import Role
from ledger.coop.errors import AlreadyExistsError, CommandError, LoginError, NotAllowedError, NotFoundError
from ledger.coop.members import (
    AddMember,
    EraseMember,
    add_member,
    erase_member,
    find_member_by_code,
    list_members,
)
from ledger.coop.partners import AddPartner, add_partner, list_partners
from ledger.coop.seasons import OpenSeason, open_season
from ledger.coop.tables import MemberRow, PartnerRow
from ledger.log.queries import read_entries
from ledger.trace.errors import ErasedError
from tests.support.world import SECRET


def people(world, organisation=None):
    return world.read(list_members, world.ledger.vault, organisation or world.coop.code)


def test_members_are_numbered_and_listed_with_their_names(world):
    world.run(add_member, AddMember(name="  Trần   Văn Bình ", phone="0987.654.321", code="binh"))
    world.run(add_member, AddMember(name="Lê Thị Hoa"))
    assert next((one.code, one.name, one.phone) for one in people(world)) == (
        "BINH",
        "Trần Văn Bình",
        "0987.654.321",
    )
    assert people(world)[-1].code == "TV06"
    assert world.read(find_member_by_code, world.coop.code, "binh") == people(world)[0].id


def test_neither_books_nor_log_hold_a_name_in_the_clear(world):
    world.run(add_member, AddMember(name="Trần Văn Bình", phone="0987654321"))
    world.run(add_partner, AddPartner(name="Cô Tư chợ Phan Rang", kind="shop", phone="0911222333"))
    with world.ledger.database.reading() as session:
        stored = [
            *session.scalars(select(MemberRow.name_sealed)),
            *session.scalars(select(MemberRow.phone_sealed)),
            *session.scalars(select(PartnerRow.name_sealed)),
            *session.scalars(select(PartnerRow.phone_sealed)),
        ]
        entries = b"".join(entry.entry for entry in read_entries(session, range(world.size())))
    for secret in ("Bình", "0987654321", "Cô Tư", "0911222333"):
        assert all(secret.encode() not in (value or b"") for value in stored)
        assert secret.encode() not in entries


def test_no_name_or_number_shows_in_what_is_printed(world):
    member = people(world)[0]
    partner = world.read(list_partners, world.ledger.vault, world.coop.code)[0]
    for shown in (
        member,
        partner,
        AddMember("Bình", "0987654321"),
        AddPartner("Cô Tư", "shop", "0987654321"),
    ):
        assert not any(word in repr(shown) for word in ("Nguyễn", "0912", "Bình", "098765", "Cô Tư", "Sen"))


def test_erased_member_is_gone_and_the_books_still_open(world):
    grower = world.actors[Role.GROWER]
    erased = world.run(erase_member, EraseMember(grower.member_id))
    assert erased.index == world.size() - 1
    left = next(one for one in people(world) if one.id == grower.member_id)
    assert (left.name, left.phone) == (None, None)
    with pytest.raises(LoginError):
        check_login(world.ledger.database, "grower", SECRET, world.clock())
    with pytest.raises(ErasedError):
        world.run(erase_member, EraseMember(grower.member_id))


@pytest.mark.parametrize(
    "command",
    [
        AddMember(name="  "),
        AddMember(name="x" * 121),
        AddMember(name="Lan\u202e"),
        AddMember(name="Lan", phone="hỏi chị Hoa"),
        AddMember(name="Lan", code="tổ 1"),
    ],
)
def test_member_with_bad_values_is_refused_with_a_sentence(world, command):
    with pytest.raises(CommandError) as caught:
        world.run(add_member, command)
    assert caught.value.problems[0].sentence.endswith(".")


def test_code_of_a_member_is_used_once(world):
    with pytest.raises(AlreadyExistsError):
        world.run(add_member, AddMember(name="Lan", code="tv01"))


def test_grower_adds_nobody(world):
    with pytest.raises(NotAllowedError):
        world.run(add_member, AddMember(name="Lan"), Role.GROWER)


def test_partner_may_be_an_organisation_of_this_system(world):
    found = world.read(list_partners, world.ledger.vault, world.coop.code)
    assert [(one.name, one.organisation) for one in found] == [("Sen Xanh", world.distributor.code)]
    with pytest.raises(NotFoundError):
        world.run(add_partner, AddPartner(name="Ai đó", kind="shop", organisation="HTX0000000"))
    with pytest.raises(CommandError):
        world.run(add_partner, AddPartner(name="Mình", kind="shop", organisation=world.coop.code))


def test_repeated_form_adds_the_member_once(world):
    command = AddMember(name="Lan", idempotency_key="form-1")
    assert world.run(add_member, command) == world.run(add_member, command)
    assert len(people(world)) == 6


def test_erased_member_does_no_more_work(world):
    grower = world.actors[Role.GROWER].member_id
    world.run(erase_member, EraseMember(grower))
    for name in (grower, "TV01"):
        command = OpenSeason(product="NHO", place="VUON1", started_on=world.day(9), done_by=name)
        with pytest.raises(NotFoundError):
            world.run(open_season, command, Role.RECORDER)
