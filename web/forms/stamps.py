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


class OrderForm(Form[Any]):
    """An order of stamps for a lot; how they are printed is asked beside it."""

    count = fields.count("Số tem cần in", unit="tem")
    quota = fields.pick("Hạn mức tài trợ", required=False)


class RollForm(Form[Any]):
    """Stamps ordered ahead: which lot they go onto is said when they are on packs."""

    count = fields.count("Số tem cần in", unit="tem", help="Mỗi lượt đặt trước tối đa 5.000.000 tem.")
    holder = fields.pick(
        "Giao cuộn cho ai giữ",
        required=False,
        as_list=True,
        help="Cho nơi đóng gói không có mạng: chỉ người đó và người quản lý kích hoạt được tem của cuộn.",
    )
    quota = fields.pick("Hạn mức tài trợ", required=False)


class HolderForm(Form[AssignRoll]):
    """Who has a roll in hand; nobody: it is back in the store."""

    command = AssignRoll
    holder = fields.pick("Ai giữ cuộn này", required=False, as_list=True)


class QuotaForm(Form[GiveQuota]):
    """What a sponsor pays for."""

    command = GiveQuota
    sponsor = fields.text(
        "Đơn vị tài trợ", suggestions=("Liên minh Hợp tác xã", "Sở Nông nghiệp và Môi trường")
    )
    count = fields.count("Số tem được tài trợ", unit="tem")
    valid_to = fields.day("Dùng đến hết ngày")


class PrintedForm(Form[MarkPrinted]):
    """Which stamps of a job go on paper now; those that were on paper before need a reason."""

    command = MarkPrinted
    from_stamp = fields.text(
        "Từ tem", required=False, kind=InputKind.CODE, help="Tem thứ mấy trong lượt in, hoặc mã 13 ký tự."
    )
    to_stamp = fields.text("Đến tem", required=False, kind=InputKind.CODE)
    reason = fields.text(
        "Vì sao in lại",
        required=False,
        suggestions=("Kẹt giấy", "Mực mờ, nhòe", "In lệch khổ", "Tải tệp bị đứt, chưa in được"),
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
