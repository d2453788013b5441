"""Forms of holding goods back, and of a recall once it was decided."""

from collections.abc import Mapping
from types import MappingProxyType

from ledger.coop.holds.holding import HoldLot, LiftHold
from ledger.coop.recalls.cases import WAYS, CloseRecall, NoteTold
from ledger.coop.recalls.drills import EndDrill
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.languages import _

WAY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "phone": _("Gọi điện"),
        "message": _("Nhắn Zalo, SMS"),
        "letter": _("Gửi thư"),
        "visit": _("Tới tận nơi"),
    }
)
"""What people call the ways to tell somebody."""


class HoldForm(Form[HoldLot]):
    """Why goods are stopped. Nobody outside reads it."""

    command = HoldLot
    reason = fields.text(
        _("Vì sao tạm giữ"),
        kind=InputKind.LONG_TEXT,
        help=_("Ví dụ: chờ kết quả kiểm nghiệm; khách báo có mùi lạ. Chỉ hợp tác xã đọc được."),
    )


class LiftForm(Form[LiftHold]):
    """Why goods may go on. Nobody outside reads it."""

    command = LiftHold
    reason = fields.text(
        _("Vì sao thả lô"),
        kind=InputKind.LONG_TEXT,
        help=_("Ví dụ: kết quả đạt; khách nhầm hàng nơi khác. Chỉ hợp tác xã đọc được."),
    )


class ToldForm(Form[NoteTold]):
    """That somebody was told, and what they gave back."""

    command = NoteTold
    way = fields.pick(_("Báo bằng cách nào"), options=tuple(Option(way, WAY_WORDS[way]) for way in WAYS))
    returned = fields.number(_("Đã thu về"), required=False, help=_("Chưa biết thì để trống."))
    answer = fields.text(
        _("Họ trả lời"), required=False, kind=InputKind.LONG_TEXT, help=_("Chỉ hợp tác xã đọc được.")
    )


class CloseForm(Form[CloseRecall]):
    """How a recall ended. All of it is public."""

    command = CloseRecall
    on = fields.day(_("Ngày kết thúc"))
    result = fields.text(
        _("Kết quả"),
        kind=InputKind.LONG_TEXT,
        help=_("Ai xem trang tem cũng đọc được. Đừng ghi tên người."),
    )
    recovered_kg = fields.number(_("Thu về"), unit="kg", required=False)
    destroyed_kg = fields.number(_("Tiêu hủy"), unit="kg", required=False)
    told = fields.text(
        _("Đã gửi báo cáo cho cơ quan nào"), required=False, help=_("Ghi tên cơ quan, đừng ghi tên người.")
    )


class DrillForm(Form[EndDrill]):
    """How a drill went."""

    command = EndDrill
    remark = fields.text(
        _("Nhận xét"),
        required=False,
        kind=InputKind.LONG_TEXT,
        help=_("Chỗ nào chậm, số nào thiếu, lần sau làm gì khác."),
    )
