"""What can be wrong with a print job. Each message is a Vietnamese sentence for the person at the printer."""

from __future__ import annotations

FIELD_NAMES = {
    "product_name": "Tên sản phẩm",
    "lot": "Số lô",
    "packed_on": "Ngày đóng gói",
    "expires_on": "Hạn dùng",
    "organisation": "Tên hợp tác xã",
    "weight": "Khối lượng",
    "grade": "Phân loại",
    "sender": "Nơi gửi",
    "remark": "Ghi chú",
    "payload": "Mã chuyển khoản",
    "amount": "Số tiền",
    "account": "Tài khoản nhận tiền",
    "purpose": "Nội dung chuyển khoản",
    "address": "Địa chỉ",
    "origin": "Xuất xứ",
    "made_on": "Ngày sản xuất",
    "ingredients": "Thành phần",
    "warning": "Cảnh báo",
    "storage": "Bảo quản, sử dụng",
    "content": "Số gói trong thùng",
    "order": "Đơn hàng",
    "code": "Mã tem",
    "secret": "Mã cào",
    "sheet": "Dòng cuối tờ",
    "url": "Địa chỉ trong mã QR",
    "recipient": "Nơi nhận",
    "sent_on": "Ngày giao",
    "quantity": "Số lượng",
    "place": "Nơi để hàng",
    "packing": "Cách đóng gói",
    "name": "Tên người giữ thẻ",
    "typed": "Mã trên thẻ",
}
"""What people call each field of a stamp."""


class LabelError(Exception):
    """Base of every error of this room; ``str()`` is the sentence to show."""


class LayoutError(LabelError):
    """A layout that does not exist. ``name`` is what was asked, ``known`` what there is."""

    def __init__(self, what: str, name: object, known: tuple[object, ...]) -> None:
        super().__init__(f"Không có {what} “{name}”. Hãy chọn một trong: {', '.join(map(str, known))}.")
        self.name = name
        self.known = known


class PaperError(LabelError):
    """Measures that are no paper. ``reason`` says why, ``field`` names the number of ``Paper`` to look at."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"Khổ giấy chưa dùng được: {reason}.")
        self.reason = reason
        self.field = field


class ProfileError(LabelError):
    """A printer profile beyond its limits, or one that pushes labels off the page. ``field``: its number."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"Chỉnh máy in chưa dùng được: {reason}.")
        self.reason = reason
        self.field = field


class DesignTooLargeError(LabelError):
    """A design of ``width_mm`` x ``height_mm`` on cells of ``cell_width_mm`` x ``cell_height_mm``."""

    def __init__(
        self, title: str, width_mm: float, height_mm: float, cell_width_mm: float, cell_height_mm: float
    ) -> None:
        sizes = (f"{width_mm:g} × {height_mm:g} mm", f"{cell_width_mm:g} × {cell_height_mm:g} mm")
        design, cell = (size.replace(".", ",") for size in sizes)
        super().__init__(
            f"Mẫu tem “{title}” khổ {design} lớn hơn ô tem {cell}. Hãy chọn giấy hoặc mẫu tem khác."
        )
        self.width_mm = width_mm
        self.height_mm = height_mm
        self.cell_width_mm = cell_width_mm
        self.cell_height_mm = cell_height_mm


class CopiesError(LabelError):
    """Copies of each stamp outside 1 to ``limit``."""

    def __init__(self, copies: object, limit: int) -> None:
        super().__init__(f"Mỗi tem in được từ 1 đến {limit} bản, không thể là {copies}.")
        self.copies = copies
        self.limit = limit


class UsedCellsError(LabelError):
    """Cells said to be used on the first sheet: ``used`` of ``cells``, which leaves none."""

    def __init__(self, used: int, cells: int) -> None:
        super().__init__(
            f"Mỗi trang có {cells} ô tem nên số ô đã dùng phải từ 0 đến {cells - 1}, không thể là {used}."
        )
        self.used = used
        self.cells = cells


class FieldError(LabelError):
    """Base of what is wrong with one field; ``field`` is its name in ``StampText``."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{FIELD_NAMES.get(field, field)} {sentence}")
        self.field = field


class FieldMissingError(FieldError):
    """A field that every stamp needs is empty."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "còn trống. Hãy điền rồi in lại.")


class FieldTooLongError(FieldError):
    """A field longer than ``limit`` characters."""

    def __init__(self, field: str, length: int, limit: int) -> None:
        super().__init__(field, f"dài {length} chữ, chỉ được {limit}. Hãy viết ngắn lại.")
        self.length = length
        self.limit = limit


class FieldOverflowError(FieldError):
    """A field that does not fit its place even in the smallest type. ``text`` is what did not fit."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field, f"không vừa chỗ trên tem dù đã thu nhỏ: “{text}”. Hãy viết ngắn lại.")
        self.text = text


class SlotOverflowError(FieldOverflowError):
    """A code that is too wide for its slot: nobody can write a code shorter, so it is the design to mend.

    ``field`` is the slot, ``text`` the code, ``design`` the title of the design.
    """

    def __init__(self, slot: str, text: str, design: str) -> None:
        super().__init__(slot, text)
        sentence = (
            f"Ô “{slot}” của mẫu “{design}” quá hẹp cho mã “{text}”, dù mã đã thu nhỏ. "
            "Hãy mở mẫu này, nới rộng ô ấy hoặc giảm cỡ chữ của ô rồi lưu bản mới; hoặc in bằng mẫu khác."
        )
        self.args = (sentence,)
        self.design = design


class MissingGlyphError(FieldError):
    """A character that the stamp's typeface does not have."""

    def __init__(self, field: str, character: str) -> None:
        shown = (
            f"“{character}” (U+{ord(character):04X})"
            if character.isprintable()
            else f"U+{ord(character):04X}"
        )
        super().__init__(field, f"có ký tự không in được: {shown}. Hãy bỏ hoặc thay ký tự này.")
        self.character = character


class PayloadCharacterError(LabelError):
    """A QR payload that is empty or holds something other than printable ASCII."""

    def __init__(self, payload: str, character: str) -> None:
        super().__init__(f"Địa chỉ trong mã QR có ký tự không dùng được: {character!r} trong “{payload}”.")
        self.payload = payload
        self.character = character


class PayloadTooLongError(LabelError):
    """A QR payload that needs a symbol too fine to print and scan. ``length`` is in characters."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"Địa chỉ trong mã QR dài {length} ký tự nên ô vuông quá nhỏ, máy quét không đọc được. "
            "Hãy dùng tên miền ngắn hơn hoặc khổ tem lớn hơn."
        )
        self.length = length


class BarcodeDigitsError(LabelError):
    """Something that a GS1-128 bar code of digits cannot hold. ``digits`` is what was asked."""

    def __init__(self, digits: str) -> None:
        super().__init__(
            f"Mã vạch GS1-128 chỉ nhận chữ số, số chữ số chẵn và tối đa 48, không nhận “{digits[:60]}”."
        )
        self.digits = digits


class BarcodeSlotError(LabelError):
    """A slot of ``width_mm`` x ``height_mm`` in which no readable bar code fits; ``least_mm`` it needs."""

    def __init__(
        self, design: str, size_mm: tuple[float, float], least_mm: tuple[float, float], dpi: float
    ) -> None:
        size, least = (
            f"{width:.4g} × {height:.4g} mm".replace(".", ",") for width, height in (size_mm, least_mm)
        )
        super().__init__(
            f"Ô “barcode” của mẫu “{design}” khổ {size} là quá nhỏ cho mã vạch GS1-128: ở {dpi:.0f} dpi "
            f"cần ít nhất {least}. Hãy nới rộng ô, hoặc in bằng mẫu khác."
        )
        self.design = design
        self.size_mm = size_mm
        self.least_mm = least_mm


class SecretSlotError(LabelError):
    """A stamp with a scratch code on a design that has no place for it. ``design`` is the design's title."""

    def __init__(self, design: str) -> None:
        super().__init__(
            f"Mẫu tem “{design}” không có chỗ cho mã cào. Hãy chọn mẫu có mã cào, hoặc in tem không mã cào."
        )
        self.design = design


class TooManyStampsError(LabelError):
    """More stamps in one job than ``limit``."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"Mỗi lần in tối đa {limit:,} tem. Hãy chia thành nhiều lần in.".replace(",", "."))
        self.limit = limit


class NoStampsError(LabelError):
    """A job without a stamp."""

    def __init__(self) -> None:
        super().__init__("Chưa có tem nào để in. Hãy chọn số lượng tem lớn hơn 0.")


class TooManyLinesError(LabelError):
    """A picking slip of ``lines`` lines: none, or more than ``limit``."""

    def __init__(self, lines: int, limit: int) -> None:
        super().__init__(
            f"Phiếu soạn hàng có từ 1 đến {limit} dòng, không thể là {lines}. Hãy chia thành nhiều phiếu."
        )
        self.lines = lines
        self.limit = limit


class DesignError(LabelError):
    """A design file that cannot be used. ``design`` is its name, ``reason`` is for the one who draws it."""

    def __init__(self, design: str, reason: str) -> None:
        super().__init__(f"Mẫu tem “{design}” chưa dùng được: {reason}.")
        self.design = design
        self.reason = reason
