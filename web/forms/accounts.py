"""Forms about logins: signing in, a new account, a new secret."""

from typing import Any

from ledger.coop.actors import Role
from ledger.coop.people.accounts import ChangeSecret, CreateAccount
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed

ROLE_NAMES = {
    Role.GROWER: Option(Role.GROWER, "Người sản xuất", "Ghi nhật ký ở ruộng, ao, chuồng"),
    Role.RECORDER: Option(Role.RECORDER, "Người ghi hộ", "Ghi thay cho thành viên khác"),
    Role.TEAM_LEAD: Option(Role.TEAM_LEAD, "Tổ trưởng", "Ghi nhật ký, đóng gói, giao hàng"),
    Role.PACKER: Option(Role.PACKER, "Người đóng gói", "Đóng gói, ký lô, in và kích hoạt tem"),
    Role.ACCOUNTANT: Option(Role.ACCOUNTANT, "Kế toán", "Sổ sách, đối tác, giao hàng"),
    Role.MANAGER: Option(Role.MANAGER, "Quản lý", "Mọi việc, kể cả thu hồi và đính chính"),
    Role.DISTRIBUTOR: Option(Role.DISTRIBUTOR, "Nhà phân phối", "Nhận hàng và ký nhận"),
    Role.ALLIANCE: Option(Role.ALLIANCE, "Liên minh", "Xem số liệu chung"),
}
_GIVEN_BY_MANAGERS = tuple(option for role, option in ROLE_NAMES.items() if role is not Role.ALLIANCE)


class SignInForm(Form[Any]):
    """Login and secret; makes no command."""

    login = fields.text("Tên đăng nhập", kind=InputKind.CODE, autocomplete="username")
    secret = fields.text("Mật khẩu", kind=InputKind.SECRET, autocomplete="current-password")


class AccountForm(Form[CreateAccount]):
    """A new login in the own organisation."""

    command = CreateAccount
    login = fields.text(
        "Tên đăng nhập", kind=InputKind.CODE, help="Chữ không dấu, số, dấu chấm. Ví dụ: anh.tu"
    )
    secret = fields.text(
        "Mật khẩu", kind=InputKind.SECRET, autocomplete="new-password", help="Từ 8 ký tự trở lên."
    )
    roles = fields.picks("Được làm việc gì", options=_GIVEN_BY_MANAGERS)
    member_id = fields.pick("Là thành viên nào", required=False)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers; roles that do not exist are left out."""
        found = super().values(typed)
        return {**found, "roles": frozenset(Role(role) for role in found["roles"] if role in set(Role))}


class SecretForm(Form[ChangeSecret]):
    """A new secret of one's own account."""

    command = ChangeSecret
    old_secret = fields.text("Mật khẩu đang dùng", kind=InputKind.SECRET, autocomplete="current-password")
    new_secret = fields.text(
        "Mật khẩu mới", kind=InputKind.SECRET, autocomplete="new-password", help="Từ 8 ký tự trở lên."
    )


class OtherSecretForm(Form[ChangeSecret]):
    """A new secret that a manager gives somebody who forgot theirs."""

    command = ChangeSecret
    new_secret = fields.text(
        "Mật khẩu mới", kind=InputKind.SECRET, autocomplete="new-password", help="Từ 8 ký tự trở lên."
    )
