"""What a browser's device signed of a form, read off the request as the server understands it.

The note is checked against what was received here and nothing else: the account of the session, the page's
own address, every answer, the digest of every file's bytes. See docs/spec/record-note.md.
"""

import hashlib
from typing import Any
from urllib.parse import unquote

from flask import request

from ledger.coop.devices.signed_answers import SignedAnswers
from ledger.coop.errors import DeviceRecordError
from signing.canonical_base64 import format_base64, parse_base64
from signing.errors import MalformedBase64Error
from web.console.photo_tickets import read_source
from web.console.session import actor
from web.security import CSRF_FIELD

NOTE, SALT = "record_note", "record_salt"
_NOT_ANSWERS = frozenset({CSRF_FIELD, NOTE, SALT})


def read_signed_answers() -> SignedAnswers | None:
    """What the device signed; ``None`` where none did. Raises ``DeviceRecordError`` for a malformed salt."""
    note = request.form.get(NOTE)
    if not note:
        return None
    try:
        salt = parse_base64(request.form.get(SALT, ""))
    except MalformedBase64Error as error:
        raise DeviceRecordError("the salt is no base64") from error
    # A browser sends every newline of a form as CR LF; a signed note has none but LF.
    return SignedAnswers(note.replace("\r\n", "\n").encode(), salt, _read_answers())


def page_address() -> str:
    """The page as the device names it: its path and query, without percent-encoding."""
    query = unquote(request.query_string.decode("latin-1"))
    return f"{request.path}?{query}" if query else request.path


def _read_answers() -> dict[str, Any]:
    answers: dict[str, list[str]] = {}
    files: list[dict[str, Any]] = []
    for name, texts in request.form.lists():
        for text in texts if name not in _NOT_ANSWERS else ():
            source = read_source(text)
            if source is None:
                answers.setdefault(name, []).append(text)
            else:
                files.append(_file(name, *source))
    for name, sent in request.files.lists():
        for file in sent:
            file.seek(0)
            data = file.read()
            file.seek(0)
            if data:
                files.append(_file(name, hashlib.sha256(data).digest(), len(data)))
    return {
        "account": actor().account_id,
        "answers": answers,
        "files": sorted(files, key=lambda file: (file["name"], file["sha256"])),
        "path": page_address(),
    }


def _file(name: str, digest: bytes, size: int) -> dict[str, Any]:
    return {"name": name, "sha256": format_base64(digest), "size": size}
