"""From a schema's refusal to a pointer and a Vietnamese sentence. Pure.

The schema itself carries what to say: the annotation ``vi`` nearest above the keyword that refused. Where
there is none, the keyword decides.
"""

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from ledger.trace.errors import Problem
from ledger.trace.events.sealed import format_pointer

_KIND = ValidationErrorKind
_PLAIN = "Giá trị này không đúng chuẩn EPCIS 2.0."


def problem_of(schema: Mapping[str, Any], error: ValidationError) -> Problem:
    """The problem that ``error``, found by ``schema``, stands for."""
    pointer = format_pointer(*(str(token) for token in error.instance_path))
    return Problem(pointer, _by_keyword(error) or _annotation(schema, error) or _PLAIN)


def _by_keyword(error: ValidationError) -> str | None:
    """What must name the thing at fault, which no annotation can know; and limits, alike everywhere."""
    match error.kind:
        case _KIND.Required(property=name):
            return f"Thiếu mục “{name}”."
        case _KIND.AdditionalProperties(unexpected=names):
            listed = ", ".join(f"“{name[:60]}”" for name in names[:5])
            return f"Không có mục {listed} trong chuẩn EPCIS 2.0; mục mở rộng phải có tiền tố đã khai báo."
        case _KIND.MaxLength(limit=limit):
            return f"Quá dài: chỉ nhận đến {limit} ký tự."
        case _KIND.MaxItems(limit=limit) | _KIND.MaxProperties(limit=limit):
            return f"Quá nhiều mục: chỉ nhận đến {limit}."
        case _KIND.MinItems():
            return "Danh sách này không được rỗng."
        case _KIND.UniqueItems():
            return "Danh sách này có mục bị lặp. Hãy bỏ bớt."
        case _:
            return None


def _annotation(schema: Mapping[str, Any], error: ValidationError) -> str | None:
    found: str | None = None
    place: Any = schema
    for token in error.schema_path:
        place = place[token]
        if isinstance(place, dict) and "vi" in place:
            found = place["vi"]
    if found is None and isinstance(error.kind, _KIND.Type):
        return f"Sai kiểu: phải là {', '.join(error.kind.types)}."
    return found
