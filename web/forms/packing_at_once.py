"""The form of packing with a roll in hand."""

from decimal import Decimal
from typing import Any

from ledger.coop.packing_at_once import PackWithRoll
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind, Option
from web.forms.stamp_codes import CodeReader, read_ends
from web.forms.typed import Typed
from web.languages import _

PACK_TYPES = (
    Option("box", _("Hộp")),
    Option("bag", _("Túi")),
    Option("tray", _("Khay")),
    Option("net", _("Lưới")),
    Option("jar", _("Lọ")),
    Option("loose", _("Để rời")),
)


class PackWithRollForm(Form[PackWithRoll]):
    """Which lot, what size, how many packs, and from which stamp to which."""

    command = PackWithRoll
    photos = fields.photos(_("Ảnh gói hàng đã dán tem"))
    lot = fields.pick(_("Đóng từ lô nào"))
    net_per_pack = fields.number(
        _("Mỗi gói bao nhiêu"), help=_("Hàng cân ghi số gam; hàng đếm ghi số quả, số cành.")
    )
    packs = fields.count(_("Số gói đã đóng"), unit=_("gói"))
    first_code = fields.text(
        _("Mã tem đầu"), kind=InputKind.CODE, help=_("13 ký tự in dưới hình QR của tem dán đầu tiên.")
    )
    last_code = fields.text(_("Mã tem cuối"), kind=InputKind.CODE)
    pack_type = fields.pick(_("Quy cách"), options=PACK_TYPES)
    packed_on = fields.day(_("Ngày đóng gói"))
    loss = fields.number(_("Hao hụt"), required=False, unit="kg")

    def read(self, typed: Typed, codes: CodeReader, job: str) -> PackWithRoll:
        """The command. Raises ``CommandError``."""
        found: dict[str, Any] = self.values(typed)
        first, last = read_ends(codes, found, ("first_code", "last_code"))
        return PackWithRoll(
            lot=found["lot"],
            job=job,
            net_per_pack=Decimal(found["net_per_pack"]),
            packs=found["packs"],
            packed_on=found["packed_on"],
            pack_type=found["pack_type"],
            first=first,
            last=last,
            loss=found["loss"],
            photos=typed.photos_of("photos"),
            idempotency_key=typed.one(KEY) or None,
        )
