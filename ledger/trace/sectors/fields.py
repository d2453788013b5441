"""What was typed into the fields of a step: checked, and brought to one form. Pure.

A form or a sheet gives text; the result is what ``sogoc:fields`` holds (docs/spec/event-json.md): numbers as
canonical decimals in the field's unit, dates as ``2026-11-05``, choices as codes, text in NFC.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.trace.digests import parse_digest
from ledger.trace.errors import FieldErrors, FieldProblem, MalformedIdentifierError, TraceError
from ledger.trace.sectors.templates import COMMON_FIELDS, Field, Step
from ledger.trace.texts import clean_text
from ledger.trace.units import (
    UNITS,
    format_decimal,
    parse_decimal,
    read_date,
    read_number,
    read_quantity,
)

RawValue = str | list[str]

MAX_TEXT = 500
MAX_REF = 200
MAX_ITEMS = 50
MAX_DAYS = 3650
COUNTED = frozenset({"cây", "con", "quả", "đàn", "gói", "tem", "túi", "hoa", "lóng", "cành", "bầu", "ngày"})
# Fields of every step that may come with the values; date, place and photos have members of their own.
_COMMON = ("done_by", "recorded_by", "note", "voice_note")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)


def check_values(step: Step, raw: Mapping[str, RawValue]) -> dict[str, Any]:
    """The values of ``step``'s fields in their one form, in the template's order; blanks are left out.

    Common fields (``done_by``, ``recorded_by``, ``note``, ``voice_note``) are taken when present.
    Raises ``FieldErrors`` with every problem at once.
    """
    asked = {field.key: field for field in (*step.fields, *(COMMON_FIELDS[key] for key in _COMMON))}
    problems = [
        FieldProblem(key, f"Việc “{step.name_vi}” không có ô “{key[:40]}”.")
        for key in raw
        if key not in asked
    ]
    values: dict[str, Any] = {}
    for key, field in asked.items():
        given = _given(raw[key]) if key in raw else ()
        if not given:
            continue
        try:
            values[key] = _value(field, given)
        except TraceError as error:
            problems.append(FieldProblem(key, f"“{field.label_vi}”: {error.sentence}"))
    failed = {problem.key for problem in problems}
    problems += [
        FieldProblem(field.key, f"Chưa ghi “{field.label_vi}”.")
        for field in step.fields
        if field.key not in values and field.key not in failed and _is_required(field, values)
    ]
    if problems:
        raise FieldErrors(step.code, tuple(problems))
    return values


def _is_required(field: Field, values: Mapping[str, Any]) -> bool:
    if field.required_if is None:
        return field.required
    key, triggers = field.required_if
    return values.get(key) in triggers


def _given(raw: RawValue) -> list[str]:
    return [item for item in ([raw] if isinstance(raw, str) else raw) if item.strip()]


def _value(field: Field, given: list[str]) -> Any:
    read = _READERS[field.type]
    if field.type in _GATHERED:
        return read(field, given)
    if field.multiple:
        # One cell of a sheet holds several values with semicolons between them.
        items = [item for text in given for item in text.split(";") if item.strip()]
        if len(items) > MAX_ITEMS:
            raise TraceError("too many", sentence=f"chỉ nhận đến {MAX_ITEMS} mục.")
        return list(dict.fromkeys(read(field, [item]) for item in items))
    if len(given) > 1:
        raise TraceError("one value asked", sentence="chỉ ghi một giá trị.")
    return read(field, given)


def _read_text(_: Field, given: list[str]) -> str:
    return _limited(given[0], MAX_TEXT)


def _read_ref(_: Field, given: list[str]) -> str:
    return _limited(given[0], MAX_REF)


def _limited(raw: str, limit: int) -> str:
    text = clean_text(raw)
    if len(text) > limit:
        raise TraceError("too long", sentence=f"dài quá, chỉ nhận đến {limit} ký tự.")
    return text


def _read_number(field: Field, given: list[str]) -> str:
    amount = read_quantity(given[0], field.unit) if field.unit in UNITS else read_number(given[0])
    # Cold stores are below zero; nothing else that is asked for can be.
    if amount < (-100 if field.unit == "°C" else 0):
        raise TraceError("negative", sentence="không được là số âm.")
    if field.unit in COUNTED and amount != amount.to_integral_value():
        raise TraceError("not whole", sentence=f"số {field.unit} phải là số nguyên.")
    if (field.unit == "%" and amount > 100) or (field.unit == "ngày" and amount > MAX_DAYS):
        limit = 100 if field.unit == "%" else MAX_DAYS
        raise TraceError("too big", sentence=f"lớn quá, chỉ nhận đến {limit}.")
    return format_decimal(amount)


def _read_choice(field: Field, given: list[str]) -> str:
    typed = clean_text(given[0]).casefold()
    for option in field.options:
        if typed in {option.code.casefold(), option.vi.casefold(), option.en.casefold()}:
            return option.code
    names = ", ".join(option.vi for option in field.options[:8])
    raise TraceError(
        "no such option", sentence=f"chọn một trong: {names}{'…' if len(field.options) > 8 else ''}."
    )


def _read_date(_: Field, given: list[str]) -> str:
    day = read_date(given[0])
    if not _EARLIEST <= day < _LATEST:
        raise TraceError("out of range", sentence=f"năm {day.year} không hợp lý. Hãy kiểm tra lại.")
    return day.isoformat()


def _read_files(_: Field, given: list[str]) -> list[str]:
    if len(given) > MAX_ITEMS:
        raise TraceError("too many", sentence=f"chỉ nhận đến {MAX_ITEMS} tệp.")
    for digest in given:
        try:
            parse_digest(digest)
        except MalformedIdentifierError as error:
            raise TraceError(str(error), sentence="tệp chưa tải lên xong. Hãy chọn lại tệp.") from error
    return list(dict.fromkeys(given))


_POINT = re.compile(r"([0-9]{1,2}(?:\.[0-9]+)?)\s*[,\s]\s*([0-9]{1,3}(?:\.[0-9]+)?)\Z")


def _read_points(_: Field, given: list[str]) -> list[dict[str, str]]:
    """Points ``21.35, 106.76`` in degrees. One or two points are coarse: a spot may be someone's home."""
    texts = [item.strip() for text in given for item in text.split(";") if item.strip()]
    matches = [_POINT.match(text) for text in texts]
    if not 1 <= len(texts) <= 200 or not all(matches):
        raise TraceError(
            "no points", sentence="ghi vĩ độ, kinh độ như 21.35, 106.76; mỗi điểm cách nhau dấu ;"
        )
    if any(Decimal(match[1]) > 90 or Decimal(match[2]) > 180 for match in matches if match):
        raise TraceError("not on Earth", sentence="vĩ độ đến 90, kinh độ đến 180. Hãy ghi vĩ độ trước.")
    # Six places are a hand's breadth, for a plot's boundary; two are about a kilometre.
    places = 6 if len(texts) > 2 else 2
    return [
        {
            "latitude": format_decimal(round(Decimal(match[1]), places)),
            "longitude": format_decimal(round(Decimal(match[2]), places)),
        }
        for match in matches
        if match
    ]


def _read_rows(_: Field, given: list[str]) -> list[dict[str, str]]:
    """Rows ``thăn: 12,5`` with a weight in kg each."""
    rows = []
    for text in given:
        name, colon, weight = text.rpartition(":")
        if not colon or not name.strip():
            raise TraceError("no row", sentence="mỗi dòng ghi tên, dấu hai chấm, số kg; ví dụ Thăn: 12,5.")
        weight_kg = read_quantity(weight, "kg")
        if weight_kg < 0:
            raise TraceError("negative", sentence="không được là số âm.")
        rows.append({"name": _limited(name, MAX_REF), "kg": format_decimal(weight_kg)})
    if len(rows) > MAX_ITEMS:
        raise TraceError("too many", sentence=f"chỉ nhận đến {MAX_ITEMS} dòng.")
    return rows


_READERS: Mapping[str, Callable[[Field, list[str]], Any]] = {
    "text": _read_text,
    "ref": _read_ref,
    "number": _read_number,
    "choice": _read_choice,
    "date": _read_date,
    "file": _read_files,
    "photo": _read_files,
    "audio": _read_files,
    "geo": _read_points,
    "table": _read_rows,
}
# Types whose one value is a list already.
_GATHERED = frozenset({"file", "photo", "audio", "geo", "table"})


def decimal_of(values: Mapping[str, Any], key: str) -> Decimal | None:
    """The number in a checked value, or ``None`` when it was left blank."""
    text = values.get(key)
    return None if text is None else parse_decimal(text)
