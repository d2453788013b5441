"""The keys of members' devices: who may take one in, end one, and see them.

A device makes its key by itself and hands in a ``KeyAdded`` that it signed; the organisation's own key signs
beside it. From then on the device signs events by itself, also offline. Key and device id are public: a
device is called ``may-1``, never by a person's name.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.use_cases import Command, use_case
from ledger.log.authors import REVOCATION_REASONS, chain_of
from ledger.log.entries import parse_event_note
from ledger.log.errors import MalformedError
from ledger.log.keys import add_device_key, chain_keys, revoke_key
from ledger.log.queries import read_identity
from ledger.log.unit import Unit
from signing.errors import MalformedKeyError
from signing.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class AddDevice(Command):
    """Take in a device: ``note`` is the ``KeyAdded`` that its own key signed."""

    note: bytes


@dataclass(frozen=True, slots=True)
class RevokeDevice(Command):
    """End a device's key, which ``key`` names in full; ``reason`` is one of ``REVOCATION_REASONS``."""

    key: str
    reason: str = "superseded"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device's key and the log indexes for which it is valid (``None``: still)."""

    device: str
    key: str
    valid_from: int
    valid_until: int | None


@use_case(MANAGEMENT)
def add_device(unit: Unit, actor: Actor, command: AddDevice) -> DeviceKey:
    """Add a device's key to the organisation's chain; handing in the same note again changes nothing.

    Raises ``CommandError`` for what is no such note, ``NotFoundError`` for a device of another organisation,
    ``BadSignatureError``, and ``KeyStatementError`` for a key that is valid already.
    """
    key = read_key(command.note)
    check_own(unit, actor, key)
    added = add_device_key(unit, actor.organisation, command.note).index
    # A note handed in again names its first entry, and the key may have been ended since.
    return next(held for held in device_keys(unit.session, actor.organisation) if held.valid_from == added)


@use_case(MANAGEMENT)
def revoke_device(unit: Unit, actor: Actor, command: RevokeDevice) -> DeviceKey:
    """End a device's key: what it signs from now on is refused, what it signed before stays valid.

    Raises ``CommandError``, ``NotFoundError`` for a key that is no valid one of a device of the organisation.
    """
    if command.reason not in REVOCATION_REASONS:
        raise CommandError(Problem("reason", f"Lý do là một trong: {', '.join(REVOCATION_REASONS)}."))
    held = next(
        (
            item
            for item in device_keys(unit.session, actor.organisation)
            if item.key == command.key and item.valid_until is None
        ),
        None,
    )
    if held is None:
        raise NotFoundError("khóa thiết bị", command.key)
    receipt = revoke_key(unit, actor.organisation, VerifierKey.parse(held.key), reason=command.reason)
    return DeviceKey(held.device, held.key, held.valid_from, receipt.index + 1)


def device_keys(session: Session, organisation: str) -> tuple[DeviceKey, ...]:
    """Every key of the organisation's devices, oldest to newest."""
    own_name = f"{read_identity(session).origin}/{organisation}"
    return tuple(
        DeviceKey(device_of(held.key), held.key.format(), held.valid_from, held.valid_until)
        for held in chain_keys(session, organisation)
        if held.key.name != own_name
    )


def read_key(note: bytes) -> VerifierKey:
    """The key that a ``KeyAdded`` note is about. Raises ``CommandError`` for what names none."""
    try:
        return VerifierKey.parse(str(parse_event_note(note).body.get("key")))
    except (MalformedError, MalformedKeyError) as error:
        sentence = "Tệp này không phải yêu cầu thêm khóa thiết bị. Hãy tạo lại trên thiết bị."
        raise CommandError(Problem("note", sentence)) from error


def check_own(unit: Unit, actor: Actor, key: VerifierKey) -> None:
    """Check that the key is called as a device of the actor's organisation.

    Raises ``NotFoundError`` for another organisation's, ``CommandError`` for the organisation's own name.
    """
    if chain_of(key.name, unit.origin) != actor.organisation:
        raise NotFoundError("thiết bị", key.name)
    if key.name == f"{unit.origin}/{actor.organisation}":
        sentence = (
            "Khóa này mang tên của hợp tác xã, không phải tên thiết bị. Hãy đặt mã thiết bị, ví dụ may-1."
        )
        raise CommandError(Problem("note", sentence))


def device_of(key: VerifierKey) -> str:
    """What the device is called: the last part of its key's name."""
    return key.name.rpartition("/")[2]
