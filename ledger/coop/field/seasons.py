"""Seasons, ponds and herds: opened on a place for a product, closed when all is taken and reckoned up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.coop.actors import FIELD_WORK, OFFICE, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.events import Amount, object_event
from ledger.coop.field.observations import note_expectation
from ledger.coop.field.typed_amounts import keep_typed_amounts
from ledger.coop.land.season_defaults import season_defaults
from ledger.coop.lots import find_open_season
from ledger.coop.registers.certificates import covers
from ledger.coop.registers.places import Place, find_place
from ledger.coop.registers.products import Product, find_product, next_in_series
from ledger.coop.steps import (
    StepCommand,
    StepDetails,
    check_step_values,
    find_doer,
    find_occasion,
    write_step,
)
from ledger.coop.tables import SeasonRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.identifiers import lot_uri, season_code
from ledger.trace.templates import template
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
    product = find_product(unit.session, actor.organisation, command.product)
    place = find_place(unit.session, actor.organisation, command.place)
    sector = template(product.template)
    step = sector.step(OPEN_STEP)
    doer = find_doer(unit, actor, command)
    values = check_step_values(
        unit,
        actor,
        step,
        command,
        doer=doer,
        computed=_computed(command, product, place, season_defaults(unit, actor, command)),
    )
    done_on = min(command.started_on, local_day(unit.now))
    _check_claim(unit, actor, values, product, place)
    occasion = find_occasion(unit, actor, command, done_on)
    code = season_code(
        command.started_on, next_in_series(unit.session, product, f"V{command.started_on:%y%m%d}")
    )
    lot = lot_uri(unit.id_base, actor.organisation, product.code, code)
    event = object_event(step, sector.id, occasion, values, [Amount(lot)])
    receipt = write_step(unit, actor, step, event, (), lot=lot, done_on=done_on, doer=doer)
    keep_typed_amounts(unit, actor, receipt.index, step, command.values)
    unit.session.add(_row(actor, command, lot, code, values))
    unit.session.flush()  # ``find_season`` asks past the ORM, perhaps in this very unit
    note_expectation(unit, actor, receipt.index, lot, values, said_on=done_on)
    return Season(lot, code, product.code, place.code, receipt.index)


def _check_claim(unit: Unit, actor: Actor, values: Mapping[str, Any], product: Product, place: Place) -> None:
    """Raises ``CommandError`` for a standard that no certificate in force lets this season claim.

    Asked as of today: who was certified since may claim it, whose certificate ended may not.
    """
    standard = str(values.get("standard", ""))
    today = local_day(unit.now)
    if not covers(unit.session, actor.organisation, standard, product=product.uri, place=place.uri, on=today):
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


def _computed(
    command: OpenSeason, product: Product, place: Place, known: Mapping[str, str]
) -> dict[str, str]:
    """What the form need not ask again; typed values win where a person may know better."""
    cycle_days = template(product.template).cycle_days[0]
    expected = command.started_on + timedelta(days=cycle_days)
    said = {"expected_harvest_from": format_date(expected), **known}
    if place.area_m2 is not None:
        said["area"] = format_number(place.area_m2)
    said = {key: value for key, value in said.items() if not command.values.get(key)}
    return said | {"product": product.uri, "house": place.uri, "started_on": format_date(command.started_on)}


def _row(actor: Actor, command: OpenSeason, lot: str, code: str, values: dict[str, Any]) -> SeasonRow:
    def day(key: str) -> date | None:
        return date.fromisoformat(values[key]) if key in values else None

    return SeasonRow(
        lot=lot,
        organisation=actor.organisation,
        code=code,
        product=command.product,
        place=command.place,
        started_on=command.started_on,
        expected_from=day("expected_harvest_from"),
        expected_to=day("expected_harvest_to"),
        closed_on=None,
    )
