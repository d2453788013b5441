"""Forms of goods in the house: put in a store, counted, opened, sold where they grew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.opening_packs import OpenPacks
from ledger.coop.goods.orchard_sales import SellAtOrchard
from ledger.coop.goods.stock_places import StoreGoods
from ledger.coop.goods.stocktaking import Count, TakeStock
from ledger.coop.quantities import MADE_KEYS
from ledger.trace.errors import MalformedNumberError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import COMMON_STEPS
from ledger.trace.units import read_number
from web.formats import type_number
from web.forms import fields
from web.forms.inputs import Option
from web.forms.processing import together
from web.forms.typed import Typed
from web.forms.work import StepForm
from web.languages import _, translate

COUNTS = "counts"
"""The question beside which problems of a count stand."""
LOT, COUNTED, CAUSE = "count-lot", "count-amount", "count-cause"
"""Columns of the sheet: the lot, what was counted, why it is not what the books say."""
CAUSE_OPTIONS = tuple(
    Option(option.code, _(option.vi))
    for field in COMMON_STEPS["stock_taking"].fields
    if field.key == "cause"
    for option in field.options
)
NOWHERE = "-"
"""The answer that means: in no store."""


class StoreForm(StepForm[StoreGoods]):
    """Goods go to a store."""

    command = StoreGoods
    computed = frozenset({"store", "quantity"})
    to_place = fields.pick(_("Chuyển đến"))
    from_place = fields.pick(_("Lấy từ"), as_list=True)
    quantity = fields.number(_("Bao nhiêu"), required=False, needed=_("để trống: chuyển hết"))
    done_on = fields.day(_("Ngày chuyển"))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers; from no store is ``None``. Raises ``CommandError``."""
        found = super().values(typed)
        return found | {"from_place": None if found["from_place"] == NOWHERE else found["from_place"]}


class OpenPacksForm(StepForm[OpenPacks]):
    """Packs are opened, to be packed again."""

    command = OpenPacks
    computed = frozenset({"input_batches", "opened_count", "expires_on", "loss", "reason"})
    packs = fields.count(_("Mở mấy gói"), unit=_("gói"))
    reason = fields.text(
        _("Vì sao mở"),
        suggestions=(_("Đóng lại cỡ khác"), _("Bao bì hỏng"), _("Khách đổi quy cách"), _("Gộp hàng lẻ")),
        help=_("Chỉ đơn vị mình đọc được."),
    )
    loss = fields.number(_("Hao hụt, bỏ đi"), required=False)
    done_on = fields.day(_("Ngày mở"))


class OrchardSaleForm(StepForm[SellAtOrchard]):
    """A harvest that is sold on the spot."""

    command = SellAtOrchard
    computed = frozenset({"buyer_on_site"})
    to_partner = fields.pick(_("Bán cho ai"), as_list=True)
    paid = fields.count(
        _("Thu được bao nhiêu tiền"),
        required=False,
        unit=_("đ"),
        help=_("Chỉ hợp tác xã thấy, không lên trang tem."),
    )
    done_on = fields.day(_("Ngày bán"))

    @property
    def first(self) -> tuple[str, ...]:
        """What is asked in sight: how much, to whom, for what."""
        amount = next((f"v-{key}" for key in MADE_KEYS if self.step and self.step.field(key)), "")
        return (amount, "to_partner", "paid")


class TakeStockForm(StepForm[TakeStock]):
    """A count of lots."""

    command = TakeStock
    done_on = fields.day(_("Ngày kiểm kê"))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the lines on which something was counted. Raises ``CommandError``."""
        return together(
            lambda: super(TakeStockForm, self).values(typed), lambda: {"counts": read_counts(typed)}
        )


@dataclass(frozen=True, slots=True)
class CountLine:
    """A lot on the sheet: what people call it, what the books say is there, what was typed."""

    lot: str
    title: str
    sub: str
    booked: Decimal
    unit: str
    counted: str = ""
    cause: str = ""

    @property
    def booked_typed(self) -> str:
        """What the books say, as one would type it."""
        return type_number(self.booked)


def read_counts(typed: Typed) -> tuple[Count, ...]:
    """The lines with a count. Raises ``CommandError`` beside ``counts``."""
    counts: list[Count] = []
    problems: list[Problem] = []
    for lot, text, cause in _lines(typed):
        if not text:
            continue
        try:
            counts.append(Count(lot, read_number(text), cause or None))
        except MalformedNumberError as error:
            problems.append(
                Problem(
                    COUNTS,
                    _(
                        "Lô %(lot_code)s: %(sentence)s",
                        lot_code=lot_code_of(lot),
                        sentence=translate(error.sentence),
                    ),
                )
            )
    if problems:
        raise CommandError(*problems)
    return tuple(counts)


def fill_counts(lines: Iterable[CountLine], typed: Typed) -> tuple[CountLine, ...]:
    """The lines with what was typed on them."""
    said = {lot: (text, cause) for lot, text, cause in _lines(typed)}
    return tuple(
        replace(line, counted=said[line.lot][0], cause=said[line.lot][1]) if line.lot in said else line
        for line in lines
    )


def _lines(typed: Typed) -> Sequence[tuple[str, str, str]]:
    columns = ([text.strip() for text in typed.values.get(name, ())] for name in (LOT, COUNTED, CAUSE))
    return list(zip(*columns, strict=False))
