from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.coop.actors import Actor, Role
from ledger.coop.errors import AlreadyExistsError, CommandError, LoginError, NotAllowedError, NotFoundError
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.people.accounts import CreateAccount, add_account, check_login
from ledger.coop.people.erasing import scrub_database
from ledger.coop.people.sessions import open_session
from ledger.coop.registers.members import (
    AddMember,
    EraseMember,
    add_member,
    erase_member,
    find_member_by_code,
    find_person,
    list_members,
)
from ledger.coop.registers.partners import AddPartner, add_partner, list_partners
from ledger.coop.tables import AccountRow, MemberRow, PartnerRow, SessionRow
from ledger.log.queries import read_entries
from ledger.trace.capture import capture_statement
from ledger.trace.errors import ErasedError
from ledger.trace.events.statements import SubjectErased
from ledger.trace.tables import DataKey
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
    assert world.run(erase_member, EraseMember(grower.member_id)) == erased
    assert world.size() == erased.index + 1


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


def test_an_erasure_takes_logins_sessions_and_chosen_codes_with_it(world):
    member = world.run(add_member, AddMember(name="Lê Thị Hoa", code="hoa")).id
    account = CreateAccount(world.coop.code, "le.thi.hoa", SECRET, frozenset({Role.GROWER}), member)
    account_id = world.run(add_account, account).id
    actor = Actor(account_id, world.coop.code, member, frozenset({Role.GROWER}))
    world.ledger.write(open_session, actor)
    world.run(erase_member, EraseMember(member))
    with world.ledger.database.reading() as session:
        row = session.get(AccountRow, account_id)
        assert (row.login, row.secret_hash) == (f"~{account_id}", "")
        assert row.closed_at is not None
        assert session.scalars(select(SessionRow).where(SessionRow.account_id == account_id)).all() == []
        assert session.get(MemberRow, member).code == "TV06"
    assert world.read(find_person, world.coop.code, "tv06") == member
    with pytest.raises(NotFoundError):
        world.read(find_person, world.coop.code, "HOA")
    world.run(add_account, CreateAccount(world.coop.code, "le.thi.hoa", SECRET, frozenset({Role.GROWER})))


def test_an_erasure_by_another_organisation_is_none(world):
    """Whoever logs that our member was erased has not erased them, and does not keep us from it."""
    member = world.actors[Role.GROWER].member_id
    claim = SubjectErased(erased=member, disclosures=0)
    world.ledger.write(capture_statement, world.neighbour.code, claim)
    before = world.size()
    assert world.run(erase_member, EraseMember(member)).index == before
    world.ledger.write(capture_statement, world.neighbour.code, claim)
    assert world.run(erase_member, EraseMember(member)).index == before


def test_a_member_whose_erasure_is_nowhere_said_is_told_as_erased(world):
    member = world.actors[Role.GROWER].member_id
    with world.ledger.database.writing() as session:
        session.get(MemberRow, member).name_sealed = None
    with pytest.raises(ErasedError):
        world.run(erase_member, EraseMember(member))


def test_an_erasure_is_whole_or_nothing(world):
    """Whatever fails behind it: no key is destroyed without its statement, and none stands without."""
    member = world.actors[Role.GROWER].member_id

    def erase_and_fail(unit):
        erase_member(unit, world.actors[Role.MANAGER], EraseMember(member))
        raise RuntimeError("power cut")

    size = world.size()
    with pytest.raises(RuntimeError, match="power cut"):
        world.ledger.write(erase_and_fail)
    assert world.size() == size
    assert next(one.name for one in people(world) if one.id == member) == "Nguyễn Thị grower"
    check_login(world.ledger.database, "grower", SECRET, world.clock())
    world.run(erase_member, EraseMember(member))


def test_nothing_of_an_erased_key_is_left_in_the_database_s_files(world, tmp_path):
    member = world.actors[Role.GROWER].member_id
    with world.ledger.database.reading() as session:
        query = select(DataKey.sealed).where(DataKey.subject == member)
        secrets = [session.scalar(query), session.get(MemberRow, member).name_sealed]
    assert all(secrets)
    world.run(erase_member, EraseMember(member))
    assert scrub_database(world.ledger.database)
    assert scrub_database(world.ledger.database)
    if world.ledger.database.dialect == "sqlite":
        file = Path(world.ledger.database.url.database)
        files = file.parent.glob(f"{file.name}*")
        data = b"".join(path.read_bytes() for path in files)
        assert not any(secret in data for secret in secrets)
    world.run(add_member, AddMember(name="Lan"))


def test_readers_put_off_the_scrubbing_of_sqlite(world):
    database = world.ledger.database
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL waits for readers instead")
    _wait_for_readers(database, 10)
    with database.reading() as session:
        session.execute(select(DataKey.id)).all()
        world.run(erase_member, EraseMember(world.actors[Role.GROWER].member_id))
        assert not scrub_database(database)
    assert scrub_database(database)


def _wait_for_readers(database, milliseconds):
    """On the one connection that writes."""
    raw = database.engine.raw_connection()
    raw.cursor().execute(f"PRAGMA busy_timeout = {milliseconds}")
    raw.close()


def test_erased_member_does_no_more_work(world):
    grower = world.actors[Role.GROWER].member_id
    world.run(erase_member, EraseMember(grower))
    for name in (grower, "TV01"):
        command = OpenSeason(product="NHO", place="VUON1", started_on=world.day(9), done_by=name)
        with pytest.raises(NotFoundError):
            world.run(open_season, command, Role.RECORDER)
