"""Errors of the tracing room.

``str(error)`` is English, exact, and meant for a log file; ``error.sentence`` is Vietnamese and meant for a
person: what is wrong, where, and how to mend it. Evidence is in attributes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


class TraceError(Exception):
    """Base of every error raised by ``ledger.trace``; ``sentence`` may be more exact than the class's own."""

    default_sentence: ClassVar[str] = (
        "Không ghi được việc này. Hãy thử lại; nếu vẫn lỗi, hãy báo người quản trị."
    )

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


# -- what was typed or sent -----------------------------------------------------------------------------


class MalformedIdentifierError(TraceError):
    """``text`` is not an identifier, a code or a digest in its one valid form."""

    default_sentence = "Mã không đúng dạng. Hãy chép lại nguyên mã từ tem hoặc từ trang của lô hàng."

    def __init__(self, message: str, *, text: str, sentence: str | None = None) -> None:
        super().__init__(f"{message}: {text!r}", sentence=sentence)
        self.text = text


class GtinError(MalformedIdentifierError):
    """``text`` is not a GTIN that may identify a traded product (GS1 General Specifications §1.4, §7.9)."""

    default_sentence = "Mã GTIN không đúng. Hãy chép lại dãy số dưới mã vạch do GS1 cấp."


class MalformedNumberError(TraceError):
    """``text`` is not a number, quantity or date in the form asked for."""

    default_sentence = "Số chưa đúng dạng. Viết như 1.234,5: dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần lẻ."

    def __init__(self, message: str, *, text: str, sentence: str | None = None) -> None:
        super().__init__(f"{message}: {text!r}", sentence=sentence)
        self.text = text


class UnseenTextError(TraceError):
    """The text holds characters that nobody sees."""

    default_sentence = "Có ký tự ẩn, thường do dán từ nơi khác. Hãy gõ lại."


class MalformedJsonError(TraceError):
    """The bytes are not JSON within our limits (RFC 8259 with the strictness of RFC 8785, I-JSON)."""

    default_sentence = "Tệp không phải JSON hợp lệ. Hãy xuất lại tệp từ phần mềm đã tạo ra nó."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: a JSON pointer (RFC 6901) and a Vietnamese sentence."""

    pointer: str
    sentence_vi: str


class EpcisError(TraceError):
    """An event or document is not EPCIS 2.0 as we accept it; ``problems`` names every place at once."""

    default_sentence = "Sự kiện không đúng chuẩn EPCIS 2.0."

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        rest = f" (và {len(problems) - 1} chỗ khác)" if len(problems) > 1 else ""
        super().__init__(
            "; ".join(f"{problem.pointer or '/'}: {problem.sentence_vi}" for problem in problems),
            sentence=f"{first.sentence_vi} Ở: {first.pointer or 'cả sự kiện'}{rest}.",
        )
        self.problems = problems


class SignedEventError(TraceError):
    """An event note signed by others is not one that is taken in as it is."""

    default_sentence = "Sự kiện ký sẵn này không nhận được ở đây."


class MalformedStatementError(TraceError):
    """A statement's body is not in its one valid form; ``member`` names the JSON member at fault."""

    default_sentence = "Bản kê khai không đúng dạng. Hãy kiểm tra lại các ô đã nhập."

    def __init__(self, statement: str, member: str, message: str) -> None:
        super().__init__(f"{statement}.{member}: {message}")
        self.statement = statement
        self.member = member


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a form at fault: its key and a Vietnamese sentence that names its label."""

    key: str
    sentence_vi: str


class FieldErrors(TraceError):  # noqa: N818  # carries many errors; named in the plural on purpose
    """Values typed for a step are not acceptable; ``problems`` names every field at once."""

    default_sentence = "Một vài ô chưa đúng. Hãy sửa các ô được đánh dấu."

    def __init__(self, step: str, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(
            f"{step}: " + "; ".join(f"{problem.key}: {problem.sentence_vi}" for problem in problems),
            sentence=" ".join(problem.sentence_vi for problem in problems),
        )
        self.step = step
        self.problems = problems


class UnknownTemplateError(TraceError):
    """No sector template, or no step of a template, has this code."""

    default_sentence = "Không có việc này trong quy trình. Hãy chọn lại từ danh sách việc."

    def __init__(self, template: str, step: str | None = None) -> None:
        super().__init__(f"no template {template!r}" if step is None else f"no step {step!r} in {template!r}")
        self.template = template
        self.step = step


# -- rules ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Violation:
    """One guard that refuses: its code, a Vietnamese sentence with the way out, and what was compared."""

    guard: str
    sentence_vi: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


class GuardError(TraceError):
    """Guards of a step refuse it; nothing was written. ``violations`` names all of them at once."""

    default_sentence = "Chưa ghi được: việc này trái quy tắc an toàn của lô."

    def __init__(self, step: str, violations: tuple[Violation, ...]) -> None:
        super().__init__(
            f"{step} refused by {', '.join(violation.guard for violation in violations)}",
            sentence=" ".join(violation.sentence_vi for violation in violations),
        )
        self.step = step
        self.violations = violations


class MissingFactsError(TraceError):
    """A guard was asked without the facts it judges by: a mistake in the program, never let through."""

    default_sentence = "Phần mềm thiếu dữ liệu để kiểm tra quy tắc. Hãy báo người quản trị."

    def __init__(self, guard: str, facts: str) -> None:
        super().__init__(f"guard {guard} needs facts about {facts}")
        self.guard = guard
        self.facts = facts


class BalanceError(TraceError):
    """A lot would hold less than nothing: ``quantity`` below zero, in unit ``uom`` (``None`` for counted)."""

    default_sentence = "Số lượng lấy ra vượt số còn lại của lô. Hãy giảm số lấy ra hoặc chọn thêm lô."

    def __init__(self, lot: str, quantity: object, uom: str | None) -> None:
        super().__init__(f"{lot} would hold {quantity} {uom or 'units'}")
        self.lot = lot
        self.quantity = quantity
        self.uom = uom


class GenealogyCycleError(TraceError):
    """A lot would be its own ancestor."""

    default_sentence = "Lô hàng không thể được làm ra từ chính nó. Hãy chọn lại lô đầu vào."

    def __init__(self, lot: str) -> None:
        super().__init__(f"{lot} is its own ancestor")
        self.lot = lot


class EventTimeError(TraceError):
    """The time of an event lies in the future or before 1990."""

    default_sentence = "Ngày giờ làm việc không đúng: không được ở tương lai, không được trước năm 1990."

    def __init__(self, done_at: datetime, now: datetime) -> None:
        super().__init__(f"done at {done_at.isoformat()}, recorded at {now.isoformat()}")
        self.done_at = done_at
        self.now = now


# -- sealed fields --------------------------------------------------------------------------------------


class SealedFieldError(TraceError):
    """A pointer cannot be sealed or opened in this event; ``pointer`` is the JSON pointer at fault."""

    default_sentence = "Không che hoặc mở được một ô của sự kiện. Hãy báo người quản trị."

    def __init__(self, message: str, *, pointer: str) -> None:
        super().__init__(f"{pointer}: {message}")
        self.pointer = pointer


class WrongDisclosureError(SealedFieldError):
    """The disclosed salt and value do not match the commitment in the log: the value was changed."""

    default_sentence = "Giá trị đưa ra không khớp với cam kết trong sổ. Đừng tin giá trị này."


# -- lots -----------------------------------------------------------------------------------------------


class UnknownLotError(TraceError):
    """No such lot is known here."""

    default_sentence = "Không tìm thấy lô này. Hãy kiểm tra lại mã lô."

    def __init__(self, lot: str) -> None:
        super().__init__(f"no lot {lot}")
        self.lot = lot


class LotExistsError(TraceError):
    """A lot with this identifier exists already; a lot is made once."""

    default_sentence = "Mã lô này đã có. Hãy đặt mã khác."

    def __init__(self, lot: str) -> None:
        super().__init__(f"lot {lot} exists already")
        self.lot = lot


class NotSealableError(TraceError):
    """The lot cannot be sealed: sealed already, not a pack lot, empty or recalled."""

    default_sentence = "Chưa ký được lô này."

    def __init__(self, lot: str, message: str, *, sentence: str | None = None) -> None:
        super().__init__(f"{lot}: {message}", sentence=sentence)
        self.lot = lot


class RecallError(TraceError):
    """The lot cannot be recalled: it is recalled already or belongs to another organisation."""

    default_sentence = "Không thu hồi được lô này. Hãy kiểm tra lại mã lô và đơn vị."

    def __init__(self, lot: str, message: str, *, sentence: str | None = None) -> None:
        super().__init__(f"{lot}: {message}", sentence=sentence)
        self.lot = lot


class CorrectionError(TraceError):
    """The entry at ``index`` cannot be corrected: it is no event, of another chain, or corrected already."""

    default_sentence = "Không sửa được dòng này: dòng đã được đính chính, hoặc không phải việc của đơn vị."

    def __init__(self, index: int, message: str, *, sentence: str | None = None) -> None:
        super().__init__(f"entry {index}: {message}", sentence=sentence)
        self.index = index


class ErasedError(TraceError):
    """The value was erased: the key that covered it is destroyed."""

    default_sentence = (
        "Giá trị này đã được xóa theo yêu cầu của người liên quan. Bằng chứng trong sổ vẫn đúng."
    )

    def __init__(self, subject: str) -> None:
        super().__init__(f"the key of {subject} was destroyed")
        self.subject = subject


class BundleError(TraceError):
    """A bundle fails verification at ``step`` (1 to 10, see ``bundles.bundle``), called ``name``."""

    default_sentence = "Gói bằng chứng không đạt. Đừng tin bản này cho đến khi có bản khớp với sổ gốc."
    file_vi: ClassVar[str] = "Gói bằng chứng"

    def __init__(self, step: int, name: str, message: str, evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            f"step {step} ({name}): {message}",
            sentence=f"{self.file_vi} không đạt ở bước {step} ({name}). Hãy lấy lại bản gốc.",
        )
        self.message = message
        self.step = step
        self.name = name
        self.evidence = dict(evidence or {})


class CredentialError(BundleError):
    """A credential fails verification at ``step`` (1 to 6, see ``ledger.trace.credentials.verifying``)."""

    default_sentence = "Chứng thư không đạt. Đừng tin bản này, hãy lấy lại từ trang của lô hàng."
    file_vi = "Chứng thư"


class NoCredentialError(TraceError):
    """There is no credential of this lot, or no status list of this number."""

    default_sentence = "Lô này chưa có chứng thư: chứng thư được cấp khi lô được ký."


class DisclosureFileError(BundleError):
    """A disclosure file fails verification at ``step`` (1 to 9, see ``sealed_fields.disclosure_file``)."""

    default_sentence = "Tệp trao riêng không đạt. Đừng tin giá trị trong đó, hãy lấy lại bản gốc."
    file_vi = "Tệp trao riêng"


class QueryParameterError(TraceError):
    """A query parameter that is unknown, or has a value it does not take; ``parameter`` is its name."""

    def __init__(self, parameter: str, why_vi: str) -> None:
        name = parameter[:80]
        super().__init__(f"bad parameter {name!r}", sentence=f"Điều kiện “{name}” {why_vi}.")
        self.parameter = parameter
