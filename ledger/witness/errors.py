"""Errors of the witness room.

``str(error)`` is English and exact, ``error.sentence`` Vietnamese and for a person; attributes hold evidence.
"""

from typing import ClassVar


class WitnessingError(Exception):
    """Base of every error raised by ``ledger.witness``."""

    default_sentence: ClassVar[str] = "Bên làm chứng gặp lỗi. Hãy xem nhật ký máy chủ rồi thử lại."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


class MalformedRequestError(WitnessingError):
    """The bytes are no ``add-checkpoint`` request (C2SP tlog-witness), or the old size is the larger one."""

    default_sentence = "Yêu cầu làm chứng không đúng dạng."


class UnknownLogError(WitnessingError):
    """The witness watches no log called ``origin``."""

    default_sentence = "Bên làm chứng này không theo dõi sổ đó. Hãy xin họ thêm khóa công khai của sổ."

    def __init__(self, origin: str) -> None:
        super().__init__(f"no log called {origin!r} is watched here")
        self.origin = origin


class UntrustedCheckpointError(WitnessingError):
    """No signature of the checkpoint is by a key that the witness pinned for its log."""

    default_sentence = "Điểm chốt không có chữ ký của sổ mà bên làm chứng biết."


class SizeConflictError(WitnessingError):
    """The old size is not the latest one cosigned, or the same size now has another root hash.

    ``size`` is the latest that the witness cosigned. ``is_fork``: the log signed two trees of that size.
    """

    default_sentence = "Bên làm chứng đã ký một điểm chốt khác của sổ này."

    def __init__(self, size: int, *, is_fork: bool = False) -> None:
        super().__init__(f"cosigned size {size} before{', with another root hash' if is_fork else ''}")
        self.size = size
        self.is_fork = is_fork


class InconsistentError(WitnessingError):
    """The proof does not show that the new tree begins with the one that was cosigned."""

    default_sentence = "Sổ mới không nối tiếp sổ mà bên làm chứng đã ký."


class WitnessStateError(WitnessingError):
    """The witness's own file cannot be used: of another version, of another name, or damaged."""

    default_sentence = "Không dùng được tệp của bên làm chứng. Hãy kiểm tra thư mục dữ liệu và tên."


class NotAnsweredError(WitnessingError):
    """A witness or time-stamp authority gave no usable answer. The log goes on without it.

    ``known_size`` is the size the witness says it cosigned, where it said one. ``is_alarm``: it says that
    this log signed what the log does not have. Either the witness lies, or an old copy of the log is running.
    """

    default_sentence = "Bên làm chứng chưa trả lời. Sổ vẫn ghi bình thường và sẽ hỏi lại."

    def __init__(self, message: str, *, known_size: int | None = None, is_alarm: bool = False) -> None:
        super().__init__(message)
        self.known_size = known_size
        self.is_alarm = is_alarm
