"""From an error of the lower rooms to what a form shows: beside which question, or on the red panel. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ledger.coop.errors import (
    AlreadyExistsError,
    CommandError,
    CoopError,
    DoneDateError,
    NotAllowedError,
    PhotoError,
    PlotsRefusedError,
    SessionEndedError,
    SheetError,
)
from ledger.trace.errors import FieldErrors, GtinError, GuardError, TraceError
from signing.errors import StampCodeError
from web.forms.steps import VALUE
from web.languages import _, translate

REFUSALS = (CoopError, TraceError, StampCodeError)
"""What a person can mend. Everything else is ours, and goes to the table in ``web.errors``."""
PASSED_ON = (NotAllowedError, SessionEndedError)
"""What no answer on the form can mend."""

MAX_PLOTS_SHOWN = 20
"""So many plots that refuse are named at once."""

MAX_LINES = 50
"""So many faulty lines of a list are said at once; nobody mends more in one go."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form was not accepted. ``guards`` are the codes of the guards that refused it.

    ``can_skip`` counts the plots that it may be recorded for without those that refuse.
    """

    by_name: Mapping[str, str] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    can_skip: int = 0

    def __bool__(self) -> bool:
        return bool(self.by_name or self.sentences)


def refuse(error: Exception, names: Collection[str]) -> Refusal:
    """What to show on a form that asks ``names``; a problem with anything else goes on the panel."""
    guards: tuple[str, ...] = ()
    can_skip = 0
    match error:
        case CommandError():
            problems = [(problem.field, problem.sentence) for problem in error.problems]
        case FieldErrors():
            problems = [(VALUE + problem.key, problem.sentence_vi) for problem in error.problems]
        case GuardError():
            problems = [("", violation.sentence_vi) for violation in error.violations]
            guards = tuple(violation.guard for violation in error.violations)
        case SheetError():
            lines = (
                _("Dòng %(row)s: %(sentence)s", row=cell.row, sentence=translate(cell.sentence))
                for cell in error.problems[:MAX_LINES]
            )
            problems = [("", sentence) for sentence in (error.sentence, *lines)]
        case PlotsRefusedError():
            problems = [
                ("", f"{item.name}: {translate(item.sentence)}") for item in error.refusals[:MAX_PLOTS_SHOWN]
            ]
            guards = tuple(dict.fromkeys(guard for item in error.refusals for guard in item.guards))
            can_skip = error.passed
        case _:
            problems = [(_FIELDS.get(type(error), ""), str(getattr(error, "sentence", "")))]
    by_name: dict[str, str] = {}
    panel: list[str] = []
    for field_name, said in problems:
        sentence = translate(said)
        name = _asked_as(field_name, names)
        if not name:
            panel.append(sentence)
        else:
            by_name[name] = f"{by_name[name]} {sentence}" if name in by_name else sentence
    return Refusal(by_name, tuple(panel), guards, can_skip)


_FIELDS: Mapping[type[Exception], str] = {
    DoneDateError: "done_on",
    PhotoError: "photos",
    GtinError: "gtin",
    AlreadyExistsError: "code",
}
"""What an error is about that does not say it itself."""
_ALSO: Mapping[str, tuple[str, ...]] = {
    "done_on": ("packed_on", "started_on"),
    "code": ("lot_code", "login"),
    "secret": ("new_secret",),
    f"{VALUE}pack_count": ("packs",),
    f"{VALUE}quantity": ("counted", "packs", "weight_kg"),
}
"""Other questions that ask for the same."""


def _asked_as(field_name: str, names: Collection[str]) -> str:
    """The question that a problem stands beside; empty when none asks for it."""
    candidates = (field_name, VALUE + field_name, *_ALSO.get(field_name, ()))
    return next((name for name in candidates if name in names), "")
