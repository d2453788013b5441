"""The application identifiers of the GS1 General Specifications §3: what a value of each looks like. Pure.

The facts are in ``application_identifiers.json``, a row an identifier or range of them: parts of the value
(character set, lengths, checks; ``?`` before a part that may be left out), whether it may stand in the query
of a Digital Link, and, for a primary key, which qualifiers may follow it in which order.

>>> check_value("01", "09521234543213")
>>> APPLICATION_IDENTIFIERS["01"].qualifiers
(('22', '10', '21'), ('235',))
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.value_checks import CHECKS, UNLISTED

# GS1 General Specifications §7.11: character sets 82, 39 and base64url.
_ALPHABETS = {
    "n": "0-9",
    "x": "!\"%&'()*+,\\-./0-9:;<=>?A-Z_a-z",
    "y": "#\\-/0-9A-Z",
    "z": "\\-0-9A-Z_a-z",
}
_PART = re.compile(r"(\??)([nxyz])(?:([0-9]+)-)?([0-9]+)((?: [a-z0-9_]+)*)")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a value: ``shortest`` to ``longest`` characters of one set, and what they must satisfy."""

    pattern: re.Pattern[str]
    shortest: int
    longest: int
    is_optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One application identifier. ``qualifiers``: the alternatives for a primary key, else ``None``."""

    ai: str
    title: str
    parts: tuple[Part, ...]
    is_attribute: bool = False
    qualifiers: tuple[tuple[str, ...], ...] | None = None
    needed: tuple[str, ...] = ()
    """Qualifiers without which the key names nothing (a payment reference for 415)."""


def check_value(ai: str, value: str) -> None:
    """Check the value of an application identifier: characters, lengths, check digits, dates and the like.

    Raises ``MalformedIdentifierError`` for an unknown identifier and for a value that has not its form.
    """
    known = APPLICATION_IDENTIFIERS.get(ai)
    if known is None:
        raise MalformedIdentifierError(
            "not an application identifier",
            text=ai[:_SHOWN],
            sentence=f"GS1 không có mã nhận dạng ứng dụng ({ai[:_SHOWN]}). Hãy kiểm tra lại địa chỉ.",
        )
    problem = _problem(known, value)
    if problem is not None:
        raise MalformedIdentifierError(
            f"({ai}) {problem}",
            text=value,
            sentence=f"Phần ({ai}) “{value[:_SHOWN]}” của địa chỉ GS1 không đúng dạng. Hãy quét lại mã.",
        )


def is_value(ai: str, value: str) -> bool:
    """Whether ``value`` has the form of this application identifier."""
    known = APPLICATION_IDENTIFIERS.get(ai)
    return known is not None and _problem(known, value) is None


def _problem(known: ApplicationIdentifier, value: str) -> str | None:
    rest = value
    for part in known.parts:
        if not rest and part.is_optional:
            return None
        piece, rest = rest[: part.longest], rest[part.longest :]
        if len(piece) < part.shortest:
            return "too short"
        if not part.pattern.fullmatch(piece):
            return "characters that may not stand there"
        failed = next((name for name in part.checks if not CHECKS[name](piece)), None)
        if failed is not None:
            return f"fails {failed}"
    return "too long" if rest else None


def _parse_part(text: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(f"not a part: {text}")
    optional, alphabet, shortest, longest, checks = match.groups()
    names = tuple(name for name in checks.split() if name not in UNLISTED)
    pattern = re.compile(f"[{_ALPHABETS[alphabet]}]*")
    return Part(pattern, int(shortest or longest), int(longest), bool(optional), names)


def _parse_row(row: Mapping[str, Any]) -> Iterator[ApplicationIdentifier]:
    first, _, last = row["ai"].partition("-")
    alternatives = row.get("qualifiers")
    for number in range(int(first), int(last or first) + 1):
        yield ApplicationIdentifier(
            ai=f"{number:0{len(first)}}",
            title=row["title"],
            parts=tuple(map(_parse_part, row["parts"])),
            is_attribute=row.get("attribute", False),
            qualifiers=None if alternatives is None else tuple(map(tuple, alternatives)),
            needed=tuple(row.get("needs", ())),
        )


def _read() -> Mapping[str, ApplicationIdentifier]:
    text = files("ledger.trace.gs1").joinpath("application_identifiers.json").read_text(encoding="utf-8")
    return MappingProxyType({known.ai: known for row in json.loads(text) for known in _parse_row(row)})


APPLICATION_IDENTIFIERS: Mapping[str, ApplicationIdentifier] = _read()
PRIMARY_KEYS: tuple[str, ...] = tuple(
    ai for ai, known in APPLICATION_IDENTIFIERS.items() if known.qualifiers is not None
)
"""The identifiers that may begin a Digital Link path."""
