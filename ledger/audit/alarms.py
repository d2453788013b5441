"""What somebody who follows a log from outside can find wrong, each with what it was seen by. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AlarmKind(StrEnum):
    """What is wrong. The first word a program looks at; ``SENTENCES`` says it to people."""

    UNREACHABLE = "unreachable"
    BAD_CHECKPOINT = "bad-checkpoint"
    FORK = "fork"
    ROLLED_BACK = "rolled-back"
    TILE_MISMATCH = "tile-mismatch"
    TILE_MISSING = "tile-missing"
    MALFORMED_ENTRY = "malformed-entry"
    BROKEN_CHAIN = "broken-chain"
    BAD_SIGNATURE = "bad-signature"
    UNKNOWN_KEY = "unknown-key"
    REVOKED_KEY = "revoked-key"
    BAD_KEY_STATEMENT = "bad-key-statement"
    STRANGE_KEY = "strange-key"
    CHAIN_SHORT = "chain-short"
    CHAIN_LONG = "chain-long"
    RECEIPT_BROKEN = "receipt-broken"
    TOO_FEW_WITNESSES = "too-few-witnesses"
    STALE = "stale"
    STOPPED = "stopped"


SENTENCES: Mapping[AlarmKind, str] = {
    AlarmKind.UNREACHABLE: "Không đọc được sổ. Hãy kiểm tra đường mạng; nếu mạng tốt, hãy hỏi người giữ sổ.",
    AlarmKind.BAD_CHECKPOINT: "Điểm chốt không do khóa của sổ ký. Đừng tin nơi này; hãy báo người giữ sổ.",
    AlarmKind.FORK: "Sổ cho xem hai mặt khác nhau. Hãy giữ bằng chứng và báo ngay cho Liên minh HTX.",
    AlarmKind.ROLLED_BACK: "Sổ ngắn hơn lần trước: phần cuối bị cắt hoặc bị giấu. Hãy giữ bằng chứng.",
    AlarmKind.TILE_MISMATCH: "Mảnh sổ tải về không khớp điểm chốt đã ký. Hãy lấy sổ ở nơi khác để đối chiếu.",
    AlarmKind.TILE_MISSING: "Nơi này thiếu mảnh sổ. Hãy thử lại; nếu vẫn thiếu, hãy báo người giữ sổ.",
    AlarmKind.MALFORMED_ENTRY: "Trong sổ có bản ghi không đúng dạng. Hãy báo người giữ sổ.",
    AlarmKind.BROKEN_CHAIN: "Chuỗi bản ghi của một đơn vị bị đứt: có bản ghi bị bỏ qua hoặc xen vào.",
    AlarmKind.BAD_SIGNATURE: "Một bản ghi có chữ ký sai: nội dung bị sửa hoặc giả mạo.",
    AlarmKind.UNKNOWN_KEY: "Một bản ghi do khóa lạ ký, sổ chưa từng khai khóa này.",
    AlarmKind.REVOKED_KEY: "Một bản ghi do khóa đã thu hồi ký. Hãy báo ngay cho chủ khóa.",
    AlarmKind.BAD_KEY_STATEMENT: "Một lần thêm hoặc thu hồi khóa sai phép. Hãy báo ngay cho chủ chuỗi.",
    AlarmKind.STRANGE_KEY: "Chuỗi của bạn có thêm khóa mà bạn không khai. Hãy thu hồi khóa đó ngay.",
    AlarmKind.CHAIN_SHORT: "Chuỗi của bạn ngắn hơn số bạn đã ghi: có bản ghi bị bỏ. Hãy giữ biên nhận.",
    AlarmKind.CHAIN_LONG: "Chuỗi của bạn dài hơn số bạn đã ghi: có người khác ghi thay. Hãy kiểm tra khóa.",
    AlarmKind.RECEIPT_BROKEN: "Bản ghi trong biên nhận không có trong sổ. Hãy giữ biên nhận làm bằng chứng.",
    AlarmKind.TOO_FEW_WITNESSES: "Chưa đủ bên làm chứng ký điểm chốt này.",
    AlarmKind.STALE: "Bên làm chứng đã lâu không xác nhận sổ. Có thể bạn đang xem bản cũ.",
    AlarmKind.STOPPED: "Sổ đã lâu không có bản ghi mới. Có thể sổ đã ngừng, hoặc nơi này giấu phần mới.",
}
"""What people are told: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something wrong. ``index`` is the log index it is at, if at one; ``what`` is exact, in English.

    ``evidence`` are the bytes it was seen by, under the names of the files to keep them in.
    """

    kind: AlarmKind
    what: str
    index: int | None = None
    evidence: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What people are told."""
        return SENTENCES[self.kind]
