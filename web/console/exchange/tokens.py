"""Access for programs: made and shown once, seen in a list, ended at once."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange.access_tokens import (
    AccessToken,
    RevokeToken,
    find_token,
    make_token,
    revoke_token,
    show_token,
    tokens_of,
)
from ledger.coop.registers.partners import list_partners
from signing.vault import Vault
from web.console.blueprint import console
from web.console.choices import partner_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.exchange import SCOPE_OPTIONS, TokenForm
from web.forms.form import KEY
from web.languages import _
from web.state import current

NEW = "moi"
"""Stands in the address of a token that was just made: only there it is shown."""


@console.get("/ma-truy-cap")
def tokens() -> ResponseReturnValue:
    """Whose programs have access, to what, until when, and when they were last here."""
    check_role(MANAGEMENT)
    state = current()
    return render_template(
        "console/exchange/tokens.html",
        tokens=state.ledger.read(tokens_of, actor().organisation),
        partners=state.ledger.read(partner_names, state.ledger.vault, actor()),
        scopes=SCOPE_OPTIONS,
        now=state.clock(),
        back=url_for("console.exchange"),
    )


@console.route("/ma-truy-cap/them", methods=["GET", "POST"])
def add_token() -> ResponseReturnValue:
    """Access for a program. The answer is a secret, so a phone does not keep this form for later."""
    check_role(MANAGEMENT)
    state, form = current(), TokenForm()
    partners = state.ledger.read(partner_options, state.ledger.vault, actor())
    page = FormPage(
        _("Cấp mã truy cập"),
        form.inputs({"partner": partners}, {"scopes": ("query",), "days": "365"}),
        _("Cấp mã"),
        url_for("console.tokens"),
        lead=_("Một phần mềm một mã. Mã hiện ra một lần, chép ngay vào phần mềm ấy."),
        template="console/exchange/add_token.html",
    )
    return answer_form(
        page, form.parse, make_token, lambda made: url_for("console.token", token_id=made.id, moi="1")
    )


@console.get("/ma-truy-cap/<token_id>")
def token(token_id: str) -> ResponseReturnValue:
    """One of them."""
    check_role(MANAGEMENT)
    state = current()
    found = state.ledger.read(find_token, actor().organisation, token_id)
    return render_template(
        "console/exchange/token.html",
        token=found,
        secret=_secret(found),
        partners=state.ledger.read(partner_names, state.ledger.vault, actor()),
        scopes=SCOPE_OPTIONS,
        now=state.clock(),
        back=url_for("console.tokens"),
    )


@console.route("/ma-truy-cap/<token_id>/thu-hoi", methods=["GET", "POST"])
def end_access(token_id: str) -> ResponseReturnValue:
    """End one of them at once."""
    check_role(MANAGEMENT)
    found = current().ledger.read(find_token, actor().organisation, token_id)
    page = FormPage(
        _("Thu hồi mã của “%(label)s”", label=found.label),
        (),
        _("Thu hồi mã"),
        url_for("console.token", token_id=token_id),
        lead=_("Phần mềm này không hỏi, không ghi, không nhận gì được nữa, ngay từ bây giờ."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: RevokeToken(token_id=token_id, idempotency_key=typed.one(KEY) or None),
        revoke_token,
        lambda _: url_for("console.token", token_id=token_id),
    )


def partner_names(session: Session, vault: Vault, actor: Actor) -> Mapping[str, str]:
    """What the organisation's partners are called, by id."""
    return {partner.id: partner.name for partner in list_partners(session, vault, actor.organisation)}


def _secret(found: AccessToken) -> str | None:
    """The token itself, on the page to which its form led, for an hour at most."""
    state = current()
    if NEW not in request.args or found.revoked_at is not None:
        return None
    try:
        return state.ledger.read(show_token, state.ledger.vault, actor(), found.id, state.clock())
    except NotFoundError:
        return None
