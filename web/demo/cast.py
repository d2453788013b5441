"""Who is in the story: organisations, people, partners. All invented; some plants lent their names.

What a cooperative keeps to itself is gathered in ``PRIVATE``: a test looks for it in the log, in vain.
Telephone numbers begin with digits that no Vietnamese network uses; those that open an account look like a
mobile telephone's all the same, with 0730 in front, for the program takes no others.
"""

from dataclasses import dataclass

from ledger.coop.registers.organisations import RegisterOrganisation
from web.demo.stage import Login

GRAPES = RegisterOrganisation(
    name="HTX Nho Đồi Sim",
    kind="cooperative",
    address="Thôn Đồi Sim",
    province="Bắc Ninh",
    commune="Xã Phúc Hòa",
    phone="0100 000 001",
    website="https://nho-doi-sim.example",
)
CUSTARD_APPLES = RegisterOrganisation(
    name="HTX Na Núi Mây",
    kind="cooperative",
    address="Thôn Núi Mây",
    province="Lạng Sơn",
    commune="Xã Vạn Linh",
    phone="0100 000 002",
)
PIGS = RegisterOrganisation(
    name="HTX Chăn nuôi Suối Lành",
    kind="cooperative",
    address="Bản Suối Lành",
    province="Bắc Ninh",
    commune="Xã Yên Thế",
    phone="0100 000 003",
)
HONEY = RegisterOrganisation(
    name="HTX Mật ong Rừng Hồi",
    kind="cooperative",
    address="Thôn Rừng Hồi",
    province="Lạng Sơn",
    commune="Xã Bình Gia",
    phone="0100 000 004",
)
DISTRIBUTOR = RegisterOrganisation(
    name="Công ty Nông sản Bến Mơ",
    kind="distributor",
    address="Kho số 8, ngõ Bến Mơ",
    province="Bắc Ninh",
    commune="Phường Kinh Bắc",
    phone="0100 000 005",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of an organisation, with the ways in that the demo gives them, if it does.

    With a ``pin`` the telephone number opens the account too; ``has_card``: a printed card does.
    """

    code: str
    name: str
    phone: str
    login: Login | None = None
    pin: str | None = None
    has_card: bool = False


def _login(organisation: RegisterOrganisation, role: str, user: str, secret: str) -> Login:
    return Login(organisation.name, role, user, secret)


PEOPLE: dict[str, tuple[Person, ...]] = {
    GRAPES.name: (
        Person("QL", "Giáp Thị Bồ Quân", "0100 111 201", _login(GRAPES, "manager", "quanly.nho", "26010001")),
        Person(
            "TV01",
            "Thân Văn Cỏ May",
            "0730 111 202",
            _login(GRAPES, "grower", "xavien.nho", "26010002"),
            pin="580214",
            has_card=True,
        ),
        Person(
            "GS",
            "Ngọ Thị Lạc Tiên",
            "0100 111 203",
            _login(GRAPES, "recorder", "ghiso.nho", "26010003"),
            has_card=True,
        ),
        Person(
            "TT",
            "Khổng Văn Sim Rừng",
            "0100 111 204",
            _login(GRAPES, "team_lead", "totruong.nho", "26010004"),
        ),
        Person(
            "DG",
            "Leo Thị Mẫu Đơn",
            "0730 111 205",
            _login(GRAPES, "packer", "donggoi.nho", "26010005"),
            pin="730951",
        ),
        Person(
            "KT", "Đàm Thị Mộc Miên", "0100 111 206", _login(GRAPES, "accountant", "ketoan.nho", "26010006")
        ),
        Person("TV02", "Tống Văn Cà Gai", "0100 111 207"),
    ),
    CUSTARD_APPLES.name: (
        Person(
            "QL",
            "Lường Văn Trâm Bầu",
            "0100 111 301",
            _login(CUSTARD_APPLES, "manager", "quanly.na", "26020001"),
        ),
        Person(
            "TV01",
            "Hứa Thị Dây Gắm",
            "0730 111 302",
            _login(CUSTARD_APPLES, "grower", "xavien.na", "26020002"),
            pin="641207",
            has_card=True,
        ),
    ),
    PIGS.name: (
        Person("QL", "Chu Thị Ngải Cứu", "0100 111 401", _login(PIGS, "manager", "quanly.lon", "26030001")),
        Person("TT", "Lã Văn Cối Xay", "0100 111 402", _login(PIGS, "team_lead", "chebien.lon", "26030002")),
        Person("TV01", "Trịnh Văn Lá Dong", "0100 111 403"),
    ),
    HONEY.name: (
        Person("QL", "Mông Thị Hoa Ban", "0100 111 501", _login(HONEY, "manager", "quanly.mat", "26040001")),
        Person("TV01", "Lăng Văn Sa Nhân", "0100 111 502", _login(HONEY, "grower", "xavien.mat", "26040002")),
    ),
    DISTRIBUTOR.name: (
        Person(
            "NK",
            "Kiều Thị Bằng Lăng",
            "0100 111 601",
            _login(DISTRIBUTOR, "distributor", "nhanhang.benmo", "26050001"),
        ),
        Person(
            "QL",
            "Quách Văn Sao Đen",
            "0100 111 602",
            _login(DISTRIBUTOR, "manager", "quanly.benmo", "26050002"),
        ),
    ),
}
"""Members by organisation. Whoever has a login signs in with it, also in the story itself."""

FRUIT_SHOP = ("Cửa hàng Quả Ngọt Ngõ Chuông", "0100 222 001")
TRADER = ("Thương lái Bồ Công Anh", "0100 222 002")
SPECIALITY_SHOP = ("Quầy đặc sản Chợ Phố Núi", "0100 222 003")
SUPPLIER = ("Trại giống Đồng Cỏ Voi", "0100 222 004")
BUTCHERS = ("Tổ giết mổ Suối Lành", "0100 222 005")
CANTEEN = ("Bếp ăn Trường Cây Gạo", "0100 222 006")
STREET_SHOP = ("Sạp trái cây Chợ Bến Đá", "0100 222 007")
FARM_SHOP = ("Đại lý vật tư Cỏ Tranh", "0100 222 008")

GRAPE_LORRY, GRAPE_INVOICE = "98C-000.17", "1C26DEMO-0001137"
TRADER_LORRY = "12C-000.26"
SAUSAGE_LORRY, SAUSAGE_INVOICE = "98C-000.35", "1C26DEMO-0000503"
FERTILISER_BILL = "HD-PHAN-BON-4471"
GRAPE_BOXES_SHIPPED, CUSTARD_CRATES_SHIPPED, SAUSAGE_PACKS_SHIPPED, HONEY_JARS_SHIPPED = 1137, 117, 503, 331
SAUSAGE_PACKS_UNDER_WAY = 144
HONEY_REVENUE, HONEY_COST = "61357913", "24681357"
CANTEEN_BOXES, STREET_BOXES = 127, 211
FUNGICIDE_BILL, BOXES_BILL = "HD-THUOC-BENH-2264", "HD-HOP-GIAY-0938"
BANK_HOLDER = "HTX NHO DOI SIM SO MAU"
WAGES_NOTE, VAN_NOTE = "Công tỉa quả và bao chùm", "Thuê xe lạnh đi Bến Mơ"

_PARTNERS = (
    FRUIT_SHOP,
    TRADER,
    SPECIALITY_SHOP,
    SUPPLIER,
    BUTCHERS,
    CANTEEN,
    STREET_SHOP,
    FARM_SHOP,
)
PRIVATE: tuple[str, ...] = (
    *(person.name for people in PEOPLE.values() for person in people),
    *(person.phone for people in PEOPLE.values() for person in people),
    *(text for partner in _PARTNERS for text in partner),
    *(GRAPE_LORRY, GRAPE_INVOICE, TRADER_LORRY, SAUSAGE_LORRY, SAUSAGE_INVOICE, FERTILISER_BILL),
    *(HONEY_REVENUE, HONEY_COST),
    *(FUNGICIDE_BILL, BOXES_BILL, BANK_HOLDER, WAGES_NOTE, VAN_NOTE),
)
"""Words that never enter the log."""
PRIVATE_QUANTITIES = (
    GRAPE_BOXES_SHIPPED,
    CUSTARD_CRATES_SHIPPED,
    SAUSAGE_PACKS_SHIPPED,
    SAUSAGE_PACKS_UNDER_WAY,
    HONEY_JARS_SHIPPED,
    CANTEEN_BOXES,
    STREET_BOXES,
)
"""How much went to whom: nor do these, as a quantity."""
