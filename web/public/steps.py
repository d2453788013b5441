"""The eleven steps of verification in everyday words; the numbers are those of ``docs/spec/bundle.md``.

The browser's verifier and ``sogoc_verify.py`` follow the same list. The words here are for people.
"""

from dataclasses import dataclass

from web.languages import _


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step: its name in the specification, and what it tells a person in Vietnamese and English."""

    name: str
    vi: str
    en: str


STEPS = (
    CheckStep("parse", _("Tệp bằng chứng đầy đủ, đúng dạng"), "The proof file is whole"),
    CheckStep("signatures", _("Mỗi bản ghi có chữ ký số của người ghi"), "Every record is signed"),
    CheckStep("chain link", _("Bản ghi nối tiếp nhau, không bị rút bớt"), "Records follow one another"),
    CheckStep("leaf hash", _("Dấu vân tay số của từng bản ghi"), "Fingerprint of every record"),
    CheckStep("inclusion", _("Bản ghi nằm trong sổ chung"), "Records are in the shared register"),
    CheckStep("checkpoint signature", _("Sổ chung có chữ ký của nơi giữ sổ"), "The register is signed"),
    CheckStep("witness policy", _("Bên làm chứng xác nhận sổ chung"), "Witnesses of the register"),
    CheckStep("freshness", _("Độ mới của bản chốt sổ"), "Freshness"),
    CheckStep("history", _("Hành trình của lô không thiếu bước nào"), "The lot's history is complete"),
    CheckStep("credential", _("Giấy chứng nhận điện tử của lô"), "The lot's credential"),
    CheckStep("stamp", _("Tem trên tay được in cho bản ghi này"), "The stamp was printed for this record"),
)
