"""Links that a manager gives a product or one lot of it, and takes away again."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.links.adding import EndLink, GivenLink, add_link, end_link, find_link
from ledger.coop.links.targets import host_of
from ledger.coop.lots import find_own_lot
from ledger.coop.registers.product_mending import read_registration
from ledger.coop.registers.products import find_product_by_uri
from web.console.blueprint import console
from web.console.exchange.link_words import LINK_WORDS
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.exchange import LinkForm
from web.forms.form import KEY
from web.languages import _
from web.state import current

FIRST_ANSWERS = {"language": "vi", "media_type": "text/html"}


@console.route("/san-pham/<product>/lien-ket", methods=["GET", "POST"])
def link_product(product: str) -> ResponseReturnValue:
    """A link from all lots of a product."""
    check_role(MANAGEMENT)
    said = current().ledger.read(read_registration, actor(), product)
    back = url_for("console.product", product=said.code)
    return _ask(said.name, said.code, None, back, lambda _: f"{back}?xong=lien-ket")


@console.route("/lien-ket-lo/<lot:lot>", methods=["GET", "POST"])
def link_lot(lot: str) -> ResponseReturnValue:
    """A link from one lot."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    own = ledger.read(find_own_lot, actor(), lot)
    product = ledger.read(find_product_by_uri, actor().organisation, own.product or "")
    back = url_for("console.lot_files", lot=lot)
    name = _("%(name)s, lô %(code)s", name=product.name, code=own.code)
    return _ask(name, product.code, lot, back, lambda _: f"{back}?xong=lien-ket")


@console.route("/lien-ket/<link_id>/bo", methods=["GET", "POST"])
def drop_link(link_id: str) -> ResponseReturnValue:
    """Take a link away; it stays in the books with who ended it."""
    check_role(MANAGEMENT)
    link = current().ledger.read(find_link, actor(), link_id)
    back = _page_of(link)
    page = FormPage(
        _("Bỏ liên kết “%(title)s”", title=link.title),
        (),
        _("Bỏ liên kết"),
        back,
        lead=_(
            "%(kind)s, sang %(host)s. Quét mã không còn thấy liên kết này nữa.",
            kind=LINK_WORDS[link.link_type],
            host=host_of(link.target),
        ),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: EndLink(link=link.id, idempotency_key=typed.one(KEY) or None),
        end_link,
        lambda _: f"{back}?xong=bo-lien-ket",
    )


def _ask(
    name: str, product: str, lot: str | None, back: str, then: Callable[[GivenLink], str]
) -> ResponseReturnValue:
    form = LinkForm()
    page = FormPage(
        _("Thêm liên kết cho %(name)s", name=name),
        form.inputs({}, FIRST_ANSWERS),
        _("Thêm liên kết"),
        back,
        lead=_(
            "Người quét thấy liên kết này trên trang tem, sau lời của tem. Trang tem nói rõ là "
            "liên kết dẫn sang nơi khác."
        ),
    )
    return answer_form(page, lambda typed: form.parse(typed, product=product, lot=lot), add_link, then)


def _page_of(link: GivenLink) -> str:
    if link.lot is not None:
        return url_for("console.lot_files", lot=link.lot)
    return url_for("console.product", product=link.product)
