"""The ten steps of verification in everyday words; the numbers are those of ``docs/spec/bundle.md``.

The browser's verifier and ``sogoc_verify.py`` follow the same list. The words here are for people.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step: its name in the specification, and what it tells a person in Vietnamese and English."""

    name: str
    vi: str
    en: str


STEPS = (
    CheckStep("parse", "Tệp bằng chứng đầy đủ, đúng dạng", "The proof file is whole"),
    CheckStep("signatures", "Mỗi bản ghi có chữ ký số của người ghi", "Every record is signed"),
    CheckStep("chain link", "Bản ghi nối tiếp nhau, không bị rút bớt", "Records follow one another"),
    CheckStep("leaf hash", "Dấu vân tay số của từng bản ghi", "Fingerprint of every record"),
    CheckStep("inclusion", "Bản ghi nằm trong sổ chung", "Records are in the shared register"),
    CheckStep("checkpoint signature", "Sổ chung có chữ ký của nơi giữ sổ", "The register is signed"),
    CheckStep("witness policy", "Bên làm chứng xác nhận sổ chung", "Witnesses of the register"),
    CheckStep("freshness", "Độ mới của bản chốt sổ", "Freshness"),
    CheckStep("history", "Hành trình của lô không thiếu bước nào", "The lot's history is complete"),
    CheckStep("credential", "Giấy chứng nhận điện tử của lô", "The lot's credential"),
)
