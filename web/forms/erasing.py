"""The form that asks twice before a person's data are destroyed."""

from ledger.coop.errors import CommandError, Problem
from ledger.coop.registers.members import EraseMember, Member
from web.forms import fields
from web.forms.form import KEY, Form
from web.forms.inputs import InputKind
from web.forms.typed import Typed
from web.languages import _


class EraseForm(Form[EraseMember]):
    """The member's code, typed by hand: nobody does that by mistake."""

    command = EraseMember
    confirmed = fields.text(_("Gõ lại mã thành viên để xác nhận"), kind=InputKind.CODE)

    def parse_for(self, typed: Typed, member: Member) -> EraseMember:
        """The command to erase ``member``. Raises ``CommandError`` when another code was typed."""
        said = str(self.values(typed)["confirmed"])
        if said.strip().upper() != member.code:
            raise CommandError(
                Problem("confirmed", _("Mã chưa đúng. Hãy gõ %(code)s nếu muốn xóa thật.", code=member.code))
            )
        return EraseMember(member.id, idempotency_key=typed.one(KEY) or None)
