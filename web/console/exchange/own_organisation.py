"""What everybody may know of one's own organisation, said anew."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.registers.organisation_mending import mend_organisation, read_organisation
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.exchange import OrganisationForm
from web.languages import _
from web.state import current


@console.route("/don-vi", methods=["GET", "POST"])
def own_organisation() -> ResponseReturnValue:
    """Address, telephone, tax code."""
    check_role(MANAGEMENT)
    said = current().ledger.read(read_organisation, actor().organisation)
    form = OrganisationForm()
    known = ("address", "commune", "province", "tax_code", "phone", "website")
    back = url_for("console.completeness")
    page = FormPage(
        _("Thông tin của %(name)s", name=said.name),
        form.inputs({}, {name: getattr(said, name) or "" for name in known}),
        _("Lưu thông tin"),
        back,
        lead=_("Ai xem trang tem cũng đọc được. Tên đơn vị không đổi ở đây được."),
    )
    return answer_form(page, form.parse, mend_organisation, lambda _: back)
