"""What a page asks for: one ``Input`` a question, with what stands in it and what is wrong with it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

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
    LOTS = "lots"
    """Lines of their own; the page draws them, the problem stands beside them."""


_ALWAYS_SHOWN = frozenset({InputKind.PHOTOS, InputKind.LOTS})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: what is sent, what is read, and a second line."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One question. ``values`` stand in it (several only for ``CHOICES``); ``error`` stands beside it.

    ``needed`` says when an optional question must be answered after all.
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

    A secret is never sent back.
    """
    return tuple(
        replace(
            item,
            values=() if item.kind is InputKind.SECRET else typed.all(item.name),
            error=problems.get(item.name, ""),
        )
        for item in inputs
    )


def preset(inputs: Iterable[Input], defaults: Mapping[str, str | tuple[str, ...]]) -> tuple[Input, ...]:
    """The inputs with a first answer where there is one."""
    return tuple(
        replace(item, values=_texts(defaults[item.name])) if item.name in defaults else item
        for item in inputs
    )


def _texts(default: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(default, str):
        return (default,) if default else ()
    return default
