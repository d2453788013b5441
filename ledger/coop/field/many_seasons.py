"""One form for many plots: the same work in up to 500 seasons, one event each, in one unit of work."""

from dataclasses import dataclass, replace
from typing import Any

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.errors import (
    CommandError,
    DoneDateError,
    LotStateError,
    PlotRefusal,
    PlotsRefusedError,
    Problem,
)
from ledger.coop.field.diary import RecordStep, Work, prepare_work, write_work
from ledger.coop.steps import Notice, StepCommand
from ledger.coop.tables import PlaceRow, SeasonRow
from ledger.coop.use_cases import use_case
from ledger.log.unit import Unit
from ledger.trace.errors import GuardError
from ledger.trace.identifiers import lot_code_of

MAX_SEASONS = 500
# What may be wrong in one season and right in the next; anything else is wrong with the form.
_OF_ONE_SEASON = (GuardError, LotStateError, DoneDateError, CommandError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMany(StepCommand):
    """Work done in the seasons whose lots are ``seasons``; ``step`` is its code.

    With ``only_passing`` those that refuse it are left out; without, one refusal leaves all unrecorded.
    """

    seasons: tuple[str, ...]
    step: str
    only_passing: bool = False


@dataclass(frozen=True, slots=True)
class RecordedMany:
    """The entries that were written, in the order of the seasons; the seasons left out; what guards said."""

    indexes: tuple[int, ...]
    left_out: tuple[str, ...]
    warnings: tuple[Notice, ...]


@use_case(FIELD_WORK)
def record_many(unit: Unit, actor: Actor, command: RecordMany) -> RecordedMany:
    """Write one step into the diaries of many seasons, or into none.

    Raises ``PlotsRefusedError`` with every season that refuses, ``CommandError`` (none chosen, too many, none
    passes), ``NotFoundError`` and ``ledger.trace.errors.FieldErrors``.
    """
    seasons = _check_seasons(command)
    works: list[Work] = []
    refusals: list[PlotRefusal] = []
    for season in seasons:
        try:
            works.append(prepare_work(unit, actor, _one(command, season)))
        except _OF_ONE_SEASON as error:
            if _is_about_all(error):
                raise
            refusals.append(_refusal(unit, actor, season, error))
    if refusals and not (command.only_passing and works):
        raise PlotsRefusedError(tuple(refusals), passed=len(works))
    recorded = [write_work(unit, actor, work) for work in works]
    said = {notice.guard: notice for done in recorded for notice in done.warnings}
    return RecordedMany(
        tuple(done.index for done in recorded), tuple(item.lot for item in refusals), tuple(said.values())
    )


def _check_seasons(command: RecordMany) -> tuple[str, ...]:
    seasons = tuple(dict.fromkeys(command.seasons))
    if not seasons:
        raise CommandError(Problem("seasons", "Chưa chọn nơi nào. Hãy chọn ít nhất một nơi."))
    if len(seasons) > MAX_SEASONS:
        sentence = f"Mỗi lần ghi tối đa {MAX_SEASONS} nơi, đang chọn {len(seasons)}. Hãy ghi làm nhiều lần."
        raise CommandError(Problem("seasons", sentence))
    return seasons


def _is_about_all(error: Exception) -> bool:
    """Whether the form itself is wrong: too many photos are too many everywhere."""
    of_one = {"step", "lot"}
    return isinstance(error, CommandError) and any(problem.field not in of_one for problem in error.problems)


def _one(command: RecordMany, season: str) -> RecordStep:
    """The command for one season."""
    shared: dict[str, Any] = {
        "values": command.values,
        "done_by": command.done_by,
        "photos": command.photos,
        "note": command.note,
        "voice": command.voice,
        "overrides": command.overrides,
    }
    return RecordStep(lot=season, step=command.step, done_on=command.done_on, **shared)


def _refusal(unit: Unit, actor: Actor, season: str, error: Exception) -> PlotRefusal:
    sentence = str(getattr(error, "sentence", ""))
    guards: tuple[str, ...] = ()
    if isinstance(error, GuardError):
        sentence = " ".join(item.sentence_vi for item in error.violations)
        guards = tuple(item.guard for item in error.violations)
    found = PlotRefusal(season, lot_code_of(season), sentence, guards)
    row = unit.session.get(SeasonRow, season)
    place = None if row is None else unit.session.get(PlaceRow, (actor.organisation, row.place))
    return found if place is None else replace(found, name=f"{place.name} (vụ {found.name})")
