"""Forms: how one member of a statement's JSON body is written and strictly read back. Pure.

A form pairs ``write`` (Python value → JSON) with ``read`` (JSON → Python value, ``ValueError`` or a
``TraceError`` when it is not what ``write`` gives).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.trace.digests import parse_digest
from ledger.trace.identifiers import is_organisation_code
from ledger.trace.texts import is_clean
from ledger.trace.units import format_decimal, parse_decimal

_MAX_COUNT = 2**53 - 1
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+\Z")


@dataclass(frozen=True, slots=True)
class Form:
    """How one value goes to JSON and back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def text(limit: int) -> Form:
    """NFC text of 1 to ``limit`` visible characters, no space at either end."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= limit:
            raise ValueError(f"text of 1 to {limit} characters")
        if not is_clean(value):
            raise ValueError("text is trimmed, visible and in NFC")
        return value

    return Form(_same, read)


def word(*words: str) -> Form:
    """One of a few words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return str(value)

    return Form(_same, read)


def _read_uri(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 512 or not _URI.match(value):
        raise ValueError("a URI of at most 512 ASCII characters")
    return value


def _read_organisation(value: Any) -> str:
    if not isinstance(value, str) or not is_organisation_code(value):
        raise ValueError("an organisation code")
    return value


def _read_count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _MAX_COUNT:
        raise ValueError("a whole number from 0 to 2**53 - 1")
    return value


def _read_amount(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError("a decimal in a string")  # noqa: TRY004  # a form refuses with one error
    return parse_decimal(value)


def _read_day(value: Any) -> date:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("a date like 2026-11-05")
    return date.fromisoformat(value)


def _read_digest(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a digest")  # noqa: TRY004
    parse_digest(value)
    return value


URI = Form(_same, _read_uri)
ORGANISATION = Form(_same, _read_organisation)
COUNT = Form(_same, _read_count)
AMOUNT = Form(format_decimal, _read_amount)
DAY = Form(date.isoformat, _read_day)
DIGEST = Form(_same, _read_digest)


def tuple_of(form: Form, *, at_least: int = 0, limit: int = 1000) -> Form:
    """A JSON array of ``at_least`` to ``limit`` values of one form, a tuple in Python."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not at_least <= len(value) <= limit:
            raise ValueError(f"an array of {at_least} to {limit} values")
        return tuple(form.read(item) for item in value)

    return Form(lambda values: [form.write(value) for value in values], read)


def record_of(kind: type, members: Mapping[str, tuple[str, Form]]) -> Form:
    """A JSON object with exactly these members (JSON name → attribute, form), a dataclass in Python."""

    def write(value: Any) -> dict[str, Any]:
        return {name: form.write(getattr(value, attribute)) for name, (attribute, form) in members.items()}

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() != members.keys():
            raise ValueError(f"an object with {', '.join(members)}")
        return kind(**{attribute: form.read(value[name]) for name, (attribute, form) in members.items()})

    return Form(write, read)
