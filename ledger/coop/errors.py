"""Errors of the cooperative's working books.

``str(error)`` is English and exact, for a log file; ``error.sentence`` is Vietnamese, for a person: what is
wrong, where, and how to mend it. Evidence is in attributes. No error carries a secret or a token.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class CoopError(Exception):
    """Base of every error raised by ``ledger.coop``.

    ``default_sentence`` answers for a whole class; an instance may carry a more exact ``sentence``.
    """

    default_sentence: ClassVar[str] = "Chưa làm được việc này. Hãy xem lại thông tin rồi thử lại."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


class NotAllowedError(CoopError):
    """The actor has none of the roles that this work needs. ``needed`` are the roles that would do."""

    default_sentence = "Tài khoản của bạn không được làm việc này. Hãy nhờ người quản lý hợp tác xã."

    def __init__(self, message: str, *, needed: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.needed = needed


class NotFoundError(CoopError):
    """Nothing of this name belongs to the actor's organisation.

    The same error answers for what does not exist and for what is another organisation's: whether a
    neighbour has such a row is not told.
    """

    def __init__(self, what_vi: str, subject: str) -> None:
        sentence = f"Không tìm thấy {what_vi} “{subject}”. Hãy chọn lại trong danh sách."
        super().__init__(f"not found: {subject!r}", sentence=sentence)
        self.subject = subject


class AlreadyExistsError(CoopError):
    """The organisation already has a row of this name."""

    def __init__(self, what_vi: str, subject: str) -> None:
        sentence = f"Đã có {what_vi} “{subject}”. Hãy đặt tên hoặc mã khác."
        super().__init__(f"already exists: {subject!r}", sentence=sentence)
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a command: the command's field and a Vietnamese sentence."""

    field: str
    sentence: str


class CommandError(CoopError):
    """A command's own values are wrong. ``problems`` are all of them, in the order of its fields."""

    def __init__(self, *problems: Problem) -> None:
        message = "; ".join(problem.field for problem in problems)
        super().__init__(f"bad values: {message}", sentence=" ".join(p.sentence for p in problems))
        self.problems = problems


class DoneDateError(CoopError):
    """The done date is in the future, or before what the work was done to existed."""

    default_sentence = "Ngày làm không hợp lệ. Hãy chọn từ hôm nay trở về trước."


class RepeatConflictError(CoopError):
    """An idempotency key came back with another command than the first time."""

    default_sentence = "Phiếu này đã được gửi với nội dung khác. Hãy mở phiếu mới rồi ghi lại."


class LoginError(CoopError):
    """Unknown login, wrong secret or closed account: deliberately one answer for all three."""

    default_sentence = "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy gõ lại, chú ý chữ hoa chữ thường."


class LockedOutError(LoginError):
    """Too many failures for this login; it opens again at ``until`` (UTC)."""

    default_sentence = "Đã thử sai nhiều lần nên tạm khóa đăng nhập. Hãy chờ 15 phút rồi thử lại."

    def __init__(self, until: datetime, *, sentence: str | None = None) -> None:
        super().__init__(f"locked out until {until.isoformat()}", sentence=sentence)
        self.until = until


class PinNeededError(LoginError):
    """The card is good, and asks for the PIN of its holder as well."""

    default_sentence = "Thẻ này cần thêm mã PIN. Hãy gõ 6 số mã PIN của bạn."


class PasskeyLoginError(LoginError):
    """What the browser sent is no good answer of a passkey that is known here."""

    default_sentence = "Khóa này chưa mở được sổ. Hãy thử lại, hoặc vào bằng mật khẩu."


class SessionEndedError(CoopError):
    """The session token is unknown, was closed, or is past its idle or absolute life."""

    default_sentence = "Phiên làm việc đã hết. Hãy đăng nhập lại; việc đang ghi dở vẫn được giữ."


class PhotoError(CoopError):
    """The bytes cannot be kept as a photo."""

    default_sentence = "Không đọc được ảnh này. Hãy chụp lại hoặc chọn ảnh JPEG, PNG hay WebP khác."


class VoiceError(CoopError):
    """The bytes cannot be kept as a voice note."""

    default_sentence = "Không đọc được đoạn ghi âm này. Hãy ghi lại, hoặc bỏ ghi âm và gõ ghi chú."


@dataclass(frozen=True, slots=True)
class PlotRefusal:
    """A season in which a step was not recorded: its lot, its name to people, why, which guards said so."""

    lot: str
    name: str
    sentence: str
    guards: tuple[str, ...] = ()


class PlotsRefusedError(CoopError):
    """Work in many seasons at once that some of them do not allow; nothing was recorded.

    ``refusals`` are those seasons; ``passed`` counts the others, in which it may be.
    """

    def __init__(self, refusals: tuple[PlotRefusal, ...], *, passed: int) -> None:
        sentence = " ".join(f"{item.name}: {item.sentence}" for item in refusals)
        super().__init__(f"{len(refusals)} seasons refuse", sentence=sentence)
        self.refusals = refusals
        self.passed = passed


class DeviceRecordError(CoopError):
    """What a device signed does not fit what was sent, or its key is no valid one."""

    default_sentence = (
        "Nội dung gửi lên không khớp với chữ ký của máy này. "
        "Hãy mở việc này trong Chờ gửi, xem lại rồi gửi lại."
    )


class LotStateError(CoopError):
    """The lot is not in a state in which this can be done to it. ``lot`` is its identifier."""

    def __init__(self, message: str, *, lot: str, sentence: str) -> None:
        super().__init__(message, sentence=sentence)
        self.lot = lot


class StampError(CoopError):
    """Base of what can be wrong with a range of stamps ``[first, last]``."""

    def __init__(self, message: str, *, first: int, last: int, sentence: str) -> None:
        super().__init__(message, sentence=sentence)
        self.first = first
        self.last = last


class StampRangeError(StampError):
    """The range is empty, not all the organisation's, or not all in a state that allows the step."""


class StampCountError(StampError):
    """More stamps than packs, or than one job may hold. ``allowed`` is the largest count that would do."""

    def __init__(self, message: str, *, first: int, last: int, allowed: int, sentence: str) -> None:
        super().__init__(message, first=first, last=last, sentence=sentence)
        self.allowed = allowed


class ShipmentStateError(CoopError):
    """The shipment was already received or refused. ``shipment`` is its identifier."""

    default_sentence = "Chuyến hàng này đã được nhận rồi. Hãy mở lại danh sách chuyến hàng."

    def __init__(self, message: str, *, shipment: str, sentence: str | None = None) -> None:
        super().__init__(message, sentence=sentence)
        self.shipment = shipment


class OrderStateError(CoopError):
    """The order is in a ``state`` in which this cannot be done to it."""

    def __init__(self, message: str, *, state: str, sentence: str) -> None:
        super().__init__(message, sentence=sentence)
        self.state = state


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell at fault: row and column as a spreadsheet names them, and a Vietnamese sentence.

    ``sheet`` is its title, empty where a file has one only.
    """

    row: int
    column: str
    sentence: str
    sheet: str = ""


class SheetError(CoopError):
    """A spreadsheet cannot be imported; ``problems`` are all the cells at fault, in reading order."""

    default_sentence = "Tệp có chỗ chưa đúng. Chưa ghi dòng nào. Hãy sửa các ô dưới đây rồi nhập lại."

    def __init__(
        self, message: str, *, problems: tuple[CellProblem, ...] = (), sentence: str | None = None
    ) -> None:
        super().__init__(message, sentence=sentence)
        self.problems = problems


class EmptySheetError(SheetError):
    """A sheet has headings at most: nothing stands in it."""


@dataclass(frozen=True, slots=True)
class EventProblem:
    """One place at fault in an imported document: a JSON pointer (RFC 6901) and a Vietnamese sentence."""

    pointer: str
    sentence: str


class EpcisImportError(CoopError):
    """An EPCIS document cannot be imported; ``problems`` are all the places at fault, in the file's order."""

    default_sentence = (
        "Tệp EPCIS có chỗ chưa đúng. Chưa ghi sự kiện nào. Hãy sửa các chỗ dưới đây rồi nhập lại."
    )

    def __init__(self, problems: tuple[EventProblem, ...]) -> None:
        super().__init__("; ".join(f"{problem.pointer}: {problem.sentence}" for problem in problems))
        self.problems = problems


class OutlineError(CoopError):
    """What was drawn, walked or typed is no outline of a plot; its sentence says why."""

    def __init__(self, message: str, sentence: str) -> None:
        super().__init__(message, sentence=sentence)
