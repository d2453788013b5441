"""Showing one sealed value to a partner: who may, what is noted, and a file that proves itself."""

import json

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.people.disclosing import Disclose, GivenNote, disclose, given_file, given_notes
from ledger.coop.registers.members import EraseMember, erase_member
from ledger.log.keys import chain_keys, replace_key, revoke_key
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.records import read_record
from ledger.trace.errors import ErasedError
from ledger.trace.sealed_fields.disclosing import audience
from ledger.trace.sealed_fields.disclosure_file import parse_disclosure_file, verify_disclosure_file

FIELDS = "/sogoc:fields/"


@pytest.fixture
def shipped(world):
    """The entry of a delivery; buyer, vehicle and invoice are sealed in it."""
    command = Ship(
        lot=world.sealed(20),
        to_partner=world.partner,
        packs=13,
        done_on=world.today,
        vehicle="85C-012.34",
        invoice_no="XUAT-99",
    )
    return world.run(ship, command, Role.PACKER).index


def show(world, index, pointer, who=Role.MANAGER, recipient="Siêu thị Sen Xanh"):
    given = world.run(disclose, Disclose(index, pointer, recipient), who)
    return world.read(given_file, world.ledger.vault, world.actor(who), given.id)


def test_a_partner_checks_what_it_was_shown_with_the_log_s_key_alone(world, shipped):
    file = show(world, shipped, f"{FIELDS}to_party", Role.PACKER)
    found = verify_disclosure_file(file, vkey=world.ledger.vkey)
    assert (found.record.index, found.value, found.is_own_key) == (shipped, world.partner, True)
    assert len(found.warnings) == 1
    without = verify_disclosure_file(file)
    assert (without.is_own_key, len(without.warnings)) == (False, 2)


def test_a_file_says_one_value_and_nothing_of_the_others(world, shipped):
    file = show(world, shipped, f"{FIELDS}invoice_no").decode()
    assert "XUAT-99" in file
    assert "85C-012" not in file
    assert world.partner not in file


def test_files_stay_good_when_keys_change_and_the_log_grows(world, shipped):
    before = show(world, shipped, f"{FIELDS}vehicle")
    first = world.ledger.vkey
    old = list(world.read(chain_keys, world.coop.code))[-1].key
    world.ledger.write(replace_key, world.coop.code)
    world.ledger.write(revoke_key, world.coop.code, old)
    world.ledger.write(rotate_log_key)
    world.ledger.write(revoke_log_key, first)
    after = show(world, shipped, f"{FIELDS}vehicle")
    assert verify_disclosure_file(before, vkey=first).value == "85C-012.34"
    assert verify_disclosure_file(after, vkey=world.ledger.vkey).value == "85C-012.34"
    assert len(parse_disclosure_file(after).entries) == 4


@pytest.mark.parametrize(
    ("pointer", "allowed"),
    [
        (f"{FIELDS}to_party", {Role.TEAM_LEAD, Role.PACKER, Role.ACCOUNTANT, Role.MANAGER}),
        (f"{FIELDS}invoice_no", {Role.ACCOUNTANT, Role.MANAGER}),
        (f"{FIELDS}done_by", {Role.MANAGER}),
    ],
)
def test_who_may_show_depends_on_whom_the_value_is_for(world, shipped, pointer, allowed):
    for role in world.actors:
        if role in allowed:
            assert show(world, shipped, pointer, role)
        else:
            with pytest.raises(NotAllowedError):
                world.run(disclose, Disclose(shipped, pointer, "ai đó"), role)


def test_each_sealed_value_of_a_delivery_has_its_audience(world, shipped):
    event = world.read(read_record, shipped).body
    found = {pointer: audience(event, pointer) for pointer in event["sogoc:sealed"]}
    assert found[f"{FIELDS}to_party"] == found["/destinationList"] == "partner"
    assert found[f"{FIELDS}vehicle"] == found[f"{FIELDS}invoice_no"] == "private"
    assert found[f"{FIELDS}done_by"] == "person"
    assert audience(event, "/quantityList/0/quantity") == "partner"
    assert audience(event, "/ilmd") == audience(event, f"{FIELDS}no_such_field") == "private"
    assert audience({"type": "ObjectEvent"}, f"{FIELDS}price") == "private"


def test_the_books_note_who_showed_what_to_whom_and_the_log_nothing(world, shipped):
    size = world.size()
    show(world, shipped, f"{FIELDS}to_party", Role.PACKER, recipient="Cô Tư chợ Dinh")
    show(world, shipped, f"{FIELDS}vehicle", Role.ACCOUNTANT, recipient="Ngân hàng Nông nghiệp")
    assert world.size() == size
    notes = world.read(given_notes, world.ledger.vault, world.actors[Role.ACCOUNTANT])
    assert [(note.index, note.pointer, note.recipient, note.account_id) for note in notes] == [
        (shipped, f"{FIELDS}vehicle", "Ngân hàng Nông nghiệp", world.actors[Role.ACCOUNTANT].account_id),
        (shipped, f"{FIELDS}to_party", "Cô Tư chợ Dinh", world.actors[Role.PACKER].account_id),
    ]
    assert all(isinstance(note, GivenNote) and "Tư" not in repr(note) for note in notes)
    assert "Tư" not in repr(Disclose(shipped, "/x", "Cô Tư"))
    with pytest.raises(NotAllowedError):
        world.read(given_notes, world.ledger.vault, world.actors[Role.PACKER])


def test_a_repeated_form_is_noted_once(world, shipped):
    command = Disclose(shipped, f"{FIELDS}vehicle", "Sen Xanh", idempotency_key="form-1")
    assert world.run(disclose, command) == world.run(disclose, command)
    assert len(world.read(given_notes, world.ledger.vault, world.actors[Role.MANAGER])) == 1


def test_what_is_not_sealed_there_cannot_be_shown(world, shipped):
    for index, pointer in [
        (shipped, f"{FIELDS}to_province"),
        (shipped, "no pointer"),
        (0, f"{FIELDS}price"),
        (99_999, f"{FIELDS}price"),
    ]:
        with pytest.raises(NotFoundError):
            world.run(disclose, Disclose(index, pointer, "ai đó"))
    with pytest.raises(CommandError):
        world.run(disclose, Disclose(shipped, f"{FIELDS}vehicle", " "))
    manager = world.actors[Role.MANAGER]
    with pytest.raises(NotFoundError):
        world.read(given_file, world.ledger.vault, manager, "no such note")
    assert world.read(given_notes, world.ledger.vault, manager) == ()


def test_a_neighbour_gets_no_file_of_ours(world, shipped):
    given = world.run(disclose, Disclose(shipped, f"{FIELDS}vehicle", "Sen Xanh"))
    with pytest.raises(NotFoundError):
        world.read(given_file, world.ledger.vault, world.neighbour_manager, given.id)
    with pytest.raises(NotFoundError):
        world.run(disclose, Disclose(shipped, f"{FIELDS}vehicle", "trộm"), world.neighbour_manager)


def test_an_erased_value_is_shown_no_more_and_files_given_before_still_verify(world):
    season = world.season()
    grower = world.actors[Role.GROWER]
    step = RecordStep(lot=season, step="irrigation", done_on=world.today, values={"source": "Giếng khoan"})
    index = world.run(record_step, step, Role.GROWER).index
    pointer = f"{FIELDS}done_by"
    given = world.run(disclose, Disclose(index, pointer, "thanh tra"))
    manager = world.actors[Role.MANAGER]
    before = world.read(given_file, world.ledger.vault, manager, given.id)
    world.run(erase_member, EraseMember(grower.member_id))
    with pytest.raises(ErasedError):
        world.run(disclose, Disclose(index, pointer, "thanh tra"))
    with pytest.raises(ErasedError):
        world.read(given_file, world.ledger.vault, manager, given.id)
    assert verify_disclosure_file(before, vkey=world.ledger.vkey).value == grower.member_id


def test_values_of_every_kind_travel(world, shipped):
    quantity = json.loads(show(world, shipped, "/quantityList/0/quantity"))["value"]
    assert quantity == 13
    destination = json.loads(show(world, shipped, "/destinationList"))["value"]
    assert destination[0]["type"] == "owning_party"
