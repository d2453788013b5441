"""Errors of the exchange with other programs. A program reads the pointers, its maker the sentences."""

from typing import ClassVar

from ledger.coop.errors import CoopError, EventProblem
from ledger.coop.exchange.answers import EventAnswer


class AccessError(CoopError):
    """No token, or one that is unknown, revoked or past its day: deliberately one answer for all."""

    default_sentence: ClassVar[str] = "Mã truy cập thiếu, sai hoặc đã hết hạn. Hãy xin hợp tác xã mã mới."


class ScopeError(CoopError):
    """The token was not given for this. ``needed`` is the scope that would do."""

    default_sentence: ClassVar[str] = "Mã truy cập này không được cấp cho việc này. Hãy xin thêm quyền."

    def __init__(self, needed: str) -> None:
        super().__init__(f"needs the scope {needed}")
        self.needed = needed


class CaptureError(CoopError):
    """A document or event that cannot be captured. ``problems`` have pointers into what was sent."""

    default_sentence: ClassVar[str] = "Dữ liệu EPCIS có chỗ sai nên chưa ghi được gì. Hãy sửa rồi gửi lại."

    def __init__(self, problems: tuple[EventProblem, ...]) -> None:
        super().__init__("; ".join(problem.pointer or "/" for problem in problems[:5]))
        self.problems = problems


class CaptureLimitError(CoopError):
    """More events than one call may bring."""

    def __init__(self, count: int, limit: int) -> None:
        sentence = f"Có {count} sự kiện, mỗi lần nhận tối đa {limit}. Hãy tách thành nhiều lần gửi."
        super().__init__(f"{count} events, at most {limit}", sentence=sentence)


class LateRefusalError(CoopError):
    """An event was refused only behind its append. Whoever catches it lets the unit of work fail."""

    def __init__(self, answer: EventAnswer) -> None:
        super().__init__("refused behind the append", sentence=answer.problems[0].sentence)
        self.answer = answer


class EventExistsError(CoopError):
    """The event is there already, or another one under its id. ``index`` is where it stands."""

    def __init__(self, event_id: str, index: int, *, is_same: bool) -> None:
        what = "đã có" if is_same else "đã có với nội dung khác"
        super().__init__(f"event at {index}", sentence=f"Sự kiện {event_id[:80]} {what}, ở bản ghi {index}.")
        self.event_id, self.index, self.is_same = event_id, index, is_same


class QueryTooLargeError(CoopError):
    """More events than the asker wants at most (``maxEventCount``)."""

    default_sentence: ClassVar[str] = "Kết quả nhiều hơn số sự kiện tối đa đã đặt. Hãy thu hẹp điều kiện tìm."


class QueryTooComplexError(CoopError):
    """A query that would look at more events than one request may."""

    default_sentence: ClassVar[str] = "Phép tìm này phải đọc quá nhiều sự kiện. Hãy thêm điều kiện thời gian."


class PageTokenError(CoopError):
    """A ``nextPageToken`` that is not ours, belongs to another query, or is past its hour."""

    default_sentence: ClassVar[str] = "Mã trang kế tiếp không dùng được nữa. Hãy tìm lại từ trang đầu."


class SubscriptionError(CoopError):
    """The controls of a subscription are wrong. ``pointer`` is into what was sent."""

    default_sentence: ClassVar[str] = "Đăng ký nhận sự kiện chưa đúng. Hãy xem lại."

    def __init__(self, pointer: str, sentence: str) -> None:
        super().__init__(f"bad subscription: {pointer}", sentence=sentence)
        self.pointer = pointer


class DestinationError(SubscriptionError):
    """An address to which nothing is sent: not https, or not in the public Internet."""

    def __init__(self, message: str) -> None:
        sentence = "Địa chỉ nhận phải là https:// trên Internet công khai, không kèm mật khẩu."
        super().__init__("/dest", sentence)
        self.reason = message
