"""Two more doors: a printed card, and a passkey."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import Actor
from ledger.coop.errors import CommandError, LoginError, PasskeyLoginError, PinNeededError
from ledger.coop.people.cards import check_card
from ledger.coop.people.passkeys import check_passkey, sign_in_options
from ledger.coop.people.pins import has_pin
from signing.passkeys import RelyingParty
from web.console import session
from web.console.blueprint import console
from web.console.pages import FormPage, read_form, show_form
from web.console.people.sign_in import guarded, wanted_page
from web.forms.accounts import ANSWER, CardForm
from web.forms.typed import Typed
from web.languages import _
from web.state import current

PARTY_NAME = "Sổ Gốc"


def relying_party() -> RelyingParty:
    """The site as passkeys know it."""
    return RelyingParty(current().config.public_url, PARTY_NAME)


@console.route("/dang-nhap/the", methods=["GET", "POST"])
def card_sign_in() -> ResponseReturnValue:
    """Check a card, with its holder's PIN where it asks for one, then open a session.

    The symbol's secret stands behind ``#`` in its address, so it is in no request line and no proxy's log,
    and, once the script took it over, in no history.
    """
    form = CardForm()
    page = _card_page(form, asks_pin=False)
    if request.method != "POST":
        return show_form(page)
    typed = read_form(page)
    try:
        actor = _check_card(form, typed)
    except PinNeededError as error:
        return show_form(_card_page(form, asks_pin=True), typed, error)
    except (CommandError, LoginError) as error:
        return show_form(page, typed, error)
    return session.sign_in(
        actor, redirect(_after_card(actor), 303), way="card", stays=bool(typed.one("stays"))
    )


@console.route("/dang-nhap/khoa", methods=["GET", "POST"])
def passkey_sign_in() -> ResponseReturnValue:
    """Check what a passkey signed, then open a session."""
    state, party = current(), relying_party()
    options = sign_in_options(state.ledger.vault, party, state.clock()) if party.is_usable else None
    page = FormPage(
        _("Vào bằng khóa trên máy"),
        (),
        _("Vào sổ"),
        url_for("console.sign_in"),
        template="console/people/sign_in_passkey.html",
        refused=_("Chưa vào được"),
        more={"options": options},
    )
    if request.method != "POST":
        return show_form(page)
    typed = read_form(page)
    database, vault = state.ledger.database, state.ledger.vault
    try:
        actor = guarded(lambda: check_passkey(database, vault, party, typed.one(ANSWER), state.clock()))
    except PasskeyLoginError as error:
        return show_form(page, Typed(), error)
    return session.sign_in(actor, redirect(wanted_page(), 303), way="passkey")


def _card_page(form: CardForm, *, asks_pin: bool) -> FormPage:
    inputs = tuple(item for item in form.inputs() if asks_pin or item.name != "pin")
    return FormPage(
        _("Vào sổ bằng thẻ"),
        inputs,
        _("Vào sổ"),
        url_for("console.sign_in"),
        template="console/people/sign_in_card.html",
        refused=_("Chưa vào được"),
    )


def _check_card(form: CardForm, typed: Typed) -> Actor:
    state, answers = current(), form.values(typed)
    database, vault = state.ledger.database, state.ledger.vault
    card, pin = answers["card"], answers["pin"] or ""
    return guarded(lambda: check_card(database, vault, card, pin, state.clock()))


def _after_card(actor: Actor) -> str:
    """Who has no PIN yet is asked to choose one; they may also put it off."""
    if current().ledger.read(has_pin, actor.account_id):
        return wanted_page()
    return url_for("console.own_pin", moi=1)
