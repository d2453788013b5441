"""Recording what a device signed: the answers are checked against the note, and every entry carries it.

The digest in a record note (``ledger.log.record_notes``) is SHA-256(``sogoc/record-answers/v1`` ‖ 0x00 ‖
32-byte salt ‖ canonical JSON of the answers). The answers are what the server read off the form: who was
signed in, the page, every answer, the digest of every file. So an answer that was changed on the way, another
account's record, or a record for another page is refused before anything is written.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, Role
from ledger.coop.devices.device_tables import RecordNoteRow
from ledger.coop.errors import DeviceRecordError, NotFoundError
from ledger.coop.use_cases import Command
from ledger.log.authors import Place
from ledger.log.canonical import format_canonical
from ledger.log.errors import LogError, MalformedRecordNoteError
from ledger.log.keys import chain_keys
from ledger.log.record_notes import RecordNote, carried_note, find_recorder, parse_record_note
from ledger.log.records import read_record
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import SigningError
from signing.vault import Vault

SALT_BYTES = 32
_DOMAIN = b"sogoc/record-answers/v1\x00"
_LATEST = 2**62
"""An index behind every entry: a key valid there is valid for the next entry."""

C = TypeVar("C", bound=Command)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SignedAnswers:
    """A device's note, its salt (32 bytes), and the answers as the server read them: JSON data."""

    note: bytes
    salt: bytes = field(repr=False)
    answers: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """What opens a record note: whoever has it can check the digest in the log."""

    note: str
    salt: bytes = field(repr=False)
    answers: Mapping[str, Any] = field(repr=False)


def answers_digest(salt: bytes, answers: Mapping[str, Any]) -> bytes:
    """The digest that a device signs. Raises ``NotCanonicalError`` for what has no canonical JSON."""
    return hashlib.sha256(_DOMAIN + salt + format_canonical(answers)).digest()


def record_signed(
    unit: Unit, actor: Actor, command: C, verb: Callable[[Unit, Actor, C], R], signed: SignedAnswers
) -> R:
    """Run the use case ``verb``; what it writes to the log carries the device's note.

    A repeat gets the first result, also when the device's key has ended since. Raises ``DeviceRecordError``
    for answers that are not those signed and for a key that is no valid one, and what ``verb`` raises.
    """
    note = _check_answers(signed)
    if command.idempotency_key is None:
        raise DeviceRecordError("a signed form has an idempotency key")
    if unit.session.get(RecordNoteRow, (actor.organisation, note.digest)) is not None:
        return verb(unit, actor, command)
    _check_device(unit, actor, note)
    first_seq = unit.chain_size(actor.organisation)
    unit.record_note = note
    try:
        result = verb(unit, actor, command)
    finally:
        unit.record_note = None
    _keep(unit, actor, signed, note, first_seq)
    return result


def find_signer(session: Session, index: int) -> str:
    """What the device is called that signed what the entry at ``index`` was made of; empty for none."""
    note = carried_note(read_record(session, index).body)
    return "" if note is None else note.signature.name.rpartition("/")[2]


def read_kept_answers(session: Session, vault: Vault, actor: Actor, index: int) -> KeptAnswers:
    """What a device signed for the entry at ``index``, opened: for a manager, and for whoever recorded it.

    Raises ``NotFoundError`` for everybody else and where no device signed, ``ErasedError``, ``VaultError``.
    """
    note = carried_note(read_record(session, index).body)
    row = None if note is None else session.get(RecordNoteRow, (actor.organisation, note.digest))
    is_own = row is not None and row.account_id == actor.account_id
    if note is None or row is None or not (is_own or Role.MANAGER in actor.roles):
        raise NotFoundError("chữ ký của máy ở dòng", str(index))
    purpose = _purpose(note.digest)
    opened = open_private(
        session, vault, actor.organisation, row.subject, row.answers_sealed, purpose=purpose
    )
    kept = orjson.loads(opened)
    return KeptAnswers(row.note, parse_base64(kept["salt"]), kept["answers"])


def _check_answers(signed: SignedAnswers) -> RecordNote:
    try:
        note = parse_record_note(signed.note)
        digest = answers_digest(signed.salt, signed.answers)
    except LogError as error:
        raise DeviceRecordError(str(error)) from error
    if len(signed.salt) != SALT_BYTES or not hmac.compare_digest(digest, note.digest):
        raise DeviceRecordError("the answers are not those that were signed")
    return note


def _check_device(unit: Unit, actor: Actor, note: RecordNote) -> None:
    place = Place(unit.origin, actor.organisation, unit.chain_size(actor.organisation), _LATEST)
    try:
        key = find_recorder(note, chain_keys(unit.session, actor.organisation), place)
        key.check(note.text, note.signature.signature)
    except (MalformedRecordNoteError, SigningError) as error:
        sentence = (
            "Chữ ký của máy này không dùng được, có thể máy đã bị ngừng. "
            "Hãy gửi lại không kèm chữ ký máy, hoặc đăng ký máy lại ở trang Tài khoản."
        )
        raise DeviceRecordError(str(error), sentence=sentence) from error


def _keep(unit: Unit, actor: Actor, signed: SignedAnswers, note: RecordNote, first_seq: int) -> None:
    subject = actor.member_id or ORGANISATION
    plain = orjson.dumps({"salt": format_base64(signed.salt), "answers": signed.answers})
    unit.session.add(
        RecordNoteRow(
            organisation=actor.organisation,
            digest=note.digest,
            account_id=actor.account_id,
            subject=subject,
            signer=note.signature.name,
            note=signed.note.decode(),
            answers_sealed=seal_private(
                unit, actor.organisation, subject, plain, purpose=_purpose(note.digest)
            ),
            received_at=unit.now,
            first_seq=first_seq,
            entries=unit.chain_size(actor.organisation) - first_seq,
        )
    )


def _purpose(digest: bytes) -> str:
    return f"coop/record-note/{digest.hex()}"
