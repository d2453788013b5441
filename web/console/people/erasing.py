"""Forgetting a person for ever: a manager's decision, confirmed by typing the member's code."""

from flask import url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT
from ledger.coop.errors import NotFoundError
from ledger.coop.registers.members import Member, erase_member, list_members
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.erasing import EraseForm
from web.languages import _
from web.state import current

REGISTER = "thanh-vien"


@console.route(f"/so-sach/{REGISTER}/<member>/xoa", methods=["GET", "POST"])
def erase_person(member: str) -> ResponseReturnValue:
    """Destroy a person's key; what was proven stays proven."""
    check_role(MANAGEMENT)
    found = _find(member)
    form = EraseForm()
    back = url_for("console.register", name=REGISTER)
    page = FormPage(
        _("Xóa dữ liệu cá nhân của %(name)s", name=found.name),
        form.inputs(),
        _("Xóa, không lấy lại được"),
        back,
        lead=_(
            "Tên, số điện thoại và mọi giá trị riêng về người này sẽ không ai đọc được nữa, "
            "kể cả hợp tác xã. Việc đã ghi vào sổ vẫn còn và vẫn đúng, chỉ không biết là của ai. "
            "Bản sao lưu làm trước hôm nay vẫn còn khóa: hãy báo người giữ máy chủ hủy đi."
        ),
        is_grave=True,
        refused=_("Chưa xóa"),
    )
    return answer_form(page, lambda typed: form.parse_for(typed, found), erase_member, lambda _: back)


def _find(member_id: str) -> Member:
    """A member of the own organisation who is not erased."""
    ledger = current().ledger
    for member in ledger.read(list_members, ledger.vault, actor().organisation):
        if member.id == member_id and member.name is not None:
            return member
    raise NotFoundError(_("thành viên"), member_id)
