"""The fields of our forms: marshmallow fields that know how they are asked and read what people type.

Here stands only what a text means (a number, a day, one of a list). Whether the value is allowed is the use
case's to say; saying it twice would let the two drift apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

from ledger.trace.errors import MalformedNumberError
from ledger.trace.units import UNITS, normalise, read_date, read_number, read_quantity
from web.forms.inputs import Input, InputKind, Option
from web.forms.typed import Typed
from web.languages import _

T = TypeVar("T")


class Question(fields.Field[Any]):
    """A field that a person fills in: how it looks, and what its texts mean.

    ``read`` turns the texts given into the value, raising ``ValidationError`` or ``MalformedNumberError``;
    ``blank`` is the value of an optional question left blank.
    """

    def __init__(self, look: Input, read: Callable[[tuple[str, ...]], Any], *, blank: Any = None) -> None:
        self.look = look
        self._read = read
        sentence: dict[str, str | list[Any] | dict[Any, Any]] = {
            "required": _("Chưa ghi “%(label)s”.", label=look.label)
        }
        if look.required:
            super().__init__(required=True, error_messages=sentence)
        else:
            super().__init__(required=False, load_default=blank, error_messages=sentence)

    def asked(self, name: str, options: tuple[Option, ...] | None = None) -> Input:
        """The question as a page asks it; ``options`` where they are known only now."""
        return replace(self.look, name=name, options=self.look.options if options is None else options)

    def take(self, typed: Typed, name: str) -> tuple[str, ...]:
        """What was typed for it. A secret is taken as it is: a space may be part of it."""
        if self.look.kind is InputKind.SECRET:
            return tuple(text for text in typed.values.get(name, ()) if text)
        return typed.all(name)

    def _deserialize(
        self,
        value: tuple[str, ...],
        attr: str | None,  # noqa: ARG002  # marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> Any:
        try:
            return self._read(value)
        except MalformedNumberError as error:
            raise ValidationError(error.sentence) from error


def text(label: str, *, kind: InputKind = InputKind.TEXT, required: bool = True, **look: Any) -> Question:
    """A text; blank gives ``None``. A secret keeps its spaces."""
    return Question(Input("", label, kind, required, **look), _first)


def number(label: str, *, unit: str = "", required: bool = True, **look: Any) -> Question:
    """A decimal as typed in Việt Nam; where ``unit`` has others of its kind, they may be typed behind it."""

    def read(texts: tuple[str, ...]) -> Decimal:
        return read_quantity(texts[0], unit) if unit in UNITS else read_number(texts[0])

    shown = _(UNITS[unit].name_vi) if unit in UNITS else unit
    return Question(Input("", label, InputKind.NUMBER, required, shown, **look), read)


def count(label: str, *, required: bool = True, **look: Any) -> Question:
    """A whole number."""
    return Question(Input("", label, InputKind.NUMBER, required, **look), lambda texts: read_count(texts[0]))


def counts(label: str, *, required: bool = True, **look: Any) -> Question:
    """Whole numbers with semicolons between them; blank gives an empty tuple."""

    def read(texts: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(read_count(part) for part in texts[0].split(";") if part.strip())

    return Question(Input("", label, InputKind.TEXT, required, **look), read, blank=())


def day(label: str, *, required: bool = True, **look: Any) -> Question:
    """A date, from a date box or typed as 5/11/2026."""

    def read(texts: tuple[str, ...]) -> date:
        return read_date(texts[0])

    return Question(Input("", label, InputKind.DATE, required, **look), read)


def pick(label: str, *, required: bool = True, options: tuple[Option, ...] = (), **look: Any) -> Question:
    """One of a list; which list is known when the page is made."""
    return Question(Input("", label, InputKind.CHOICE, required, options=options, **look), _first)


def picks(label: str, *, required: bool = True, options: tuple[Option, ...] = (), **look: Any) -> Question:
    """Any of a list, a tuple; blank gives an empty one."""
    return Question(
        Input("", label, InputKind.CHOICES, required, options=options, **look), lambda texts: texts, blank=()
    )


def photos(label: str, *, required: bool = False, **look: Any) -> Question:
    """Photos, taken in beside the texts; the value comes from ``Typed.photos_of``."""
    return Question(Input("", label, InputKind.PHOTOS, required, **look), lambda _: None)


def voice(label: str, **look: Any) -> Question:
    """A voice note, taken in beside the texts; the value is the name under which it was kept."""
    return Question(Input("", label, InputKind.VOICE, required=False, **look), _first)


def read_count(typed: str) -> int:
    """A whole number as typed. Raises ``ValidationError`` or ``MalformedNumberError``."""
    amount = normalise(read_number(typed))
    if amount != amount.to_integral_value():
        raise ValidationError(_("“%(typed)s” không phải số nguyên. Hãy bỏ phần lẻ.", typed=typed[:20]))
    return int(amount)


def _first(texts: tuple[str, ...]) -> str:
    return texts[0]
