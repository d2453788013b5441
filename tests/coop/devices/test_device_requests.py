"""A phone asks to be taken in; a manager compares its code and decides."""

import pytest

from ledger.coop.actors import Role
from ledger.coop.devices.requests import (
    MAX_WAITING,
    AskDevice,
    DecideDevice,
    approve_device,
    ask_device,
    device_state,
    fingerprint,
    refuse_device,
    waiting_devices,
)
from ledger.coop.errors import AlreadyExistsError, CommandError, NotAllowedError, NotFoundError
from ledger.coop.people.device_keys import RevokeDevice, device_keys, revoke_device
from tests.support.signing_phone import phone_of, registered_phone


def test_a_phone_asks_waits_signs_and_is_ended(world):
    phone, code = phone_of(world), world.coop.code
    line = phone.key.verifier_key.format()
    assert world.read(device_state, code, line) == "unknown"
    asked = world.run(ask_device, phone.request(), Role.GROWER)
    assert asked.fingerprint == fingerprint(phone.key.verifier_key)
    assert world.run(ask_device, phone.request(), Role.GROWER) == asked
    assert world.read(waiting_devices, code) == (asked,)
    assert world.read(device_state, code, line) == "waiting"
    world.run(approve_device, DecideDevice(asked.id))
    assert [held.device for held in world.read(device_keys, code)] == [phone.name]
    assert world.read(device_state, code, line) == "valid"
    assert world.read(waiting_devices, code) == ()
    world.run(revoke_device, RevokeDevice(line, "lost"))
    assert world.read(device_state, code, line) == "ended"


def test_a_phone_that_was_turned_away_signs_nothing(world):
    phone = phone_of(world)
    asked = world.run(ask_device, phone.request(), Role.GROWER)
    world.run(refuse_device, DecideDevice(asked.id))
    assert world.read(device_state, world.coop.code, phone.key.verifier_key.format()) == "refused"
    assert world.read(device_keys, world.coop.code) == ()
    for decide in (approve_device, refuse_device):
        with pytest.raises(NotFoundError):
            world.run(decide, DecideDevice(asked.id))


def test_only_a_manager_decides(world):
    asked = world.run(ask_device, phone_of(world).request(), Role.GROWER)
    for role in set(world.actors) - {Role.MANAGER}:
        for decide in (approve_device, refuse_device):
            with pytest.raises(NotAllowedError):
                world.run(decide, DecideDevice(asked.id), role)


def test_what_is_no_request_is_refused_with_a_sentence(world):
    note = phone_of(world).request().note
    other = phone_of(world, "may-khac").request().note
    forged = note[: note.index(b"\n\n") + 2] + other[other.index(b"\n\n") + 2 :]
    for data in (b"", b"x", note[:-3], note.replace(b"KeyAdded", b"KeyRevoked"), forged):
        with pytest.raises(CommandError) as caught:
            world.run(ask_device, AskDevice(data))
        assert caught.value.sentence
    with pytest.raises(NotFoundError):
        world.run(ask_device, phone_of(world, organisation=world.neighbour).request())


def test_a_name_that_a_device_has_is_not_given_again(world):
    registered_phone(world)
    stranger = phone_of(world)
    object.__setattr__(stranger.key, "private_key", phone_of(world, "may-khac").key.private_key)
    with pytest.raises((AlreadyExistsError, CommandError)):
        world.run(ask_device, stranger.request())


def test_an_account_has_so_many_requests_waiting(world):
    for number in range(MAX_WAITING):
        world.run(ask_device, phone_of(world, f"may-{number}").request(), Role.GROWER)
    with pytest.raises(CommandError, match="note"):
        world.run(ask_device, phone_of(world, "may-them").request(), Role.GROWER)
    world.run(ask_device, phone_of(world, "may-them").request(), Role.PACKER)
