"""One's own account; and, for a manager, everybody's."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, OFFICE
from ledger.coop.people.account_queries import find_open_account, keys_of
from ledger.coop.people.accounts import (
    CloseAccount,
    add_account,
    change_secret,
    close_account,
)
from web.console.blueprint import PREFIX, console
from web.console.choices import member_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.accounts import AccountForm, OtherSecretForm, SecretForm
from web.forms.form import KEY
from web.languages import _
from web.state import current


@console.get("/tai-khoan")
def account() -> ResponseReturnValue:
    """Who is signed in, their organisation's code, and the way out."""
    ledger = current().ledger
    own = ledger.read(find_open_account, actor(), actor().account_id)
    return render_template(
        "console/people/account.html",
        own=own,
        keys=ledger.read(keys_of, ledger.vault, actor(), own.id),
        is_office=not actor().roles.isdisjoint(OFFICE),
        is_manager=not actor().roles.isdisjoint(MANAGEMENT),
        back=url_for("console.home"),
    )


@console.route("/tai-khoan/mat-khau", methods=["GET", "POST"])
def own_secret() -> ResponseReturnValue:
    """A new secret. It ends every session, this one too."""
    form = SecretForm()
    page = FormPage(
        _("Đổi mật khẩu"),
        form.inputs(),
        _("Đổi mật khẩu"),
        url_for("console.account"),
        lead=_("Đổi xong, mọi máy đang mở sổ đều phải đăng nhập lại."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, account_id=actor().account_id),
        change_secret,
        lambda _: f"{PREFIX}/dang-nhap",
    )


@console.route("/tai-khoan/them", methods=["GET", "POST"])
def add_login() -> ResponseReturnValue:
    """A new login."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    form = AccountForm()
    options = {"member_id": ledger.read(member_options, ledger.vault, actor())}
    page = FormPage(
        _("Thêm tài khoản"), form.inputs(options), _("Thêm tài khoản"), url_for("console.accounts")
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, organisation=actor().organisation),
        add_account,
        lambda added: url_for("console.accounts", moi=added.login),
    )


@console.route("/tai-khoan/<account_id>/mat-khau", methods=["GET", "POST"])
def other_secret(account_id: str) -> ResponseReturnValue:
    """A new secret for somebody who forgot theirs."""
    check_role(MANAGEMENT)
    other = current().ledger.read(find_open_account, actor(), account_id)
    form = OtherSecretForm()
    page = FormPage(
        _("Đặt lại mật khẩu cho %(login)s", login=other.login),
        form.inputs(),
        _("Đặt mật khẩu"),
        url_for("console.accounts"),
        lead=_("Nói mật khẩu mới cho người dùng, nhắc họ đổi lại ngay lần vào đầu."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, account_id=account_id),
        change_secret,
        lambda changed: url_for("console.accounts", moi=changed.login),
    )


@console.route("/tai-khoan/<account_id>/dong", methods=["GET", "POST"])
def close_login(account_id: str) -> ResponseReturnValue:
    """End a login."""
    check_role(MANAGEMENT)
    other = current().ledger.read(find_open_account, actor(), account_id)
    page = FormPage(
        _("Đóng tài khoản %(login)s", login=other.login),
        (),
        _("Đóng tài khoản"),
        url_for("console.accounts"),
        lead=_("Người này không đăng nhập được nữa. Những gì họ đã ghi vẫn còn trong sổ."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: CloseAccount(account_id=account_id, idempotency_key=typed.one(KEY) or None),
        close_account,
        lambda _: url_for("console.accounts"),
    )
