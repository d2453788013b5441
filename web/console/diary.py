"""The diary: the form of any step of a season or a lot, and of goods that come in from outside."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import FIELD_WORK, WORKSHOP, Role
from ledger.coop.errors import NotFoundError
from ledger.coop.field.diary import ELSEWHERE, LOT_WORK, record_step
from ledger.coop.field.harvesting import harvest
from ledger.coop.field.intake import take_in
from ledger.coop.lots import find_held_lot, template_of
from ledger.coop.queries import seasons_open
from ledger.coop.registers.products import find_product, list_products
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import LotKind
from ledger.trace.templates import TEMPLATES, Step, Template, template
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stations import step_address, step_icon
from web.forms.work import HarvestForm, RecordForm, StepForm, TakeInForm
from web.state import current

INTAKES = frozenset({"raw_intake", "receiving"})
"""Steps by which goods come in that nobody in this system sent."""


@console.get("/viec/<step_code>")
def choose_season(step_code: str) -> ResponseReturnValue:
    """In which season the work was done; the only one goes on by itself."""
    check_role(FIELD_WORK)
    state = current()
    cards = [
        card
        for card in state.ledger.read(seasons_open, actor(), state.today)
        if any(step.code == step_code for step in TEMPLATES[card.template].steps)
    ]
    if not cards:
        raise NotFoundError("việc", step_code)
    step = template(cards[0].template).step(step_code)
    if len(cards) == 1:
        return redirect(step_address(step, cards[0].lot), 303)
    links = [(card, step_address(template(card.template).step(step_code), card.lot)) for card in cards]
    return render_template(
        "console/choose_season.html",
        step=step,
        links=links,
        picture=step_icon(step_code),
        back=url_for("console.home"),
    )


@console.route("/viec/<step_code>/<lot:lot>", methods=["GET", "POST"])
def record(step_code: str, lot: str) -> ResponseReturnValue:
    """The form of one step of a season or a lot."""
    check_role(LOT_WORK)
    state = current()
    own = state.ledger.read(find_held_lot, actor(), lot)
    sector: Template = state.ledger.read(template_of, own)
    step = sector.step(step_code)
    is_season = own.kind is LotKind.SEASON
    if step.code in ELSEWHERE or step.level not in ({"unit", "creates_batch"} if is_season else {"batch"}):
        raise NotFoundError("việc", step_code)
    form = _form(step, is_season=is_season)
    takes = step.level == "creates_batch"
    verb: Callable[..., Any] = harvest if takes else record_step
    given = {"season" if takes else "lot": lot, "step": step_code}
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        step.name_vi,
        form.inputs(options, _defaults(is_season=is_season)),
        "Ghi vào sổ",
        url_for("console.season", season=lot) if is_season else url_for("console.lot", lot=lot),
        lead=f"{'Vụ' if is_season else 'Lô'} {lot_code_of(lot)}",
    )
    return answer_form(page, lambda typed: form.parse(typed, **given), verb, _after)


@console.get("/nhap-hang")
def choose_intake() -> ResponseReturnValue:
    """For which product goods came in."""
    check_role(WORKSHOP)
    products = [
        product
        for product in current().ledger.read(list_products, actor().organisation)
        if _intake(TEMPLATES[product.template]) is not None
    ]
    return render_template(
        "console/choose_product.html",
        title="Nhập hàng cho sản phẩm nào?",
        products=products,
        address=lambda product: url_for("console.intake", product=product.code),
        back=url_for("console.home"),
    )


@console.route("/nhap-hang/<product>", methods=["GET", "POST"])
def intake(product: str) -> ResponseReturnValue:
    """Goods from outside become a lot."""
    check_role(WORKSHOP)
    state = current()
    sold = state.ledger.read(find_product, actor().organisation, product)
    step = _intake(template(sold.template))
    if step is None:
        raise NotFoundError("việc nhập hàng", product)
    form = TakeInForm(step)
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        f"{step.name_vi}: {sold.name}",
        form.inputs(options, _defaults(is_season=False)),
        "Ghi vào sổ",
        url_for("console.goods"),
    )
    return answer_form(
        page, lambda typed: form.parse(typed, product=product, step=step.code), take_in, _after
    )


def _form(step: Step, *, is_season: bool) -> StepForm[Any]:
    """A season has its place, so none is asked; a lot may be anywhere."""
    leave_out = ("place",) if is_season else ()
    return (
        HarvestForm(step, leave_out=leave_out)
        if step.level == "creates_batch"
        else RecordForm(step, leave_out=leave_out)
    )


def _intake(sector: Template) -> Step | None:
    return next((step for step in sector.steps if step.code in INTAKES), None)


def _defaults(*, is_season: bool) -> dict[str, str]:
    """Today, and who works in the field works for themselves."""
    who = actor()
    doer = who.member_id if is_season and Role.MANAGER not in who.roles else None
    return {"done_on": current().today.isoformat(), "done_by": doer or ""}


def _after(result: Any) -> str:
    return url_for("console.entry", index=result.index, moi=1)
