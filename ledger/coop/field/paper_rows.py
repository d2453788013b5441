"""What a line of a paper diary sheet can say, for any template: five boxes beside day, work, person and note.

A farmer writes what was used, how much, how many days of interval, how it was done, and one thing more. Which
field of a step each box fills follows from the template; a step that asks for more than the boxes hold is
recorded on the telephone. Pure.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from ledger.coop.field.diary import ELSEWHERE
from ledger.trace.sectors.templates import Field, Step, Template
from ledger.trace.units import UNITS

WHAT, AMOUNT, DAYS, HOW, MORE = "what", "amount", "days", "how", "more"
SLOTS = (WHAT, AMOUNT, DAYS, HOW, MORE)
SLOT_NAMES: Mapping[str, str] = {
    WHAT: "Dùng gì",
    AMOUNT: "Bao nhiêu",
    DAYS: "Cách ly (ngày)",
    HOW: "Cách làm",
    MORE: "Thêm",
}
_INTERVALS = frozenset({"phi_days", "withdrawal_days"})
_PAPERS = frozenset({"reg_no", "invoice", "lot", "feed_lot", "dose", "active_ingredient", "quarantine_cert"})
_WRITABLE = frozenset({"text", "number", "choice", "date"})
_DITTO = frozenset({'"', "''", "”", "“", "″", "nt", "như trên"})


@dataclass(frozen=True, slots=True)
class PaperStep:
    """A step as the sheet has it: its number there, and the field of each box that it uses."""

    number: int
    step: Step
    slots: Mapping[str, Field]

    @property
    def hints(self) -> tuple[tuple[str, str], ...]:
        """What goes in each box: its heading, and what this step means by it."""
        return tuple((SLOT_NAMES[slot], _hint(self.slots[slot])) for slot in SLOTS if slot in self.slots)


def paper_steps(sector: Template) -> tuple[PaperStep, ...]:
    """The steps that a sheet of this template can hold, numbered: those with a button of their own first."""
    steps = {step.code: step for step in sector.steps if _is_of_season(step)}
    ordered = [code for code in sector.quick_grower if code in steps]
    ordered += [code for code in steps if code not in ordered]
    fitting = ((steps[code], _slots(steps[code])) for code in ordered)
    kept = ((step, slots) for step, slots in fitting if slots is not None)
    return tuple(PaperStep(number, step, slots) for number, (step, slots) in enumerate(kept, start=1))


def find_step(text: str, steps: tuple[PaperStep, ...]) -> PaperStep | None:
    """The step that a line names: by its number on the sheet, or by its name or the beginning of it."""
    said = fold(text)
    for item in steps:
        if said in {str(item.number), fold(item.step.name_vi), item.step.code}:
            return item
    begun = [item for item in steps if len(said) >= 3 and fold(item.step.name_vi).startswith(said)]
    return begun[0] if len(begun) == 1 else None


def read_choices(text: str, field: Field) -> list[str] | None:
    """The codes of a choice said by letters (``a``, ``ac``, ``a, c``) or by name; ``None`` if unknown."""
    by_word = {fold(option.vi): option.code for option in field.options}
    by_word |= {option.code: option.code for option in field.options}
    letters = dict(zip(ascii_lowercase, (option.code for option in field.options), strict=False))
    said = fold(text)
    if said in by_word:
        return [by_word[said]]
    parts = [part for part in said.replace(";", ",").replace("+", ",").split(",") if part.strip()]
    if len(parts) == 1 and all(letter in letters for letter in said.replace(" ", "")):
        parts = list(said.replace(" ", ""))
    codes = [by_word.get(part.strip()) or letters.get(part.strip()) for part in parts]
    found = [code for code in codes if code is not None]
    is_good = found and len(found) == len(codes) and (field.multiple or len(found) == 1)
    return list(dict.fromkeys(found)) if is_good else None


def is_ditto(text: str) -> bool:
    """Whether a box says: as in the line above."""
    return text.strip().casefold() in _DITTO


def fold(text: str) -> str:
    """Text as it is compared: composed, small, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _is_of_season(step: Step) -> bool:
    is_level = step.level in {"unit", "creates_batch"}
    return is_level and step.code not in ELSEWHERE and step.code not in {"raw_intake", "sensor_reading"}


def _slots(step: Step) -> dict[str, Field] | None:
    """The field of each box; ``None`` for a step whose required fields have no box."""
    fields = sorted((field for field in step.fields if _is_writable(field)), key=lambda f: not f.required)
    first = {
        WHAT: _first(fields, lambda f: f.ref == "input") or _first(fields, _is_name),
        AMOUNT: _first(fields, lambda f: f.key == "dose") or _first(fields, _is_amount),
        DAYS: _first(fields, lambda f: f.key in _INTERVALS),
        HOW: _first(fields, lambda f: f.type == "choice"),
    }
    slots = {slot: found for slot, found in first.items() if found is not None}
    left = [field for field in fields if field not in slots.values()]
    more = _first(left, lambda f: f.required) or _first(left, lambda f: f.type == "date")
    more = more or _first(left, _is_amount)
    if more is not None:
        slots[MORE] = more
    boxed = {field.key for field in slots.values()}
    return slots if all(field.key in boxed for field in step.fields if field.required) else None


def _first(fields: list[Field], fits: Callable[[Field], bool]) -> Field | None:
    return next((field for field in fields if fits(field)), None)


def _is_writable(field: Field) -> bool:
    return field.type in _WRITABLE or (field.type == "ref" and field.ref == "input")


def _is_name(field: Field) -> bool:
    return field.type == "text" and field.key not in _PAPERS


def _is_amount(field: Field) -> bool:
    return field.type == "number" and field.key not in _INTERVALS


def _hint(field: Field) -> str:
    """The field's own words; its unit; its choices with the letters that stand for them."""
    label = field.label_vi
    if field.unit in UNITS and UNITS[field.unit].name_vi not in label:
        label = f"{label} ({UNITS[field.unit].name_vi})"
    if field.type != "choice":
        return label
    letters = zip(ascii_lowercase, field.options, strict=False)
    return f"{label}: {', '.join(f'{letter} {option.vi}' for letter, option in letters)}"
