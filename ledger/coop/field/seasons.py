"""Seasons, ponds and herds: opened on a place for a product, closed when all is taken and reckoned up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.coop.actors import FIELD_WORK, OFFICE, Actor
from ledger.coop.desks import Desk
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, Occasion, object_event
from ledger.coop.field.observations import expected_days, keep_expectation
from ledger.coop.field.typed_amounts import keep_typed_amounts
from ledger.coop.land.season_defaults import season_defaults
from ledger.coop.lots import find_open_season
from ledger.coop.registers.certificates import CERTIFIED, filed_certificates, is_covered
from ledger.coop.registers.places import Place, find_place
from ledger.coop.registers.products import Product, find_product, next_in_series
from ledger.coop.steps import (
    StepCommand,
    StepDetails,
    check_step_values,
    find_doer,
    find_occasion,
    occasion_at,
    write_step,
)
from ledger.coop.tables import SeasonRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.events.statements import CertificateFiled
from ledger.trace.identifiers import lot_uri, season_code
from ledger.trace.sectors.templates import Step, template
from ledger.trace.units import format_date, format_number, local_day

OPEN_STEP = "season_open"
CLOSE_STEP = "season_close"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSeason(StepDetails):
    """A season of ``product`` on ``place`` (codes) that began on ``started_on``."""

    product: str
    place: str
    started_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSeason(StepCommand):
    """The season whose lot is ``season`` is over; its sums are in ``values``, sealed."""

    season: str


@dataclass(frozen=True, slots=True)
class Season:
    """An open season: the lot it is as an identifier, its code, and where its opening stands in the log."""

    lot: str
    code: str
    product: str
    place: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the books say to an opening: its product and place, ``defaults`` as typed, and who did it.

    ``certificates`` are asked for only by who claims a standard that needs one.
    """

    product: Product
    place: Place
    defaults: Mapping[str, str]
    doer: str | None
    certificates: Callable[[], Iterable[CertificateFiled]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A season that may be opened: every value in its one form. Its code is given when it is written."""

    command: OpenSeason
    product: Product
    place: Place
    step: Step
    values: Mapping[str, Any]
    occasion: Occasion
    done_on: date
    doer: str | None

    @property
    def series(self) -> str:
        """The series of lot codes that its code is the next of."""
        return f"V{self.command.started_on:%y%m%d}"


@dataclass(frozen=True, slots=True)
class ClosedSeason:
    """A season that was closed; ``index`` is ``None`` where the template has no step for it."""

    lot: str
    index: int | None


@use_case(FIELD_WORK)
def open_season(unit: Unit, actor: Actor, command: OpenSeason) -> Season:
    """Open a season on the day it began, or today if that day is yet to come.

    The area and the expected harvest come from the place and the template where nobody says otherwise.
    Raises ``NotFoundError``, ``DoneDateError``, ``ledger.trace.errors.FieldErrors``.
    """
    session, own = unit.session, actor.organisation
    ground = Ground(
        product=find_product(session, own, command.product),
        place=find_place(session, own, command.place),
        defaults=season_defaults(unit, actor, command),
        doer=find_doer(unit, actor, command),
        certificates=lambda: filed_certificates(session, own),
    )
    opening = check_opening(unit, actor, command, ground)
    season = write_opening(unit, actor, opening, next_in_series(session, ground.product, opening.series))
    unit.session.flush()  # ``find_season`` asks past the ORM, perhaps in this very unit
    return season


def check_opening(desk: Desk, actor: Actor, command: OpenSeason, ground: Ground) -> Opening:
    """A season that may be opened on ``ground``. Raises what ``open_season`` raises about its values."""
    step = template(ground.product.template).step(OPEN_STEP)
    computed = _computed(command, ground)
    values = check_step_values(desk, actor, step, command, doer=ground.doer, computed=computed)
    today = local_day(desk.now)
    done_on = min(command.started_on, today)
    _check_claim(values, ground, today)
    return Opening(
        command=command,
        product=ground.product,
        place=ground.place,
        step=step,
        values=values,
        occasion=occasion_at(desk, command, done_on, place=ground.place.uri),
        done_on=done_on,
        doer=ground.doer,
    )


def write_opening(unit: Unit, actor: Actor, opening: Opening, number: int) -> Season:
    """Open the season as the ``number``-th of its series. Its row waits for the session's next flush."""
    command, product, values = opening.command, opening.product, opening.values
    code = season_code(command.started_on, number)
    lot = season_lot(unit.id_base, product, code)
    event = object_event(opening.step, product.template, opening.occasion, values, [Amount(lot)])
    receipt = write_step(
        unit, actor, opening.step, event, (), lot=lot, done_on=opening.done_on, doer=opening.doer
    )
    keep_typed_amounts(unit, actor, receipt.index, opening.step, command.values)
    unit.session.add(_row(actor, command, lot, code, values))
    keep_expectation(unit, actor, receipt.index, lot, values, said_on=opening.done_on)
    return Season(lot, code, product.code, opening.place.code, receipt.index)


def season_lot(id_base: str, product: Product, code: str) -> str:
    """The lot that the season ``code`` of a product is: never under a GTIN, for it is not sold."""
    return lot_uri(id_base, product.organisation, product.code, code)


def _check_claim(values: Mapping[str, Any], ground: Ground, today: date) -> None:
    """Raises ``CommandError`` for a standard that no certificate in force lets this season claim.

    Asked as of today: who was certified since may claim it, whose certificate ended may not.
    """
    standard = str(values.get("standard", ""))
    if standard not in CERTIFIED:
        return
    product, place = ground.product.uri, ground.place.uri
    if not is_covered(ground.certificates(), standard, product=product, place=place, on=today):
        sentence = (
            "Chưa có chứng nhận còn hiệu lực cho sản phẩm và nơi này. "
            "Hãy ghi chứng nhận vào Sổ sách trước, hoặc chọn “Chưa chứng nhận”."
        )
        raise CommandError(Problem("standard", sentence))


@use_case(OFFICE)
def close_season(unit: Unit, actor: Actor, command: CloseSeason) -> ClosedSeason:
    """Close a season: nothing more is recorded in it. Raises ``NotFoundError``, ``LotStateError``."""
    season = find_open_season(unit.session, actor, command.season)
    occasion = find_occasion(unit, actor, command, command.done_on, place=season.place)
    unit.session.get_one(SeasonRow, season.lot).closed_on = command.done_on
    unit.session.flush()
    step = next((step for step in season.sector.steps if step.code == CLOSE_STEP), None)
    if step is None:
        return ClosedSeason(season.lot, None)
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer)
    event = object_event(step, season.sector.id, occasion, values, [Amount(season.lot)])
    receipt = write_step(unit, actor, step, event, (), lot=season.lot, done_on=command.done_on, doer=doer)
    return ClosedSeason(season.lot, receipt.index)


def _computed(command: OpenSeason, ground: Ground) -> dict[str, str]:
    """What the form need not ask again; typed values win where a person may know better."""
    product, place = ground.product, ground.place
    cycle_days = template(product.template).cycle_days[0]
    expected = command.started_on + timedelta(days=cycle_days)
    said = {"expected_harvest_from": format_date(expected), **ground.defaults}
    if place.area_m2 is not None:
        said["area"] = format_number(place.area_m2)
    said = {key: value for key, value in said.items() if not command.values.get(key)}
    return said | {"product": product.uri, "house": place.uri, "started_on": format_date(command.started_on)}


def _row(actor: Actor, command: OpenSeason, lot: str, code: str, values: Mapping[str, Any]) -> SeasonRow:
    starts, ends = expected_days(values)
    return SeasonRow(
        lot=lot,
        organisation=actor.organisation,
        code=code,
        product=command.product,
        place=command.place,
        started_on=command.started_on,
        expected_from=starts,
        expected_to=ends,
        closed_on=None,
    )
