"""A device's key is taken in, seen and ended by a manager."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError
from ledger.coop.people.device_keys import (
    AddDevice,
    DeviceKey,
    RevokeDevice,
    add_device,
    device_keys,
    revoke_device,
)
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import KeyStatementError
from ledger.log.keys import key_added_text
from ledger.log.records import read_record
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import event_body


@pytest.fixture
def device(world):
    name = f"{world.ledger.origin}/{world.coop.code}/may-1"
    return NamedKey(name, PrivateKey.from_seed(bytes([12]) * 32))


def request_of(key):
    return AddDevice(sign_note(key_added_text(key.verifier_key), key))


def test_a_device_signs_from_its_statement_to_its_end(world, device):
    command = request_of(device)
    added = world.run(add_device, command)
    assert added == DeviceKey("may-1", device.verifier_key.format(), world.size() - 1, None)
    assert world.read(read_record, added.valid_from).signers == (
        device.name,
        f"{world.ledger.origin}/{world.coop.code}",
    )
    assert world.run(add_device, command) == added
    ended = world.run(revoke_device, RevokeDevice(added.key, "lost"))
    assert (ended.valid_from, ended.valid_until) == (added.valid_from, world.size())
    assert world.read(device_keys, world.coop.code) == (ended,)
    assert world.run(add_device, command) == ended


def test_only_a_manager_takes_devices_in(world, device):
    for role in world.actors:
        if role is not Role.MANAGER:
            with pytest.raises(NotAllowedError):
                world.run(add_device, request_of(device), role)


def test_what_is_no_request_is_refused_with_a_sentence(world, device):
    own = NamedKey(f"{world.ledger.origin}/{world.coop.code}", PrivateKey.generate())
    event = sign_note(format_event_text(Kind.EVENT, event_body("x")), device)
    for command in (AddDevice(b"x"), AddDevice(event), request_of(own)):
        with pytest.raises(CommandError) as caught:
            world.run(add_device, command)
        assert caught.value.problems[0].field == "note"
    with pytest.raises(CommandError):
        world.run(revoke_device, RevokeDevice(device.verifier_key.format(), "không thích"))


def test_a_valid_device_is_not_added_under_a_new_request(world, device):
    world.run(add_device, request_of(device))
    with pytest.raises(KeyStatementError):
        world.run(add_device, request_of(device))
