"""What a desk says of a code: a verdict, the goods, who answers for them. In the language of the request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ledger.coop.desk.check import Check, CheckedCode, CheckedLot, Holder, Tone
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.passports.verdicts import Verdict
from signing.stamp_codes import CODE_LENGTH
from web.formats import format_code, format_date, format_number
from web.languages import _

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.VALID: _("Tem thật"),
        Verdict.SEEN_OFTEN: _("Bị quét nhiều lần"),
        Verdict.NOT_ACTIVATED: _("Tem chưa kích hoạt"),
        Verdict.VOIDED: _("Tem đã hủy"),
        Verdict.EXPIRED: _("Hàng đã quá hạn dùng"),
        Verdict.RECALLED: _("Hàng đang bị thu hồi"),
        Verdict.UNKNOWN: _("Không tìm thấy mã này"),
        Verdict.TAMPERED: _("Dữ liệu không khớp chữ ký"),
    }
)
TONES: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: _("Nhận được"), Tone.CAUTION: _("Xem lại"), Tone.BAD: _("Không nhận")}
)
ICONS: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: "check", Tone.CAUTION: "console/clock", Tone.BAD: "console/alarm"}
)


def verdict_of(code: CheckedCode) -> str:
    """The verdict in words; of a good code that stands twice in the list, that."""
    if code.verdict is Verdict.VALID and code.times > 1:
        return _("Tem thật, nhưng quét %(times)s lần trong danh sách", times=format_number(code.times))
    return str(_(VERDICTS[code.verdict]))


def advice_of(code: CheckedCode) -> str:
    """What to do where not all is well; empty for a good code."""
    if code.verdict is Verdict.VALID:
        return _("Mỗi gói có một mã riêng: tìm xem có gói nào dán tem sao chép.") if code.times > 1 else ""
    return {
        Verdict.SEEN_OFTEN: _("Có thể có tem sao chép. So lô, hạn dùng in trên bao với dòng này."),
        Verdict.NOT_ACTIVATED: _("Hỏi bên giao: tem chưa gắn với lô hàng nào."),
        Verdict.VOIDED: _("Bên làm ra đã báo hủy tem này. Trả lại bên giao."),
        Verdict.EXPIRED: _("Để riêng, không bán."),
        Verdict.RECALLED: _("Để riêng, không bán. Làm theo hướng dẫn trên trang của lô."),
        Verdict.UNKNOWN: _("Gõ lại mã. Nếu vẫn vậy, tem không do hệ thống này cấp."),
        Verdict.TAMPERED: _("Không nên tin thông tin của lô này."),
    }[code.verdict]


def holder_of(lot: CheckedLot) -> str:
    """Who answers for the goods of a lot, as the desk sees it."""
    match lot.holder:
        case Holder.COMING:
            return _("Đang tới, chờ đơn vị mình ký nhận")
        case Holder.OURS:
            return _("Đơn vị mình đang giữ")
        case Holder.OTHERS:
            return _("%(holders)s đã ký nhận", holders=", ".join(lot.holders[:3]))
        case Holder.MAKER:
            return _("%(maker)s, chưa ai ký nhận", maker=lot.maker)


def shown_code(code: str) -> str:
    """A stamp's code in groups of four; any other as it is."""
    return format_code(code) if len(code) == CODE_LENGTH and code.isalnum() else code


def row_of(check: Check, code: CheckedCode) -> dict[str, Any]:
    """A code as a line of the table, and as the page's script shows it."""
    lot = None if code.lot is None else check.lots.get(code.lot)
    return {
        "code": code.code,
        "shown": shown_code(code.code),
        "tone": code.tone.value,
        "verdict": verdict_of(code),
        "advice": advice_of(code),
        "product": "" if lot is None else lot.product,
        "lot": "" if lot is None else lot.code,
        "address": "" if lot is None else path_of(parse_identifier(lot.lot)),
        "until": format_date(lot.expires_on) if lot is not None and lot.expires_on is not None else "",
        "holder": "" if lot is None else holder_of(lot),
        "packs": format_number(code.packs) if code.packs > 1 else "",
    }
