"""What opens one's own account: PIN, passkeys, and the browsers that are signed in."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE
from ledger.coop.errors import NotFoundError
from ledger.coop.people.account_queries import Keys, keys_of
from ledger.coop.people.passkeys import (
    RemovePasskey,
    add_passkey,
    passkeys_of,
    registration_options,
    remove_passkey,
)
from ledger.coop.people.pins import SetPin, set_pin, take_own_attempt
from ledger.coop.people.sessions import EndSession, end_session, sessions_of
from web.console import session
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.people.doors import relying_party
from web.console.session import actor, check_role
from web.forms.accounts import OwnPinForm, PasskeyForm
from web.forms.form import KEY
from web.forms.inputs import Input
from web.forms.typed import Typed
from web.languages import _
from web.state import current

WAY_NAMES = {"password": _("mật khẩu"), "pin": _("mã PIN"), "card": _("thẻ"), "passkey": _("khóa trên máy")}


@console.route("/tai-khoan/pin", methods=["GET", "POST"])
def own_pin() -> ResponseReturnValue:
    """A PIN, to sign in by telephone number or with a card."""
    state, form = current(), OwnPinForm()
    keys = state.ledger.read(keys_of, state.ledger.vault, actor(), actor().account_id)
    is_first = "moi" in request.args
    lead = (
        _("Lần sau vào sổ bằng số điện thoại và 6 số này.")
        if keys.phone
        else _("Có mã PIN, thẻ mất cũng khó dùng.")
    )
    page = FormPage(
        _("Chọn mã PIN") if not keys.has_pin else _("Đổi mã PIN"),
        _asked(form, keys),
        _("Lưu mã PIN"),
        url_for("console.home") if is_first else url_for("console.account"),
        lead=lead,
        template="console/people/own_pin.html",
        more={"later": is_first},
    )

    def parse(typed: Typed) -> SetPin:
        # Counted before the use case looks, and outside of it: what a refused unit counts is lost.
        take_own_attempt(state.ledger.database, state.ledger.vault, actor(), state.clock())
        return form.parse(typed, account_id=actor().account_id)

    return answer_form(page, parse, set_pin, lambda _: page.back)


def _asked(form: OwnPinForm, keys: Keys) -> tuple[Input, ...]:
    """Whoever has a PIN or a password proves it first; who came by a card alone has nothing to prove."""
    current_one, new_one = form.inputs()
    if not keys.has_pin and not keys.has_password:
        return (new_one,)
    label = _("Mã PIN đang dùng") if keys.has_pin else _("Mật khẩu đang dùng")
    return (replace(current_one, label=label, required=True), new_one)


@console.get("/tai-khoan/may-dang-mo")
def sessions() -> ResponseReturnValue:
    """The browsers in which this account is signed in."""
    state = current()
    return render_template(
        "console/people/sessions.html",
        sessions=state.ledger.read(sessions_of, actor(), session.token(), state.clock()),
        ways=WAY_NAMES,
        back=url_for("console.account"),
    )


@console.post("/tai-khoan/may-dang-mo/<session_id>/dong")
def close_one_session(session_id: str) -> ResponseReturnValue:
    """Sign one of them out."""
    current().ledger.write(end_session, actor(), EndSession(session_id))
    return redirect(url_for("console.sessions"), 303)


@console.get("/tai-khoan/khoa")
def passkeys() -> ResponseReturnValue:
    """One's own passkeys."""
    check_role(OFFICE)
    return render_template(
        "console/people/passkeys.html",
        passkeys=current().ledger.read(passkeys_of, actor()),
        is_usable=relying_party().is_usable,
        back=url_for("console.account"),
    )


@console.route("/tai-khoan/khoa/them", methods=["GET", "POST"])
def add_own_passkey() -> ResponseReturnValue:
    """Make a passkey on this device."""
    check_role(OFFICE)
    state, party, form = current(), relying_party(), PasskeyForm()
    options = None
    if party.is_usable:
        options = state.ledger.read(registration_options, state.ledger.vault, actor(), party, state.clock())
    page = FormPage(
        _("Thêm khóa cho máy này"),
        form.inputs(),
        _("Tạo khóa"),
        url_for("console.passkeys"),
        lead=_("Lần sau mở sổ bằng vân tay, khuôn mặt hoặc mã khóa màn hình của máy, không cần mật khẩu."),
        template="console/people/add_passkey.html",
        more={"options": options},
    )
    return answer_form(
        page, lambda typed: form.parse(typed, origin=party.origin), add_passkey, lambda _: page.back
    )


@console.route("/tai-khoan/khoa/<passkey_id>/bo", methods=["GET", "POST"])
def remove_own_passkey(passkey_id: str) -> ResponseReturnValue:
    """Forget a passkey."""
    check_role(OFFICE)
    page = FormPage(
        _("Bỏ khóa này?"),
        (),
        _("Bỏ khóa"),
        url_for("console.passkeys"),
        lead=_("Máy đó không mở được sổ bằng khóa này nữa. Vẫn vào được bằng mật khẩu."),
        is_grave=True,
    )
    if all(one.id != passkey_id for one in current().ledger.read(passkeys_of, actor())):
        raise NotFoundError(_("khóa"), passkey_id)
    return answer_form(
        page,
        lambda typed: RemovePasskey(passkey_id, idempotency_key=typed.one(KEY) or None),
        remove_passkey,
        lambda _: page.back,
    )
