"""Forms of the registers that a manager keeps: places, products, certificates, members, partners."""

from typing import Any

from ledger.coop.registers.certificates import EndCertificate, FileCertificate
from ledger.coop.registers.members import AddMember
from ledger.coop.registers.partners import PARTNER_KINDS, AddPartner
from ledger.coop.registers.places import PLACE_KINDS, RegisterPlace
from ledger.coop.registers.products import RegisterProduct
from ledger.trace.reference import PROVINCES
from ledger.trace.templates import TEMPLATES
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed

PLACE_KIND_NAMES = {
    "plot": "Ruộng, thửa",
    "greenhouse": "Nhà màng, nhà kính",
    "orchard": "Vườn cây",
    "forest": "Rừng, đồi",
    "pond": "Ao",
    "cage": "Lồng cá",
    "barn": "Chuồng",
    "apiary": "Trại ong",
    "workshop": "Xưởng",
    "store": "Kho",
}
PARTNER_KIND_NAMES = {
    "distributor": "Nhà phân phối",
    "shop": "Cửa hàng, siêu thị",
    "processor": "Cơ sở chế biến",
    "supplier": "Nơi cung cấp",
    "household": "Hộ gia đình",
    "other": "Khác",
}
_PROVINCES = tuple(Option(province.name, province.name) for province in PROVINCES)


def _named(kinds: tuple[str, ...], names: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(kind, names[kind]) for kind in kinds)


class PlaceForm(Form[RegisterPlace]):
    """A plot, pond, barn, workshop or store. What is asked here is public."""

    command = RegisterPlace
    name = fields.text(
        "Tên nơi sản xuất", help="Ví dụ: Nhà màng số 2. Đừng ghi tên người: tên nơi là công khai."
    )
    kind = fields.pick("Loại", options=_named(PLACE_KINDS, PLACE_KIND_NAMES))
    province = fields.pick("Tỉnh, thành phố", options=_PROVINCES)
    commune = fields.text("Xã, phường")
    area_m2 = fields.number("Diện tích", unit="m2", required=False, help="Ghi 2 sào, 1,5 ha hoặc 3.600.")
    growing_area_code = fields.text("Mã số vùng trồng", required=False, kind=InputKind.CODE)
    perennial_since = fields.day("Cây lâu năm trồng từ ngày", required=False)
    latitude = fields.number(
        "Vĩ độ", required=False, help="Ví dụ 21,35. Chỉ giữ hai số lẻ, khoảng một cây số."
    )
    longitude = fields.number("Kinh độ", required=False, help="Ví dụ 106,76.")
    code = fields.text("Mã nơi", required=False, kind=InputKind.CODE, help="Để trống thì máy đặt mã.")


class ProductForm(Form[RegisterProduct]):
    """A product and what its passport says of it."""

    command = RegisterProduct
    photo = fields.photos("Ảnh sản phẩm", required=False)
    name = fields.text("Tên sản phẩm")
    template = fields.pick(
        "Quy trình", options=tuple(Option(item.id, item.name_vi) for item in TEMPLATES.values())
    )
    code = fields.text(
        "Mã sản phẩm", kind=InputKind.CODE, help="Chữ không dấu và số, ví dụ NHO. Không đổi được."
    )
    origin = fields.text("Xuất xứ", help="In trên trang tem, ví dụ: Quang Lang, Lạng Sơn, Việt Nam.")
    net_options_g = fields.counts(
        "Các loại gói (g)",
        required=False,
        help="Khối lượng tịnh mỗi gói, cách nhau dấu chấm phẩy: 500; 1.000",
    )
    shelf_life_days = fields.count("Hạn dùng", required=False, unit="ngày", help="Tính từ ngày đóng gói.")
    storage = fields.text("Cách bảo quản", required=False)
    warning = fields.text("Lưu ý cho người dùng", required=False)
    ingredients = fields.text("Thành phần", required=False, kind=InputKind.LONG_TEXT)
    name_en = fields.text("Tên tiếng Anh", required=False)
    gtin = fields.text(
        "Mã GTIN", required=False, kind=InputKind.CODE, help="Chỉ ghi khi GS1 đã cấp. Để trống nếu chưa có."
    )
    max_yield_kg_per_m2 = fields.number(
        "Năng suất cao nhất", required=False, unit="kg/m²", help="Thu quá mức này thì sổ nhắc."
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo."""
        return {**super().values(typed), "photo": next(iter(typed.photos_of("photo")), None)}


class CertificateForm(Form[FileCertificate]):
    """A certificate that a third party gave."""

    command = FileCertificate
    document = fields.photos("Ảnh chụp giấy chứng nhận", required=False)
    scheme = fields.text(
        "Tên chứng nhận",
        suggestions=("VietGAP", "GlobalG.A.P.", "Hữu cơ (TCVN 11041)", "OCOP 3 sao", "OCOP 4 sao", "HACCP"),
    )
    number = fields.text("Số chứng nhận", kind=InputKind.CODE)
    issuer = fields.text("Nơi cấp")
    valid_from = fields.day("Có hiệu lực từ ngày")
    valid_to = fields.day("Đến hết ngày")
    products = fields.picks("Cho sản phẩm nào")
    places = fields.picks(
        "Cho nơi sản xuất nào",
        required=False,
        needed="bỏ trống: mọi nơi",
        help="Chọn rồi thì chỉ hàng của những nơi ấy hiện chứng nhận này trên trang tem.",
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the first photo as the document."""
        return {**super().values(typed), "document": next(iter(typed.photos_of("document")), None)}


class EndCertificateForm(Form[EndCertificate]):
    """A certificate ends sooner than it says."""

    command = EndCertificate
    valid_to = fields.day("Còn hiệu lực đến hết ngày")


class MemberForm(Form[AddMember]):
    """A person. Name and telephone stay in the cooperative's own books."""

    command = AddMember
    name = fields.text("Họ và tên")
    phone = fields.text("Số điện thoại", required=False, kind=InputKind.TELEPHONE)
    code = fields.text(
        "Mã thành viên", required=False, kind=InputKind.CODE, help="Để trống thì máy đặt: TV01, TV02…"
    )


class PartnerForm(Form[AddPartner]):
    """Whom one buys from or delivers to."""

    command = AddPartner
    name = fields.text("Tên đối tác")
    kind = fields.pick("Loại", options=_named(PARTNER_KINDS, PARTNER_KIND_NAMES))
    phone = fields.text("Số điện thoại", required=False, kind=InputKind.TELEPHONE)
    province = fields.pick("Tỉnh, thành phố", required=False, options=_PROVINCES)
    organisation = fields.text(
        "Mã đơn vị trong hệ thống này",
        required=False,
        kind=InputKind.CODE,
        help="Hỏi đối tác mã 10 ký tự ở trang Tài khoản của họ. Có mã thì họ ký nhận hàng ngay tại đây.",
    )
