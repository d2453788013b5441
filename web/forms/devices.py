"""The form of ending a device's key."""

from typing import Any

from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Option
from web.languages import _

REASONS = (
    Option("lost", _("Mất máy")),
    Option("superseded", _("Đổi máy khác")),
    Option("compromised", _("Nghi người khác dùng máy")),
    Option("retired", _("Không dùng nữa")),
)


class RevokeForm(Form[Any]):
    """Why a device signs no more."""

    reason = fields.pick(_("Vì sao"), options=REASONS)
