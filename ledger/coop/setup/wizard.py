"""Setting up by ten questions: answers that wait for each other, then all that they say is made at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import SavePrinter, list_printers, save_printer
from ledger.coop.registers.places import Place, RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, list_products, register_product
from ledger.coop.setup.questions import (
    QUESTIONS,
    Answers,
    check_answer,
    next_question,
    opens_season,
    product_code,
    read_day,
    read_packs,
    read_places,
)
from ledger.coop.setup.setup_tables import SetupRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit

VALUE = "v-"
_PRINTER = "Máy in văn phòng"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion(Command):
    """What was answered to one of the ten: texts by field, as typed."""

    question: str
    given: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishSetup(Command):
    """All is answered: make it so."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The question that was answered, and the next that is not; ``None`` when all are."""

    question: str
    following: str | None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What came of the answers: the product's code, how many places, the season's lot where there is one."""

    product: str
    places: int
    season: str | None


@dataclass(frozen=True, slots=True)
class SetupState:
    """Where an organisation stands: its answers, and whether they were made so."""

    answers: Answers
    is_done: bool
    season: str | None


@use_case(MANAGEMENT)
def answer_question(unit: Unit, actor: Actor, command: AnswerQuestion) -> Answered:
    """Keep an answer, in place of the one before. Raises ``NotFoundError``, ``CommandError``."""
    if command.question not in QUESTIONS:
        raise NotFoundError("câu hỏi", command.question)
    check_answer(command.question, command.given)
    row = unit.session.get(SetupRow, actor.organisation)
    if row is None or row.season is not None:
        row = SetupRow(organisation=actor.organisation, answers="{}", changed_at=unit.now, season=None)
        row = unit.session.merge(row)
    answers: dict[str, Mapping[str, str]] = json.loads(row.answers)
    if command.question == "sector" and answers.get("sector") != dict(command.given):
        answers.pop("season", None)  # another sector's first step asks other things
    answers[command.question] = dict(command.given)
    row.answers, row.changed_at = json.dumps(answers, ensure_ascii=False), unit.now
    unit.session.flush()
    return Answered(command.question, next_question(answers))


@use_case(MANAGEMENT)
def finish_setup(unit: Unit, actor: Actor, command: FinishSetup) -> SetUp:  # noqa: ARG001  # nothing to say
    """Register product and places, choose the label, open the season: all of it, or nothing.

    Raises ``CommandError`` while a question is open, and what the use cases behind it raise.
    """
    state = read_setup(unit.session, actor)
    missing = next_question(state.answers)
    if missing is not None or state.is_done:
        raise CommandError(Problem("question", "Chưa trả lời hết các câu hỏi. Hãy trả lời tiếp."))
    answers = state.answers
    product = register_product(unit, actor, _product(unit.session, actor, answers)).code
    places = [register_place(unit, actor, place) for place in _places(answers)]
    _choose_label(unit, actor, answers["label"])
    season = _open_first(unit, actor, product, places, answers) if opens_season(answers) else None
    unit.session.flush()
    unit.session.get_one(SetupRow, actor.organisation).season = season or ""
    return SetUp(product, len(places), season)


def read_setup(session: Session, actor: Actor) -> SetupState:
    """The answers given so far."""
    row = session.get(SetupRow, actor.organisation)
    if row is None:
        return SetupState(MappingProxyType({}), is_done=False, season=None)
    return SetupState(json.loads(row.answers), is_done=row.season is not None, season=row.season or None)


def _product(session: Session, actor: Actor, answers: Answers) -> RegisterProduct:
    name, keeping = answers["name"]["name"], answers["keeping"]
    taken = {product.code for product in list_products(session, actor.organisation)}
    days = keeping.get("shelf_life_days", "").strip()
    return RegisterProduct(
        code=product_code(name, taken),
        name=name,
        template=answers["sector"]["template"],
        origin=answers["origin"]["origin"],
        net_options_g=read_packs(answers["packs"].get("net_options_g", "")),
        shelf_life_days=int(days) if days else None,
        storage=keeping.get("storage") or None,
    )


def _places(answers: Answers) -> tuple[RegisterPlace, ...]:
    ground, where = answers["ground"], answers["where"]
    checks = Checks()
    since = ground.get("perennial_since")
    perennial_since = read_day(checks, "perennial_since", since) if since else None
    checks.finish()
    return tuple(
        RegisterPlace(
            name=place.name,
            kind=ground["kind"],
            province=where["province"],
            commune=where["commune"],
            area_m2=place.area_m2,
            perennial_since=perennial_since,
        )
        for place in read_places(answers["places"]["places"])
    )


def _choose_label(unit: Unit, actor: Actor, chosen: Mapping[str, str]) -> None:
    """Stamps are printed on this design until somebody says otherwise; a printer that is kept stays."""
    if chosen.get("design") and chosen.get("paper") and not list_printers(unit.session, actor):
        spec = PrintSpec(design=chosen["design"], paper=chosen["paper"])
        save_printer(unit, actor, SavePrinter(_PRINTER, spec, is_default=True))


def _open_first(unit: Unit, actor: Actor, product: str, places: list[Place], answers: Answers) -> str:
    given = answers["season"]
    number = int(given.get("place", "0") or 0)
    if not 1 <= number <= len(places):
        raise CommandError(Problem("place", "Hãy chọn lại nơi làm vụ đầu tiên (câu 10)."))
    checks = Checks()
    started_on = read_day(checks, "started_on", given.get("started_on", ""))
    checks.finish()
    if started_on is None:
        raise AssertionError("a day that cannot be read is a problem")
    values = {key.removeprefix(VALUE): text for key, text in given.items() if key.startswith(VALUE) and text}
    unit.session.flush()
    command = OpenSeason(product=product, place=places[number - 1].code, started_on=started_on, values=values)
    return open_season(unit, actor, command).lot
