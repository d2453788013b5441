"""Canonical JSON: RFC 8785 (JCS), and the text in Unicode normalisation form NFC. Pure.

One value has one text, so a signature over the text is a signature over the value. A document nests at most
32 deep and its numbers lie within ±(2**53 - 1) (RFC 8785 §3.2.2.3 takes the same range for integers).
"""

import unicodedata
from typing import Any

import orjson
import rfc8785

from ledger.log.errors import NotCanonicalError

MAX_DEPTH = 32
MAX_SAFE_INTEGER = 2**53 - 1


def format_canonical(value: object) -> bytes:
    """The canonical JSON of ``value``: dicts with string keys, lists, strings, numbers, booleans, ``None``.

    Raises ``NotCanonicalError`` for other types, text that is not NFC, numbers beyond ±(2**53 - 1), NaN, and
    values nested more than 32 deep.
    """
    try:
        text = _format_plain(value) if _is_plain(value) else rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, orjson.JSONEncodeError, UnicodeError) as error:
        raise NotCanonicalError(f"no canonical JSON: {error}") from error
    _check_nfc(text)
    return text


def parse_canonical(text: bytes) -> Any:
    """The value whose canonical JSON is exactly ``text``; the inverse of ``format_canonical``.

    Raises ``NotCanonicalError`` for everything else: other spellings, repeated keys, text that is not NFC.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotCanonicalError(f"not JSON: {error}") from error
    if format_canonical(value) != text:
        raise NotCanonicalError("not the canonical spelling of this JSON")
    return value


def _is_plain(value: object) -> bool:
    """Whether orjson with sorted keys writes what RFC 8785 asks for; holds the limits that it does not hold.

    It does but for fractional numbers (ECMAScript's notation) and for keys beyond ASCII (ordered by UTF-16
    code units, RFC 8785 §3.2.3).
    """
    plain = True
    row = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[object] = []
        containers = 0
        for item in row:
            # Exact types: an enum or a subclass would be written in ways of its own.
            if type(item) is dict:
                plain = plain and _has_ascii_keys(item)
                below.extend(item.values())
                containers += 1
            elif type(item) is list:
                below.extend(item)
                containers += 1
            elif type(item) is not str and item is not None:
                plain = _check_number(item) and plain
        if not containers:
            return plain
        row = below
    raise NotCanonicalError(f"nested more than {MAX_DEPTH} deep")


def _has_ascii_keys(item: dict[Any, Any]) -> bool:
    try:
        return "".join(item).isascii()
    except TypeError as error:
        raise NotCanonicalError("a member's name is no string") from error


def _check_number(item: object) -> bool:
    """Whether ``item`` is no fractional number. A large one would be read back as an integer: refused."""
    if type(item) is not int and type(item) is not bool and type(item) is not float:
        raise NotCanonicalError(f"no JSON type: {type(item).__name__}")
    if not -MAX_SAFE_INTEGER <= item <= MAX_SAFE_INTEGER:
        raise NotCanonicalError(f"number beyond ±(2**53 - 1): {item}")
    return type(item) is not float


def _format_plain(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _check_nfc(text: bytes) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text.decode()):
        raise NotCanonicalError(
            "text is not in Unicode normalisation form NFC",
            sentence="Chữ có dấu chưa ở dạng dựng sẵn (NFC). Hãy gõ lại bằng bộ gõ Unicode dựng sẵn.",
        )
