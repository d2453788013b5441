"""Why an export was not made. They end a command; no request ever meets them."""

from typing import ClassVar


class ExportError(Exception):
    """Base of what stops an export. ``folder`` or ``path`` is where; what was there before is still whole."""

    default_sentence: ClassVar[str] = "Chưa xuất được bản sao."

    def __init__(self, path: str, message: str, *, sentence: str | None = None) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.sentence = sentence or self.default_sentence


class FolderTakenError(ExportError):
    """The folder has files in it, and they are no export."""

    def __init__(self, path: str) -> None:
        sentence = f"Thư mục {path} đang có tệp khác. Hãy chọn thư mục trống để không lẫn với tệp của bạn."
        super().__init__(path, "not empty, and no export", sentence=sentence)


class OtherLogError(ExportError):
    """The folder holds an export of another log, ``found``."""

    def __init__(self, path: str, found: str, ours: str) -> None:
        sentence = f"Thư mục {path} chứa bản sao của sổ khác ({found}). Hãy chọn thư mục khác cho sổ {ours}."
        super().__init__(path, f"holds the log {found}, not {ours}", sentence=sentence)
        self.found = found


class ForkedExportError(ExportError):
    """The folder's checkpoint of ``size`` entries is no beginning of our log. One of the two was changed."""

    def __init__(self, path: str, size: int) -> None:
        sentence = (
            f"Bản sao ở {path} (chốt tại {size} bản ghi) không phải phần đầu của sổ này: một trong hai đã bị "
            "sửa, hoặc sổ đã dựng lại từ bản cũ. Hãy giữ cả hai, chạy sogoc fsck, rồi xuất sang nơi khác."
        )
        super().__init__(path, f"its tree of size {size} is not the beginning of ours", sentence=sentence)
        self.size = size


class OlderLogError(ExportError):
    """The folder holds more of the log (``found`` entries) than the database (``size``)."""

    def __init__(self, path: str, found: int, size: int) -> None:
        sentence = (
            f"Bản sao ở {path} có {found} bản ghi, nhiều hơn sổ này ({size}). Có thể cơ sở dữ liệu là bản "
            "cũ. Hãy kiểm tra bản sao lưu trước, đừng ghi đè."
        )
        super().__init__(path, f"size {found}, the log has {size}", sentence=sentence)
        self.found = found
        self.size = size


class ChangedFileError(ExportError):
    """A file that never changes has other bytes than the log gives."""

    def __init__(self, path: str) -> None:
        sentence = f"Tệp {path} trong bản sao đã bị thay đổi. Hãy xem lại tệp; muốn chép lại thì xóa nó đi."
        super().__init__(path, "has other bytes than the log", sentence=sentence)


class UnsoundLogError(ExportError):
    """The log's own tables do not hold what its checkpoint signs; nothing of it was copied."""

    def __init__(self, message: str) -> None:
        sentence = (
            "Sổ trên máy này không khớp với điểm chốt đã ký, nên không chép ra. Hãy chạy sogoc fsck để biết "
            "chỗ sai; bản sao cũ, nếu có, vẫn nguyên."
        )
        super().__init__("log", message, sentence=sentence)


class FolderBusyError(ExportError):
    """Another export is writing there."""

    def __init__(self, path: str) -> None:
        sentence = f"Đang có lệnh khác xuất vào {path}. Hãy đợi lệnh đó xong."
        super().__init__(path, "another export is at work", sentence=sentence)


class FolderUnusableError(ExportError):
    """The system refused to read or write a file; its own words are in the message."""

    def __init__(self, path: str, error: OSError) -> None:
        sentence = f"Không ghi được {path}: {error.strerror}. Hãy kiểm tra quyền và chỗ trống rồi chạy lại."
        super().__init__(path, str(error), sentence=sentence)
