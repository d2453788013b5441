"""Forms about stamps: printing, activating, voiding."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from ledger.coop.errors import CommandError, Problem
from ledger.coop.stamps import Reserve, Void
from signing.errors import StampCodeError
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed

LAYOUT_OPTIONS = (
    Option("a4", "Giấy A4", "Máy in văn phòng, 36 tem một tờ, cắt rời rồi dán"),
    Option("roll", "Cuộn tem", "Máy in tem, mỗi con tem 50 × 30 mm"),
    Option("crate", "Tem thùng trên A4", "8 tem lớn 100 × 70 mm một tờ, dán ngoài thùng"),
)
DPI_OPTIONS = (Option("203", "203 dpi", "Phần lớn máy in tem"), Option("300", "300 dpi", "Máy in nét hơn"))
DESIGNS = {"a4": "stamp_50x30", "roll": "stamp_50x30", "crate": "crate_100x70"}

WHICH_OPTIONS = (
    Option("all", "Tất cả tem đã in"),
    Option("but_spoiled", "Tất cả, trừ tem hỏng", "Tem hỏng được hủy luôn, không ai dùng lại được"),
    Option("range", "Từ tem này đến tem kia"),
)
MAX_SPOILED_CODES = 100
_LINE = re.compile(r"[\n,;]+")


class CodeReader(Protocol):
    """Tells a stamp's number from its code."""

    def parse(self, code: str) -> int:
        """The number. Raises ``StampCodeError``."""
        ...


class PrintForm(Form[Reserve]):
    """An order to print stamps for a lot."""

    command = Reserve
    count = fields.count("Số tem cần in", unit="tem")
    layout = fields.pick("In trên giấy nào", options=LAYOUT_OPTIONS)
    dpi = fields.pick("Độ nét của máy in tem", options=DPI_OPTIONS)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the design that the paper calls for."""
        found = super().values(typed)
        return {
            **found,
            "dpi": 300 if found["dpi"] == "300" else 203,
            "design": DESIGNS.get(found["layout"], "stamp_50x30"),
        }


class ActivateForm(Form[Any]):
    """Which stamps of a print job were stuck on packs."""

    which = fields.pick("Đã dán những tem nào", options=WHICH_OPTIONS)
    spoiled_last = fields.count(
        "Số tem cuối lượt in hỏng hoặc thừa",
        required=False,
        unit="tem",
        help="Máy hủy ngần ấy tem, tính từ tem in sau cùng trở lại.",
    )
    spoiled_codes = fields.text(
        "Mã những tem hỏng khác",
        required=False,
        kind=InputKind.LONG_TEXT,
        help="Mỗi dòng một mã 13 ký tự in dưới hình QR.",
    )
    first_code = fields.text("Mã tem đầu", required=False, kind=InputKind.CODE)
    last_code = fields.text("Mã tem cuối", required=False, kind=InputKind.CODE)

    def numbers(self, typed: Typed, codes: CodeReader) -> dict[str, Any]:
        """``first``, ``last``, ``spoiled``, ``spoiled_last``, of what was chosen. Raises ``CommandError``."""
        found = self.values(typed)
        match found["which"]:
            case "all":
                return {}
            case "but_spoiled":
                return self._spoiled(found, codes)
            case "range":
                ends = ("first_code", "last_code")
                return dict(zip(("first", "last"), read_ends(codes, found, ends), strict=True))
        raise CommandError(Problem("which", "Hãy chọn một cách trong danh sách."))

    def _spoiled(self, found: Mapping[str, Any], codes: CodeReader) -> dict[str, Any]:
        last, spoiled = found["spoiled_last"] or 0, read_codes(found["spoiled_codes"] or "")
        if last < 0:
            raise CommandError(Problem("spoiled_last", "Số tem hỏng không được là số âm."))
        if not last and not spoiled:
            sentence = "Chưa ghi tem nào hỏng. Không có tem hỏng thì chọn “Tất cả tem đã in”."
            raise CommandError(Problem("spoiled_last", sentence))
        if len(spoiled) > MAX_SPOILED_CODES:
            sentence = f"Mỗi lần chỉ ghi tối đa {MAX_SPOILED_CODES} mã. Hãy hủy bớt ở trang Hủy tem."
            raise CommandError(Problem("spoiled_codes", sentence))
        numbers = tuple(read_number(codes, "spoiled_codes", code) for code in spoiled)
        return {"spoiled": numbers, "spoiled_last": last}


class VoidForm(Form[Void]):
    """Stamps that are spoiled or lost."""

    command = Void
    first_code = fields.text("Mã tem đầu", kind=InputKind.CODE)
    last_code = fields.text(
        "Mã tem cuối", required=False, kind=InputKind.CODE, help="Chỉ hủy một tem thì để trống."
    )
    reason = fields.text(
        "Lý do",
        help="Người quét tem này sẽ đọc được lý do.",
        suggestions=("Tem hỏng khi in", "Tem rách khi dán", "Tem bị mất", "Hàng trả về"),
    )

    def read(self, typed: Typed, codes: CodeReader) -> Void:
        """The command. Raises ``CommandError``."""
        found = self.values(typed)
        found["last_code"] = found["last_code"] or found["first_code"]
        first, last = read_ends(codes, found, ("first_code", "last_code"))
        return Void(first=first, last=last, reason=found["reason"], idempotency_key=typed.one(KEY) or None)


def read_ends(codes: CodeReader, found: Mapping[str, Any], names: tuple[str, str]) -> tuple[int, int]:
    """The numbers of the first and the last stamp, whichever was typed first. Raises ``CommandError``."""
    blank = [Problem(name, "Hãy quét hoặc gõ mã tem.") for name in names if not found[name]]
    if blank:
        raise CommandError(*blank)
    first, last = sorted(read_number(codes, name, read_code(found[name])) for name in names)
    return first, last


def read_number(codes: CodeReader, name: str, code: str) -> int:
    """The number behind a code. Raises ``CommandError`` beside the question ``name``."""
    try:
        return codes.parse(code)
    except StampCodeError as error:
        raise CommandError(Problem(name, f"“{code[:20]}”: {error.sentence}")) from error


def read_code(typed: str) -> str:
    """The code in what was typed or scanned: a scanner gives the stamp's whole address."""
    return typed.strip().rstrip("/").rsplit("/", 1)[-1]


def read_codes(typed: str) -> tuple[str, ...]:
    """The codes in a text, one a line."""
    return tuple(code for line in _LINE.split(typed) if (code := read_code(line)))
