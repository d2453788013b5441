"""Forms of what others rely on: links, names, access for programs, and what everybody knows of one's own."""

from collections.abc import Mapping
from typing import Any

from ledger.coop.errors import CommandError, Problem
from ledger.coop.exchange.access_tokens import PARTNER_SCOPES, MakeToken, Scope
from ledger.coop.links.adding import AddLink
from ledger.coop.links.aliases import AddAlias, GiveGtin
from ledger.coop.links.link_types import OFFERED
from ledger.coop.registers.organisation_mending import MendOrganisation
from ledger.coop.reports.answering import AnswerReport, ReportOutcome
from ledger.trace.sectors.reference import PROVINCES
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.languages import _

SCOPE_OPTIONS: Mapping[Scope, Option] = {
    Scope.QUERY: Option("query", _("Hỏi nhật ký"), _("Việc làm, lô, nơi làm như trên trang tem")),
    Scope.SUBSCRIBE: Option("subscribe", _("Nhận nhật ký mới"), _("Sổ tự gửi khi có dòng mới")),
    Scope.CAPTURE: Option("capture", _("Ghi vào sổ"), _("Dòng gửi vào được ký bằng khóa của hợp tác xã")),
    Scope.SEE_PARTNER: Option("see-partner", _("Xem số lượng, bên mua bán"), _("Chỉ cho máy của hợp tác xã")),
    Scope.SEE_PRIVATE: Option("see-private", _("Xem dữ liệu nội bộ"), _("Chỉ cho máy của hợp tác xã")),
    Scope.SEE_PERSON: Option("see-person", _("Xem tên người làm"), _("Chỉ khi thật cần")),
}
"""What a program may do, in everyday words."""
_PERIODS = (
    Option("30", _("1 tháng")),
    Option("90", _("3 tháng")),
    Option("365", _("1 năm")),
    Option("731", _("2 năm")),
)
_LANGUAGES = (Option("vi", _("Tiếng Việt")), Option("en", _("Tiếng Anh")))
_MEDIA = (
    Option("text/html", _("Trang mạng")),
    Option("application/pdf", _("Tệp PDF")),
    Option("image/jpeg", _("Ảnh JPEG")),
    Option("video/mp4", _("Phim MP4")),
)


class LinkForm(Form[AddLink]):
    """A link that a scan is offered beside the verdict."""

    command = AddLink
    link_type = fields.pick(
        _("Loại liên kết"), options=tuple(Option(name, _(vi)) for name, (vi, _en) in OFFERED.items())
    )
    target = fields.text(
        _("Địa chỉ trang"),
        kind=InputKind.CODE,
        help=_("Chép cả dòng từ thanh địa chỉ, bắt đầu bằng https://."),
    )
    title = fields.text(_("Tên hiện trên trang tem"), help=_("Ví dụ: Mua nho ở cửa hàng của hợp tác xã."))
    language = fields.pick(_("Trang đó viết bằng tiếng"), required=False, options=_LANGUAGES)
    media_type = fields.pick(_("Trang đó là"), options=_MEDIA)


class GtinForm(Form[GiveGtin]):
    """A product's own GTIN, which it did not have."""

    command = GiveGtin
    gtin = fields.text(
        _("Mã GTIN"), kind=InputKind.CODE, help=_("8, 12, 13 hoặc 14 chữ số, đúng như GS1 đã cấp.")
    )


class OtherGtinForm(Form[AddAlias]):
    """A further GTIN of a product."""

    command = AddAlias
    gtin = fields.text(
        _("Mã GTIN khác"),
        kind=InputKind.CODE,
        help=_("Ví dụ mã của nhãn hàng siêu thị. Quét mã ấy vẫn ra sản phẩm này."),
    )


class OtherLotForm(Form[AddAlias]):
    """What a lot is also called under one of its product's GTINs."""

    command = AddAlias
    gtin = fields.pick(_("Dưới mã GTIN nào"))
    lot_code = fields.text(
        _("Số lô in trên hàng"), kind=InputKind.CODE, help=_("Tối đa 20 chữ không dấu và số, đúng như đã in.")
    )


class TokenForm(Form[MakeToken]):
    """A program's access."""

    command = MakeToken
    label = fields.text(_("Máy hay phần mềm nào"), help=_("Ví dụ: phần mềm kế toán, kho của bên mua."))
    partner = fields.pick(
        _("Của đối tác"),
        required=False,
        as_list=True,
        help=_("Chọn đối tác thì máy của họ chỉ thấy những lô đã giao cho họ. Để trống: máy của hợp tác xã."),
    )
    scopes = fields.picks(_("Được làm gì"), options=tuple(SCOPE_OPTIONS.values()))
    days = fields.pick(_("Dùng được trong"), options=_PERIODS)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers. Raises ``CommandError`` for what is not on offer, beside all other problems."""
        found = super().values(typed)
        known = {scope.value for scope in Scope}
        problems = []
        if not known.issuperset(found["scopes"]):
            problems.append(Problem("scopes", _("Hãy chọn trong danh sách.")))
        if found["days"] not in {period.value for period in _PERIODS}:
            problems.append(Problem("days", _("Hãy chọn trong danh sách.")))
        if found["partner"] and not {scope.value for scope in PARTNER_SCOPES}.issuperset(found["scopes"]):
            sentence = _("Máy của đối tác chỉ được hỏi nhật ký và nhận nhật ký mới.")
            problems.append(Problem("scopes", sentence))
        if problems:
            raise CommandError(*problems)
        return {**found, "scopes": frozenset(map(Scope, found["scopes"])), "days": int(found["days"])}


class OrganisationForm(Form[MendOrganisation]):
    """What everybody may know of an organisation."""

    command = MendOrganisation
    address = fields.text(_("Địa chỉ"), help=_("Số nhà, thôn, xóm của trụ sở, không phải nhà riêng."))
    commune = fields.text(_("Xã, phường"))
    province = fields.pick(
        _("Tỉnh, thành phố"), options=tuple(Option(item.name, item.name) for item in PROVINCES)
    )
    tax_code = fields.text(
        _("Mã số thuế"),
        required=False,
        needed=_("luật đòi hỏi ở hộ chiếu số"),
        kind=InputKind.CODE,
        help=_("Mã của đơn vị, 10 chữ số. Không ghi mã của cá nhân."),
    )
    phone = fields.text(_("Số điện thoại"), required=False, kind=InputKind.TELEPHONE)
    website = fields.text(_("Trang mạng"), required=False, kind=InputKind.CODE)


class AnswerReportForm(Form[AnswerReport]):
    """What was found about a report of the public's."""

    command = AnswerReport
    outcome = fields.pick(_("Kết quả"))
    answer = fields.text(
        _("Ghi chú"),
        required=False,
        kind=InputKind.LONG_TEXT,
        help=_("Đã làm gì, đã gọi lại chưa. Chỉ quản lý đọc được."),
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers. Raises ``CommandError`` for an outcome that is not on offer."""
        found = super().values(typed)
        if found["outcome"] not in set(ReportOutcome):
            raise CommandError(Problem("outcome", _("Hãy chọn trong danh sách.")))
        return {**found, "outcome": ReportOutcome(found["outcome"])}
