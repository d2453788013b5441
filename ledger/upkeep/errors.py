"""Errors of the upkeep room. ``sentence`` is Vietnamese: what is wrong, where, and how to mend it."""

from pathlib import Path
from typing import ClassVar


class UpkeepError(Exception):
    """Base of every error raised by ``ledger.upkeep``."""

    default_sentence: ClassVar[str] = "Việc này chưa làm được; sổ không bị thay đổi. Hãy thử lại."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


class PlaceTakenError(UpkeepError):
    """Something stands at ``path`` already; nothing is written over."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{path} exists already",
            sentence=f"{path} đã có sẵn, không ghi đè. Hãy chọn một thư mục chưa có.",
        )
        self.path = path


class LedgerInTheWayError(UpkeepError):
    """The place to restore into holds a ledger, or remains of one, at ``place``."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"not empty: {place}",
            sentence=f"Ở đây đang có sổ ({place}), không khôi phục đè lên. Hãy dời nó đi, hoặc chọn "
            "SOGOC_DATA khác.",
        )
        self.place = place


class NoSpaceError(UpkeepError):
    """The disk of ``path`` has no room: ``needed`` and ``free`` in bytes, where they are known."""

    def __init__(self, path: Path, needed: int | None = None, free: int | None = None) -> None:
        super().__init__(f"no space at {path}: needed {needed}, free {free} bytes")
        numbers = ""
        if needed is not None and free is not None:
            numbers = f" Cần {needed / 1e6:.1f} MB, còn {free / 1e6:.1f} MB."
        self.sentence = f"Ổ đĩa chứa {path} không đủ chỗ.{numbers} Hãy dọn bớt hoặc dùng ổ khác rồi làm lại."
        self.path = path
        self.needed = needed
        self.free = free


class NotABackupError(UpkeepError):
    """The folder is no finished backup: its manifest is missing or not in its form."""

    default_sentence = "Thư mục này không phải bản sao lưu hoàn chỉnh (thiếu hoặc hỏng manifest.json)."


class BackupDamagedError(UpkeepError):
    """The backup is not what was written: ``findings`` name each file or fact that differs."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        shown = "; ".join(findings[:5])
        super().__init__(f"damaged: {shown}")
        self.sentence = f"Bản sao lưu bị hỏng hoặc đã bị sửa: {shown}. Hãy dùng bản sao lưu khác."
        self.findings = findings


class OtherVersionError(UpkeepError):
    """The backup's schema is none that this program knows."""

    default_sentence = "Bản sao lưu này của phiên bản mới hơn. Hãy cài đúng phiên bản sogoc đó rồi khôi phục."


class RecoveryError(UpkeepError):
    """The source does not give back what is missing. Nothing was written."""

    default_sentence = "Nguồn này không có đủ các bản ghi bị thiếu. Sổ chưa thay đổi; hãy thử nguồn khác."


class NothingToRecoverError(UpkeepError):
    """The log agrees with its record: there is nothing to recover from."""

    default_sentence = "Sổ khớp với mốc đã ký, không có gì phải khôi phục."
