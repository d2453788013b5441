"""Forms of orders: what is wanted, who does it, which lots go to it, what came of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from ledger.coop.errors import CommandError, Problem
from ledger.coop.orders.accepting import AgreeOrder, DeclineOrder
from ledger.coop.orders.allotment_checks import LinePortion
from ledger.coop.orders.allotting import AllotOrder
from ledger.coop.orders.cancelling import CancelOrder
from ledger.coop.orders.delivering import Counted, ReceiveOrder, ShipOrder
from ledger.coop.orders.payments import SavePaymentAccount
from ledger.coop.orders.teams import TEAM_KINDS, SaveTeam
from ledger.coop.orders.vietqr import BANKS
from ledger.coop.orders.writing import OrderLine, WriteOrder
from ledger.trace.errors import MalformedNumberError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.units import read_number
from web.forms import fields
from web.forms.deliveries import LeavingForm
from web.forms.fields import read_count
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.processing import together
from web.forms.typed import Typed
from web.languages import _, translate

LINES, INPUTS, COUNTED = "lines", "inputs", "counted"
"""The questions beside which problems of a form's table stand."""
GOODS, QUANTITY, PRICE = "line-goods", "line-quantity", "line-price"
"""Columns of what is wanted."""
LINE, LOT, AMOUNT = "allot-line", "allot-lot", "allot-amount"
"""Columns of what is put aside."""
SHIPMENT, CAME = "counted-shipment", "counted-quantity"
"""Columns of what the customer counted."""
GOODS_SEPARATOR = "|"
"""Between product, unit and pack in the one answer that says what is wanted."""
_GOODS_PARTS = 3

TEAM_KIND_NAMES = {"primary": _("Giết mổ, sơ chế"), "processing": _("Chế biến"), "packing": _("Đóng gói")}


class OrderForm(Form[WriteOrder]):
    """What somebody wants, until when."""

    command = WriteOrder
    customer = fields.pick(_("Khách hàng"), as_list=True)
    due_on = fields.day(_("Giao ngày nào"))
    destination = fields.text(_("Giao đến đâu"), required=False, help=_("Chỉ đơn vị mình đọc được."))
    note = fields.text(_("Ghi chú"), required=False, kind=InputKind.LONG_TEXT)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers with the lines. Raises ``CommandError`` with every problem."""
        return together(lambda: super(OrderForm, self).values(typed), lambda: {LINES: read_lines(typed)})


class AgreeForm(Form[AgreeOrder]):
    """Which teams do it."""

    command = AgreeOrder
    teams = fields.picks(
        _("Giao cho tổ nào"), required=False, needed=_("không chọn thì ai ở xưởng cũng nhận được")
    )


class DeclineForm(Form[DeclineOrder]):
    """Why a team cannot."""

    command = DeclineOrder
    reason = fields.text(
        _("Vì sao không nhận"), suggestions=(_("Không đủ người"), _("Không đủ hàng"), _("Không kịp ngày"))
    )


class CancelForm(Form[CancelOrder]):
    """Why nothing more is sent."""

    command = CancelOrder
    reason = fields.text(
        _("Lý do"),
        suggestions=(
            _("Khách đổi ý"),
            _("Không đủ hàng"),
            _("Lập nhầm đơn"),
            _("Khách không lấy phần còn lại"),
        ),
    )


class AllotForm(Form[AllotOrder]):
    """How much of which lot, for which line."""

    command = AllotOrder

    def values(self, typed: Typed) -> dict[str, Any]:
        """The portions. Raises ``CommandError`` with every problem."""
        return {"portions": read_allotments(typed)}


class ShipOrderForm(LeavingForm[ShipOrder]):
    """An order leaves."""

    command = ShipOrder


class ReceiveOrderForm(Form[ReceiveOrder]):
    """What the customer counted."""

    command = ReceiveOrder

    def values(self, typed: Typed) -> dict[str, Any]:
        """What was counted of each shipment. Raises ``CommandError`` with every problem."""
        return {COUNTED: read_counted(typed)}


class TeamForm(Form[SaveTeam]):
    """A team and who is in it."""

    command = SaveTeam
    name = fields.text(_("Tên tổ"), help=_("Ví dụ: Tổ đóng gói 1."))
    kind = fields.pick(
        _("Tổ làm việc gì"), options=tuple(Option(kind, TEAM_KIND_NAMES[kind]) for kind in TEAM_KINDS)
    )
    members = fields.picks(_("Ai trong tổ"), required=False, needed=_("thêm sau cũng được"))


class PaymentForm(Form[SavePaymentAccount]):
    """The account that customers pay to."""

    command = SavePaymentAccount
    bank = fields.pick(
        _("Ngân hàng"), as_list=True, options=tuple(Option(code, name) for code, name in BANKS.items())
    )
    number = fields.text(_("Số tài khoản"), kind=InputKind.CODE)
    holder = fields.text(_("Tên chủ tài khoản"), help=_("Như ngân hàng ghi, để người chuyển tiền đối chiếu."))


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line of an order as it stands in the form."""

    goods: str = ""
    quantity: str = ""
    price: str = ""

    def __bool__(self) -> bool:
        return bool(self.goods or self.quantity or self.price)


def typed_lines(typed: Typed) -> tuple[TypedLine, ...]:
    """The lines that are not blank, as they were typed."""
    lines = (TypedLine(*cells) for cells in _table(typed, GOODS, QUANTITY, PRICE))
    return tuple(line for line in lines if line)


def format_goods(product: str, uom: str, net_g: Decimal | None) -> str:
    """What is wanted, as one answer."""
    return GOODS_SEPARATOR.join((product, uom, "" if net_g is None else str(net_g)))


def read_lines(typed: Typed) -> tuple[OrderLine, ...]:
    """What is wanted. Raises ``CommandError`` beside the question ``lines``."""
    return tuple(_each(enumerate(typed_lines(typed), start=1), _line, LINES))


def read_allotments(typed: Typed) -> tuple[LinePortion, ...]:
    """How much of which lot. Blank and zero are nothing. Raises ``CommandError`` beside ``inputs``."""
    rows = (cells for cells in _table(typed, LINE, LOT, AMOUNT) if cells[2])
    return tuple(portion for portion in _each(rows, _portion, INPUTS) if portion.quantity)


def read_counted(typed: Typed) -> tuple[Counted, ...]:
    """What came. Raises ``CommandError`` beside the question ``counted``."""
    rows = (cells for cells in _table(typed, SHIPMENT, CAME) if cells[1])
    return tuple(_each(rows, lambda cells: Counted(cells[0], read_number(cells[1])), COUNTED))


def _line(numbered: tuple[int, TypedLine]) -> OrderLine:
    number, line = numbered
    parts = line.goods.split(GOODS_SEPARATOR)
    if len(parts) != _GOODS_PARTS or not parts[0]:
        raise ValidationError(_("Dòng %(number)s: chưa chọn mặt hàng.", number=number))
    if not line.quantity:
        raise ValidationError(_("Dòng %(number)s: chưa ghi số lượng.", number=number))
    product, uom, net = parts
    return OrderLine(
        product,
        uom,
        read_number(line.quantity),
        _net(net),
        read_count(line.price) if line.price else None,
    )


def _net(text: str) -> Decimal | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise ValidationError(_("Hãy chọn lại mặt hàng."))
    return Decimal(text)


def _portion(cells: tuple[str, ...]) -> LinePortion:
    line, lot, amount = cells
    if not (line.isascii() and line.isdigit() and len(line) < 4):
        raise ValidationError(_("Hãy mở lại đơn."))
    try:
        return LinePortion(int(line), lot, read_number(amount))
    except MalformedNumberError as error:
        raise ValidationError(
            _(
                "Lô %(lot_code)s: %(sentence)s",
                lot_code=lot_code_of(lot),
                sentence=translate(error.sentence),
            )
        ) from error


def _each(rows: Iterable[Any], read: Callable[[Any], Any], question: str) -> Iterator[Any]:
    """What ``read`` makes of each row. Raises ``CommandError`` with the problems of all."""
    found, problems = [], []
    for row in rows:
        try:
            found.append(read(row))
        except ValidationError as error:
            problems.append(Problem(question, str(error.messages[0])))
        except MalformedNumberError as error:
            problems.append(Problem(question, error.sentence))
    if problems:
        raise CommandError(*problems)
    return iter(found)


def _table(typed: Typed, *columns: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table as they were sent; a column that was cut short ends it."""
    return zip(*([text.strip() for text in typed.values.get(name, ())] for name in columns), strict=False)
