"""What a product's label says, said anew; and back to the stamps that waited for it."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.registers.product_mending import mend_product, read_registration
from web.console.blueprint import console
from web.console.lot_paths import lot_asked_for
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.product_mending import MendProductForm
from web.languages import _
from web.state import current

FROM, PACKING_SCREEN = "tu", "dong-goi"
"""What the address says of the screen that one comes from."""


@console.route("/so-sach/san-pham/<product>/nhan", methods=["GET", "POST"])
def mend_label(product: str) -> ResponseReturnValue:
    """The label of a product; ``lo``: the lot whose stamps are to be ordered next."""
    check_role(MANAGEMENT)
    said = current().ledger.read(read_registration, actor(), product)
    form = MendProductForm()
    defaults = {
        "origin": said.origin,
        "storage": said.storage or "",
        "warning": said.warning or "",
        "ingredients": said.ingredients or "",
        "shelf_life_days": "" if said.shelf_life_days is None else str(said.shelf_life_days),
    }
    page = FormPage(
        _("Nhãn của %(name)s", name=said.name),
        form.inputs({}, defaults),
        _("Lưu nhãn"),
        _back(),
        lead=_("Ghi cho đủ những gì luật đòi hỏi trên nhãn. Thông tin này cũng hiện trên trang tem."),
    )
    return answer_form(page, lambda typed: form.parse(typed, code=product), mend_product, lambda _: page.back)


def _back() -> str:
    """To the screen that told of the gap: the lot's packing or its order of stamps; else to the products."""
    lot = lot_asked_for()
    if not lot:
        return url_for("console.register", name="san-pham")
    if request.args.get(FROM) == PACKING_SCREEN:
        return url_for("console.pack_lots", lo=lot)
    return url_for("console.order_stamps", lot=lot)
