"""Queries over the events that a holder sees: found by index, opened, asked again, page by page.

The database narrows by what it has columns for; every condition is then asked of the event as the holder sees
it, so a sealed value that is not opened to the holder answers nothing. One request opens at most
``SCAN_LIMIT`` events: a page may end early, and says where it goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import Holder, Scope, check_scope
from ledger.coop.exchange.errors import QueryTooComplexError, QueryTooLargeError
from ledger.coop.exchange.page_tokens import PageTokens, Place
from ledger.coop.exchange.sight import seen_events, sees
from ledger.log.queries import read_head
from ledger.trace.query.conditions import Condition, Event, moment_of, number_of
from ledger.trace.query.extensions import member_reader
from ledger.trace.query.language import Query
from ledger.trace.tables import TraceEvent, TraceLotEntry, lot_key
from signing.vault import Vault

SCAN_LIMIT = 2_000
PER_PAGE = 30
MAX_PER_PAGE = 500
_FIRST_BATCH, _BATCH = 40, 200
"""Where the database has found what is asked for, the first rows make a page."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for. ``per_page`` is cut to 500; ``token`` is what the page before gave."""

    per_page: int = PER_PAGE
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and when, and what opens sealed values."""

    holder: Holder
    vault: Vault
    now: datetime


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event as its holder sees it, ``recordTime`` included, and where it stands in the log."""

    index: int
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events; ``next_token`` is ``None`` on the last one."""

    events: tuple[SeenEvent, ...]
    next_token: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    done_at: datetime
    recorded_at: datetime

    def key(self, order_by: str | None) -> tuple[Any, ...]:
        """What the row is sorted by, as JSON."""
        if order_by is None:
            return (self.index,)
        moment = self.done_at if order_by == "eventTime" else self.recorded_at
        return (moment.isoformat(), self.index)


def find_events(session: Session, asker: Asker, query: Query, page: Page) -> EventPage:
    """A page of the events that ``query`` asks for.

    Raises ``ScopeError``, ``PageTokenError``; ``QueryTooLargeError`` beyond ``maxEventCount``;
    ``QueryTooComplexError`` where all that may be asked for cannot be looked at in one request.
    """
    check_scope(asker.holder, Scope.QUERY)
    tokens = PageTokens(asker.vault, asker.holder, ("events", query.asked), asker.now)
    place = Place((), 0, read_head(session).size) if page.token is None else tokens.parse(page.token)
    search = _Search(session, asker, query, place.size)
    if query.at_most is not None and page.token is None:
        search.check_count(query.at_most)
    if query.order_by is not None and ":" in query.order_by:
        found, after = search.sorted_page(place, page.per_page)
    else:
        found, after = search.page(place, page.per_page)
    shown = place.shown + len(found)
    if after is None or (query.first is not None and shown >= query.first):
        return EventPage(tuple(found), None)
    return EventPage(tuple(found), tokens.format(Place(after, shown, place.size)))


def find_event(session: Session, asker: Asker, event_id: str) -> SeenEvent:
    """The last event under an id that the holder sees, as it stands.

    Raises ``ScopeError``; ``NotFoundError`` alike for what there is not and what the holder is not told.
    """
    holder = asker.holder
    check_scope(holder, Scope.QUERY)
    index = session.scalar(
        select(TraceEvent.index)
        .where(TraceEvent.event_id == event_id, sees(session, holder))
        .order_by(TraceEvent.index.desc())
        .limit(1)
    )
    if index is None:
        raise NotFoundError("sự kiện", event_id[:100])
    return SeenEvent(index, seen_events(session, asker.vault, holder, (index,))[index])


def events_since(
    session: Session, asker: Asker, query: Query, first: int, limit: int
) -> tuple[tuple[SeenEvent, ...], int]:
    """Up to ``limit`` events from log index ``first`` on, and from which index on to look the next time.

    Raises ``ScopeError``.
    """
    check_scope(asker.holder, Scope.QUERY)
    size = read_head(session).size
    search = _Search(session, asker, replace(query, order_by=None), size)
    found, after = search.page(Place((first - 1,), 0, size), limit)
    return tuple(found), size if after is None else after[0] + 1


def naming(query: Query, name: str, spelled: frozenset[str]) -> Query:
    """``query``, of events that name one of the identifiers ``spelled``, as ``/epcs/{name}/events`` asks."""
    condition = Condition("epc", _names_in, lambda value: value in spelled)
    return replace(
        query,
        conditions=(*query.conditions, condition),
        names=(*query.names, spelled),
        asked=(*query.asked, ("epc", name)),
    )


def _names_in(event: Event) -> Iterator[Any]:
    for name, value in event.items():
        if name in {"epcList", "childEPCs", "inputEPCList", "outputEPCList"}:
            yield from value
        elif name.lower().endswith("quantitylist"):
            yield from (item.get("epcClass") for item in value)
        elif name == "parentID":
            yield value


class _Search:
    """One query over one state of the log, with a bound on how many events it opens."""

    def __init__(self, session: Session, asker: Asker, query: Query, size: int) -> None:
        self._session, self._asker, self._query = session, asker, query
        self._where = and_(sees(session, asker.holder), TraceEvent.index < size, *_narrowed(query))
        self._left = SCAN_LIMIT

    def page(self, place: Place, per_page: int) -> tuple[list[SeenEvent], tuple[Any, ...] | None]:
        """The matches behind ``place``, and behind which key to go on: ``None`` when there are no more."""
        wanted = min(per_page, MAX_PER_PAGE)
        if self._query.first is not None:
            wanted = min(wanted, self._query.first - place.shown)
        found: list[SeenEvent] = []
        after = place.after
        for row, event in self._matches(place.after):
            if event is not None and len(found) == wanted:
                return found, after
            if event is not None:
                found.append(SeenEvent(row.index, event))
            if event is not None or len(found) < wanted:
                after = row.key(self._query.order_by)
        return found, after if self._left <= 0 else None

    def sorted_page(self, place: Place, per_page: int) -> tuple[list[SeenEvent], tuple[Any, ...] | None]:
        """A page of all matches in the order of an extension's values; those without come last."""
        found = self._all()
        read = member_reader(str(self._query.order_by), {})
        key = {item.index: _sort_key(next(iter(read(item.event)), None)) for item in found}
        found.sort(key=lambda item: key[item.index], reverse=not self._query.is_ascending)
        found.sort(key=lambda item: key[item.index][0] == _LACKING)
        first = int(place.after[0]) if place.after else 0
        last = first + min(per_page, MAX_PER_PAGE)
        if self._query.first is not None:
            last = min(last, self._query.first)
        return found[first:last], (last,) if last < len(found) else None

    def check_count(self, at_most: int) -> None:
        """Raise ``QueryTooLargeError`` when there are more matches than that."""
        matches = 0
        for _, event in self._matches(()):
            matches += event is not None
            if matches > at_most:
                raise QueryTooLargeError(f"more than {at_most} events")
        if self._left <= 0:
            raise QueryTooComplexError("more events than one request may look at")
        self._left = SCAN_LIMIT

    def _all(self) -> list[SeenEvent]:
        found = [SeenEvent(row.index, event) for row, event in self._matches(()) if event is not None]
        if self._left <= 0:
            raise QueryTooComplexError("more events than one request may put in order")
        return found

    def _matches(self, after: tuple[Any, ...]) -> Iterator[tuple[_Row, dict[str, Any] | None]]:
        """Every candidate behind ``after`` in order, with its event where it is asked for."""
        batch = _FIRST_BATCH
        while self._left > 0:
            limit = min(batch, self._left)
            rows = self._candidates(after, limit)
            events = seen_events(
                self._session, self._asker.vault, self._asker.holder, [row.index for row in rows]
            )
            for row in rows:
                event = events[row.index]
                yield row, event if self._query.is_met(event) else None
            if len(rows) < limit:
                return
            self._left -= limit
            batch = _BATCH
            after = rows[-1].key(self._query.order_by)

    def _candidates(self, after: tuple[Any, ...], limit: int) -> list[_Row]:
        event, order_by = TraceEvent, self._query.order_by
        columns: tuple[Any, ...] = (event.index, event.done_at, event.recorded_at)
        statement: Select[Any] = select(*columns).where(self._where)
        column = {"eventTime": event.done_at, "recordTime": event.recorded_at}.get(order_by or "")
        if column is None:
            statement = statement.order_by(event.index)
            if after:
                statement = statement.where(event.index > after[0])
            return self._rows(statement, limit)
        rising = self._query.is_ascending
        if after:
            moment, index = datetime.fromisoformat(after[0]), after[1]
            beyond = (
                (column > moment, event.index > index) if rising else (column < moment, event.index < index)
            )
            statement = statement.where(or_(beyond[0], and_(column == moment, beyond[1])))
        order = (column, event.index) if rising else (column.desc(), event.index.desc())
        return self._rows(statement.order_by(*order), limit)

    def _rows(self, statement: Select[Any], limit: int) -> list[_Row]:
        return [_Row(*row) for row in self._session.execute(statement.limit(limit))]


def _narrowed(query: Query) -> Sequence[ColumnElement[bool]]:
    """What the database has columns for. It keeps milliseconds: a bound is asked of the event once more."""
    event = TraceEvent
    found: list[ColumnElement[bool]] = []
    if query.event_types is not None:
        found.append(event.event_type.in_(query.event_types))
    if query.biz_steps is not None:
        found.append(event.biz_step.in_(query.biz_steps))
    if query.event_ids is not None:
        found.append(event.event_id.in_(query.event_ids))
    if query.done_from is not None:
        found.append(event.done_at >= query.done_from - _MILLISECOND)
    if query.done_before is not None:
        found.append(event.done_at <= query.done_before)
    if query.recorded_from is not None:
        found.append(event.recorded_at >= query.recorded_from - _MILLISECOND)
    if query.recorded_before is not None:
        found.append(event.recorded_at <= query.recorded_before)
    for names in query.names:
        keys = [lot_key(name) for name in names]
        found.append(event.index.in_(select(TraceLotEntry.index).where(TraceLotEntry.lot.in_(keys))))
    return found


_LACKING = 3


def _sort_key(value: Any) -> tuple[int, Any]:
    """Numbers, then moments, then texts, then what is lacking."""
    number = number_of(value)
    if number is not None:
        return (0, number)
    moment = moment_of(value)
    if moment is not None:
        return (1, moment)
    return (2, value) if isinstance(value, str) else (_LACKING, 0)
