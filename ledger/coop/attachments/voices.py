"""Voice notes: what somebody who would rather talk than type says of their work. Private.

A note is kept under the SHA-256 of its bytes and sealed under the key of whoever spoke, so that erasing the
person erases the voice. The log holds the digest only as a sealed commitment.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.voice_tables import VoiceRow
from ledger.coop.errors import NotFoundError, VoiceError
from ledger.log.unit import Unit
from ledger.trace.digests import format_digest, parse_digest
from ledger.trace.errors import ErasedError, MalformedIdentifierError
from ledger.trace.sealed_fields.disclosures import open_private, seal_private
from signing.vault import Vault

MAX_BYTES = 3 << 20
"""Some minutes of speech as telephones record it."""
_PURPOSE = "ledger.coop voice"
# Where each container says what it is: offset, bytes, media type.
_MAGIC = (
    (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A kept voice note: its RFC 6920 name, media type, and size in bytes."""

    digest: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class VoiceBytes:
    """A voice note to be listened to."""

    media_type: str
    data: bytes


def keep_voice(unit: Unit, actor: Actor, data: bytes) -> Voice:
    """Keep a voice note (WebM, Ogg, MP4, MP3, AAC or AMR by content, up to 3 MiB). Raises ``VoiceError``."""
    media_type = _media_type(data)
    digest = hashlib.sha256(data).digest()
    if unit.session.get(VoiceRow, (actor.organisation, digest)) is None:
        subject = actor.member_id or actor.organisation
        unit.session.add(
            VoiceRow(
                organisation=actor.organisation,
                digest=digest,
                subject=subject,
                media_type=media_type,
                size=len(data),
                recorded_at=unit.now,
                voice_sealed=seal_private(unit, actor.organisation, subject, data, purpose=_PURPOSE),
            )
        )
        unit.session.flush()
    return Voice(format_digest(digest), media_type, len(data))


def find_voice(session: Session, actor: Actor, digest: str) -> Voice:
    """The organisation's voice note of this name. Raises ``NotFoundError``."""
    row = _find(session, actor, digest)
    return Voice(digest, row.media_type, row.size)


def read_voice(session: Session, vault: Vault, actor: Actor, digest: str) -> VoiceBytes:
    """The voice note itself. Raises ``NotFoundError``, also when whoever spoke was erased."""
    row = _find(session, actor, digest)
    try:
        data = open_private(session, vault, row.organisation, row.subject, row.voice_sealed, purpose=_PURPOSE)
    except ErasedError as error:
        raise NotFoundError("ghi âm", digest[-12:]) from error
    return VoiceBytes(row.media_type, data)


def _find(session: Session, actor: Actor, digest: str) -> VoiceRow:
    try:
        row = session.get(VoiceRow, (actor.organisation, parse_digest(digest)))
    except MalformedIdentifierError:
        row = None
    if row is None:
        raise NotFoundError("ghi âm", digest[-12:])
    return row


def _media_type(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise VoiceError(
            f"{len(data)} bytes",
            sentence=f"Đoạn ghi âm nặng {len(data) // 1_000_000} MB, quá 3 MB. Hãy ghi lại ngắn hơn.",
        )
    for offset, magic, media_type in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return media_type
    raise VoiceError("no known audio container")
