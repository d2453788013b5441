"""Errors of the signing room.

Each carries two texts. ``str(error)`` is English, exact, and meant for a log file; ``error.sentence`` is
Vietnamese and meant for a person: what is wrong, where, and how to mend it. Evidence is in attributes.
"""

from typing import ClassVar


class SigningError(Exception):
    """Base of every error raised by ``signing``.

    ``default_sentence`` answers for a whole class; an instance may carry a more exact ``sentence``.
    """

    default_sentence: ClassVar[str] = "Không kiểm tra được chữ ký. Hãy tải lại tệp gốc rồi thử lại."

    def __init__(self, message: str, *, sentence: str | None = None) -> None:
        super().__init__(message)
        self.sentence = sentence or self.default_sentence


class MalformedBase64Error(SigningError):
    """The text is not standard, padded, canonical base64 (RFC 4648 §3.5, §4)."""

    default_sentence = "Đoạn mã base64 bị hỏng. Hãy tải lại tệp gốc, không sao chép bằng tay."


class MalformedKeyError(SigningError):
    """A key, key name or verifier key string does not have its one valid form."""

    default_sentence = "Khóa không đúng dạng. Hãy chép lại nguyên dòng khóa từ nơi đã công bố."


class MalformedNoteError(SigningError):
    """The bytes are not a signed note in its one valid form (C2SP signed-note)."""

    default_sentence = "Bản ghi có chữ ký không đúng dạng. Hãy tải lại tệp gốc, không mở ra sửa."


class BadSignatureError(SigningError):
    """A signature claims a known key and does not verify under it: the bytes were changed or forged."""

    default_sentence = "Chữ ký sai: nội dung đã bị sửa hoặc giả mạo. Đừng tin bản này, hãy lấy lại bản gốc."

    def __init__(self, name: str, key_id: bytes) -> None:
        super().__init__(f"bad signature by {name}+{key_id.hex()}")
        self.name = name
        self.key_id = key_id


class UnknownSignerError(SigningError):
    """No signature of the note is by a key that the verifier knows. ``names`` are those that signed."""

    default_sentence = "Không có chữ ký nào của bên được tin cậy. Hãy kiểm tra lại khóa dùng để đối chiếu."

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"no known key signed; signers: {', '.join(names)}")
        self.names = names


class KeyNotValidError(SigningError):
    """The key is unknown or was not valid at this log index.

    ``intervals`` are the half-open index intervals in which it is valid; empty when the key is unknown.
    """

    default_sentence = "Khóa ký không còn hoặc chưa có hiệu lực ở thời điểm ghi sổ. Đừng tin bản ghi này."

    def __init__(
        self, name: str, key_id: bytes, index: int, intervals: tuple[tuple[int, int | None], ...] = ()
    ) -> None:
        super().__init__(f"key {name}+{key_id.hex()} is not valid at index {index}; intervals: {intervals}")
        self.name = name
        self.key_id = key_id
        self.index = index
        self.intervals = intervals


class KeyRingError(SigningError):
    """A change to a key ring would make validity ambiguous, or does not follow the order of the log."""

    default_sentence = "Không thay đổi được chùm khóa: khóa đã có, hoặc đã bị thu hồi trước đó."


class VaultError(SigningError):
    """A sealed secret does not open, or a master key file cannot be used safely."""

    default_sentence = (
        "Không mở được dữ liệu mã hóa: sai khóa chính hoặc dữ liệu đã hỏng. Hãy dùng đúng tệp khóa chính."
    )


class TokenError(SigningError):
    """A PKCS#11 token or its module cannot be used, or does not hold the key that was asked for."""

    default_sentence = (
        "Không dùng được thiết bị giữ khóa (PKCS#11). Hãy xem thiết bị đã cắm chưa, cấu hình đúng chưa."
    )


class StampCodeError(SigningError):
    """The text is not a stamp code that this codec issued. ``code`` is the text as given."""

    default_sentence = "Mã tem không đúng. Hãy nhìn lại từng ký tự trên tem rồi gõ lại."

    def __init__(self, message: str, *, code: str, sentence: str | None = None) -> None:
        super().__init__(message, sentence=sentence)
        self.code = code


class ScratchCodeError(SigningError):
    """What was typed is not the code under the foil of this stamp. Says nothing of how near it came."""

    default_sentence = "Mã cào chưa đúng. Hãy cào hết lớp phủ, nhìn lại từng ký tự rồi gõ lại."


class MalformedProofError(SigningError):
    """A document's Data Integrity proof does not have the form of ``eddsa-jcs-2022``."""

    default_sentence = "Bằng chứng kèm theo chứng thư không đúng dạng. Hãy tải lại chứng thư từ nơi cấp."


class MalformedJwsError(SigningError):
    """A token is not a compact JSON Web Signature of ours: its form, algorithm or header is another."""

    default_sentence = "Chữ ký dạng JWT không đúng dạng. Hãy tải lại tệp từ trang của lô hàng."


class TimestampError(SigningError):
    """An answer of a time-stamp authority does not prove what it should, or cannot be checked here."""

    default_sentence = "Dấu thời gian không đúng hoặc không phải của nội dung này. Hãy lấy lại từ nơi cấp."


class PasskeyError(SigningError):
    """An answer of a passkey (WebAuthn) that does not have its form, or does not verify."""

    default_sentence = "Khóa trên máy trả lời chưa đúng. Hãy tải lại trang rồi thử lại."
