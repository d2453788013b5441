"""Where a list goes on: the ``nextPageToken`` of the REST binding, authenticated and bound to its list.

A token says after which row to go on, and nothing that its holder was not shown. It is good for an hour, for
the same question of the same holder; the log may grow meanwhile, but a list stays what it was.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from ledger.coop.exchange.access_tokens import Holder
from ledger.coop.exchange.errors import PageTokenError
from signing.vault import Vault

LIFE = timedelta(hours=1)
MAX_LENGTH = 600
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row a page begins (``after``: its sort key), and how many were shown before it.

    ``size``: entries from this index on came later than the list's first page.
    """

    after: tuple[Any, ...]
    shown: int
    size: int


@dataclass(frozen=True, slots=True)
class PageTokens:
    """Tokens for one list: of ``holder``, answering ``question``."""

    vault: Vault
    holder: Holder
    question: Sequence[Any]
    now: datetime

    def format(self, place: Place) -> str:
        """The token for the page that begins at ``place``."""
        body = [int((self.now + LIFE).timestamp()), list(place.after), place.shown, place.size]
        text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        return urlsafe_b64encode(self._tag(text) + text).rstrip(b"=").decode()

    def parse(self, token: str) -> Place:
        """The inverse. Raises ``PageTokenError`` for any token not made for this list within the hour."""
        data = _decode(token)
        tag, text = data[:_TAG_BYTES], data[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(text)):
            raise PageTokenError("not a token for this list")
        until, after, shown, size = json.loads(text)
        if self.now.timestamp() >= until:
            raise PageTokenError("an old token")
        return Place(tuple(after), shown, size)

    def _tag(self, text: bytes) -> bytes:
        asked = json.dumps([self.holder.token_id, *self.question], default=str, sort_keys=True).encode()
        message = hashlib.sha256(asked).digest() + text
        return hmac.digest(_key(self.vault), message, hashlib.sha256)[:_TAG_BYTES]


def _decode(token: str) -> bytes:
    if len(token) > MAX_LENGTH:
        raise PageTokenError("too long")
    try:
        return urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError as error:
        raise PageTokenError("no base64url") from error


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/page-token")
