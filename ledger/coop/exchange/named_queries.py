"""Queries under a name (EPCIS 2.0 §8.2.5, REST binding ``/queries``): a holder's own, and nobody else's."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.coop.errors import AlreadyExistsError, EventProblem, NotFoundError
from ledger.coop.exchange.access_tokens import Holder, Scope, check_scope
from ledger.coop.exchange.errors import CaptureError
from ledger.coop.exchange.tables import NamedQueryRow, SubscriptionRow
from ledger.log.unit import Unit
from ledger.trace.events.event_hash import declared_names
from ledger.trace.query.language import Query, parse_query

MAX_QUERIES = 50
MAX_QUERY_LENGTH = 8_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query and its name. ``body`` is its JSON as it was given."""

    name: str
    body: Mapping[str, Any]
    created_at: datetime

    def parsed(self) -> Query:
        """What it asks."""
        return parse_body(self.body)


def create_query(unit: Unit, holder: Holder, definition: Any) -> NamedQuery:
    """Keep a query: ``{"name": …, "query": {…}}``.

    Raises ``ScopeError``, ``CaptureError`` (form), ``QueryParameterError``, ``AlreadyExistsError``.
    """
    check_scope(holder, Scope.SUBSCRIBE)
    name, body = _checked(definition)
    parse_body(body)
    if _find(unit.session, holder, name) is not None:
        raise AlreadyExistsError("phép tìm", name)
    held = select(func.count()).select_from(NamedQueryRow).where(*_of(holder))
    if unit.session.execute(held).scalar_one() >= MAX_QUERIES:
        raise _malformed("/name", f"Đã có {MAX_QUERIES} phép tìm. Hãy xóa bớt.")
    row = NamedQueryRow(
        organisation=holder.organisation,
        holder=holder.key,
        name=name,
        query=json.dumps(body, ensure_ascii=False),
        created_at=unit.now,
    )
    unit.session.add(row)
    return _query(row)


def read_query(session: Session, holder: Holder, name: str) -> NamedQuery:
    """The holder's query of this name. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.QUERY)
    row = _find(session, holder, name)
    if row is None:
        raise NotFoundError("phép tìm", name[:80])
    return _query(row)


def list_queries(session: Session, holder: Holder) -> tuple[NamedQuery, ...]:
    """The holder's queries by name. Raises ``ScopeError``."""
    check_scope(holder, Scope.QUERY)
    rows = session.scalars(select(NamedQueryRow).where(*_of(holder)).order_by(NamedQueryRow.name))
    return tuple(_query(row) for row in rows)


def delete_query(unit: Unit, holder: Holder, name: str) -> None:
    """Drop a query and its subscriptions. Raises ``ScopeError``, ``NotFoundError``."""
    check_scope(holder, Scope.SUBSCRIBE)
    row = _find(unit.session, holder, name)
    if row is None:
        raise NotFoundError("phép tìm", name[:80])
    subscribed = SubscriptionRow
    unit.session.execute(
        delete(subscribed).where(
            subscribed.organisation == holder.organisation,
            subscribed.holder == holder.key,
            subscribed.query == name,
        )
    )
    unit.session.delete(row)


def parse_body(body: Mapping[str, Any]) -> Query:
    """What the JSON of a query asks. Raises ``QueryParameterError``."""
    asked = {name: value for name, value in body.items() if name != "@context"}
    return parse_query(asked, declared_names(body.get("@context")))


def _checked(definition: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(definition, dict) or set(definition) - {"name", "query", "@context"}:
        raise _malformed("", "Phép tìm có hai mục: name và query.")
    name, body = definition.get("name"), definition.get("query")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise _malformed("/name", "Tên gồm 1 đến 64 chữ không dấu, số và dấu _ . -")
    if not isinstance(body, dict) or len(json.dumps(body)) > MAX_QUERY_LENGTH:
        raise _malformed("/query", f"Phép tìm là một đối tượng JSON, tối đa {MAX_QUERY_LENGTH} ký tự.")
    context = definition.get("@context")
    return name, body if context is None or "@context" in body else {"@context": context, **body}


def _find(session: Session, holder: Holder, name: str) -> NamedQueryRow | None:
    return session.get(NamedQueryRow, (holder.organisation, holder.key, name))


def _of(holder: Holder) -> tuple[Any, ...]:
    return NamedQueryRow.organisation == holder.organisation, NamedQueryRow.holder == holder.key


def _query(row: NamedQueryRow) -> NamedQuery:
    return NamedQuery(row.name, json.loads(row.query), row.created_at)


def _malformed(pointer: str, sentence: str) -> CaptureError:
    return CaptureError((EventProblem(pointer, sentence),))
