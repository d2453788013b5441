"""What a page asks for: one ``Input`` a question, with what stands in it and what is wrong with it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.coop.attachments.documents import DocumentKind
from ledger.trace.units import split_quantity
from web.forms.typed import Typed

MAX_CARDS = 6
"""Choices up to this many are cards to tap; beyond, a list that opens."""


class InputKind(StrEnum):
    """How a question is asked. The value names the template's macro."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    SECRET = "secret"  # noqa: S105  # a kind of question
    TELEPHONE = "telephone"
    CODE = "code"
    PHOTOS = "photos"
    VOICE = "voice"
    LOTS = "lots"
    """Lines of their own; the page draws them, the problem stands beside them."""


_ALWAYS_SHOWN = frozenset({InputKind.PHOTOS, InputKind.LOTS})
UNIT_OF = "u-"
"""Before the name of a number's question: the unit that was chosen beside it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: what is sent, what is read, and a second line."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One question. ``values`` stand in it (several only for ``CHOICES``); ``error`` stands beside it.

    ``needed`` says when an optional question must be answered after all. ``units`` are what a number may be
    said in, its own unit first; ``unit_code`` is the one chosen. Photos of a ``document`` are not for
    everyone.
    """

    name: str
    label: str
    kind: InputKind = InputKind.TEXT
    required: bool = False
    unit: str = ""
    help: str = ""
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    autocomplete: str = "off"
    needed: str = ""
    as_list: bool = False
    units: tuple[Option, ...] = ()
    unit_code: str = ""
    document: DocumentKind | None = None
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def value(self) -> str:
        """What stands in it, when it holds one text."""
        return self.values[0] if self.values else ""

    @property
    def is_list(self) -> bool:
        """Whether the options are many, or people, whom nobody wants as cards."""
        return self.as_list or len(self.options) > MAX_CARDS

    @property
    def is_extra(self) -> bool:
        """Whether it may wait behind “Ghi thêm”: half a minute is for what must be said."""
        return not (self.required or self.needed or self.kind in _ALWAYS_SHOWN)


def fill(inputs: Iterable[Input], typed: Typed, problems: Mapping[str, str]) -> tuple[Input, ...]:
    """The inputs holding what was typed, so that nothing is typed twice, each with its problem.

    A secret is never sent back; a voice that was taken in stays as the page has it.
    """
    return tuple(
        replace(
            item,
            values=_kept(item, typed),
            unit_code=typed.one(UNIT_OF + item.name) if item.units else "",
            error=problems.get(item.name, ""),
        )
        for item in inputs
    )


def _kept(item: Input, typed: Typed) -> tuple[str, ...]:
    match item.kind:
        case InputKind.SECRET:
            return ()
        case InputKind.VOICE:
            return item.values
    return typed.all(item.name)


def preset(inputs: Iterable[Input], defaults: Mapping[str, str | tuple[str, ...]]) -> tuple[Input, ...]:
    """The inputs with a first answer where there is one."""
    return tuple(
        _with_first(item, as_texts(defaults[item.name])) if item.name in defaults else item for item in inputs
    )


def _with_first(item: Input, values: tuple[str, ...]) -> Input:
    """The input with its first answer; a number said in a unit of its own stands in both boxes."""
    if item.units and values:
        number, code = split_quantity(values[0])
        if code in {unit.value for unit in item.units}:
            return replace(item, values=(number,), unit_code=code or "")
    return replace(item, values=values)


def as_texts(default: str | Sequence[str]) -> tuple[str, ...]:
    """One text or several as the texts of an answer; blank is none."""
    if isinstance(default, str):
        return (default,) if default else ()
    return tuple(default)
