"""The door: signing in and out."""

from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue

from ledger.coop.actors import Actor
from ledger.coop.errors import CommandError, LoginError, PinNeededError
from ledger.coop.people.accounts import check_login
from ledger.coop.people.phone_logins import check_phone_login
from ledger.coop.people.phones import read_phone
from ledger.coop.people.pins import PIN_DIGITS
from ledger.coop.people.sessions import Way
from web.console import session
from web.console.blueprint import PREFIX, console
from web.console.pages import FormPage, read_form, show_form
from web.forms.accounts import SignInForm
from web.forms.typed import Typed
from web.languages import _
from web.security import client_address
from web.state import current


@console.route("/dang-nhap", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Check login and secret, then open a session. Whoever is signed in already goes on."""
    if request.method != "POST" and session.find_actor() is not None:
        return redirect(wanted_page(), 303)
    form = SignInForm()
    page = FormPage(
        _("Đăng nhập"),
        form.inputs(),
        _("Vào sổ"),
        "/",
        template="console/people/sign_in.html",
        refused=_("Chưa vào được"),
    )
    if request.method != "POST":
        return show_form(page)
    typed = read_form(page)
    try:
        actor = _check(form, typed)
    except (CommandError, LoginError) as error:
        return show_form(page, typed, error)
    way: Way = "pin" if is_phone_login(typed.one("login"), typed.one("secret")) else "password"
    return session.sign_in(actor, redirect(wanted_page(), 303), way=way, stays=bool(typed.one("stays")))


@console.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    return session.sign_out(redirect(f"{PREFIX}/dang-nhap", 303))


def is_phone_login(login: str, secret: str) -> bool:
    """Whether somebody typed a telephone number and a PIN: no password is as short as a PIN."""
    return read_phone(login) is not None and len(secret) == PIN_DIGITS


def guarded(check: Callable[[], Actor]) -> Actor:
    """The actor. Beside the lock per login, an address that keeps failing waits, whatever it tries."""
    wrong_logins = current().wrong_logins
    wrong_logins.check(client_address())
    try:
        return check()
    except PinNeededError:
        raise
    except LoginError:
        wrong_logins.take(client_address())
        raise


def _check(form: SignInForm, typed: Typed) -> Actor:
    state = current()
    answers = form.values(typed)
    login, secret, now = answers["login"], answers["secret"], state.clock()
    database, phone = state.ledger.database, read_phone(login)
    if phone is not None and is_phone_login(login, secret):
        return guarded(lambda: check_phone_login(database, state.ledger.vault, phone, secret, now))
    return guarded(lambda: check_login(database, login, secret, now))


def wanted_page() -> str:
    """Where the person was going: a path of the console, never another site."""
    wanted = request.args.get("ve", "")
    is_ours = wanted.startswith(f"{PREFIX}/") and "//" not in wanted and "\\" not in wanted
    return wanted if is_ours and wanted.isprintable() else f"{PREFIX}/"
