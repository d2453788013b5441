"""Credentials and status lists as answers: made once, looked at again every second, kept for a while."""

from datetime import timedelta
from hashlib import blake2b
from typing import NamedTuple

from flask import Response, request

from ledger.log.errors import LogError
from ledger.trace.credentials.status_lists import TTL
from ledger.trace.errors import BundleError
from ledger.trace.issuing import (
    StatusList,
    WantedList,
    lot_credential,
    lot_vc_jwt,
    status_list,
    status_positions,
)
from web.errors import TamperedRecordError
from web.state import State

EMBEDDED = "application/vc"
LINKED_DATA = "application/ld+json"
TOKEN = "application/vc+jwt"  # noqa: S105  # a media type
CREDENTIAL_TYPES = (EMBEDDED, LINKED_DATA, TOKEN)
"""The forms of a lot's credential; the middle one is the first under its older name."""

SIGN_AGAIN = timedelta(minutes=5)
"""A list that says the same is signed anew when it is as old as this, long before it runs out."""

_KEEP = "public, max-age=60"
_KEEP_STATUS = f"public, max-age={int(TTL.total_seconds())}"


class _Key(NamedTuple):
    """What a kept answer is about, apart from the keys of kept pages."""

    kind: str
    about: str | WantedList


def credential_answer(state: State, lot: str, media_type: str) -> Response:
    """A sealed lot's credential in one of ``CREDENTIAL_TYPES``.

    Raises ``UnknownLotError``, ``NoCredentialError``, ``TamperedRecordError``.
    """
    is_token = media_type == TOKEN

    def make() -> bytes:
        try:
            if is_token:
                return state.ledger.read(lot_vc_jwt, state.ledger.vault, lot).encode()
            return state.ledger.read(lot_credential, lot)
        except (BundleError, LogError) as error:
            raise TamperedRecordError(str(error)) from error

    body: bytes = state.pages.get(_Key("token" if is_token else "credential", lot), make)
    return _answer(body, media_type, _KEEP)


def status_answer(state: State, wanted: WantedList) -> Response:
    """A status list as ``Accept`` asks: with its proof inside, or as a token. A recall shows within a second.

    Raises ``NoCredentialError``.
    """

    def make() -> StatusList:
        positions = state.ledger.read(status_positions, wanted)
        return state.ledger.read(
            status_list, state.ledger.vault, wanted, positions=positions, now=state.clock()
        )

    def holds(kept: StatusList) -> bool:
        is_young = state.clock() - kept.signed_at < SIGN_AGAIN
        return is_young and state.ledger.read(status_positions, wanted) == kept.positions

    made: StatusList = state.pages.get(_Key("status", wanted), make, holds)
    if wanted_type((EMBEDDED, TOKEN)) == TOKEN:
        return _answer(made.token.encode(), TOKEN, _KEEP_STATUS)
    return _answer(made.embedded, EMBEDDED, _KEEP_STATUS)


def wanted_type(offered: tuple[str, ...]) -> str:
    """The media type that ``Accept`` likes best; the first for whoever does not say."""
    return request.accept_mimetypes.best_match(offered, offered[0]) or offered[0]


def _answer(body: bytes, media_type: str, cache_control: str) -> Response:
    tag = blake2b(body, digest_size=9).hexdigest()
    is_seen = request.if_none_match.contains_weak(tag)
    response = Response(b"" if is_seen else body, 304 if is_seen else 200, content_type=media_type)
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = cache_control
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.vary.add("Accept")
    return response
