"""The diary: the form of any step of a season or a lot, and of goods that come in from outside."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, FOR_OTHERS, WORKSHOP, Actor, Role
from ledger.coop.errors import NotFoundError
from ledger.coop.field.diary import ELSEWHERE, LOT_WORK, record_step
from ledger.coop.field.harvesting import harvest
from ledger.coop.field.intake import take_in
from ledger.coop.field.last_time import LastTime, read_last_time
from ledger.coop.lots import OwnLot, find_held_lot, template_of
from ledger.coop.registers.products import find_product, list_products
from ledger.coop.season_cards import list_seasons, open_templates
from ledger.coop.season_queries import read_season
from ledger.trace.sectors.templates import TEMPLATES, Step, Template, template
from ledger.trace.tables import LotKind
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.dates import dated
from web.console.entries.voices import VOICE, hear
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stations import step_address, step_icon
from web.formats import format_date
from web.forms.inputs import as_texts
from web.forms.steps import VALUE
from web.forms.work import HarvestForm, RecordForm, StepForm, TakeInForm
from web.languages import _
from web.state import current

EVERYWHERE: Mapping[str, Any] = {"tat-ca": 1}
"""The argument that lists the seasons of all, not only one's own."""
INTAKES = frozenset({"raw_intake", "receiving"})
"""Steps by which goods come in that nobody in this system sent."""


@console.get("/viec/<step_code>")
def choose_season(step_code: str) -> ResponseReturnValue:
    """In which season the work was done; the only one goes on by itself."""
    check_role(FIELD_WORK)
    state = current()
    templates = [
        name
        for name in state.ledger.read(open_templates, actor())
        if any(step.code == step_code for step in TEMPLATES[name].steps)
    ]
    if not templates:
        raise NotFoundError(_("việc"), step_code)
    search, shows_all = request.args.get("tim", "")[:80], "tat-ca" in request.args
    listed = state.ledger.read(
        list_seasons, actor(), state.today, search=search, own=not (search or shows_all), templates=templates
    )
    if listed.total == 1 and not search:
        (card,) = listed.cards
        return redirect(step_address(template(card.template).step(step_code), card.lot), 303)
    step = template(templates[0]).step(step_code)
    return render_template(
        "console/field/choose_season.html",
        step=step,
        listed=listed,
        links=[
            (card, step_address(template(card.template).step(step_code), card.lot)) for card in listed.cards
        ],
        templates=[TEMPLATES[name] for name in templates] if step.level == "unit" else [],
        search=search,
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
        raise NotFoundError(_("việc"), step_code)
    form = _form(step, is_season=is_season)
    takes = step.level == "creates_batch"
    verb: Callable[..., Any] = harvest if takes else record_step
    given = {"season" if takes else "lot": lot, "step": step_code}
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    last = state.ledger.read(find_last_time, actor(), sector, step, lot if is_season else None)
    heard = hear()
    page = FormPage(
        _(step.name_vi),
        form.inputs(options, {**first_answers(last, is_season=is_season), VOICE: heard.digest}),
        _("Ghi vào sổ"),
        url_for("console.season", season=lot) if is_season else url_for("console.lot", lot=lot),
        lead=f"{_whose(own)}{say_last(last)}",
        more={"elsewhere": url_for("console.choose_season", step_code=step_code, **EVERYWHERE)}
        if is_season
        else {},
    )
    return answer_form(
        page, lambda typed: form.parse(heard.into(dated(typed, "done_on")), **given), verb, _after
    )


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
        title=_("Nhập hàng cho sản phẩm nào?"),
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
        raise NotFoundError(_("việc nhập hàng"), product)
    form = TakeInForm(step)
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        f"{_(step.name_vi)}: {sold.name}",
        form.inputs(options, first_answers(None, is_season=False)),
        _("Ghi vào sổ"),
        url_for("console.goods"),
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "done_on"), product=product, step=step.code),
        take_in,
        _after,
    )


def find_last_time(
    session: Session, actor: Actor, sector: Template, step: Step, season: str | None
) -> LastTime | None:
    """What this person said of the step the last time."""
    return read_last_time(session, current().ledger.vault, actor, sector, step, season=season)


def first_answers(last: LastTime | None, *, is_season: bool) -> Mapping[str, str | tuple[str, ...]]:
    """Today; who works in the field works for themselves; the rest as the last time."""
    who = actor()
    doer = who.member_id if is_season and Role.MANAGER not in who.roles else None
    if last is not None and not who.roles.isdisjoint(FOR_OTHERS):
        doer = last.done_by
    values = {} if last is None else {VALUE + key: as_texts(value) for key, value in last.values.items()}
    return {**values, "done_on": current().today.isoformat(), "done_by": doer or ""}


def say_last(last: LastTime | None) -> str:
    """That the form begins as the last time; nothing where it begins empty."""
    if last is None or not last.values:
        return ""
    return _(
        ". Điền sẵn như lần trước, ngày %(done_on)s: xem lại rồi ghi.", done_on=format_date(last.done_on)
    )


def _whose(own: OwnLot) -> str:
    """What the form is about: a season by its place, for that is what people call it; a lot by its code."""
    if own.kind is not LotKind.SEASON:
        return _("Lô %(code)s", code=own.code)
    state = current()
    card = state.ledger.read(read_season, actor(), own.lot, state.today).card
    return _(
        "%(place_name)s, %(product)s, vụ %(code)s",
        place_name=card.place_name,
        product=card.product,
        code=card.code,
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


def _after(result: Any) -> str:
    return url_for("console.entry", index=result.index, moi=1)
