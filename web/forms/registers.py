"""Forms of the registers that a manager keeps: places, products, certificates, members, partners."""

from typing import Any

from ledger.coop.registers.certificates import EndCertificate, FileCertificate
from ledger.coop.registers.members import AddMember
from ledger.coop.registers.partners import PARTNER_KINDS, AddPartner
from ledger.coop.registers.places import PLACE_KINDS, RegisterPlace
from ledger.coop.registers.products import RegisterProduct
from ledger.trace.sectors.reference import PROVINCES
from ledger.trace.sectors.templates import TEMPLATES
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.languages import _

PLACE_KIND_NAMES = {
    "plot": _("Ruộng, thửa"),
    "greenhouse": _("Nhà màng, nhà kính"),
    "orchard": _("Vườn cây"),
    "forest": _("Rừng, đồi"),
    "pond": _("Ao"),
    "cage": _("Lồng cá"),
    "barn": _("Chuồng"),
    "apiary": _("Trại ong"),
    "workshop": _("Xưởng"),
    "store": _("Kho"),
}
PARTNER_KIND_NAMES = {
    "distributor": _("Nhà phân phối"),
    "shop": _("Cửa hàng, siêu thị"),
    "processor": _("Cơ sở chế biến"),
    "supplier": _("Nơi cung cấp"),
    "household": _("Hộ gia đình"),
    "other": _("Khác"),
}
_PROVINCES = tuple(Option(province.name, province.name) for province in PROVINCES)


def _named(kinds: tuple[str, ...], names: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(kind, names[kind]) for kind in kinds)


class PlaceForm(Form[RegisterPlace]):
    """A plot, pond, barn, workshop or store. What is asked here is public."""

    command = RegisterPlace
    name = fields.text(
        _("Tên nơi sản xuất"), help=_("Ví dụ: Nhà màng số 2. Đừng ghi tên người: tên nơi là công khai.")
    )
    kind = fields.pick(_("Loại"), options=_named(PLACE_KINDS, PLACE_KIND_NAMES))
    province = fields.pick(_("Tỉnh, thành phố"), options=_PROVINCES)
    commune = fields.text(_("Xã, phường"))
    area_m2 = fields.number(
        _("Diện tích"), unit="m2", required=False, help=_("Ghi 2 sào, 1,5 ha hoặc 3.600.")
    )
    growing_area_code = fields.text(_("Mã số vùng trồng"), required=False, kind=InputKind.CODE)
    perennial_since = fields.day(_("Cây lâu năm trồng từ ngày"), required=False)
    latitude = fields.number(
        _("Vĩ độ"), required=False, help=_("Ví dụ 21,35. Chỉ giữ hai số lẻ, khoảng một cây số.")
    )
    longitude = fields.number(_("Kinh độ"), required=False, help=_("Ví dụ 106,76."))
    code = fields.text(_("Mã nơi"), required=False, kind=InputKind.CODE, help=_("Để trống thì máy đặt mã."))


class ProductForm(Form[RegisterProduct]):
    """A product and what its passport says of it."""

    command = RegisterProduct
    photo = fields.photos(_("Ảnh sản phẩm"), required=False)
    name = fields.text(_("Tên sản phẩm"))
    template = fields.pick(
        _("Quy trình"), options=tuple(Option(item.id, _(item.name_vi)) for item in TEMPLATES.values())
    )
    code = fields.text(
        _("Mã sản phẩm"), kind=InputKind.CODE, help=_("Chữ không dấu và số, ví dụ NHO. Không đổi được.")
    )
    origin = fields.text(_("Xuất xứ"), help=_("In trên trang tem, ví dụ: Quang Lang, Lạng Sơn, Việt Nam."))
    net_options_g = fields.counts(
        _("Các loại gói (g)"),
        required=False,
        help=_("Khối lượng tịnh mỗi gói, cách nhau dấu chấm phẩy: 500; 1.000"),
    )
    shelf_life_days = fields.count(
        _("Hạn dùng"), required=False, unit=_("ngày"), help=_("Tính từ ngày đóng gói.")
    )
    storage = fields.text(_("Cách bảo quản"), required=False)
    warning = fields.text(_("Lưu ý cho người dùng"), required=False)
    ingredients = fields.text(_("Thành phần"), required=False, kind=InputKind.LONG_TEXT)
    name_en = fields.text(_("Tên tiếng Anh"), required=False)
    gtin = fields.text(
        _("Mã GTIN"),
        required=False,
        kind=InputKind.CODE,
        help=_("Chỉ ghi khi GS1 đã cấp. Để trống nếu chưa có."),
    )
    max_yield_kg_per_m2 = fields.number(
        _("Năng suất cao nhất"), required=False, unit="kg/m²", help=_("Thu quá mức này thì sổ nhắc.")
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "photo": next(iter(typed.photos_of("photo")), None)}


class CertificateForm(Form[FileCertificate]):
    """A certificate that a third party gave."""

    command = FileCertificate
    document = fields.photos(_("Ảnh chụp giấy chứng nhận"), required=False)
    scheme = fields.text(
        _("Tên chứng nhận"),
        suggestions=(
            "VietGAP",
            "GlobalG.A.P.",
            _("Hữu cơ (TCVN 11041)"),
            "OCOP 3 sao",
            "OCOP 4 sao",
            "HACCP",
        ),
    )
    number = fields.text(_("Số chứng nhận"), kind=InputKind.CODE)
    issuer = fields.text(_("Nơi cấp"))
    valid_from = fields.day(_("Có hiệu lực từ ngày"))
    valid_to = fields.day(_("Đến hết ngày"))
    products = fields.picks(_("Cho sản phẩm nào"))
    places = fields.picks(
        _("Cho nơi sản xuất nào"),
        required=False,
        needed=_("bỏ trống: mọi nơi"),
        help=_("Chọn rồi thì chỉ hàng của những nơi ấy hiện chứng nhận này trên trang tem."),
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo as the document."""
        return {**super().values(typed), "document": next(iter(typed.photos_of("document")), None)}


class EndCertificateForm(Form[EndCertificate]):
    """A certificate ends sooner than it says."""

    command = EndCertificate
    valid_to = fields.day(_("Còn hiệu lực đến hết ngày"))


class MemberForm(Form[AddMember]):
    """A person. Name and telephone stay in the cooperative's own books."""

    command = AddMember
    name = fields.text(_("Họ và tên"))
    phone = fields.text(_("Số điện thoại"), required=False, kind=InputKind.TELEPHONE)
    code = fields.text(
        _("Mã thành viên"), required=False, kind=InputKind.CODE, help=_("Để trống thì máy đặt: TV01, TV02…")
    )


class PartnerForm(Form[AddPartner]):
    """Whom one buys from or delivers to."""

    command = AddPartner
    name = fields.text(_("Tên đối tác"))
    kind = fields.pick(_("Loại"), options=_named(PARTNER_KINDS, PARTNER_KIND_NAMES))
    phone = fields.text(_("Số điện thoại"), required=False, kind=InputKind.TELEPHONE)
    province = fields.pick(_("Tỉnh, thành phố"), required=False, options=_PROVINCES)
    organisation = fields.text(
        _("Mã đơn vị trong hệ thống này"),
        required=False,
        kind=InputKind.CODE,
        help=_("Hỏi đối tác mã 10 ký tự ở trang Tài khoản của họ. Có mã thì họ ký nhận hàng ngay tại đây."),
    )
