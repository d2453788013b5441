"""GS1 numbers that come later: a product's GTIN, a buyer's beside it, another number of a lot."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.links.aliases import Alias, EndAlias, add_alias, aliases_of, end_alias, give_gtin
from ledger.coop.lots import OwnLot, find_own_lot
from ledger.coop.registers.product_mending import read_registration
from ledger.coop.registers.products import Product, find_product_by_uri
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.exchange import GtinForm, OtherGtinForm, OtherLotForm
from web.forms.form import KEY
from web.forms.inputs import Option
from web.languages import _
from web.state import current

DROPPED_GTIN, DROPPED_LOT = "ma", "lo"
"""What the address of a name to drop says: the GTIN, and the lot's number under it."""


@console.route("/san-pham/<product>/gtin", methods=["GET", "POST"])
def give_product_gtin(product: str) -> ResponseReturnValue:
    """The product has a GTIN now."""
    check_role(MANAGEMENT)
    said = current().ledger.read(read_registration, actor(), product)
    back = url_for("console.product", product=said.code)
    form = GtinForm()
    page = FormPage(
        _("Mã GTIN của %(name)s", name=said.name),
        form.inputs(),
        _("Ghi mã GTIN"),
        back,
        lead=_(
            "Chỉ ghi mã mà GS1 đã cấp cho hợp tác xã. Tem và lô cũ vẫn quét được; lô mới mang mã này. "
            "Ghi rồi không đổi được."
        ),
        is_grave=True,
    )
    return answer_form(
        page, lambda typed: form.parse(typed, product=said.code), give_gtin, lambda _: f"{back}?xong=gtin"
    )


@console.route("/san-pham/<product>/ten", methods=["GET", "POST"])
def name_product(product: str) -> ResponseReturnValue:
    """A further GTIN of a product."""
    check_role(MANAGEMENT)
    said = current().ledger.read(read_registration, actor(), product)
    back = url_for("console.product", product=said.code)
    form = OtherGtinForm()
    page = FormPage(
        _("Mã khác của %(name)s", name=said.name),
        form.inputs(),
        _("Thêm mã"),
        back,
        lead=_("Trang tem luôn nói rõ hàng là của hợp tác xã nào, dù quét bằng mã nào."),
    )
    return answer_form(
        page, lambda typed: form.parse(typed, product=said.code), add_alias, lambda _: f"{back}?xong=ten"
    )


@console.route("/ten-lo/<lot:lot>", methods=["GET", "POST"])
def name_lot(lot: str) -> ResponseReturnValue:
    """What a lot is also called."""
    check_role(MANAGEMENT)
    own, product, gtins = current().ledger.read(_named_lot, actor(), lot)
    back = url_for("console.lot_files", lot=lot)
    form = OtherLotForm()
    options = tuple(Option(gtin, gtin) for gtin in gtins)
    page = FormPage(
        _("Số lô khác của %(product)s %(code)s", product=product.name, code=own.code),
        form.inputs({"gtin": options}, {"gtin": gtins[0]} if gtins else {}) if gtins else (),
        _("Thêm số lô"),
        back,
        lead=_("Khi bên mua in số lô của họ lên hàng, quét số ấy vẫn ra lô này.")
        if gtins
        else _("Sản phẩm chưa có mã GTIN nào. Hãy ghi mã GTIN ở trang sản phẩm trước."),
        template="console/exchange/name_lot.html",
        more={"gtins": gtins, "product": product},
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, product=product.code, lot=lot),
        add_alias,
        lambda _: f"{back}?xong=ten",
    )


@console.route("/san-pham/<product>/bo-ten", methods=["GET", "POST"])
def drop_name(product: str) -> ResponseReturnValue:
    """Take a name back that was written by mistake."""
    check_role(MANAGEMENT)
    alias = current().ledger.read(_find_alias, actor(), product)
    back = (
        url_for("console.product", product=alias.product)
        if alias.lot is None
        else url_for("console.lot_files", lot=alias.lot)
    )
    page = FormPage(
        _("Bỏ tên gọi %(name)s", name=f"{alias.gtin} {alias.lot_code or ''}".strip()),
        (),
        _("Bỏ tên gọi này"),
        back,
        lead=_("Quét mã này không còn ra lô nữa.")
        if alias.lot is not None
        else _("Quét mã này không còn ra sản phẩm nữa; các số lô dưới mã này cũng mất."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: EndAlias(
            gtin=alias.gtin, lot_code=alias.lot_code, idempotency_key=typed.one(KEY) or None
        ),
        end_alias,
        lambda _: f"{back}?xong=bo-ten",
    )


def _named_lot(session: Session, actor: Actor, lot: str) -> tuple[OwnLot, Product, tuple[str, ...]]:
    """A lot of the organisation, its product, and the GTINs that the product answers to, its own first."""
    own = find_own_lot(session, actor, lot)
    product = find_product_by_uri(session, actor.organisation, own.product or "")
    names = aliases_of(session, actor.organisation, product.code)
    others = tuple(name.gtin for name in names if name.lot is None)
    return own, product, (*((product.gtin,) if product.gtin else ()), *others)


def _find_alias(session: Session, actor: Actor, product: str) -> Alias:
    said = read_registration(session, actor, product)
    gtin, code = request.args.get(DROPPED_GTIN, ""), request.args.get(DROPPED_LOT) or None
    for alias in aliases_of(session, actor.organisation, said.code):
        if (alias.gtin, alias.lot_code) == (gtin, code):
            return alias
    raise NotFoundError(_("tên gọi"), gtin[:20])
