"""Forms about stamps in use: activated, sold, voided."""

from collections.abc import Mapping
from typing import Any

from ledger.coop.errors import CommandError, Problem
from ledger.coop.stamps.stamps import MarkSold, Void
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind, Option
from web.forms.stamp_codes import CodeReader, read_codes, read_ends, read_number
from web.forms.typed import Typed
from web.languages import _

WHICH_OPTIONS = (
    Option("all", _("Tất cả tem đã in")),
    Option("but_spoiled", _("Tất cả, trừ tem hỏng"), _("Tem hỏng được hủy luôn, không ai dùng lại được")),
    Option("range", _("Từ tem này đến tem kia")),
)
MAX_SPOILED_CODES = 100


class ActivateForm(Form[Any]):
    """Which stamps of a print job were stuck on packs; of a roll ordered ahead also of which lot."""

    lot = fields.pick(_("Dán lên gói của lô nào"), as_list=True)
    which = fields.pick(_("Đã dán những tem nào"), options=WHICH_OPTIONS)
    spoiled_last = fields.count(
        _("Số tem cuối lượt in hỏng hoặc thừa"),
        required=False,
        unit=_("tem"),
        help=_("Máy hủy ngần ấy tem, tính từ tem in sau cùng trở lại."),
    )
    spoiled_codes = fields.text(
        _("Mã những tem hỏng khác"),
        required=False,
        kind=InputKind.LONG_TEXT,
        help=_("Mỗi dòng một mã 13 ký tự in dưới hình QR."),
    )
    first_code = fields.text(_("Mã tem đầu"), required=False, kind=InputKind.CODE)
    last_code = fields.text(_("Mã tem cuối"), required=False, kind=InputKind.CODE)

    def numbers(self, typed: Typed, codes: CodeReader) -> dict[str, Any]:
        """``lot``, and ``first``, ``last``, ``spoiled``, ``spoiled_last`` of what was chosen.

        Raises ``CommandError``.
        """
        found = self.values(typed)
        return {"lot": found["lot"], **self._chosen(found, codes)}

    def _chosen(self, found: Mapping[str, Any], codes: CodeReader) -> dict[str, Any]:
        match found["which"]:
            case "all":
                return {}
            case "but_spoiled":
                return self._spoiled(found, codes)
            case "range":
                ends = ("first_code", "last_code")
                return dict(zip(("first", "last"), read_ends(codes, found, ends), strict=True))
        raise CommandError(Problem("which", _("Hãy chọn một cách trong danh sách.")))

    def _spoiled(self, found: Mapping[str, Any], codes: CodeReader) -> dict[str, Any]:
        last, spoiled = found["spoiled_last"] or 0, read_codes(found["spoiled_codes"] or "")
        if last < 0:
            raise CommandError(Problem("spoiled_last", _("Số tem hỏng không được là số âm.")))
        if not last and not spoiled:
            sentence = _("Chưa ghi tem nào hỏng. Không có tem hỏng thì chọn “Tất cả tem đã in”.")
            raise CommandError(Problem("spoiled_last", sentence))
        if len(spoiled) > MAX_SPOILED_CODES:
            sentence = _(
                "Mỗi lần chỉ ghi tối đa %(limit)s mã. Hãy hủy bớt ở trang Hủy tem.",
                limit=MAX_SPOILED_CODES,
            )
            raise CommandError(Problem("spoiled_codes", sentence))
        numbers = tuple(read_number(codes, "spoiled_codes", code) for code in spoiled)
        return {"spoiled": numbers, "spoiled_last": last}


class SoldForm(Form[MarkSold]):
    """Stamps on packs that were sold."""

    command = MarkSold
    first_code = fields.text(_("Mã tem đầu"), kind=InputKind.CODE)
    last_code = fields.text(
        _("Mã tem cuối"), required=False, kind=InputKind.CODE, help=_("Chỉ bán một gói thì để trống.")
    )

    def read(self, typed: Typed, codes: CodeReader) -> MarkSold:
        """The command. Raises ``CommandError``."""
        found = self.values(typed)
        found["last_code"] = found["last_code"] or found["first_code"]
        first, last = read_ends(codes, found, ("first_code", "last_code"))
        return MarkSold(first=first, last=last, idempotency_key=typed.one(KEY) or None)


class VoidForm(Form[Void]):
    """Stamps that are spoiled or lost."""

    command = Void
    first_code = fields.text(_("Mã tem đầu"), kind=InputKind.CODE)
    last_code = fields.text(
        _("Mã tem cuối"), required=False, kind=InputKind.CODE, help=_("Chỉ hủy một tem thì để trống.")
    )
    reason = fields.text(
        _("Lý do"),
        help=_("Người quét tem này sẽ đọc được lý do."),
        suggestions=(_("Tem hỏng khi in"), _("Tem rách khi dán"), _("Tem bị mất"), _("Hàng trả về")),
    )

    def read(self, typed: Typed, codes: CodeReader) -> Void:
        """The command. Raises ``CommandError``."""
        found = self.values(typed)
        found["last_code"] = found["last_code"] or found["first_code"]
        first, last = read_ends(codes, found, ("first_code", "last_code"))
        return Void(first=first, last=last, reason=found["reason"], idempotency_key=typed.one(KEY) or None)
