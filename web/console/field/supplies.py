"""The stock of supplies: the list, one supply, what is bought, counted, gone, and what an entry used."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, OFFICE, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.supplies.amounts import format_amount, unit_name
from ledger.coop.supplies.catalogue import (
    KEEPERS,
    READERS,
    RetireSupply,
    SaveSupply,
    Supply,
    find_supply,
    retire_supply,
    save_supply,
)
from ledger.coop.supplies.counting import count_supply, spend_supply
from ledger.coop.supplies.moves import read_lots
from ledger.coop.supplies.purchases import WithdrawPurchase, buy_supply, withdraw_purchase
from ledger.coop.supplies.stock import (
    PurchaseLine,
    expired_stock,
    find_purchase,
    open_uses,
    read_stock,
    read_supply,
)
from ledger.coop.supplies.uses import find_supply_of_use, state_use
from web.console.blueprint import console
from web.console.choices import partner_options, product_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date
from web.forms.form import KEY
from web.forms.inputs import Option
from web.forms.supplies import (
    KIND_NAMES,
    BuyForm,
    CountForm,
    SpendForm,
    SupplyForm,
    UseForm,
)
from web.languages import _
from web.state import current

MOVE_NAMES = {
    "bought": _("Mua vào"),
    "used": _("Dùng theo nhật ký"),
    "returned": _("Trả lại vì nhật ký sửa"),
    "spent": _("Xuất khác"),
    "counted": _("Kiểm kê"),
    "settled": _("Bù lượng dùng trước khi ghi mua"),
    "withdrawn": _("Bỏ lần mua ghi nhầm"),
}


@console.get("/vat-tu")
def supplies() -> ResponseReturnValue:
    """What there is, by name; first what needs a look."""
    check_role(READERS)
    state, who = current(), actor()
    kind, like = request.args.get("loai", ""), request.args.get("tim", "")[:60]
    retired = "ngung" in request.args
    number = request.args.get("trang", 1, int)
    page = state.ledger.read(
        read_stock, who, kind=kind if kind in KIND_NAMES else "", like=like, retired=retired, number=number
    )
    return render_template(
        "console/field/supplies.html",
        page=page,
        kind=kind,
        like=like,
        retired=retired,
        kind_names=KIND_NAMES,
        amount=format_amount,
        uses=state.ledger.read(open_uses, who),
        expired=state.ledger.read(expired_stock, who, state.today),
        today=state.today,
        may_keep=not who.roles.isdisjoint(KEEPERS),
        back=url_for("console.home"),
    )


@console.route("/vat-tu/them", methods=["GET", "POST"])
def add_supply() -> ResponseReturnValue:
    """A new supply; ``ten`` is what a diary entry called it."""
    check_role(KEEPERS)
    known = {"name": request.args.get("ten", "")[:120], "kind": request.args.get("loai", "")[:20]}
    return _ask_supply(_("Thêm vật tư"), None, known, url_for("console.supplies"))


@console.get("/vat-tu/<supply_id>")
def supply(supply_id: str) -> ResponseReturnValue:
    """One supply: its lots, what came and went."""
    check_role(READERS)
    state, who = current(), actor()
    page = state.ledger.read(read_supply, state.ledger.vault, who, supply_id)
    return render_template(
        "console/field/supply.html",
        page=page,
        kind_names=KIND_NAMES,
        move_names=MOVE_NAMES,
        amount=format_amount,
        today=state.today,
        is_changed="moi" in request.args,
        may_keep=not who.roles.isdisjoint(KEEPERS),
        in_office=not who.roles.isdisjoint(OFFICE),
        back=url_for("console.supplies"),
    )


@console.route("/vat-tu/<supply_id>/sua", methods=["GET", "POST"])
def change_supply(supply_id: str) -> ResponseReturnValue:
    """Another name, what the label says."""
    check_role(KEEPERS)
    found = _find(supply_id)
    known: dict[str, str | tuple[str, ...]] = {
        "name": found.name,
        "kind": found.kind,
        "unit": found.unit,
        "active_ingredient": found.active_ingredient or "",
        "registration_no": found.registration_no or "",
        "products": found.products,
    }
    return _ask_supply(_("Sửa vật tư"), found.id, known, url_for("console.supply", supply_id=found.id))


@console.post("/vat-tu/<supply_id>/ngung")
def stop_supply(supply_id: str) -> ResponseReturnValue:
    """Offer a supply no longer."""
    check_role(KEEPERS)
    current().ledger.write(retire_supply, actor(), RetireSupply(supply_id))
    return redirect(url_for("console.supply", supply_id=supply_id), 303)


@console.post("/vat-tu/<supply_id>/dung-lai")
def resume_supply(supply_id: str) -> ResponseReturnValue:
    """Offer a supply again."""
    check_role(KEEPERS)
    current().ledger.write(retire_supply, actor(), RetireSupply(supply_id, again=True))
    return redirect(url_for("console.supply", supply_id=supply_id), 303)


@console.route("/vat-tu/<supply_id>/mua", methods=["GET", "POST"])
def purchase_supply(supply_id: str) -> ResponseReturnValue:
    """Something was bought."""
    check_role(KEEPERS)
    found, state = _find(supply_id), current()
    form = BuyForm(found)
    options = {"supplier": state.ledger.read(partner_options, state.ledger.vault, actor())}
    return _ask_amount(_("Ghi mua"), _("Ghi mua"), found, form, buy_supply, day="bought_on", options=options)


@console.route("/vat-tu/<supply_id>/kiem-ke", methods=["GET", "POST"])
def recount_supply(supply_id: str) -> ResponseReturnValue:
    """What is really there."""
    check_role(KEEPERS)
    found = _find(supply_id)
    options = {"lot": _lot_options(found)}
    return _ask_amount(
        _("Kiểm kê"),
        _("Ghi kiểm kê"),
        found,
        CountForm(found),
        count_supply,
        day="counted_on",
        options=options,
    )


@console.route("/vat-tu/<supply_id>/xuat", methods=["GET", "POST"])
def use_supply(supply_id: str) -> ResponseReturnValue:
    """Something went without a diary entry."""
    check_role(KEEPERS)
    found = _find(supply_id)
    options = {"lot": _lot_options(found)}
    return _ask_amount(
        _("Xuất khác"),
        _("Ghi xuất khác"),
        found,
        SpendForm(found),
        spend_supply,
        day="spent_on",
        options=options,
    )


@console.route("/vat-tu/mua/<purchase_id>/bo", methods=["GET", "POST"])
def drop_purchase(purchase_id: str) -> ResponseReturnValue:
    """A purchase was entered by mistake."""
    check_role(KEEPERS)
    state = current()
    line = state.ledger.read(_find_purchase, actor(), purchase_id)
    page = FormPage(
        _("Bỏ lần mua ghi nhầm"),
        (),
        _("Bỏ lần mua này"),
        url_for("console.supplies"),
        lead=_("Lần mua ngày %(on)s. Lượng đã nhập sẽ trừ khỏi kho.", on=format_date(line.on)),
        is_grave=True,
        refused=_("Chưa bỏ được"),
    )
    return answer_form(
        page,
        lambda typed: WithdrawPurchase(id=line.id, idempotency_key=typed.one(KEY) or None),
        withdraw_purchase,
        lambda gone: url_for("console.supply", supply_id=gone.supply, moi=1),
    )


@console.route("/vat-tu/dung/<int:index>", methods=["GET", "POST"])
def say_use(index: int) -> ResponseReturnValue:
    """How much a diary entry used."""
    check_role(FIELD_WORK | KEEPERS)
    found = current().ledger.read(_find_used, actor(), index)
    form = UseForm(found)
    page = FormPage(
        _("Đã dùng bao nhiêu %(name)s?", name=found.name),
        _in_unit(form.inputs(), found),
        _("Ghi lượng đã dùng"),
        url_for("console.entry", index=index),
        lead=_("Theo dòng số %(index)s. Chỉ ghi vào kho của hợp tác xã, không lên trang tem.", index=index),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, index=index),
        state_use,
        lambda said: url_for("console.entry", index=said.index),
    )


def _find(supply_id: str) -> Supply:
    return current().ledger.read(find_supply, actor(), supply_id)


def _find_used(session: Session, who: Actor, index: int) -> Supply:
    return find_supply(session, who, find_supply_of_use(session, who, index).id)


def _find_purchase(session: Session, who: Actor, purchase_id: str) -> PurchaseLine:
    found = find_purchase(session, current().ledger.vault, who, purchase_id)
    if found is None:
        raise NotFoundError(_("lần mua"), purchase_id)
    return found


def _lot_options(supply: Supply) -> tuple[Option, ...]:
    """The lots to choose from; a single one need not be chosen."""
    lots = [lot for lot in current().ledger.read(read_lots, supply.id) if lot.left]
    if len(lots) < 2:
        return ()
    return tuple(
        Option(
            lot.id,
            _("Lô %(code)s", code=lot.code) if lot.code else _("Không rõ số lô"),
            _("còn %(left)s", left=format_amount(lot.left, supply.unit))
            + (_(", hạn %(expires_on)s", expires_on=format_date(lot.expires_on)) if lot.expires_on else ""),
        )
        for lot in lots
    )


def _in_unit(inputs: tuple[Any, ...], supply: Supply) -> tuple[Any, ...]:
    """The questions with the unit of the supply behind its amounts."""
    return tuple(
        replace(item, unit=_(unit_name(supply.unit))) if item.name in {"amount", "counted"} else item
        for item in inputs
    )


def _ask_supply(title: str, supply_id: str | None, known: dict[str, Any], back: str) -> ResponseReturnValue:
    form = SupplyForm()
    options = {"products": current().ledger.read(product_options, actor())}
    page = FormPage(
        title,
        form.inputs(options, known),
        _("Lưu vật tư"),
        back,
        lead=_("Kho vật tư chỉ hợp tác xã xem được. Riêng tên vật tư hiện trong nhật ký."),
        refused=_("Chưa lưu được"),
    )

    def parse(typed: Any) -> SaveSupply:
        return form.parse(typed, id=supply_id)

    return answer_form(
        page, parse, save_supply, lambda saved: url_for("console.supply", supply_id=saved.id, moi=1)
    )


def _ask_amount(
    title: str,
    action: str,
    found: Supply,
    form: Any,
    verb: Callable[..., Any],
    *,
    day: str,
    options: dict[str, tuple[Option, ...]],
) -> ResponseReturnValue:
    page = FormPage(
        f"{title}: {found.name}",
        _in_unit(form.inputs(options, {day: current().today.isoformat()}), found),
        action,
        url_for("console.supply", supply_id=found.id),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, supply=found.id),
        verb,
        lambda _: url_for("console.supply", supply_id=found.id, moi=1),
    )
