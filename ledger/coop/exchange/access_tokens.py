"""Access tokens: what a program shows in place of a person's login, and what it may do with it.

A token is a function of its id under the vault, so that it can be shown again for an hour and stands in no
table: the books keep its SHA-256. An organisation's own programs see its events and, where the token says
so, what is sealed in them; a partner's token sees what was shipped to that partner and how it came to be.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.errors import AccessError, ScopeError
from ledger.coop.exchange.tables import AccessTokenRow
from ledger.coop.registers.partners import find_partner
from ledger.coop.tables import OrganisationRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from signing.vault import Vault

PREFIX = "sogoc_"
"""Begins every token, so that those who look for leaked secrets know one."""
SHOWN_FOR = timedelta(hours=1)
NOTED_EVERY = timedelta(hours=1)
"""So often at most its use is noted: a program that asks all day costs no writing for it."""
MAX_DAYS = 731
MAX_TOKENS = 100
"""How many of an organisation may be open at once."""


class Scope(StrEnum):
    """What a token is for. The last three open sealed values, for the organisation's own programs only."""

    CAPTURE = "capture"
    QUERY = "query"
    SUBSCRIBE = "subscribe"
    SEE_PARTNER = "see-partner"
    SEE_PRIVATE = "see-private"
    SEE_PERSON = "see-person"


PARTNER_SCOPES = frozenset({Scope.QUERY, Scope.SUBSCRIBE})
"""What a partner's token may be given. It sees what is for partners without being told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeToken(Command):
    """A token for a program, called ``label``; ``partner`` is the id of the partner whose program it is."""

    label: str
    scopes: frozenset[Scope]
    days: int = 365
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken(Command):
    """End a token."""

    token_id: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as its organisation sees it. ``id`` names it and opens nothing."""

    id: str
    label: str
    scopes: tuple[Scope, ...]
    partner: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks: a program of ``organisation``, or of its ``partner``.

    ``is_use_due``: that it is in use was not noted for an hour.
    """

    token_id: str
    organisation: str
    partner: str | None
    scopes: frozenset[Scope]
    is_use_due: bool = False

    @property
    def key(self) -> str:
        """What keeps this holder's queries apart from those of others in the same organisation."""
        return self.partner or ""


@use_case(MANAGEMENT)
def make_token(unit: Unit, actor: Actor, command: MakeToken) -> AccessToken:
    """Make a token; ``token_text`` gives what the program must show.

    Raises ``CommandError``, and ``NotFoundError`` for a partner that is not the organisation's.
    """
    return _make(unit, actor.organisation, command, actor.account_id)


def make_token_of(unit: Unit, organisation: str, command: MakeToken) -> AccessToken:
    """The same for who runs the server. Raises ``NotFoundError`` for an unknown organisation as well."""
    if unit.session.get(OrganisationRow, organisation) is None:
        raise NotFoundError("tổ chức", organisation)
    return _make(unit, organisation, command, None)


@use_case(MANAGEMENT)
def revoke_token(unit: Unit, actor: Actor, command: RevokeToken) -> AccessToken:
    """End a token at once; its subscriptions get nothing more. Raises ``NotFoundError``."""
    return end_token(unit, actor.organisation, command.token_id)


def end_token(unit: Unit, organisation: str, token_id: str) -> AccessToken:
    """The same for who runs the server. Raises ``NotFoundError``."""
    row = unit.session.get(AccessTokenRow, token_id)
    if row is None or row.organisation != organisation:
        raise NotFoundError("mã truy cập", token_id)
    row.revoked_at = row.revoked_at or unit.now
    return _token(row)


def tokens_of(session: Session, organisation: str) -> tuple[AccessToken, ...]:
    """The organisation's tokens, the newest first. The caller asks who may see them."""
    rows = session.scalars(
        select(AccessTokenRow)
        .where(AccessTokenRow.organisation == organisation)
        .order_by(AccessTokenRow.created_at.desc(), AccessTokenRow.id)
    )
    return tuple(_token(row) for row in rows)


def find_token(session: Session, organisation: str, token_id: str) -> AccessToken:
    """One of the organisation's tokens. Raises ``NotFoundError``. The caller asks who may see it."""
    row = session.get(AccessTokenRow, token_id)
    if row is None or row.organisation != organisation:
        raise NotFoundError("mã truy cập", token_id[:80])
    return _token(row)


def show_token(session: Session, vault: Vault, actor: Actor, token_id: str, now: datetime) -> str:
    """The token itself, within an hour of its making.

    Raises ``NotAllowedError``, and ``NotFoundError`` for another organisation's or an older one.
    """
    check_may(actor, MANAGEMENT)
    row = session.get(AccessTokenRow, token_id)
    if row is None or row.organisation != actor.organisation or row.created_at + SHOWN_FOR <= now:
        raise NotFoundError("mã truy cập vừa tạo", token_id)
    return token_text(vault, token_id)


def token_text(vault: Vault, token_id: str) -> str:
    """The token with this id: ``sogoc_`` and 43 characters of base64url, an HMAC-SHA-256."""
    secret = hmac.digest(_key(vault), token_id.encode(), hashlib.sha256)
    return PREFIX + urlsafe_b64encode(secret).rstrip(b"=").decode()


def find_holder(session: Session, token: str, now: datetime) -> Holder:
    """Who holds ``token``. Raises ``AccessError`` for one that is unknown, revoked or past its day."""
    row = session.scalar(select(AccessTokenRow).where(AccessTokenRow.token_digest == _digest(token)))
    return _holder(row, now)


def note_use(unit: Unit, token_id: str) -> None:
    """Note that a token is in use; nothing for one that is gone."""
    row = unit.session.get(AccessTokenRow, token_id)
    if row is not None:
        row.last_used_at = unit.now


def holder_of(session: Session, token_id: str, now: datetime) -> Holder:
    """The holder of the token with this id, for what is done in its name. Raises ``AccessError``."""
    return _holder(session.get(AccessTokenRow, token_id), now)


def check_scope(holder: Holder, scope: Scope) -> None:
    """Raises ``ScopeError`` unless the token was given for ``scope``."""
    if scope not in holder.scopes:
        raise ScopeError(scope.value)


def _make(unit: Unit, organisation: str, command: MakeToken, account_id: str | None) -> AccessToken:
    checks = Checks()
    label = checks.text("label", "tên chương trình", command.label, 80)
    days = checks.count("days", "số ngày dùng được", command.days, MAX_DAYS)
    if not command.scopes:
        checks.refuse("scopes", "Hãy chọn ít nhất một việc mà mã truy cập được làm.")
    if command.partner is not None and not command.scopes <= PARTNER_SCOPES:
        checks.refuse("scopes", "Mã cho đối tác chỉ được hỏi và nhận sự kiện.")
    if _count_open(unit, organisation) >= MAX_TOKENS:
        checks.refuse("label", f"Đã có {MAX_TOKENS} mã đang dùng. Hãy thu hồi bớt mã cũ.")
    checks.finish()
    if command.partner is not None:
        find_partner(unit.session, organisation, command.partner)
    token_id = str(uuid4())
    row = AccessTokenRow(
        id=token_id,
        organisation=organisation,
        partner=command.partner,
        label=label,
        scopes=",".join(_ordered(command.scopes)),
        token_digest=_digest(token_text(unit.vault, token_id)),
        created_at=unit.now,
        created_by=account_id,
        expires_at=unit.now + timedelta(days=days),
        revoked_at=None,
        last_used_at=None,
    )
    unit.session.add(row)
    unit.session.flush()
    return _token(row)


def _count_open(unit: Unit, organisation: str) -> int:
    tokens = tokens_of(unit.session, organisation)
    return sum(token.revoked_at is None and token.expires_at > unit.now for token in tokens)


def _holder(row: AccessTokenRow | None, now: datetime) -> Holder:
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        raise AccessError("no live token")
    is_use_due = row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY
    return Holder(row.id, row.organisation, row.partner, frozenset(_token(row).scopes), is_use_due)


def _token(row: AccessTokenRow) -> AccessToken:
    return AccessToken(
        row.id,
        row.label,
        tuple(Scope(scope) for scope in row.scopes.split(",")),
        row.partner,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
    )


def _ordered(scopes: Iterable[Scope]) -> list[str]:
    return [scope.value for scope in Scope if scope in scopes]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/access-token")
