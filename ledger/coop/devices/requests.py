"""Devices that ask to be taken in: the phone signs its own ``KeyAdded``, a manager compares and decides.

The key never leaves the phone. What the manager compares is its fingerprint, shown on both screens: whoever
got hold of a login cannot have a key of their own taken in under the member's eyes.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, Role
from ledger.coop.devices.device_tables import DeviceRequestRow
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, Problem
from ledger.coop.people.device_keys import AddDevice, add_device, check_own, device_of, read_key
from ledger.coop.use_cases import Command, use_case
from ledger.log.authors import KEY_ADDED, Place, check_signatures, find_authors
from ledger.log.entries import parse_event_note
from ledger.log.errors import LogError
from ledger.log.keys import chain_keys
from ledger.log.unit import Unit
from signing.errors import KeyNotValidError, SigningError
from signing.keyring import KeyRing
from signing.keys import VerifierKey

EVERYBODY = frozenset(Role)
MAX_WAITING = 5
"""Requests of one account that wait at once."""
MAX_LISTED = 200
_LATEST = 2**62
_WAITING, _APPROVED, _REFUSED = "waiting", "approved", "refused"
_FINGERPRINT_CHARS, _GROUP = 12, 4


@dataclass(frozen=True, slots=True)
class AskDevice(Command):
    """Ask for a device to be taken in: ``note`` is the ``KeyAdded`` that its own key signed."""

    note: bytes


@dataclass(frozen=True, slots=True)
class DecideDevice(Command):
    """Take in, or turn away, the device of the request ``request``."""

    request: str


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """A request. ``fingerprint`` is what people compare: 12 characters of base 32, in groups of four."""

    id: str
    device: str
    key: str
    fingerprint: str
    account_id: str
    state: str
    asked_at: datetime


@use_case(EVERYBODY)
def ask_device(unit: Unit, actor: Actor, command: AskDevice) -> DeviceRequest:
    """Hand in a device's request. Asking again with the same key is the same request.

    Raises ``CommandError`` for what is no such note or too many waiting, ``NotFoundError`` for another
    organisation's device, ``AlreadyExistsError`` for a name that is taken, ``BadSignatureError``.
    """
    key = read_key(command.note)
    check_own(unit, actor, key)
    _check_note(unit, actor, command.note)
    known = unit.session.scalar(select(DeviceRequestRow).where(DeviceRequestRow.key == key.format()))
    if known is not None:
        return _request(_own(known, actor))
    if any(held.key.name == key.name for held in chain_keys(unit.session, actor.organisation)):
        raise AlreadyExistsError("máy", device_of(key))
    _check_room(unit.session, actor)
    row = DeviceRequestRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        account_id=actor.account_id,
        key=key.format(),
        note=command.note.decode(),
        state=_WAITING,
        asked_at=unit.now,
    )
    unit.session.add(row)
    return _request(row)


@use_case(MANAGEMENT)
def approve_device(unit: Unit, actor: Actor, command: DecideDevice) -> DeviceRequest:
    """Take the device in: its key enters the log. Raises ``NotFoundError`` for no request that waits."""
    row = _waiting(unit.session, actor, command.request)
    add_device(unit, actor, AddDevice(row.note.encode()))
    return _decided(unit, actor, row, _APPROVED)


@use_case(MANAGEMENT)
def refuse_device(unit: Unit, actor: Actor, command: DecideDevice) -> DeviceRequest:
    """Turn the device away. Raises ``NotFoundError`` for no request that waits."""
    return _decided(unit, actor, _waiting(unit.session, actor, command.request), _REFUSED)


def waiting_devices(session: Session, organisation: str) -> tuple[DeviceRequest, ...]:
    """The organisation's requests that nobody decided yet, oldest first; at most 200."""
    row = DeviceRequestRow
    found = select(row).where(row.organisation == organisation, row.state == _WAITING).order_by(row.asked_at)
    return tuple(_request(one) for one in session.scalars(found.limit(MAX_LISTED)))


def device_owners(session: Session, organisation: str) -> dict[str, str]:
    """Whose phone each key is: account ids by verifier key, of devices that asked from a phone."""
    row = DeviceRequestRow
    found = select(row.key, row.account_id).where(row.organisation == organisation)
    return {one.key: one.account_id for one in session.execute(found)}


def device_state(session: Session, organisation: str, key: str) -> str:
    """What became of a device's key: ``valid``, ``ended``, ``waiting``, ``refused`` or ``unknown``."""
    for held in chain_keys(session, organisation):
        if held.key.format() == key:
            return "valid" if held.valid_until is None else "ended"
    asked = select(DeviceRequestRow.state).where(
        DeviceRequestRow.key == key, DeviceRequestRow.organisation == organisation
    )
    return session.scalar(asked) or "unknown"


def fingerprint(key: VerifierKey) -> str:
    """60 bits of the public key's SHA-256 as people compare them: ``ABCD-EFGH-JKLM``."""
    digest = hashlib.sha256(key.public_key).digest()
    text = base64.b32encode(digest).decode()[:_FINGERPRINT_CHARS]
    return "-".join(text[at : at + _GROUP] for at in range(0, _FINGERPRINT_CHARS, _GROUP))


def _check_note(unit: Unit, actor: Actor, data: bytes) -> None:
    """The note is a ``KeyAdded`` that the new key signed; the organisation's own key is not there yet."""
    note = parse_event_note(data)
    place = Place(unit.origin, actor.organisation, 0, _LATEST)
    try:
        if note.body.get("type") != KEY_ADDED:
            raise KeyNotValidError(note.signatures[0].name, note.signatures[0].key_id, _LATEST)
        check_signatures(note, find_authors(note, KeyRing(), place))
    except (LogError, SigningError) as error:
        sentence = "Yêu cầu của máy này không đúng chữ ký. Hãy bấm Đăng ký máy này lần nữa."
        raise CommandError(Problem("note", sentence)) from error


def _check_room(session: Session, actor: Actor) -> None:
    row = DeviceRequestRow
    waiting = select(func.count()).where(
        row.organisation == actor.organisation, row.account_id == actor.account_id, row.state == _WAITING
    )
    count = session.scalar(waiting) or 0
    if count >= MAX_WAITING:
        sentence = f"Bạn đã có {count} máy chờ duyệt. Hãy nhờ người quản lý duyệt trước."
        raise CommandError(Problem("note", sentence))


def _own(row: DeviceRequestRow, actor: Actor) -> DeviceRequestRow:
    if row.organisation != actor.organisation:
        raise NotFoundError("máy", row.id)
    return row


def _waiting(session: Session, actor: Actor, request: str) -> DeviceRequestRow:
    row = session.get(DeviceRequestRow, request)
    if row is None or row.organisation != actor.organisation or row.state != _WAITING:
        raise NotFoundError("máy chờ duyệt", request)
    return row


def _decided(unit: Unit, actor: Actor, row: DeviceRequestRow, state: str) -> DeviceRequest:
    row.state, row.decided_at, row.decided_by = state, unit.now, actor.account_id
    return _request(row)


def _request(row: DeviceRequestRow) -> DeviceRequest:
    key = VerifierKey.parse(row.key)
    return DeviceRequest(
        row.id, device_of(key), row.key, fingerprint(key), row.account_id, row.state, row.asked_at
    )
