"""The form of looking into a stamp that was scanned too often."""

from ledger.coop.scans.scan_list import LookInto
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind


class LookForm(Form[LookInto]):
    """What was found."""

    command = LookInto
    note = fields.text(
        "Đã tìm hiểu được gì",
        kind=InputKind.LONG_TEXT,
        help="Ví dụ: gọi cửa hàng ở Đà Nẵng, thấy tem chụp lại dán lên hàng khác. Chỉ hợp tác xã đọc được.",
    )
