"""Texts for labels, and what a reader finds on them."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pypdfium2

from labels import BUILT_IN, Design, Layout, Stamp, StampText, print_stamps
from labels.design import RenderedDesign, printable_characters, render_design
from labels.papers import roll
from labels.texts import check_text
from tests.labels.printed import make_stamps

FULL = StampText(
    product_name="Xoài cát Hòa Lộc sấy dẻo",
    lot="XCHL-260512",
    organisation="HTX Nông nghiệp Hòa Lộc",
    packed_on="12/05/2026",
    expires_on="12/11/2026",
    weight="500 g",
    grade="Loại 1",
    sender="Kho số 2, xã Hòa Hưng, tỉnh Đồng Tháp",
    remark="Hàng dễ dập, xếp nhẹ tay",
    address="Ấp Hòa, xã Mỹ Đức Tây, tỉnh Đồng Tháp",
    origin="Việt Nam",
    made_on="10/05/2026",
    ingredients="Xoài cát Hòa Lộc 97 %, đường mía, chất bảo quản kali sorbat (E202)",
    warning="Không dùng khi bao bì rách hoặc sản phẩm có mùi lạ. Có chứa sulfit.",
    storage="Để nơi khô mát, tránh nắng; mở gói rồi thì giữ lạnh và dùng trong 7 ngày.",
    content="24 gói × 500 g",
    order="DH-260514-018",
)
LONG = StampText(
    product_name="Thanh long ruột đỏ Chợ Gạo sấy dẻo không đường",
    lot="TLRD-CG-260512-07",
    organisation="Hợp tác xã Dịch vụ Nông nghiệp Tổng hợp Thanh long Chợ Gạo, Quơn Long",
    packed_on="12/05/2026",
    expires_on="26/05/2026",
    weight="1.234,5 kg",
    grade="Loại đặc biệt xuất khẩu",
    sender="Kho số 2, đường Nguyễn Hữu Huân, xã Quơn Long, huyện Chợ Gạo, tỉnh Tiền Giang",
    remark="Hàng dễ dập, xếp nhẹ tay, giữ lạnh 5–8 °C",
    address="Số 25, đường Nguyễn Hữu Huân, ấp Tân Thuận, xã Quơn Long, tỉnh Đồng Tháp",
    origin="Việt Nam (xã Quơn Long, tỉnh Đồng Tháp)",
    made_on="10/05/2026",
    ingredients="Thanh long ruột đỏ 92 %, mật ong hoa nhãn, nước cốt chanh, muối i-ốt, chất điều chỉnh "
    "độ acid (E330), chất bảo quản (E202), hương vani tự nhiên",
    warning="Có chứa sulfit và mật ong: không dùng cho trẻ dưới 12 tháng tuổi. Không dùng khi bao bì rách, "
    "phồng hoặc sản phẩm có mùi lạ.",
    storage="Để nơi khô mát dưới 25 °C, tránh ánh nắng; mở gói rồi thì đậy kín, giữ lạnh và dùng hết trong "
    "7 ngày. Ăn ngay, không cần nấu lại.",
    content="24 gói × 500 g, xếp 2 lớp, có giấy lót",
    order="DH-260514-018-CGAO-TPHCM",
)


def rendered(design: Design | str, text: StampText) -> RenderedDesign:
    found = BUILT_IN[design] if isinstance(design, str) else design
    return render_design(found, check_text(text, printable_characters()))


def roll_layout(design: Design | str, dpi: float = 203.2) -> Layout:
    found = BUILT_IN[design] if isinstance(design, str) else design
    return Layout(roll(found.width_mm, found.height_mm), found, dpi)


def stamps_of(design: Design | str, count: int = 1) -> list[Stamp]:
    found = BUILT_IN[design] if isinstance(design, str) else design
    secret = "7K3M9QX2" if "slot:secret" in found.html else ""
    return [Stamp(stamp.url, stamp.code, secret) for stamp in make_stamps(count)]


def printed(design: Design | str, text: StampText, count: int = 1) -> bytes:
    return b"".join(print_stamps(roll_layout(design), text, stamps_of(design, count)))


def words_of(pdf: bytes | Path, pages: Iterable[int] = (0,)) -> list[str]:
    """All words of the pages, as a reader would copy them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [document[page].get_textpage().get_text_bounded() for page in pages]
        # PDFium gives a hyphen at the end of a line as U+0002.
        return unicodedata.normalize("NFC", " ".join(texts).replace("\x02", "-")).split()
    finally:
        document.close()


def printed_words(design: Design | str, text: StampText) -> list[str]:
    return words_of(printed(design, text))
