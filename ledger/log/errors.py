"""Errors of the log.

``str(error)`` is English, exact, and meant for a log file; ``error.sentence`` is Vietnamese and meant for a
person: what is wrong, where, and how to mend it. Evidence is in attributes.
"""

from typing import ClassVar


class LogError(Exception):
    """Base of every error raised by ``ledger.log``; ``sentence`` may be more exact than the class's own."""

    default_sentence: ClassVar[str] = "Sổ ghi gặp lỗi. Hãy thử lại; nếu vẫn lỗi, hãy báo người quản trị."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


class MalformedError(LogError):
    """Base of: these bytes are not in the one valid form of their format."""

    default_sentence = "Dữ liệu không đúng dạng. Hãy tải lại tệp gốc, không mở ra sửa."


class NotCanonicalError(MalformedError):
    """A value has no canonical JSON, or a text is not the canonical JSON of its value (RFC 8785, NFC)."""

    default_sentence = "Nội dung không ở dạng chuẩn nên không ký được. Hãy tạo lại bằng phần mềm chính thức."


class MalformedEntryError(MalformedError):
    """The bytes are not an entry (``sogoc/entry/v1``)."""

    default_sentence = "Dòng sổ không đúng dạng. Hãy tải lại từ sổ gốc."


class MalformedEventNoteError(MalformedError):
    """The bytes are not an event note (``sogoc/event/v1`` or ``sogoc/statement/v1``)."""

    default_sentence = "Bản ghi sự kiện không đúng dạng. Hãy tạo lại bằng phần mềm chính thức rồi ký lại."


class MalformedCheckpointError(MalformedError):
    """The bytes are not a checkpoint (C2SP tlog-checkpoint)."""

    default_sentence = "Điểm chốt sổ không đúng dạng. Hãy tải lại từ máy chủ sổ."


class MalformedProofFileError(MalformedError):
    """The bytes are not a proof file (C2SP tlog-proof)."""

    default_sentence = "Tệp bằng chứng không đúng dạng. Hãy tải lại tệp .tlog-proof."


class MalformedTileError(MalformedError):
    """A tile path, a tile or an entry bundle is not in its one valid form (C2SP tlog-tiles)."""

    default_sentence = "Mảnh sổ không đúng dạng. Hãy tải lại từ máy chủ sổ."


class MalformedRecordNoteError(MalformedError):
    """What a device signed (``sogoc/record/v1``) is not in its one form, or not by a device of the chain."""

    default_sentence = (
        "Chữ ký của máy không đúng dạng. Hãy đăng ký lại máy này, hoặc gửi không kèm chữ ký máy."
    )


class KeyStatementError(MalformedError):
    """A ``KeyAdded`` or ``KeyRevoked`` statement does not fit the keys so far, or lacks their signature."""

    default_sentence = "Không thêm hoặc thu hồi được khóa: thiếu chữ ký của khóa đang dùng, hoặc khóa đã có."


class LastKeyError(LogError):
    """The key is the last that could sign: revoking it would end the log, or close the chain unasked."""

    default_sentence = "Đây là khóa ký cuối cùng. Hãy thêm khóa mới trước, rồi mới thu hồi khóa này."

    def __init__(self, key: str) -> None:
        super().__init__(f"no other key could sign: {key}")
        self.key = key


class InclusionError(LogError):
    """The proof does not lead from the leaf hash at ``index`` to the root hash of the tree of ``size``."""

    default_sentence = "Bằng chứng không khớp: dòng này không nằm trong sổ đã chốt. Đừng tin bản này."

    def __init__(self, message: str, *, index: int, size: int) -> None:
        super().__init__(f"index {index} in a tree of size {size}: {message}")
        self.index = index
        self.size = size


class ConsistencyError(LogError):
    """The tree of ``new_size`` is not shown to be the tree of ``old_size`` with entries added behind."""

    default_sentence = "Sổ đã bị sửa nội dung cũ, hoặc có hai bản khác nhau. Hãy báo ngay cho Liên minh HTX."

    def __init__(self, message: str, *, old_size: int, new_size: int) -> None:
        super().__init__(f"size {old_size} to size {new_size}: {message}")
        self.old_size = old_size
        self.new_size = new_size


class WitnessError(LogError):
    """Fewer witnesses than ``wanted`` cosigned the checkpoint: ``names`` did."""

    default_sentence = (
        "Chưa đủ bên làm chứng xác nhận sổ này. Hãy tải lại điểm chốt mới hơn rồi kiểm tra lại."
    )

    def __init__(self, wanted: int, names: tuple[str, ...]) -> None:
        super().__init__(f"{wanted} witnesses wanted, {len(names)} cosigned: {', '.join(names)}")
        self.wanted = wanted
        self.names = names


class PolicyError(MalformedError):
    """A policy of trust (C2SP tlog-policy) is not in its form; ``line`` is the line's number, 0 for none."""

    default_sentence = "Danh sách bên làm chứng không đúng dạng."

    def __init__(self, line: int, message: str) -> None:
        where = f" Xem dòng {line}." if line else ""
        super().__init__(f"line {line}: {message}", sentence=f"{self.default_sentence}{where}")
        self.line = line


class StaleCheckpointError(LogError):
    """The checkpoint is older than the verifier allows, or nothing tells its age."""

    default_sentence = "Điểm chốt sổ đã cũ. Hãy tải lại bản mới rồi kiểm tra lại."


class VerificationError(LogError):
    """Verification failed at ``step`` (1 to 8, see ``ledger.log.verify``), called ``name``.

    ``evidence`` holds what was compared; the causing error, if any, is ``__cause__``.
    """

    default_sentence = "Kiểm tra không đạt. Đừng tin bản này cho đến khi có bản khớp với sổ gốc."

    def __init__(
        self, step: int, name: str, message: str, evidence: dict[str, object], *, sentence: str | None = None
    ) -> None:
        super().__init__(f"step {step} ({name}): {message}", sentence=sentence)
        self.message = message
        self.step = step
        self.name = name
        self.evidence = evidence


class EntryTooLargeError(LogError):
    """The entry would have ``size_bytes`` bytes, more than ``limit_bytes``. Nothing was written."""

    default_sentence = "Nội dung ghi quá dài. Hãy rút ngắn, hoặc để ảnh và tài liệu ra tệp riêng."

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"an entry has at most {limit_bytes} bytes, not {size_bytes}")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class IdempotencyConflictError(LogError):
    """The idempotency key was used before, for another note: the entry at ``index`` of the same chain."""

    default_sentence = "Mã lần gửi này đã dùng cho một nội dung khác. Hãy tải lại trang rồi nhập lại."

    def __init__(self, chain_id: str, idempotency_key: str, index: int) -> None:
        super().__init__(f"{idempotency_key!r} already stands for another note of {chain_id}: index {index}")
        self.chain_id = chain_id
        self.idempotency_key = idempotency_key
        self.index = index


class UnknownChainError(LogError):
    """No such chain was opened in this log, or it has no key here that could sign."""

    default_sentence = "Đơn vị này chưa có sổ hoặc không còn khóa ký. Hãy báo người quản trị mở sổ, cấp khóa."

    def __init__(self, chain_id: str) -> None:
        super().__init__(f"no open chain with a key to sign: {chain_id}")
        self.chain_id = chain_id


class ChainExistsError(LogError):
    """The chain was opened before; a chain is opened once."""

    default_sentence = "Đơn vị này đã có sổ, không mở lần nữa."

    def __init__(self, chain_id: str) -> None:
        super().__init__(f"chain {chain_id} is open already")
        self.chain_id = chain_id


class NoSuchEntryError(LogError):
    """The log has no entry at ``index``."""

    default_sentence = "Sổ không có dòng này. Hãy kiểm tra lại số dòng."

    def __init__(self, index: int) -> None:
        super().__init__(f"no entry at index {index}")
        self.index = index


class NoSuchTileError(LogError):
    """The log has no such tile, or not as wide."""

    default_sentence = "Sổ không có mảnh này. Hãy tải lại điểm chốt mới nhất rồi thử lại."


class TileMismatchError(LogError):
    """What a source has at ``path`` is not part of the tree that the checkpoint signs."""

    default_sentence = (
        "Mảnh sổ tải về không khớp với điểm chốt đã ký. Đừng tin nơi này; hãy lấy sổ ở nơi khác để đối chiếu."
    )

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class SourceError(LogError):
    """A log could not be read from ``place``: out of reach, or an answer that no log gives."""

    default_sentence = "Không đọc được sổ ở nơi này. Hãy kiểm tra địa chỉ và đường mạng rồi thử lại."

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place


class NoLogError(LogError):
    """The database holds no log; a log is created only on purpose."""

    default_sentence = "Cơ sở dữ liệu này chưa có sổ. Hãy tạo sổ trước, hoặc kiểm tra lại đường dẫn."


class LogExistsError(LogError):
    """The database holds a log already; it is never replaced."""

    default_sentence = "Cơ sở dữ liệu này đã có sổ, không tạo đè. Hãy mở sổ đó hoặc chọn nơi khác."


class HeadMovedError(LogError):
    """Another writer extended the log since the head was read. Nothing was written; trying again is safe."""

    default_sentence = "Sổ đang bận ghi việc khác. Hãy thử lại."

    def __init__(self, size: int) -> None:
        super().__init__(f"the head is no longer the one of size {size}")
        self.size = size


class CommitUnknownError(LogError):
    """A commit failed, and whether it took effect cannot be told. ``size`` is that of the new head."""

    default_sentence = "Chưa biết việc vừa ghi đã vào sổ chưa. Hãy gửi lại đúng lần này; sổ không ghi trùng."

    def __init__(self, size: int) -> None:
        super().__init__(f"unknown whether the head of size {size} was committed")
        self.size = size


class RolledBackError(LogError):
    """The database is older than, or differs from, what this machine signed before: signing would be a fork.

    ``recorded_size`` is the size signed before, ``size`` the size found.
    """

    default_sentence = (
        "Sổ cũ hơn lần ghi cuối nên tạm ngừng ghi; tra cứu vẫn được. Người giữ máy hãy chạy sogoc recover."
    )

    def __init__(self, recorded_size: int, size: int) -> None:
        super().__init__(f"signed size {recorded_size} before, found size {size} that does not extend it")
        self.recorded_size = recorded_size
        self.size = size


class WorkerError(LogError):
    """A process that did part of the work died or failed, so the work has no result."""

    default_sentence = (
        "Một tiến trình kiểm tra bị dừng giữa chừng nên chưa có kết quả. Hãy chạy lại lệnh này."
    )


class HeldError(LogError):
    """The log of ``size`` came from a backup, and nobody said yet whether newer entries are missing."""

    default_sentence = (
        "Sổ vừa khôi phục từ bản sao lưu, chưa ghi tiếp; tra cứu vẫn được. Người giữ máy chạy sogoc recover."
    )

    def __init__(self, size: int) -> None:
        super().__init__(f"restored at size {size}, not confirmed to be the newest")
        self.size = size


class MonitorStateError(LogError):
    """What a monitor remembers of a log cannot be read, or is of another log."""

    default_sentence = "Tệp ghi nhớ của lần theo dõi trước bị hỏng hoặc của sổ khác. Hãy dùng thư mục mới."


class MalformedReceiptsError(MalformedError):
    """Line ``line`` of a list of receipts is none."""

    default_sentence = "Danh sách biên nhận không đúng dạng. Mỗi dòng cần có index và leaf_hash."

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
