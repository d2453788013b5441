"""Sealed values: what is not public is not in the log, and what is disclosed cannot be another value."""

import json

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import NotAllowedError
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.people.disclosing import Disclose, disclose, given_notes
from ledger.log.canonical import format_canonical
from ledger.log.queries import read_entry
from ledger.log.records import read_record
from ledger.trace.errors import DisclosureFileError, WrongDisclosureError
from ledger.trace.events.sealed import Disclosure, check_disclosure, unseal
from ledger.trace.sealed_fields.disclosing import disclosure_file
from ledger.trace.sealed_fields.disclosure_file import parse_disclosure_file, verify_disclosure_file
from ledger.trace.sealed_fields.disclosures import read_disclosures
from signing.canonical_base64 import format_base64
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    farm = Farm(sqlite_database)
    farm.register()
    return farm


@pytest.fixture
def index(farm):
    season, _ = farm.season()
    return farm.diary(season, 3, dose="2").index


def disclosures_of(farm, index):
    return farm.read(read_disclosures, farm.vault, index)


def test_disclosure_with_other_value(farm, index):
    (disclosure,) = disclosures_of(farm, index)
    event = farm.read(read_record, index).body
    check_disclosure(event, disclosure)
    forged = Disclosure(disclosure.pointer, disclosure.salt, "TV-99", disclosure.subject)
    with pytest.raises(WrongDisclosureError):
        check_disclosure(event, forged)


def test_disclosure_file_with_other_value(farm, index):
    """One value, one place, one entry: whatever else the file says, a step names it."""
    pointer = "/sogoc:fields/done_by"
    other = farm.diary(farm.lot("V260901-1"), 5, dose="2").index
    file, foreign = (farm.read(disclosure_file, farm.vault, at, pointer) for at in (index, other))
    assert verify_disclosure_file(file, vkey=farm.ledger.vkey).value == "TV-07"
    salt = parse_disclosure_file(foreign).disclosure.salt
    changes = {
        "value": ("TV-99", 9),
        "salt": (format_base64(salt), 9),
        "pointer": ("/sogoc:fields/note", 9),
        "index": (0, 9),
        "entries": (json.loads(foreign)["entries"], 1),
        "log": ({"origin": "khac", "vkey": "khac"}, 1),
    }
    for member, (value, step) in changes.items():
        forged = format_canonical(json.loads(file) | {member: value}) + b"\n"
        with pytest.raises(DisclosureFileError) as caught:
            verify_disclosure_file(forged, vkey=farm.ledger.vkey)
        assert caught.value.step == step, member


def test_disclosure_beyond_ones_role(world):
    """Whatever the role, what it may not show is neither shown nor noted as shown."""
    command = Ship(
        lot=world.sealed(20), to_partner=world.partner, packs=13, done_on=world.today, invoice_no="XUAT-99"
    )
    shipped = world.run(ship, command, Role.PACKER).index
    tried = {
        "/sogoc:fields/to_party": {Role.GROWER, Role.RECORDER},
        "/sogoc:fields/invoice_no": {Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.PACKER},
        "/sogoc:fields/done_by": set(world.actors) - {Role.MANAGER},
    }
    for pointer, roles in tried.items():
        for role in roles:
            with pytest.raises(NotAllowedError):
                world.run(disclose, Disclose(shipped, pointer, "ai đó"), role)
    assert world.read(given_notes, world.ledger.vault, world.actors[Role.MANAGER]) == ()


def test_sealed_value_not_in_log_bytes(farm, index):
    entry = farm.read(read_entry, index).entry
    assert b"TV-07" not in entry
    assert b"/sogoc:fields/done_by" in entry
    full = unseal(farm.read(read_record, index).body, disclosures_of(farm, index))
    assert full["sogoc:fields"]["done_by"] == "TV-07"
