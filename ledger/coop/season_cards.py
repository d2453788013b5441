"""Lists of open seasons, a page at a time: one's own first, those to be harvested next first."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FOR_OTHERS, Actor
from ledger.coop.field.season_facts import interval_ends
from ledger.coop.queries import SeasonCard
from ledger.coop.tables import PLACE_OF_SEASON, PRODUCT_OF_SEASON, PlaceRow, ProductRow, SeasonRow, WorkRow

PAGE = 50
LOOKED_AT = 1000
"""So many of a person's last lines say which seasons are theirs."""


@dataclass(frozen=True, slots=True)
class SeasonList:
    """Some open seasons: the cards of one page, how many there are, and how many of others' were left out."""

    cards: tuple[SeasonCard, ...]
    total: int
    others: int = 0

    @property
    def pages(self) -> int:
        """How many pages of 50 there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """An open season to tick: no more of it than one needs to tell it from its neighbours."""

    lot: str
    code: str
    product: str
    place_name: str


@dataclass(frozen=True, slots=True)
class PastSeason:
    """A season of a place, from when to when; ``closed_on`` is ``None`` while it is open."""

    lot: str
    code: str
    product: str
    started_on: date
    closed_on: date | None


def list_seasons(
    session: Session,
    actor: Actor,
    today: date,
    *,
    page: int = 0,
    search: str = "",
    own: bool = False,
    templates: Sequence[str] | None = None,
    size: int = PAGE,
) -> SeasonList:
    """Page ``page`` (from 0) of the open seasons, the next to be harvested first.

    ``own`` keeps to seasons in which this person worked, if there are any: a grower among hundreds of plots.
    ``templates`` keeps to seasons of these. ``search`` looks into names of place and product and into codes,
    with or without tone marks.
    """
    mine = own_lots(session, actor) if own and actor.roles.isdisjoint(FOR_OTHERS) else None
    rows = _open(actor)
    if templates is not None:
        rows = rows.where(ProductRow.template.in_(templates))
    everyone = _count(session, rows) if mine else 0
    if mine:
        rows = rows.where(SeasonRow.lot.in_(mine))
    if search.strip():
        rows = rows.where(SeasonRow.lot.in_(_matching(session, rows, search)))
    total = _count(session, rows)
    found = session.execute(rows.limit(size).offset(page * size)).all()
    ends = interval_ends(session, [season.lot for season, *_ in found], today)
    cards = tuple(_card(season, product, place, today, ends) for season, product, place in found)
    return SeasonList(cards, total, others=max(0, everyone - total))


def _count(session: Session, rows: Select[SeasonRow, ProductRow, PlaceRow]) -> int:
    lots = rows.with_only_columns(SeasonRow.lot).order_by(None)
    return session.scalar(select(func.count()).select_from(lots.subquery())) or 0


def open_templates(session: Session, actor: Actor) -> tuple[str, ...]:
    """The templates of the organisation's open seasons."""
    rows = _open(actor).with_only_columns(ProductRow.template).order_by(None).distinct()
    return tuple(sorted(session.scalars(rows)))


def seasons_of_template(session: Session, actor: Actor, template_id: str) -> tuple[SeasonLine, ...]:
    """The open seasons of a template by place, at most 500: what one form can record."""
    rows = (
        _open(actor)
        .with_only_columns(SeasonRow.lot, SeasonRow.code, ProductRow.name, PlaceRow.name.label("place_name"))
        .where(ProductRow.template == template_id)
        .order_by(None)
        .order_by(PlaceRow.name, SeasonRow.code)
        .limit(500)
    )
    return tuple(SeasonLine(lot, code, name, place) for lot, code, name, place in session.execute(rows))


def seasons_on_place(
    session: Session, actor: Actor, place: str, *, besides: str, limit: int = 12
) -> tuple[PastSeason, ...]:
    """The other seasons of a place, open or over, the newest first: years of an orchard."""
    rows = session.execute(
        select(SeasonRow.lot, SeasonRow.code, ProductRow.name, SeasonRow.started_on, SeasonRow.closed_on)
        .join(ProductRow, PRODUCT_OF_SEASON)
        .where(SeasonRow.organisation == actor.organisation, SeasonRow.place == place)
        .where(SeasonRow.lot != besides)
        .order_by(SeasonRow.started_on.desc(), SeasonRow.code.desc())
        .limit(limit)
    )
    return tuple(PastSeason(*row) for row in rows)


def fold(text: str) -> str:
    """Text as it is searched: small letters without marks, ``đ`` as ``d``."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _open(actor: Actor) -> Select[SeasonRow, ProductRow, PlaceRow]:
    return (
        select(SeasonRow, ProductRow, PlaceRow)
        .join(ProductRow, PRODUCT_OF_SEASON)
        .join(PlaceRow, PLACE_OF_SEASON)
        .where(SeasonRow.organisation == actor.organisation, SeasonRow.closed_on.is_(None))
        .order_by(SeasonRow.expected_from.is_(None), SeasonRow.expected_from, SeasonRow.code)
    )


def own_lots(session: Session, actor: Actor) -> tuple[str, ...]:
    """The open seasons in which this person worked or recorded lately."""
    # Two questions, one index each: an “or” between them would read every line of the organisation.
    kinds = [WorkRow.account_id == actor.account_id]
    if actor.member_id is not None:
        kinds.append(WorkRow.member_id == actor.member_id)
    lots: list[str] = []
    for is_own in kinds:
        newest = (
            select(WorkRow.lot)
            .where(WorkRow.organisation == actor.organisation, is_own)
            .order_by(WorkRow.index.desc())
            .limit(LOOKED_AT)
        )
        lots += session.scalars(newest)
    open_lots = select(SeasonRow.lot).where(
        SeasonRow.organisation == actor.organisation,
        SeasonRow.closed_on.is_(None),
        SeasonRow.lot.in_(tuple(dict.fromkeys(lots))),
    )
    return tuple(session.scalars(open_lots))


def _matching(
    session: Session, rows: Select[SeasonRow, ProductRow, PlaceRow], search: str
) -> tuple[str, ...]:
    """The lots whose names hold every word of ``search``. Databases do not know Vietnamese letters."""
    words = fold(search).split()
    listed = rows.with_only_columns(SeasonRow.lot, SeasonRow.code, ProductRow.name, PlaceRow.name)
    named = ((lot, fold(" ".join(names))) for lot, *names in session.execute(listed))
    return tuple(lot for lot, text in named if all(word in text for word in words))[:500]


def _card(
    season: SeasonRow, product: ProductRow, place: PlaceRow, today: date, ends: dict[str, date]
) -> SeasonCard:
    return SeasonCard(
        lot=season.lot,
        code=season.code,
        product=product.name,
        template=product.template,
        place=place.code,
        place_name=place.name,
        started_on=season.started_on,
        days_since_start=(today - season.started_on).days,
        days_to_harvest=(season.expected_from - today).days if season.expected_from else None,
        interval_ends_on=ends.get(season.lot),
    )
