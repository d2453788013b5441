"""Forms of the manager's queue: looking entries over, and what belongs into it."""

from functools import reduce
from operator import or_
from typing import Any

from ledger.coop.errors import CommandError, Problem
from ledger.coop.review.marks import Mark
from ledger.coop.review.queue import LookOver, SetReview
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.languages import _

MARK_NAMES = {
    Mark.LATE: _("Ghi bù trễ"),
    Mark.OVERRIDE: _("Quản lý cho qua"),
    Mark.WARNED: _("Máy đã nhắc"),
    Mark.FOR_OTHER: _("Ghi hộ"),
    Mark.UNUSUAL: _("Số lượng lạ"),
}
"""What each mark is called, in the order in which it is shown."""
MARK_WORDS = {"tre": Mark.LATE, "cho-qua": Mark.OVERRIDE, "nhac": Mark.WARNED, "ho": Mark.FOR_OTHER,
              "so-luong": Mark.UNUSUAL}  # fmt: skip
"""The same in an address."""


class LookForm(Form[LookOver]):
    """Entries that were looked over, ticked, and a note for all of them."""

    command = LookOver
    note = fields.text(
        _("Ghi chú"), kind=InputKind.LONG_TEXT, required=False, help=_("Chỉ đơn vị mình đọc được.")
    )

    def values(self, typed: Typed) -> dict[str, Any]:
        """The note and the ticked indexes. Raises ``CommandError`` for what is no index."""
        ticked = typed.all("indexes")
        if not all(text.isascii() and text.isdigit() and len(text) < 16 for text in ticked):
            raise CommandError(Problem("indexes", _("Hãy tải lại trang rồi đánh dấu lại.")))
        return {**super().values(typed), "indexes": tuple(int(text) for text in ticked)}


class SettingsForm(Form[SetReview]):
    """What belongs into the queue."""

    command = SetReview
    marks = fields.picks(
        _("Xem lại những dòng nào"),
        options=tuple(Option(str(int(mark)), name) for mark, name in MARK_NAMES.items()),
    )
    late_days = fields.count(_("Coi là ghi trễ khi quá"), unit=_("ngày"), help=_("Từ 2 đến 60 ngày."))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, the marks added up."""
        found = super().values(typed)
        known = {str(int(mark)): int(mark) for mark in MARK_NAMES}
        return {**found, "marks": reduce(or_, (known.get(text, 0) for text in found["marks"]), 0)}
