"""Which pages a phone keeps for days without signal: those that its owner's roles need in the field.

Each has a version: while it stays the same, the phone need not fetch the page again. What a page lists
changes with the organisation's chain or with the books that it shows; what a form asks with the registers,
the supplies, the open seasons, the day and the program.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, OFFICE, PACKING, WORKSHOP, Actor
from ledger.coop.devices.page_versions import last_entries, read_books_state
from ledger.coop.field.last_time import steps_used
from ledger.coop.field.practice import PracticeSeason, list_practice
from ledger.coop.field.seasons import OPEN_STEP
from ledger.coop.orders.lists import Queue
from ledger.coop.queries import SeasonCard
from ledger.coop.registers.products import list_products
from ledger.coop.season_cards import list_seasons, open_templates
from ledger.coop.supplies.catalogue import READERS
from ledger.coop.supplies.stock import StockPage, read_stock
from ledger.trace.sectors.templates import TEMPLATES, template
from signing.vault import Vault
from web.console.books.registers import REGISTERS
from web.console.offline.offline_goods import (
    order_pages,
    read_queues,
    shipping_pages,
    supply_pages,
    workshop_pages,
)
from web.console.stations import practice_buttons, quick_buttons, season_buttons, taking_step
from web.languages.speaking import spoken_tag

FIRST_SEASONS, MAX_SEASONS, MAX_PRODUCTS, MAX_PRACTICES, MAX_PAGES = 6, 20, 6, 2, 180


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page to keep: its address, and what tells one state of it from the next."""

    href: str
    version: str


@dataclass(frozen=True, slots=True)
class _Books:
    """What the pages of somebody are about."""

    seasons: tuple[SeasonCard, ...]
    templates: tuple[str, ...]
    used: tuple[str, ...]
    practices: tuple[PracticeSeason, ...]
    queues: tuple[Queue, ...]
    supplies: StockPage


@dataclass(frozen=True, slots=True)
class _Versions:
    """The versions of what lists entries, of what asks, and of single books and seasons."""

    live: str
    asked: str
    practices: str
    orders: str
    supplies: str
    seasons: dict[str, str]


def pages_to_keep(session: Session, vault: Vault, actor: Actor, today: date) -> tuple[KeptPage, ...]:
    """The pages for the actor's roles, the most needed first; at most 180."""
    books = _read(session, vault, actor, today)
    versions = _versions(session, actor, today, books)
    pages: dict[str, str] = {}
    for href, version in _pages(session, actor, books, versions):
        pages.setdefault(href, version)
    return tuple(KeptPage(href, version) for href, version in pages.items())[:MAX_PAGES]


def _read(session: Session, vault: Vault, actor: Actor, today: date) -> _Books:
    in_field, reads = not actor.roles.isdisjoint(FIELD_WORK), not actor.roles.isdisjoint(READERS)
    return _Books(
        seasons=list_seasons(session, actor, today, own=True, size=MAX_SEASONS).cards if in_field else (),
        templates=tuple(open_templates(session, actor)) if in_field else (),
        used=tuple(steps_used(session, actor)),
        practices=list_practice(session, vault, actor)[:MAX_PRACTICES] if in_field else (),
        queues=read_queues(session, vault, actor),
        supplies=read_stock(session, actor) if reads else StockPage((), 1, 1, ()),
    )


def _pages(session: Session, actor: Actor, books: _Books, versions: _Versions) -> Iterator[tuple[str, str]]:
    """All pages with their versions; some more than once, of which the first counts."""
    live, asked = versions.live, versions.asked
    yield from ((href, live) for href in _lists(actor))
    if not actor.roles.isdisjoint(READERS):
        yield url_for("console.supplies"), versions.supplies
    yield from ((href, asked) for href in _works(books))
    yield from _seasons(books.seasons[:FIRST_SEASONS], books.used, versions)
    yield from ((href, live) for href in workshop_pages(session, actor))
    yield from ((href, versions.orders) for href in order_pages(books.queues, actor))
    yield from ((href, live) for href in shipping_pages(session, actor))
    if not actor.roles.isdisjoint(FIELD_WORK):
        yield from ((href, versions.practices) for href in _practices(books.practices))
        yield from ((href, asked) for href in _openings(session, actor))
        yield from ((href, asked) for href in _beside(books.seasons[:FIRST_SEASONS], books.used))
    yield from ((href, versions.supplies) for href in supply_pages(books.supplies, actor))
    yield from _seasons(books.seasons[FIRST_SEASONS:], books.used, versions)
    yield from ((href, asked) for href in _beside(books.seasons[FIRST_SEASONS:], books.used))
    yield from ((href, asked) for href in _registers(actor))


def _lists(actor: Actor) -> Iterator[str]:
    yield url_for("console.home")
    yield url_for("console.waiting_page")
    if not actor.roles.isdisjoint(FIELD_WORK | OFFICE):
        yield url_for("console.seasons")
        yield url_for("console.reminders")
        yield url_for("console.plots")
    if not actor.roles.isdisjoint(WORKSHOP | OFFICE):
        yield url_for("console.orders")
        yield url_for("console.teams")
    if not actor.roles.isdisjoint(WORKSHOP):
        yield url_for("console.goods")
    if not actor.roles.isdisjoint(PACKING):
        yield url_for("console.rolls")
    yield url_for("console.account")
    yield url_for("console.devices")


def _works(books: _Books) -> Iterator[str]:
    """Each first work: where it was done, and the form over many places at once."""
    for button in quick_buttons(books.templates, books.used):
        yield button.href
        for name in books.templates:
            if any(step.code == button.code and step.level == "unit" for step in template(name).steps):
                yield url_for("console.record_in_many", step_code=button.code, sector=name)


def _seasons(
    cards: Iterable[SeasonCard], used: tuple[str, ...], versions: _Versions
) -> Iterator[tuple[str, str]]:
    """The page of each season, with one form for each of its first works."""
    for card in cards:
        yield url_for("console.season", season=card.lot), versions.seasons[card.lot]
        first, _ = season_buttons(template(card.template), card.lot, used)
        yield from ((button.href, versions.asked) for button in first)


def _beside(cards: Iterable[SeasonCard], used: tuple[str, ...]) -> Iterator[str]:
    """What else is done in a season: sold where it grew, keyed in from paper, walked around, rarer works."""
    for card in cards:
        sector = template(card.template)
        if taking_step(sector) is not None:
            yield url_for("console.sell_here", season=card.lot)
        yield url_for("console.key_in", season=card.lot)
        # Walking around a plot is done where there is no signal.
        yield url_for("console.draw", place=card.place)
        _, others = season_buttons(sector, card.lot, used)
        yield from (button.href for button in others)


def _practices(found: tuple[PracticeSeason, ...]) -> Iterator[str]:
    yield url_for("console.practices")
    for practice in found:
        yield url_for("console.practice", season=practice.id)
        yield from (button.href for button in practice_buttons(practice.steps, practice.id))


def _openings(session: Session, actor: Actor) -> Iterator[str]:
    yield url_for("console.choose_product")
    grown = (
        product.code
        for product in list_products(session, actor.organisation)
        if any(step.code == OPEN_STEP for step in TEMPLATES[product.template].steps)
    )
    yield from (url_for("console.start_season", product=code) for code in tuple(grown)[:MAX_PRODUCTS])


def _registers(actor: Actor) -> Iterator[str]:
    for name, kept in REGISTERS.items():
        if not actor.roles.isdisjoint(kept.writers):
            yield url_for("console.register", name=name)
            yield url_for("console.add_to_register", name=name)


def _versions(session: Session, actor: Actor, today: date, books: _Books) -> _Versions:
    state = read_books_state(session, actor.organisation)
    common = (today.isoformat(), sorted(actor.roles), state.members, state.partners, spoken_tag())
    # A form names the supplies on offer, and not how much there is of each.
    on_offer = [(card.name, card.kind) for card in books.supplies.cards]
    kept = [(practice.id, len(practice.entries)) for practice in books.practices]
    last = last_entries(session, actor.organisation, [card.lot for card in books.seasons])
    return _Versions(
        live=_digest([*common, state.last_seq, books.queues, books.supplies.kinds]),
        asked=_digest([*common, state.last_registered, state.open_seasons, state.all_seasons, on_offer]),
        practices=_digest([*common, state.last_registered, kept]),
        orders=_digest([*common, state.last_seq, books.queues]),
        supplies=_digest([*common, books.supplies]),
        seasons={card.lot: _digest([*common, card, last.get(card.lot)]) for card in books.seasons},
    )


def _digest(facts: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()[:12]
