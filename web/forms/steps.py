"""The form of one step of a sector template: its fields become questions, their answers the step's values.

The answers go on as text; ``sectors.fields`` alone says what they mean. It is asked here already, so
that a person sees what is wrong with the values and with the date in one go.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ledger.coop.attachments.documents import DocumentKind
from ledger.coop.errors import CommandError, Problem
from ledger.coop.quality.samples import TESTING
from ledger.trace.errors import FieldErrors
from ledger.trace.sectors.fields import RawValue, check_values
from ledger.trace.sectors.reference import FEEDS, FERTILISERS, PESTICIDES, VACCINES
from ledger.trace.sectors.templates import Field, Step
from ledger.trace.units import UNITS, units_like
from web.forms.inputs import UNIT_OF, Input, InputKind, Option
from web.forms.stock_names import stock_names
from web.forms.typed import Typed
from web.languages import _, join, translate

VALUE = "v-"
"""Before the key of a template's field, so that it never meets a question of our own."""

KINDS: Mapping[str, InputKind] = {
    "number": InputKind.NUMBER,
    "text": InputKind.TEXT,
    "ref": InputKind.TEXT,
    "choice": InputKind.CHOICE,
    "date": InputKind.DATE,
    "file": InputKind.PHOTOS,
    "photo": InputKind.PHOTOS,
    "geo": InputKind.TEXT,
    "table": InputKind.LONG_TEXT,
}
FILES = frozenset({"file", "photo"})
_HELP = {
    "geo": _("Vĩ độ, kinh độ như 21.35, 106.76. Nhiều điểm thì cách nhau dấu chấm phẩy."),
    "table": _("Mỗi dòng một loại: tên, dấu hai chấm, số kg. Ví dụ Thăn: 12,5"),
}
_SUGGESTIONS: Mapping[str, tuple[str, ...]] = {
    "pest_control": tuple(item.active_ingredient for item in PESTICIDES),
    "fertilising": tuple(item.name for item in FERTILISERS),
    "feeding": FEEDS,
    "vet_treatment": tuple(dict.fromkeys(name for names in VACCINES.values() for name in names)),
}


def step_inputs(
    step: Step, options: Mapping[str, tuple[Option, ...]], *, leave_out: Collection[str] = ()
) -> tuple[Input, ...]:
    """The questions of ``step``; ``options`` by what a field refers to (``place``, ``member``, …).

    ``leave_out`` are keys that the page asks in another way. What the public sees is said beside no question:
    the template's own help is.
    """
    return tuple(
        _input(step, field, options)
        for field in step.fields
        if field.key not in leave_out and field.type in KINDS
    )


def step_values(step: Step, typed: Typed, *, leave_out: Collection[str] = ()) -> dict[str, RawValue]:
    """The answers to ``step_inputs`` as raw values, by field key; blank ones are left out."""
    values: dict[str, RawValue] = {}
    for field in step.fields:
        texts = typed.all(VALUE + field.key)
        if field.type in FILES:
            texts = tuple(photo.digest for photo in typed.photos_of(VALUE + field.key))
        if field.key in leave_out or not texts:
            continue
        if field.type == "number":
            values[field.key] = with_unit(texts[0], typed.one(UNIT_OF + VALUE + field.key), field.unit)
        elif field.type == "table":
            values[field.key] = [line.strip() for line in texts[0].splitlines() if line.strip()]
        else:
            values[field.key] = list(texts) if len(texts) > 1 else texts[0]
    return values


def with_unit(text: str, code: str, own: str | None) -> str:
    """A number with the unit chosen beside it, if not its ``own``; one typed behind it counts more."""
    bare = text.strip().replace("\u00a0", "")
    if code == own or code not in UNITS or not bare or not bare[-1].isdigit():
        return text
    return f"{bare} {_(UNITS[code].name_vi)}"


def value_problems(step: Step, values: Mapping[str, RawValue]) -> tuple[Problem, ...]:
    """What is wrong with raw values, named as the form names the questions; nothing when all is well."""
    try:
        check_values(step, values)
    except FieldErrors as error:
        return tuple(
            Problem(VALUE + problem.key, translate(problem.sentence_vi)) for problem in error.problems
        )
    return ()


def check_together(problems: tuple[Problem, ...], error: CommandError | None) -> None:
    """Raise one ``CommandError`` with the problems of the values behind those of the rest of the form."""
    every = (*(error.problems if error else ()), *problems)
    if every:
        raise CommandError(*every) from error


def _input(step: Step, field: Field, options: Mapping[str, tuple[Option, ...]]) -> Input:
    asked = Input(
        VALUE + field.key,
        _(field.label_vi),
        KINDS[field.type],
        field.required,
        _unit(field),
        _(field.help_vi) if field.help_vi else _HELP.get(field.type, ""),
        needed=_needed(step, field),
        units=_units(field),
        unit_code=field.unit if field.unit in UNITS else "",
        document=_document(step) if field.type in FILES else None,
    )
    if field.ref == "input":
        names = (*stock_names(step.code, options), *_SUGGESTIONS.get(step.code, ()))
        return replace(asked, suggestions=tuple(dict.fromkeys(names)))
    choices = tuple(Option(option.code, _(option.vi)) for option in field.options)
    if field.ref is not None and field.ref in options:
        choices = options[field.ref]
    if not choices:
        return asked
    kind = InputKind.CHOICES if field.multiple else InputKind.CHOICE
    return replace(asked, kind=kind, options=choices, as_list=field.ref == "member")


def _document(step: Step) -> DocumentKind:
    """Photos among a step's own fields are of papers: a laboratory's report, the label of what was used."""
    return DocumentKind.LABORATORY if step.code == TESTING else DocumentKind.STEP


def _needed(step: Step, field: Field) -> str:
    """When an optional field must be filled in: what was answered to which other one."""
    if field.required_if is None:
        return ""
    key, triggers = field.required_if
    other = step.field(key)
    names = [_(option.vi) for option in other.options if option.code in triggers] if other is not None else []
    return _("bắt buộc khi chọn %(answers)s", answers=join(_(" hoặc "), names))


def _unit(field: Field) -> str:
    if field.unit is None:
        return ""
    return _(UNITS[field.unit].name_vi if field.unit in UNITS else _UNIT_WORDS.get(field.unit, field.unit))


def _units(field: Field) -> tuple[Option, ...]:
    """What a number may be said in; timber and ponds are measured in cubic metres and nothing else."""
    if field.type != "number" or field.unit is None or field.unit == "m3":
        return ()
    return tuple(Option(unit.code, _(unit.name_vi)) for unit in units_like(field.unit) if unit.code != "m3")


_UNIT_WORDS = {"min": _("phút")}
