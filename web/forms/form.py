"""A form: its questions in order, and the one command that the answers make."""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError

from ledger.coop.errors import CommandError, Problem
from web.forms.fields import Question
from web.forms.inputs import Input, Option, preset
from web.forms.typed import Typed

C = TypeVar("C")
KEY = "idempotency_key"
"""The hidden field that makes a form sent twice be done once."""


class Form(Schema, Generic[C]):
    """Base of the forms whose questions bear the names of their command's fields."""

    class Meta:
        """Other names (the cross-site token, the submit button) are nobody's business here."""

        unknown = EXCLUDE

    command: ClassVar[type[Any]]

    def inputs(
        self,
        options: Mapping[str, tuple[Option, ...]] | None = None,
        defaults: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> tuple[Input, ...]:
        """The questions; ``options`` for choices known only now, ``defaults`` for first answers, by name."""
        asked = (
            field.asked(name, (options or {}).get(name))
            for name, field in self.fields.items()
            if isinstance(field, Question)
        )
        return preset(asked, defaults or {})

    def parse(self, typed: Typed, **given: Any) -> C:
        """The command; ``given`` are fields that nobody types. Raises ``CommandError`` with every problem."""
        command: C = self.command(**self.values(typed), **given, idempotency_key=typed.one(KEY) or None)
        return command

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers by name. Raises ``CommandError`` with every problem."""
        taken = {
            name: texts
            for name, field in self.fields.items()
            if isinstance(field, Question) and (texts := field.take(typed, name))
        }
        try:
            loaded: dict[str, Any] = self.load(taken)
        except ValidationError as error:
            raise CommandError(*problems_of(error, tuple(self.fields))) from error
        return loaded


def problems_of(error: ValidationError, order: tuple[str, ...]) -> tuple[Problem, ...]:
    """The problems that marshmallow found, in the order in which the questions are asked."""
    found: dict[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return tuple(Problem(name, " ".join(found[name])) for name in order if name in found)
