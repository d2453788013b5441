"""Another system's EPCIS document, taken into the log as it is: all of its events or none.

The events keep their identifiers, words and times; only what is not public is sealed
(``ledger.coop.exchange.profile``). The guards of our sector templates do not apply to another system's steps.
What capture checks does: form, time, that no lot is made twice and nothing is taken that is not there.
"""

from dataclasses import dataclass, field

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import EpcisImportError, EventProblem
from ledger.coop.exchange.answers import EXISTS
from ledger.coop.exchange.captured_events import capture_prepared, expect_prepared, prepare_events
from ledger.coop.exchange.errors import LateRefusalError
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.errors import EpcisError
from ledger.trace.events.epcis import MAX_PROBLEMS
from ledger.trace.events.strict_json import parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEpcis(Command):
    """An EPCIS 2.0 JSON document (``EPCISDocument`` or ``EPCISQueryDocument``) of at most 2,000 events."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many were written, how many were there already, and the indexes of all in the file's order."""

    written: int
    repeated: int
    indexes: tuple[int, ...]


@use_case(MANAGEMENT)
def import_epcis(unit: Unit, actor: Actor, command: ImportEpcis) -> Imported:
    """Capture every event of the document, in its order; an event captured before is found, not repeated.

    Raises ``EpcisImportError`` with every problem of every event; then nothing is written.
    """
    try:
        prepared = prepare_events(parse_json(command.data), actor.organisation, unit.vault)
    except EpcisError as error:
        problems = tuple(EventProblem(p.pointer, p.sentence_vi) for p in error.problems)
        raise EpcisImportError(problems) from error
    if malformed := tuple(problem for item in prepared for problem in item.problems):
        raise EpcisImportError(malformed[:MAX_PROBLEMS])
    expect_prepared(unit, actor.organisation, prepared)
    try:
        answers = [capture_prepared(unit, actor.organisation, item) for item in prepared]
    except LateRefusalError as late:
        raise EpcisImportError(late.answer.problems) from late
    if refused := tuple(problem for answer in answers for problem in answer.problems):
        raise EpcisImportError(refused)
    repeated = sum(answer.status == EXISTS for answer in answers)
    indexes = tuple(answer.index for answer in answers if answer.index is not None)
    return Imported(len(answers) - repeated, repeated, indexes)
