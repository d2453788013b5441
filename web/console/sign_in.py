"""The door: signing in and out."""

import os
import time

from flask import current_app, redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.actors import Actor
from ledger.coop.errors import CommandError, LoginError
from ledger.coop.people.accounts import check_login
from web.console import session
from web.console.blueprint import PREFIX, console
from web.console.pages import FormPage, read_form, show_form
from web.forms.accounts import SignInForm
from web.forms.typed import Typed
from web.limits import RateLimit
from web.security import client_address
from web.state import current

WRONG_LOGINS = "sogoc-wrong-logins"
"""Failures by address, counted in this process: one office behind one address still gets in."""


@console.record_once
def count_wrong_logins(setup: BlueprintSetupState) -> None:
    """Give the application its counter."""
    setup.app.extensions[WRONG_LOGINS] = RateLimit(
        per_minute=20, burst=30, secret=os.urandom(32), clock=time.monotonic
    )


@console.route("/dang-nhap", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Check login and secret, then open a session. Whoever is signed in already goes on."""
    if request.method != "POST" and session.find_actor() is not None:
        return redirect(_wanted_page(), 303)
    form = SignInForm()
    page = FormPage(
        "Đăng nhập", form.inputs(), "Vào sổ", "/", template="console/sign_in.html", refused="Chưa vào được"
    )
    if request.method != "POST":
        return show_form(page)
    typed = read_form(page)
    try:
        actor = _check(form, typed)
    except (CommandError, LoginError) as error:
        return show_form(page, typed, error)
    return session.sign_in(actor, redirect(_wanted_page(), 303))


@console.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    return session.sign_out(redirect(f"{PREFIX}/dang-nhap", 303))


def _check(form: SignInForm, typed: Typed) -> Actor:
    """The actor. Beside the lock per login, an address that keeps failing waits, whatever it tries."""
    state, wrong_logins = current(), current_app.extensions[WRONG_LOGINS]
    wrong_logins.check(client_address())
    answers = form.values(typed)
    try:
        return check_login(state.ledger.database, answers["login"], answers["secret"], state.clock())
    except LoginError:
        wrong_logins.take(client_address())
        raise


def _wanted_page() -> str:
    """Where the person was going: a path of the console, never another site."""
    wanted = request.args.get("ve", "")
    is_ours = wanted.startswith(f"{PREFIX}/") and "//" not in wanted and "\\" not in wanted
    return wanted if is_ours and wanted.isprintable() else f"{PREFIX}/"
