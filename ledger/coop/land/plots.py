"""The outlines of plots: drawn, walked or typed, kept encrypted, shown to the cooperative's own people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, OFFICE, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, OutlineError, Problem
from ledger.coop.land.geodesy import Point
from ledger.coop.land.land_tables import PlotOutlineRow
from ledger.coop.land.outlines import (
    check_outline,
    differs_much,
    format_outline,
    read_outline,
)
from ledger.coop.land.tracks import close_walk
from ledger.coop.registers.places import find_place
from ledger.coop.tables import PlaceRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from signing.vault import Vault

WALKED, DRAWN, TYPED = "walked", "drawn", "typed"
WAYS = (DRAWN, WALKED, TYPED)
READERS = FIELD_WORK | OFFICE
PAGE = 50
MAX_ON_MAP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPlot(Command):
    """The outline of ``place`` (a code): one point a line, as typed, drawn or recorded on a walk."""

    place: str
    outline: str = field(repr=False)
    way: str = TYPED


@dataclass(frozen=True, slots=True)
class DrawnPlot:
    """The place, the area inside its new outline, and whether that is far from the area that was stated."""

    place: str
    area_m2: Decimal
    differs: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A place with its outline; ``ring`` is empty and ``drawn_m2`` ``None`` before somebody drew it."""

    code: str
    name: str
    kind: str
    stated_m2: Decimal | None
    drawn_m2: Decimal | None = None
    ring: tuple[Point, ...] = field(default=(), repr=False)
    way: str = ""
    drawn_at: datetime | None = None

    @property
    def differs(self) -> bool:
        """Whether the drawn area is more than a tenth away from the stated one."""
        stated, drawn = self.stated_m2, self.drawn_m2
        return stated is not None and drawn is not None and differs_much(stated, drawn)


@use_case(FIELD_WORK | OFFICE)
def draw_plot(unit: Unit, actor: Actor, command: DrawPlot) -> DrawnPlot:
    """Keep the outline of a place in the books; nothing of it enters the log. A new one replaces the old.

    Raises ``NotFoundError``, and ``CommandError`` for what is no outline.
    """
    place = find_place(unit.session, actor.organisation, command.place)
    checks = Checks()
    checks.word("way", "cách vẽ", command.way, WAYS)
    checks.finish()
    try:
        ring = read_outline(command.outline)
        if command.way == WALKED:
            ring = close_walk(ring)
        area = check_outline(ring, place.kind)
    except OutlineError as error:
        raise CommandError(Problem("outline", error.sentence)) from error
    row = unit.session.get(PlotOutlineRow, (actor.organisation, place.code))
    if row is None:
        row = PlotOutlineRow(organisation=actor.organisation, place=place.code)
        unit.session.add(row)
    row.way, row.area_m2, row.drawn_at = command.way, area, unit.now
    row.account_id = actor.account_id
    row.outline_sealed = seal_private(
        unit,
        actor.organisation,
        ORGANISATION,
        format_outline(ring).encode(),
        purpose=_purpose(place.code),
    )
    differs = place.area_m2 is not None and differs_much(place.area_m2, area)
    return DrawnPlot(place.code, area, differs)


def read_plot(session: Session, vault: Vault, actor: Actor, code: str) -> Plot:
    """One place with its outline. Raises ``NotFoundError``."""
    found = _read(session, vault, actor, [code])
    if not found:
        raise NotFoundError("nơi sản xuất", code)
    return found[0]


def read_plots(session: Session, vault: Vault, actor: Actor, codes: Sequence[str]) -> tuple[Plot, ...]:
    """The places with these codes that have an outline, at most 200: what one map can show."""
    return tuple(plot for plot in _read(session, vault, actor, codes[:MAX_ON_MAP]) if plot.ring)


def neighbours(session: Session, vault: Vault, actor: Actor, besides: str) -> tuple[Plot, ...]:
    """Other plots that were drawn, the last first: the ground on which a new one is drawn."""
    codes = session.scalars(
        select(PlotOutlineRow.place)
        .where(PlotOutlineRow.organisation == actor.organisation, PlotOutlineRow.place != besides)
        .order_by(PlotOutlineRow.drawn_at.desc())
        .limit(MAX_ON_MAP)
    )
    return read_plots(session, vault, actor, list(codes))


def drawn_areas(session: Session, actor: Actor) -> Mapping[str, Decimal]:
    """The areas inside the outlines, by the code of the place."""
    rows = session.execute(
        select(PlotOutlineRow.place, PlotOutlineRow.area_m2).where(
            PlotOutlineRow.organisation == actor.organisation
        )
    )
    return {row.place: row.area_m2 for row in rows}


def list_plots(session: Session, actor: Actor, page: int = 0) -> tuple[tuple[Plot, ...], int]:
    """Fifty places by code, without their outlines, and how many places there are."""
    total = (
        session.scalar(
            select(func.count()).select_from(PlaceRow).where(PlaceRow.organisation == actor.organisation)
        )
        or 0
    )
    rows = session.execute(
        select(PlaceRow, PlotOutlineRow.area_m2, PlotOutlineRow.way, PlotOutlineRow.drawn_at)
        .outerjoin(
            PlotOutlineRow,
            (PlotOutlineRow.organisation == PlaceRow.organisation) & (PlotOutlineRow.place == PlaceRow.code),
        )
        .where(PlaceRow.organisation == actor.organisation)
        .order_by(PlaceRow.code)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    plots = tuple(
        Plot(place.code, place.name, place.kind, place.area_m2, area, (), way or "", drawn_at)
        for place, area, way, drawn_at in rows
    )
    return plots, total


def _read(session: Session, vault: Vault, actor: Actor, codes: Sequence[str]) -> list[Plot]:
    rows = session.execute(
        select(PlaceRow, PlotOutlineRow)
        .outerjoin(
            PlotOutlineRow,
            (PlotOutlineRow.organisation == PlaceRow.organisation) & (PlotOutlineRow.place == PlaceRow.code),
        )
        .where(PlaceRow.organisation == actor.organisation, PlaceRow.code.in_(codes))
        .order_by(PlaceRow.code)
    )
    return [_plot(session, vault, place, outline) for place, outline in rows]


def _plot(session: Session, vault: Vault, place: PlaceRow, row: PlotOutlineRow | None) -> Plot:
    bare = Plot(place.code, place.name, place.kind, place.area_m2)
    if row is None:
        return bare
    text = open_private(
        session, vault, row.organisation, ORGANISATION, row.outline_sealed, purpose=_purpose(row.place)
    )
    ring = read_outline(text.decode())
    return Plot(place.code, place.name, place.kind, place.area_m2, row.area_m2, ring, row.way, row.drawn_at)


def _purpose(place: str) -> str:
    return f"ledger.coop/plot/{place}/outline"
