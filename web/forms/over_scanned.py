"""The form of looking into a stamp that was scanned too often."""

from ledger.coop.scans.scan_list import LookInto
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.languages import _

FINE, SUSPECT = "fine", "suspect"
ONE, ALL = "one", "all"


class LookForm(Form[LookInto]):
    """What was found, and of which stamps."""

    command = LookInto
    finding = fields.pick(
        _("Kết quả"),
        options=(
            Option(
                FINE, _("Đã xem, hợp lệ"), _("Người quét thôi thấy lời nhắc. Chỉ lượt quét từ nay mới tính.")
            ),
            Option(SUSPECT, _("Có thể có tem chép"), _("Người quét vẫn thấy lời nhắc.")),
        ),
    )
    scope = fields.pick(_("Áp dụng cho"), required=False)
    note = fields.text(
        _("Lý do: đã tìm hiểu được gì"),
        kind=InputKind.LONG_TEXT,
        help=_(
            "Ví dụ: cả tổ đóng gói quét thử khi dán; hoặc: cửa hàng ở Đà Nẵng dán tem chụp lại. "
            "Chỉ hợp tác xã đọc được."
        ),
    )

    def read(self, typed: Typed, number: int) -> LookInto:
        """The command about the stamp ``number``. Raises ``CommandError``."""
        found = self.values(typed)
        return LookInto(
            number=number,
            note=found["note"],
            is_fine=found["finding"] == FINE,
            has_all=found["scope"] == ALL,
            idempotency_key=typed.one(KEY) or None,
        )


def scope_options(beside: int) -> tuple[Option, ...]:
    """The stamps that a finding may be about, where ``beside`` others of the range wait too."""
    return (
        Option(ONE, _("Chỉ con tem này")),
        Option(ALL, _("Cả %(beside)s tem bị báo của dải này", beside=beside + 1)),
    )
