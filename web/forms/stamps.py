"""Forms about stamps on paper: ordered for a lot, ordered ahead, handed over, paid for, printed again."""

from typing import Any

from ledger.coop.stamps.stamp_holders import AssignRoll
from ledger.coop.stamps.stamp_quotas import GiveQuota
from ledger.coop.stamps.stamps import MarkPrinted
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind
from web.forms.stamp_codes import CodeReader, read_place
from web.forms.typed import Typed
from web.languages import _


class OrderForm(Form[Any]):
    """An order of stamps for a lot; how they are printed is asked beside it."""

    count = fields.count(_("Số tem cần in"), unit=_("tem"))
    quota = fields.pick(_("Hạn mức tài trợ"), required=False)


class RollForm(Form[Any]):
    """Stamps ordered ahead: which lot they go onto is said when they are on packs."""

    count = fields.count(
        _("Số tem cần in"), unit=_("tem"), help=_("Mỗi lượt đặt trước tối đa 5.000.000 tem.")
    )
    holder = fields.pick(
        _("Giao cuộn cho ai giữ"),
        required=False,
        as_list=True,
        help=_("Cho nơi đóng gói không có mạng: chỉ người đó và người quản lý kích hoạt được tem của cuộn."),
    )
    quota = fields.pick(_("Hạn mức tài trợ"), required=False)


class HolderForm(Form[AssignRoll]):
    """Who has a roll in hand; nobody: it is back in the store."""

    command = AssignRoll
    holder = fields.pick(_("Ai giữ cuộn này"), required=False, as_list=True)


class QuotaForm(Form[GiveQuota]):
    """What a sponsor pays for."""

    command = GiveQuota
    sponsor = fields.text(
        _("Đơn vị tài trợ"), suggestions=(_("Liên minh Hợp tác xã"), _("Sở Nông nghiệp và Môi trường"))
    )
    count = fields.count(_("Số tem được tài trợ"), unit=_("tem"))
    valid_to = fields.day(_("Dùng đến hết ngày"))


class PrintedForm(Form[MarkPrinted]):
    """Which stamps of a job go on paper now; those that were on paper before need a reason."""

    command = MarkPrinted
    from_stamp = fields.text(
        _("Từ tem"),
        required=False,
        kind=InputKind.CODE,
        help=_("Tem thứ mấy trong lượt in, hoặc mã 13 ký tự."),
    )
    to_stamp = fields.text(_("Đến tem"), required=False, kind=InputKind.CODE)
    reason = fields.text(
        _("Vì sao in lại"),
        required=False,
        suggestions=(_("Kẹt giấy"), _("Mực mờ, nhòe"), _("In lệch khổ"), _("Tải tệp bị đứt, chưa in được")),
    )

    def read(self, typed: Typed, codes: CodeReader, job: str, first: int, last: int) -> MarkPrinted:
        """The command, for the job with stamps ``first`` to ``last``. Raises ``CommandError``."""
        found = self.values(typed)
        low, high = (read_place(codes, name, found[name], first) for name in ("from_stamp", "to_stamp"))
        whole = low is None and high is None
        return MarkPrinted(
            job=job,
            first=None if whole else first if low is None else low,
            last=None if whole else last if high is None else high,
            reason=found["reason"],
            idempotency_key=typed.one(KEY) or None,
        )
