"""Printed cards to sign in by: the batch that was made, its file, and ending a card that was lost."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from labels.cards import SignInCard, cards_pdf, missing_letter
from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.people.account_queries import find_open_account
from ledger.coop.people.cards import Card, RevokeCard, read_batch, revoke_card
from ledger.coop.registers.members import names_of
from ledger.coop.registers.organisations import find_organisation
from signing.vault import Vault
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.accounts import ROLE_NAMES
from web.forms.form import KEY
from web.languages import _
from web.state import current

_GROUP = 5


@console.get("/tai-khoan/the/<batch>")
def card_batch(batch: str) -> ResponseReturnValue:
    """Cards that were made together, and their file."""
    check_role(MANAGEMENT)
    state = current()
    cards = state.ledger.read(read_batch, state.ledger.vault, actor(), batch, state.clock())
    names = state.ledger.read(_names, state.ledger.vault, actor(), cards)
    return render_template(
        "console/people/card_batch.html",
        cards=cards,
        names=names,
        unprintable=[(name, letter) for name in names.values() if (letter := missing_letter(name))],
        batch=batch,
        roles=ROLE_NAMES,
        back=url_for("console.accounts"),
    )


@console.get("/tai-khoan/the/<batch>/the.pdf")
def cards_file(batch: str) -> ResponseReturnValue:
    """The cards as PDF, ten on a sheet."""
    check_role(MANAGEMENT)
    state = current()
    cards = state.ledger.read(read_batch, state.ledger.vault, actor(), batch, state.clock())
    names = state.ledger.read(_names, state.ledger.vault, actor(), cards)
    organisation = state.ledger.read(find_organisation, actor().organisation).name
    pdf = cards_pdf(tuple(_paper(card, organisation, names) for card in cards))
    headers = {"Content-Disposition": 'attachment; filename="the-dang-nhap.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@console.route("/tai-khoan/<account_id>/huy-the", methods=["GET", "POST"])
def end_card(account_id: str) -> ResponseReturnValue:
    """End a card that was lost."""
    check_role(MANAGEMENT)
    found = current().ledger.read(find_open_account, actor(), account_id)
    page = FormPage(
        _("Hủy thẻ của %(login)s", login=found.login),
        (),
        _("Hủy thẻ"),
        url_for("console.one_account", account_id=account_id),
        lead=_("Thẻ cũ không mở được sổ nữa, máy nào đang mở bằng thẻ này phải đăng nhập lại."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: RevokeCard(account_id, idempotency_key=typed.one(KEY) or None),
        revoke_card,
        lambda _: url_for("console.one_account", account_id=account_id, xong=1),
    )


def _lacks_letters(name: str) -> bool:
    """Whether the name cannot be printed: then the login stands on the card, and nobody else's waits."""
    return missing_letter(name) is not None


def _paper(card: Card, organisation: str, names: dict[str, str]) -> SignInCard:
    name = names.get(card.member_id or "", card.login)
    groups = (card.secret[at : at + _GROUP] for at in range(0, len(card.secret), _GROUP))
    return SignInCard(
        url=f"{current().config.public_url}{url_for('console.card_sign_in')}#{card.secret}",
        organisation=organisation,
        name=card.login if _lacks_letters(name) else name,
        code=card.login if card.member_id in names else "",
        typed=" ".join(groups),
        remark=_("Giữ như chìa khóa nhà. Mất thẻ: báo ngay quản lý."),
    )


def _names(session: Session, vault: Vault, who: Actor, cards: tuple[Card, ...]) -> dict[str, str]:
    ids = [card.member_id for card in cards if card.member_id is not None]
    return names_of(session, vault, who.organisation, ids)
