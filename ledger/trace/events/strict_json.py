"""JSON from strangers: strict and within limits before anything else looks at it. Pure.

RFC 8259 read as I-JSON (RFC 7493) asks: UTF-8, no key twice, no number a double cannot hold, no half of a
surrogate pair. Text comes out in Unicode normalisation form NFC, as the log demands, unless it is to be kept.
"""

import json
import math
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from ledger.trace.errors import MalformedJsonError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1


def parse_json(data: bytes, *, max_bytes: int = MAX_BYTES, keeps_text: bool = False) -> Any:
    """The value of a JSON text of at most ``max_bytes`` bytes, nested at most 32 deep.

    ``keeps_text`` leaves strings as they came, for what is to be verified and not taken in. Raises
    ``MalformedJsonError`` with a sentence for everything else.
    """
    text_of = _sound if keeps_text else _text
    if len(data) > max_bytes:
        raise MalformedJsonError(
            f"{len(data)} bytes, at most {max_bytes}",
            sentence=f"Tệp {len(data) // 1024} KB quá lớn, giới hạn {max_bytes // 1024} KB. Hãy chia nhỏ.",
        )
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=partial(_object, text_of),
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        raise MalformedJsonError(
            "not UTF-8", sentence="Tệp không phải chữ UTF-8. Hãy xuất lại tệp."
        ) from error
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise MalformedJsonError(
            f"not JSON: {error}",
            sentence=f"Tệp JSON hỏng ở dòng {error.lineno}, cột {error.colno}. Hãy xuất lại tệp.",
        ) from error
    if data.isascii() and b"\\u" not in data:
        # Every string is ASCII: nothing to normalise, and no half of a pair.
        _check_depth(value)
        return value
    return _each_text(value, text_of, 0)


def _object(text_of: Callable[[str], str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        name = text_of(key)
        if name in members:
            raise MalformedJsonError(
                f"key twice: {name[:80]!r}", sentence=f"Mục “{name[:80]}” bị ghi hai lần. Hãy bỏ bớt một."
            )
        members[name] = value
    return members


def _integer(digits: str) -> int:
    # The length first: turning a million digits into a number is slow.
    if len(digits) > 17 or abs(int(digits)) > MAX_INTEGER:
        raise MalformedJsonError(
            f"integer beyond ±(2**53 - 1): {digits[:40]}",
            sentence=f"Số {digits[:20]}… quá lớn. Hãy ghi số dài trong dấu nháy kép.",
        )
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise MalformedJsonError(f"number beyond a double: {digits[:40]}", sentence="Tệp có số quá lớn.")
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is no JSON", sentence=f"“{name}” không phải số. Hãy bỏ mục đó đi.")


def _each_text(value: Any, text_of: Callable[[str], str], depth: int) -> Any:
    if isinstance(value, str):
        return text_of(value)
    if not isinstance(value, (dict, list)):
        return value
    if depth == MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, list):
        return [_each_text(item, text_of, depth + 1) for item in value]
    return {key: _each_text(item, text_of, depth + 1) for key, item in value.items()}


def _check_depth(value: Any) -> None:
    row = [value]
    for _ in range(MAX_DEPTH + 1):
        row = [item for item in row if isinstance(item, (dict, list))]
        if not row:
            return
        row = [child for item in row for child in (item.values() if isinstance(item, dict) else item)]
    raise _too_deep()


def _text(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", _sound(text))


def _sound(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedJsonError("half of a surrogate pair", sentence="Tệp có chữ hỏng mã.") from error
    return text


def _too_deep() -> MalformedJsonError:
    return MalformedJsonError(
        f"nested more than {MAX_DEPTH} deep",
        sentence=f"Tệp lồng nhau quá {MAX_DEPTH} tầng. Hãy xuất lại tệp.",
    )
