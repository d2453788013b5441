"""What there is to ask about: the things, places and words of the events that a holder sees.

EPCIS 2.0 §8.2.8, the REST binding's top-level resources. Words are the standard's and our templates'.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ledger.coop.exchange.access_tokens import Scope, check_scope
from ledger.coop.exchange.event_queries import MAX_PER_PAGE, Asker, Page
from ledger.coop.exchange.page_tokens import PageTokens, Place
from ledger.coop.exchange.sight import sees
from ledger.trace.events.epcis import EVENT_TYPES, SCHEMA
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.tables import TraceEvent, TraceLot, TraceLotEntry, TraceRegister


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of names; ``next_token`` is ``None`` on the last one."""

    members: tuple[str, ...]
    next_token: str | None


@lru_cache(maxsize=1)
def biz_steps() -> tuple[str, ...]:
    """The standard's business steps, then our own."""
    own = {step.biz_step for template in TEMPLATES.values() for step in template.steps}
    standard = _standard("bizStep")
    return (*standard, *sorted(own - set(standard)))


@lru_cache(maxsize=1)
def dispositions() -> tuple[str, ...]:
    """The standard's dispositions, then our own."""
    own = {step.disposition for template in TEMPLATES.values() for step in template.steps if step.disposition}
    standard = _standard("disposition")
    return (*standard, *sorted(own - set(standard)))


def event_types() -> tuple[str, ...]:
    """The types of events."""
    return tuple(sorted(EVENT_TYPES))


def known_things(session: Session, asker: Asker, page: Page) -> MemberPage:
    """Lots and items: an organisation's own, or those that a partner's events name. Raises ``ScopeError``."""
    order: tuple[Any, Any] = (TraceLot.created_index, TraceLot.lot)
    statement: Select[Any] = select(*order)
    if asker.holder.partner is None:
        statement = statement.where(TraceLot.chain_id == asker.holder.organisation)
    else:
        seen = select(TraceEvent.index).where(sees(session, asker.holder))
        named = select(TraceLotEntry.lot).where(TraceLotEntry.index.in_(seen))
        statement = statement.where(TraceLot.key.in_(named))
    return _members(session, asker, "epcs", page, (statement, order))


def known_places(session: Session, asker: Asker, page: Page) -> MemberPage:
    """Places: those the organisation registered, or those of a partner's events. Raises ``ScopeError``."""
    if asker.holder.partner is None:
        register = TraceRegister
        order: tuple[Any, Any] = (register.index, register.subject)
        statement: Select[Any] = (
            select(*order)
            .where(register.chain_id == asker.holder.organisation, register.kind == "place")
            .where(~_registered_again())
        )
        return _members(session, asker, "places", page, (statement, order))
    check_scope(asker.holder, Scope.QUERY)
    places = select(TraceEvent.place).where(sees(session, asker.holder), TraceEvent.place.is_not(None))
    # As many as one partner's goods came by: few, and shown at once.
    found = session.scalars(places.distinct().order_by(TraceEvent.place).limit(MAX_PER_PAGE))
    return MemberPage(tuple(place for place in found if place is not None), None)


def _registered_again() -> Any:
    later = TraceRegister.__table__.alias("later")
    return (
        select(later.c.index)
        .where(
            later.c.kind == TraceRegister.kind,
            later.c.subject == TraceRegister.subject,
            later.c.index > TraceRegister.index,
        )
        .exists()
    )


def _members(
    session: Session, asker: Asker, what: str, page: Page, listed: tuple[Select[Any], tuple[Any, Any]]
) -> MemberPage:
    check_scope(asker.holder, Scope.QUERY)
    statement, (number, name) = listed
    tokens = PageTokens(asker.vault, asker.holder, (what,), asker.now)
    place = Place((), 0, 0) if page.token is None else tokens.parse(page.token)
    if place.after:
        index, last = place.after
        statement = statement.where((number > index) | ((number == index) & (name > last)))
    per_page = min(page.per_page, MAX_PER_PAGE)
    rows = session.execute(statement.order_by(number, name).limit(per_page + 1)).all()
    members = tuple(row[1] for row in rows[:per_page])
    if len(rows) <= per_page:
        return MemberPage(members, None)
    after = tuple(rows[per_page - 1])
    return MemberPage(members, tokens.format(Place(after, place.shown + per_page, 0)))


def _standard(kind: str) -> tuple[str, ...]:
    """The closed list of words in our schema."""
    definition = SCHEMA["$defs"][kind]
    found = [part["enum"] for part in (definition, *definition.get("anyOf", ())) if "enum" in part]
    return tuple(sorted(found[0]))
