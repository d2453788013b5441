"""Links that a manager gives a product or one of its lots: a shop, a recipe, a certificate."""

import re
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import AlreadyExistsError, CommandError, NotFoundError, Problem
from ledger.coop.links.link_tables import LinkRow
from ledger.coop.links.link_types import OFFERED
from ledger.coop.links.targets import target_problem
from ledger.coop.lots import find_own_lot
from ledger.coop.registers.products import Product, find_product
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

MAX_LINKS = 30
"""In force for a product, and as many for one lot of it: no linkset grows without bound."""
MEDIA_TYPES = ("text/html", "application/pdf", "application/json", "image/jpeg", "image/webp", "video/mp4")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLink(Command):
    """A link from a product (its code), or from one lot of it (its identifier).

    ``language``: of what stands there, as ``vi`` or ``en-GB``; ``None`` where it does not matter.
    """

    product: str
    link_type: str
    target: str
    title: str
    lot: str | None = None
    language: str | None = None
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class EndLink(Command):
    """The link with this id leads nowhere any more."""

    link: str


@dataclass(frozen=True, slots=True)
class GivenLink:
    """A link in force. ``lot`` is the lot's identifier, ``None`` for a link of all of the product's lots."""

    id: str
    product: str
    lot: str | None
    link_type: str
    target: str
    title: str
    language: str | None
    media_type: str


@use_case(MANAGEMENT)
def add_link(unit: Unit, actor: Actor, command: AddLink) -> GivenLink:
    """Add a link; the resolver offers it at once.

    Raises ``CommandError``, ``NotFoundError`` (product, lot), ``AlreadyExistsError``.
    """
    title = _checked_title(command)
    product = find_product(unit.session, actor.organisation, command.product)
    lot = "" if command.lot is None else _lot_of(unit.session, actor, product, command.lot)
    held = _in_force(unit.session, actor.organisation, product.code, (lot,))
    _check_room(held, command)
    row = LinkRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        product=product.code,
        lot=lot,
        link_type=command.link_type,
        target=command.target,
        title=title,
        language=command.language,
        media_type=command.media_type,
        added_at=unit.now,
        added_by=actor.account_id,
    )
    unit.session.add(row)
    return _given(row)


@use_case(MANAGEMENT)
def end_link(unit: Unit, actor: Actor, command: EndLink) -> GivenLink:
    """End a link; the row stays, with who ended it. Raises ``NotFoundError``."""
    row = _find(unit.session, actor, command.link)
    row.ended_at, row.ended_by = unit.now, actor.account_id
    return _given(row)


def find_link(session: Session, actor: Actor, link: str) -> GivenLink:
    """A link of the organisation that is in force, by its id. Raises ``NotFoundError``."""
    return _given(_find(session, actor, link))


def links_of(
    session: Session, organisation: str, product: str, lot: str | None = None
) -> tuple[GivenLink, ...]:
    """The links in force from a product (its code) and, if asked for, from one lot of it; the lot's first."""
    return _in_force(session, organisation, product, ("",) if lot is None else ("", lot))


def _find(session: Session, actor: Actor, link: str) -> LinkRow:
    row = session.get(LinkRow, link)
    if row is None or row.organisation != actor.organisation or row.ended_at is not None:
        raise NotFoundError("liên kết", link[:80])
    return row


def _checked_title(command: AddLink) -> str:
    checks = Checks()
    title = checks.text("title", "tên liên kết", command.title, 120)
    checks.word("link_type", "loại liên kết", command.link_type, OFFERED)
    checks.word("media_type", "loại nội dung", command.media_type, MEDIA_TYPES)
    problem = target_problem(command.target)
    if problem is not None:
        checks.refuse("target", problem)
    if command.language is not None and not _LANGUAGE.fullmatch(command.language):
        checks.refuse("language", "Ngôn ngữ ghi bằng hai chữ, ví dụ vi hoặc en.")
    checks.finish()
    return title


def _check_room(held: tuple[GivenLink, ...], command: AddLink) -> None:
    if len(held) >= MAX_LINKS:
        raise CommandError(Problem("target", f"Tối đa {MAX_LINKS} liên kết. Hãy bỏ bớt liên kết cũ."))
    same = (command.link_type, command.target, command.language)
    if any((link.link_type, link.target, link.language) == same for link in held):
        raise AlreadyExistsError("liên kết", command.target)


def _lot_of(session: Session, actor: Actor, product: Product, lot: str) -> str:
    own = find_own_lot(session, actor, lot)
    if own.product != product.uri:
        raise NotFoundError("lô", lot)
    return own.lot


def _in_force(
    session: Session, organisation: str, product: str, lots: tuple[str, ...]
) -> tuple[GivenLink, ...]:
    query = select(LinkRow).where(
        LinkRow.organisation == organisation,
        LinkRow.product == product,
        LinkRow.lot.in_(lots),
        LinkRow.ended_at.is_(None),
    )
    rows = session.scalars(query.order_by(LinkRow.lot.desc(), LinkRow.added_at, LinkRow.id))
    return tuple(map(_given, rows))


def _given(row: LinkRow) -> GivenLink:
    return GivenLink(
        row.id,
        row.product,
        row.lot or None,
        row.link_type,
        row.target,
        row.title,
        row.language,
        row.media_type,
    )
