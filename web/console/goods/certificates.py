"""A certificate that ends sooner than it says."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE
from ledger.coop.errors import NotFoundError
from ledger.coop.registers.certificates import end_certificate as end
from ledger.coop.registers.certificates import list_certificates
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date
from web.forms.registers import EndCertificateForm
from web.languages import _
from web.state import current

REGISTER = "chung-nhan"


@console.route("/chung-nhan/<code>/ket-thuc", methods=["GET", "POST"])
def end_certificate(code: str) -> ResponseReturnValue:
    """The issuer took it back, or nobody wants it any more."""
    check_role(OFFICE)
    state = current()
    listed = state.ledger.read(list_certificates, actor().organisation)
    found = next((item for item in listed if item.uri.rpartition("/")[2] == code), None)
    if found is None:
        raise NotFoundError(_("chứng nhận"), code)
    form = EndCertificateForm()
    page = FormPage(
        _("Kết thúc sớm %(scheme)s", scheme=found.scheme),
        form.inputs({}, {"valid_to": state.today.isoformat()}),
        _("Ghi ngày kết thúc"),
        url_for("console.register", name=REGISTER),
        lead=_(
            "Số %(number)s, hạn ghi trên giấy %(valid_to)s. Sau ngày kết thúc, trang tem không hiện "
            "chứng nhận này nữa.",
            number=found.number,
            valid_to=format_date(found.valid_to),
        ),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, certificate=found.uri),
        end,
        lambda ended: url_for("console.register", name=REGISTER, moi=ended.uri),
    )
