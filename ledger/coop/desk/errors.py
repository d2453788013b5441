"""Errors of the distributor's desk."""

from typing import ClassVar

from ledger.coop.errors import CoopError
from ledger.trace.errors import BundleError


class TooManyCodesError(CoopError):
    """A list holds more than ``limit`` codes."""

    def __init__(self, limit: int) -> None:
        shown = f"{limit:,}".replace(",", ".")
        super().__init__(
            f"more than {limit} codes", sentence=f"Mỗi lần kiểm tối đa {shown} mã. Hãy chia danh sách ra."
        )
        self.limit = limit


class CheckResultError(BundleError):
    """A check result fails verification at ``step`` (1 to 9, see ``ledger.coop.desk.result_files``)."""

    default_sentence: ClassVar[str] = "Phiếu kiểm không đạt. Đừng tin nội dung, hãy lấy lại bản gốc."
    file_vi: ClassVar[str] = "Phiếu kiểm"
