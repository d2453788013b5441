"""The form of ending a device's key."""

from typing import Any

from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import Option

REASONS = (
    Option("lost", "Mất máy"),
    Option("superseded", "Đổi máy khác"),
    Option("compromised", "Nghi người khác dùng máy"),
    Option("retired", "Không dùng nữa"),
)


class RevokeForm(Form[Any]):
    """Why a device signs no more."""

    reason = fields.pick("Vì sao", options=REASONS)
