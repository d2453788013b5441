"""Stamps as people name them: by code, scanned or typed, or by their place in a print job."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from ledger.coop.errors import CommandError, Problem
from signing.errors import StampCodeError
from web.languages import _, translate

MAX_PLACE_DIGITS = 7
"""A place in a job is at most 5,000,000; what is longer is a code."""
_LINE = re.compile(r"[\n,;]+")


class CodeReader(Protocol):
    """Tells a stamp's number from its code."""

    def parse(self, code: str) -> int:
        """The number. Raises ``StampCodeError``."""
        ...


def read_ends(codes: CodeReader, found: Mapping[str, Any], names: tuple[str, str]) -> tuple[int, int]:
    """The numbers of the first and the last stamp, whichever was typed first. Raises ``CommandError``."""
    blank = [Problem(name, _("Hãy quét hoặc gõ mã tem.")) for name in names if not found[name]]
    if blank:
        raise CommandError(*blank)
    first, last = sorted(read_number(codes, name, read_code(found[name])) for name in names)
    return first, last


def read_number(codes: CodeReader, name: str, code: str) -> int:
    """The number behind a code. Raises ``CommandError`` beside the question ``name``."""
    try:
        return codes.parse(code)
    except StampCodeError as error:
        raise CommandError(Problem(name, f"“{code[:20]}”: {translate(error.sentence)}")) from error


def read_place(codes: CodeReader, name: str, typed: str | None, first: int) -> int | None:
    """The number of a stamp said by its place in the job (from 1) or its code. Raises ``CommandError``."""
    if not typed:
        return None
    place = typed.replace(".", "")
    if place.isascii() and place.isdigit() and len(place) <= MAX_PLACE_DIGITS:
        return first + int(place) - 1
    return read_number(codes, name, read_code(typed))


def read_code(typed: str) -> str:
    """The code in what was typed or scanned: a scanner gives the stamp's whole address."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1]


def read_codes(typed: str) -> tuple[str, ...]:
    """The codes in a text, one a line."""
    return tuple(code for line in _LINE.split(typed) if (code := read_code(line)))
