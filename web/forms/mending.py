"""Forms of setting things right: recalling a lot, correcting a step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.coop.corrections import Correct
from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.processing import Portion
from ledger.coop.quantities import INPUT_KEYS, OUTPUT_KEYS
from ledger.coop.recalls.recalls import Recall
from ledger.trace.errors import MalformedNumberError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step
from ledger.trace.units import read_number
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.steps import FILES, KINDS, VALUE
from web.forms.typed import Typed
from web.forms.work import StepForm
from web.languages import _, translate

FIXED = frozenset(
    {
        *("product", "house", "to_party", "by_party", "source_batches", "input_batches", "started_on"),
        *("packed_on", "cuts", *INPUT_KEYS, *OUTPUT_KEYS),
    }
)
"""Fields that a correction cannot change, or that follow from amounts and day."""

HAPPENED = (
    Option("wrong", _("Có làm, nhưng ghi sai"), _("Sửa những ô sai bên dưới")),
    Option("never", _("Không có việc này"), _("Dòng này bị gạch bỏ, không thay bằng gì")),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A step as it was said: its values as typed, its day, and what a transformation took and made."""

    values: Mapping[str, RawValue]
    done_on: date
    inputs: tuple[Portion, ...] = ()
    outputs: tuple[Portion, ...] = ()


class RecallForm(Form[Recall]):
    """Why a lot is called back, and what buyers should do. All of it is public."""

    command = Recall
    reason = fields.text(_("Lý do thu hồi"), kind=InputKind.LONG_TEXT)
    instruction = fields.text(
        _("Hướng dẫn người mua"),
        kind=InputKind.LONG_TEXT,
        help=_("Ví dụ: Không dùng. Mang trả nơi mua để được hoàn tiền."),
    )
    scope = fields.text(_("Phạm vi"))
    decided_by = fields.text(_("Nơi quyết định"), help=_("Ghi tên cơ quan, đơn vị. Đừng ghi tên người."))
    contact = fields.text(_("Liên hệ"), help=_("Số điện thoại để người mua hỏi."))


class CorrectForm(StepForm[Correct]):
    """What was wrong with a recorded step: the whole step as it was said, to be put right.

    ``said`` is what the step says now, as typed; only what differs goes on.
    """

    command = Correct
    computed = FIXED
    happened = fields.pick(_("Sai thế nào"), options=HAPPENED)
    reason = fields.text(_("Vì sao sửa"), help=_("Ai xem trang tem cũng đọc được. Đừng ghi tên người."))
    done_on = fields.day(_("Ngày làm"), required=False)

    def __init__(self, step: Step, said: Said) -> None:
        """The form of ``step``; who, where and the photos stay as they are."""
        self.said = said
        super().__init__(step, leave_out=("photos", "done_by", "place", "note"))

    def first_answers(self) -> dict[str, str | tuple[str, ...]]:
        """What the step says now."""
        answers: dict[str, str | tuple[str, ...]] = {
            VALUE + key: _as_answer(value) for key, value in self.said.values.items()
        }
        return answers | {"done_on": self.said.done_on.isoformat(), "happened": "wrong"}

    def values(self, typed: Typed) -> dict[str, Any]:
        """The fields of ``Correct``. Raises ``CommandError``."""
        if typed.one("happened") == "never":
            reason = typed.one("reason")
            if not reason:
                raise CommandError(Problem("reason", _("Chưa ghi “Vì sao sửa”.")))
            return {"reason": reason, "did_not_occur": True}
        found = super().values(typed)
        said, now = self.said, found["values"]
        kept = {key: value for key, value in said.values.items() if key not in FIXED}
        changed = {key: value for key, value in now.items() if value != kept.get(key)}
        return {
            "reason": found["reason"],
            "overrides": found["overrides"],
            "values": changed | {key: "" for key in kept if key not in now and self._asks(key)},
            "done_on": None if found["done_on"] == said.done_on else found["done_on"],
            "inputs": read_amounts(typed, "in", said.inputs),
            "outputs": read_amounts(typed, "out", said.outputs),
        }

    def _asks(self, key: str) -> bool:
        """Whether the page has a question for this field, so that a blank means: not any more."""
        field = self.step.field(key) if self.step is not None else None
        return field is not None and field.type in KINDS and field.type not in FILES


def read_amounts(typed: Typed, side: str, said: tuple[Portion, ...]) -> tuple[Portion, ...] | None:
    """The portions of one side of a transformation; ``None`` when they are as they were said.

    Raises ``CommandError`` beside the question named as the side.
    """
    texts = dict(
        zip(typed.values.get(f"{side}-lot", ()), typed.values.get(f"{side}-amount", ()), strict=False)
    )
    portions = []
    for lot, quantity in said:
        text = texts.get(lot, "").strip()
        try:
            portions.append((lot, read_number(text) if text else quantity))
        except MalformedNumberError as error:
            raise CommandError(
                Problem(
                    side,
                    _(
                        "Lô %(lot_code)s: %(sentence)s",
                        lot_code=lot_code_of(lot),
                        sentence=translate(error.sentence),
                    ),
                )
            ) from error
    return None if tuple(portions) == said else tuple(portions)


def _as_answer(value: RawValue) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(value)
