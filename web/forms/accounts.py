"""Forms about logins: signing in, a new account, a new secret."""

from typing import Any

from ledger.coop.account_lists import AddPeople, read_people
from ledger.coop.actors import Role
from ledger.coop.people.accounts import ChangeSecret, CreateAccount
from ledger.coop.people.cards import MakeCards
from ledger.coop.people.passkeys import AddPasskey
from ledger.coop.people.phone_logins import SetPhone
from ledger.coop.people.pins import SetPin
from ledger.coop.people.roles import ChangeRoles
from web.forms import fields
from web.forms.form import Form
from web.forms.inputs import InputKind, Option
from web.forms.typed import Typed
from web.languages import _

ROLE_NAMES = {
    Role.GROWER: Option(Role.GROWER, _("Người sản xuất"), _("Ghi nhật ký ở ruộng, ao, chuồng")),
    Role.RECORDER: Option(Role.RECORDER, _("Người ghi hộ"), _("Ghi thay cho thành viên khác")),
    Role.TEAM_LEAD: Option(Role.TEAM_LEAD, _("Tổ trưởng"), _("Ghi nhật ký, đóng gói, giao hàng")),
    Role.PACKER: Option(Role.PACKER, _("Người đóng gói"), _("Đóng gói, ký lô, in và kích hoạt tem")),
    Role.ACCOUNTANT: Option(Role.ACCOUNTANT, _("Kế toán"), _("Sổ sách, đối tác, giao hàng")),
    Role.MANAGER: Option(Role.MANAGER, _("Quản lý"), _("Mọi việc, kể cả thu hồi và đính chính")),
    Role.DISTRIBUTOR: Option(Role.DISTRIBUTOR, _("Nhà phân phối"), _("Nhận hàng và ký nhận")),
    Role.ALLIANCE: Option(Role.ALLIANCE, _("Liên minh"), _("Xem số liệu chung")),
}
ANSWER = "answer"
"""The hidden field with what the browser's passkey answered, as JSON."""
PIN_HELP = _("6 chữ số, đừng dùng số dễ đoán như 123456.")
CARD_WITH_PIN = (Option("1", _("Quét thẻ xong hỏi thêm mã PIN"), _("Quản lý và kế toán luôn được hỏi")),)
_GIVEN_BY_MANAGERS = tuple(option for role, option in ROLE_NAMES.items() if role is not Role.ALLIANCE)
OWN_DEVICE = (Option("1", _("Điện thoại của riêng tôi"), _("Không hỏi lại trong 30 ngày")),)


class SignInForm(Form[Any]):
    """Login and secret; makes no command."""

    login = fields.text(_("Số điện thoại hoặc tên đăng nhập"), kind=InputKind.CODE, autocomplete="username")
    secret = fields.text(_("Mã PIN hoặc mật khẩu"), kind=InputKind.SECRET, autocomplete="current-password")
    stays = fields.picks(_("Máy này"), required=False, options=OWN_DEVICE)


class CardForm(Form[Any]):
    """What a printed card opens the book with; makes no command."""

    card = fields.text(_("Mã trên thẻ"), kind=InputKind.CODE, help=_("26 chữ và số in dưới cùng của thẻ."))
    pin = fields.text(_("Mã PIN"), kind=InputKind.SECRET, required=False, autocomplete="current-password")
    stays = fields.picks(_("Máy này"), required=False, options=OWN_DEVICE)


class AccountForm(Form[CreateAccount]):
    """A new login in the own organisation."""

    command = CreateAccount
    login = fields.text(
        _("Tên đăng nhập"), kind=InputKind.CODE, help=_("Chữ không dấu, số, dấu chấm. Ví dụ: anh.tu")
    )
    secret = fields.text(
        _("Mật khẩu"), kind=InputKind.SECRET, autocomplete="new-password", help=_("Từ 8 ký tự trở lên.")
    )
    roles = fields.picks(_("Được làm việc gì"), options=_GIVEN_BY_MANAGERS)
    member_id = fields.pick(_("Là thành viên nào"), required=False)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers; roles that do not exist are left out."""
        found = super().values(typed)
        return {**found, "roles": frozenset(Role(role) for role in found["roles"] if role in set(Role))}


class SecretForm(Form[ChangeSecret]):
    """A new secret of one's own account."""

    command = ChangeSecret
    old_secret = fields.text(_("Mật khẩu đang dùng"), kind=InputKind.SECRET, autocomplete="current-password")
    new_secret = fields.text(
        _("Mật khẩu mới"), kind=InputKind.SECRET, autocomplete="new-password", help=_("Từ 8 ký tự trở lên.")
    )


class OtherSecretForm(Form[ChangeSecret]):
    """A new secret that a manager gives somebody who forgot theirs."""

    command = ChangeSecret
    new_secret = fields.text(
        _("Mật khẩu mới"), kind=InputKind.SECRET, autocomplete="new-password", help=_("Từ 8 ký tự trở lên.")
    )


class RolesForm(Form[ChangeRoles]):
    """What an account is trusted with from now on."""

    command = ChangeRoles
    roles = fields.picks(_("Được làm việc gì"), options=_GIVEN_BY_MANAGERS)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers; roles that do not exist are left out."""
        found = super().values(typed)
        return {**found, "roles": frozenset(Role(role) for role in found["roles"] if role in set(Role))}


class PhoneForm(Form[SetPhone]):
    """The telephone number that opens an account."""

    command = SetPhone
    phone = fields.text(
        _("Số điện thoại để đăng nhập"),
        kind=InputKind.TELEPHONE,
        required=False,
        help=_("Để trống thì số điện thoại không mở được tài khoản này nữa."),
    )


class OwnPinForm(Form[SetPin]):
    """A PIN that somebody chooses for themselves."""

    command = SetPin
    current = fields.text(
        _("Mã PIN hoặc mật khẩu đang dùng"),
        kind=InputKind.SECRET,
        autocomplete="current-password",
        required=False,
    )
    pin = fields.text(_("Mã PIN mới"), kind=InputKind.SECRET, autocomplete="new-password", help=PIN_HELP)


class OtherPinForm(Form[SetPin]):
    """A PIN that a manager gives somebody."""

    command = SetPin
    pin = fields.text(_("Mã PIN mới"), kind=InputKind.SECRET, autocomplete="new-password", help=PIN_HELP)


class PeopleForm(Form[AddPeople]):
    """Many people at once, a line each."""

    command = AddPeople
    people = fields.text(
        _("Danh sách"),
        kind=InputKind.LONG_TEXT,
        help=_(
            "Mỗi người một dòng: họ tên; số điện thoại; việc. "
            "Ví dụ: Lê Thị Hoa; 0912 345 678; tổ trưởng, đóng gói"
        ),
    )
    asks_pin = fields.picks(_("Thẻ đăng nhập"), required=False, options=CARD_WITH_PIN)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, the list read. Raises ``SheetError``."""
        found = super().values(typed)
        return {"people": read_people(found["people"]), "asks_pin": bool(found["asks_pin"])}


class CardsForm(Form[MakeCards]):
    """For whom cards are printed."""

    command = MakeCards
    account_ids = fields.picks(_("In thẻ cho ai"))
    asks_pin = fields.picks(_("Thẻ đăng nhập"), required=False, options=CARD_WITH_PIN)

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers."""
        found = super().values(typed)
        return {**found, "asks_pin": bool(found["asks_pin"])}


class PasskeyForm(Form[AddPasskey]):
    """A name for a passkey, and what the browser answered."""

    command = AddPasskey
    name = fields.text(_("Đặt tên cho máy này"), help=_("Ví dụ: Điện thoại Samsung, máy tính văn phòng."))

    def values(self, typed: Typed) -> dict[str, Any]:
        """The answers, with the hidden one. Raises ``CommandError``."""
        return {**super().values(typed), "answer": typed.one(ANSWER)}
