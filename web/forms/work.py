"""Forms of the steps: what is asked of every work (photos, day, doer, note), and the step's own fields."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from ledger.coop.errors import CommandError, Problem
from ledger.coop.field.diary import RecordStep
from ledger.coop.field.harvesting import Harvest
from ledger.coop.field.intake import TakeIn
from ledger.coop.field.many_seasons import RecordMany
from ledger.coop.field.practice import OpenPractice, RecordPractice
from ledger.coop.field.seasons import CloseSeason, OpenSeason
from ledger.trace.sectors.fields import RawValue
from ledger.trace.sectors.templates import Step
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Input, InputKind, Option, preset
from web.forms.steps import VALUE, check_together, step_inputs, step_values, value_problems
from web.forms.typed import Typed
from web.languages import _

C = TypeVar("C")

OVERRIDE = "override"
"""The hidden field that names a guard to pass; the reason is in ``REASON``."""
REASON = "override_reason"
ONLY_PASSING = "only_passing"
"""The box that leaves out the plots that refuse."""

_PHOTO_HELP = {
    "required": _("Việc này cần ảnh. Không có ảnh vẫn ghi được, nhưng trang tem chỉ ghi là tự khai."),
    "recommended": _("Có ảnh thì người mua tin hơn."),
}
_FIRST = ("photos", "done_on")
_LAST = ("done_by", "place", "note", "voice")


class StepForm(Form[C]):
    """Base of the forms of one step.

    Keys ``computed`` are not asked: the use case knows them. Keys ``filled_in`` it knows when they are blank.
    """

    computed: ClassVar[frozenset[str]] = frozenset()
    filled_in: ClassVar[Mapping[str, str]] = {}

    photos = fields.photos(_("Ảnh chụp lúc làm"))
    done_by = fields.pick(_("Người làm"), required=False, as_list=True)
    place = fields.pick(_("Nơi làm"), required=False)
    note = fields.text(_("Ghi chú"), required=False, kind=InputKind.LONG_TEXT)

    def __init__(self, step: Step | None, *, leave_out: Collection[str] = ()) -> None:
        """The form of ``step`` (``None``: without fields), but for the questions of ours in ``leave_out``."""
        self.step = step
        super().__init__(exclude=tuple(leave_out))

    def inputs(
        self,
        options: Mapping[str, tuple[Option, ...]] | None = None,
        defaults: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> tuple[Input, ...]:
        """Photos and day, what this form asks, the step's fields, then who, where and a note.

        ``options`` are by what fields refer to: ``member``, ``place``, ``product``, ``partner``.
        """
        known = dict(options or {})
        own = {
            item.name: item
            for item in super().inputs(known | {"done_by": known.get("member", ())})
            if item.kind is not InputKind.CHOICE or item.options
        }
        if "photos" in own and self.step is not None:
            own["photos"] = replace(own["photos"], help=_PHOTO_HELP.get(self.step.photo, ""))
        last = [name for name in _LAST if name in own and not own[name].required]
        asked = (
            *(own[name] for name in _FIRST if name in own),
            *(item for name, item in own.items() if name not in (*_FIRST, *last)),
            *self._step_inputs(known),
            *(own[name] for name in last),
        )
        return preset(asked, defaults or {})

    def _step_inputs(self, options: Mapping[str, tuple[Option, ...]]) -> tuple[Input, ...]:
        if self.step is None:
            return ()
        notes = {VALUE + key: note for key, note in self.filled_in.items()}
        return tuple(
            replace(item, required=False, help=notes[item.name]) if item.name in notes else item
            for item in step_inputs(self.step, options, leave_out=self.computed)
        )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers. Raises ``CommandError`` with the problems of the whole form."""
        raw = {} if self.step is None else step_values(self.step, typed, leave_out=self.computed)
        found: dict[str, Any] = {}
        error = None
        try:
            found = super().values(typed)
        except CommandError as caught:
            error = caught
        check_together(self._problems(raw), error)
        if "photos" in found:
            found["photos"] = typed.photos_of("photos")
        return {**found, "values": raw, "overrides": overrides_of(typed)}

    def _problems(self, raw: Mapping[str, RawValue]) -> tuple[Problem, ...]:
        """What is wrong with the step's values, but for those that the use case will fill in."""
        if self.step is None:
            return ()
        later = {VALUE + key for key in {*self.computed, *self.filled_in} if key not in raw}
        return tuple(problem for problem in value_problems(self.step, raw) if problem.field not in later)


def overrides_of(typed: Typed) -> dict[str, str]:
    """The guards that a manager wants to pass, with the reason."""
    return dict.fromkeys(typed.all(OVERRIDE), typed.one(REASON))


def spoken() -> fields.Question:
    """The question that a voice note answers."""
    return fields.voice(_("Ghi âm"), help=_("Nói thay cho gõ. Chỉ đơn vị mình nghe được."))


class OpenSeasonForm(StepForm[OpenSeason]):
    """A new season of a product on a place."""

    command = OpenSeason
    computed = frozenset({"product", "house", "started_on"})
    filled_in = MappingProxyType(
        {
            "area": _("Để trống thì lấy diện tích của nơi đã chọn. Ghi 2 sào, 1,5 ha hoặc 3.600."),
            "expected_harvest_from": _("Để trống thì máy tính theo quy trình."),
        }
    )
    place = fields.pick(_("Làm ở đâu"))
    started_on = fields.day(
        _("Bắt đầu từ ngày"), help=_("Ngày gieo, trồng, thả giống hoặc bắt đầu chăm vụ này.")
    )


class CloseSeasonForm(StepForm[CloseSeason]):
    """A season is over."""

    command = CloseSeason
    done_on = fields.day(_("Kết thúc ngày"))


class RecordForm(StepForm[RecordStep]):
    """Work in a season or on a lot."""

    command = RecordStep
    done_on = fields.day(_("Ngày làm"))
    voice = spoken()


class RecordManyForm(StepForm[RecordMany]):
    """The same work in many seasons."""

    command = RecordMany
    done_on = fields.day(_("Ngày làm"))
    seasons = fields.picks(_("Ghi cho những nơi nào"), required=False)
    voice = spoken()

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, and whether those that refuse may be left out. Raises ``CommandError``."""
        return super().values(typed) | {"only_passing": bool(typed.one(ONLY_PASSING))}


class PracticeForm(StepForm[RecordPractice]):
    """Work in a season for practice: the same questions."""

    command = RecordPractice
    done_on = fields.day(_("Ngày làm"))


class OpenPracticeForm(Form[OpenPractice]):
    """A season to practise with."""

    command = OpenPractice
    product = fields.pick(_("Sản phẩm"))
    place = fields.pick(_("Làm ở đâu"))
    started_on = fields.day(_("Bắt đầu từ ngày"))


class HarvestForm(StepForm[Harvest]):
    """Something is taken from a season."""

    command = Harvest
    done_on = fields.day(_("Ngày làm"))
    voice = spoken()
    lot_code = fields.text(
        _("Mã lô"), required=False, kind=InputKind.CODE, help=_("Để trống thì máy đặt mã theo ngày.")
    )


class TakeInForm(StepForm[TakeIn]):
    """Goods come in from outside."""

    command = TakeIn
    computed = frozenset({"source_batches"})
    done_on = fields.day(_("Ngày nhập"))
    lot_code = fields.text(
        _("Mã lô"), required=False, kind=InputKind.CODE, help=_("Để trống thì máy đặt mã theo ngày.")
    )
