"""Everybody's accounts, for a manager: who has which, what opens it, and many new ones at once."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.account_lists import AddPeople, add_people, read_people_sheet
from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.people.account_queries import (
    accounts_of,
    accounts_with_card,
    find_open_account,
    keys_of,
    shut_out,
)
from ledger.coop.people.accounts import Account
from ledger.coop.people.cards import CardBatch, make_cards
from ledger.coop.people.phone_logins import set_phone
from ledger.coop.people.pins import set_pin
from ledger.coop.people.roles import change_roles
from ledger.coop.registers.members import names_of
from signing.vault import Vault
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.accounts import ROLE_NAMES, CardsForm, OtherPinForm, PeopleForm, PhoneForm, RolesForm
from web.forms.form import KEY
from web.forms.inputs import Option
from web.forms.typed import Typed
from web.languages import _
from web.state import current

PAGE = 50
AGAIN = _("đã có thẻ, in lại thì thẻ cũ hết dùng")


@console.get("/tai-khoan/tat-ca")
def accounts() -> ResponseReturnValue:
    """Everybody's logins, fifty a page, by login."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    listed = ledger.read(accounts_of, actor().organisation)
    first = min(max(request.args.get("tu", 0, type=int), 0), max(len(listed) - 1, 0)) // PAGE * PAGE
    shown = listed[first : first + PAGE]
    return render_template(
        "console/people/accounts.html",
        accounts=shown,
        count=len(listed),
        shut_out=ledger.read(shut_out, actor().organisation),
        earlier=first - PAGE if first else None,
        later=first + PAGE if first + PAGE < len(listed) else None,
        members=ledger.read(_names, ledger.vault, actor(), shown),
        roles=ROLE_NAMES,
        new=request.args.get("moi"),
        back=url_for("console.account"),
    )


@console.get("/tai-khoan/<account_id>")
def one_account(account_id: str) -> ResponseReturnValue:
    """What somebody is trusted with, and what opens their account."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    found = ledger.read(find_open_account, actor(), account_id)
    return render_template(
        "console/people/one_account.html",
        account=found,
        name=ledger.read(_names, ledger.vault, actor(), (found,)).get(found.member_id or "", ""),
        keys=ledger.read(keys_of, ledger.vault, actor(), account_id),
        roles=ROLE_NAMES,
        is_own=account_id == actor().account_id,
        done="xong" in request.args,
        back=url_for("console.accounts"),
    )


@console.route("/tai-khoan/<account_id>/viec", methods=["GET", "POST"])
def roles_of_account(account_id: str) -> ResponseReturnValue:
    """What somebody is trusted with from now on."""
    found, form = _find(account_id), RolesForm()
    page = FormPage(
        _("Việc của %(login)s", login=found.login),
        form.inputs(defaults={"roles": tuple(role.value for role in found.roles)}),
        _("Lưu"),
        url_for("console.one_account", account_id=account_id),
        lead=_("Một người làm được nhiều việc. Quyền mới có ngay từ trang kế tiếp họ mở."),
    )
    return answer_form(
        page, lambda typed: form.parse(typed, account_id=account_id), change_roles, _done(account_id)
    )


@console.route("/tai-khoan/<account_id>/so-dien-thoai", methods=["GET", "POST"])
def phone_of_account(account_id: str) -> ResponseReturnValue:
    """The telephone number that opens an account."""
    found, form, ledger = _find(account_id), PhoneForm(), current().ledger
    phone = ledger.read(keys_of, ledger.vault, actor(), account_id).phone
    page = FormPage(
        _("Số điện thoại của %(login)s", login=found.login),
        form.inputs(defaults={"phone": phone or ""}),
        _("Lưu"),
        url_for("console.one_account", account_id=account_id),
        lead=_("Người này vào sổ bằng số điện thoại và mã PIN. Số được mã hóa, không lên trang tem."),
        template="console/people/ask_each.html",
    )
    return answer_form(
        page, lambda typed: form.parse(typed, account_id=account_id), set_phone, _done(account_id)
    )


@console.route("/tai-khoan/<account_id>/pin", methods=["GET", "POST"])
def pin_of_account(account_id: str) -> ResponseReturnValue:
    """A new PIN for somebody who forgot theirs."""
    found, form = _find(account_id), OtherPinForm()
    page = FormPage(
        _("Đặt mã PIN cho %(login)s", login=found.login),
        form.inputs(),
        _("Đặt mã PIN"),
        url_for("console.one_account", account_id=account_id),
        lead=_("Nói mã cho người dùng, nhắc họ đổi ngay lần vào đầu. Các máy đang mở sổ phải đăng nhập lại."),
    )
    return answer_form(
        page, lambda typed: form.parse(typed, account_id=account_id), set_pin, _done(account_id)
    )


@console.route("/tai-khoan/them-nhieu", methods=["GET", "POST"])
def add_many() -> ResponseReturnValue:
    """Members with accounts and cards from a pasted list."""
    check_role(MANAGEMENT)
    form = PeopleForm()
    return answer_form(_many_page(form), form.parse, add_people, _to_batch)


@console.route("/tai-khoan/them-tu-tep", methods=["POST"])
def add_many_from_file() -> ResponseReturnValue:
    """The same from an XLSX or CSV file."""
    check_role(MANAGEMENT)

    def parse(typed: Typed) -> AddPeople:
        sent = request.files.get("file")
        data = sent.read() if sent is not None else b""
        if not data:
            raise CommandError(Problem("file", _("Hãy chọn tệp Excel (.xlsx) hoặc CSV.")))
        people = read_people_sheet(data)
        key = typed.one(KEY) or None
        return AddPeople(people, bool(typed.one("asks_pin")), idempotency_key=key)

    return answer_form(_many_page(PeopleForm()), parse, add_people, _to_batch)


@console.route("/tai-khoan/in-the", methods=["GET", "POST"])
def choose_cards() -> ResponseReturnValue:
    """For whom cards are printed. A new card ends the one before."""
    check_role(MANAGEMENT)
    ledger, form = current().ledger, CardsForm()
    listed = ledger.read(accounts_of, actor().organisation)
    names = ledger.read(_names, ledger.vault, actor(), listed)
    with_card = ledger.read(accounts_with_card, actor().organisation)
    only = request.args.get("cho")
    options = tuple(
        Option(one.id, names.get(one.member_id or "", one.login), AGAIN if one.id in with_card else "")
        for one in listed
        if only in (None, one.id)
    )
    without = tuple(one.value for one in options if only or one.value not in with_card)
    page = FormPage(
        _("In thẻ đăng nhập"),
        form.inputs({"account_ids": options}, {"account_ids": without}),
        _("Làm thẻ"),
        url_for("console.accounts"),
        lead=_("Mỗi người một thẻ có mã QR. Người giữ thẻ quét bằng điện thoại là vào được sổ."),
        template="console/people/ask_each.html",
    )
    return answer_form(page, form.parse, make_cards, _to_batch)


def _many_page(form: PeopleForm) -> FormPage:
    return FormPage(
        _("Thêm nhiều người"),
        form.inputs(),
        _("Thêm và làm thẻ"),
        url_for("console.accounts"),
        lead=_("Dán từ bảng tính, hoặc gõ mỗi người một dòng. Sai chỗ nào máy chỉ chỗ đó, đúng hết mới ghi."),
        refused=_("Chưa thêm ai"),
        template="console/people/add_many.html",
    )


def _to_batch(batch: CardBatch) -> str:
    return url_for("console.card_batch", batch=batch.id)


def _done(account_id: str) -> Callable[[object], str]:
    return lambda _: url_for("console.one_account", account_id=account_id, xong=1)


def _find(account_id: str) -> Account:
    check_role(MANAGEMENT)
    found: Account = current().ledger.read(find_open_account, actor(), account_id)
    return found


def _names(session: Session, vault: Vault, who: Actor, shown: tuple[Account, ...]) -> dict[str, str]:
    """Names of the members behind these accounts, by member id."""
    ids = [one.member_id for one in shown if one.member_id is not None]
    return names_of(session, vault, who.organisation, ids)
