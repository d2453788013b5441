"""Seasons: those under way, opening one, its page, closing it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import FIELD_WORK, OFFICE
from ledger.coop.field.herds import read_herd
from ledger.coop.field.last_time import steps_used
from ledger.coop.field.seasons import CLOSE_STEP, OPEN_STEP, ClosedSeason, close_season, open_season
from ledger.coop.registers.products import find_product, list_products
from ledger.coop.season_cards import list_seasons, seasons_on_place
from ledger.coop.season_queries import read_season
from ledger.trace.sectors.templates import TEMPLATES, template
from web.console.blueprint import console
from web.console.choices import place_options, step_options
from web.console.dates import dated
from web.console.field.diary import find_last_time, first_answers
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stations import season_buttons, taking_step
from web.forms.work import CloseSeasonForm, OpenSeasonForm
from web.languages import _
from web.state import current

READERS = FIELD_WORK | OFFICE


@console.get("/vu")
def seasons() -> ResponseReturnValue:
    """The seasons under way, fifty a page, with a search over them."""
    check_role(READERS)
    state = current()
    page = min(max(request.args.get("trang", 1, int), 1), 1000)
    search = request.args.get("tim", "")[:80]
    listed = state.ledger.read(list_seasons, actor(), state.today, page=page - 1, search=search)
    return render_template(
        "console/field/seasons.html",
        listed=listed,
        page=page,
        search=search,
        may_record=not actor().roles.isdisjoint(FIELD_WORK),
    )


@console.get("/vu/mo")
def choose_product() -> ResponseReturnValue:
    """Which product the new season is of; the only one goes on by itself."""
    check_role(FIELD_WORK)
    products = [
        product
        for product in current().ledger.read(list_products, actor().organisation)
        if any(step.code == OPEN_STEP for step in TEMPLATES[product.template].steps)
    ]
    if len(products) == 1:
        return redirect(url_for("console.start_season", product=products[0].code), 303)
    return render_template(
        "console/choose_product.html",
        title=_("Mở vụ cho sản phẩm nào?"),
        products=products,
        address=lambda product: url_for("console.start_season", product=product.code),
        back=url_for("console.home"),
    )


@console.route("/vu/mo/<product>", methods=["GET", "POST"])
def start_season(product: str) -> ResponseReturnValue:
    """Open a season of a product."""
    check_role(FIELD_WORK)
    state = current()
    sold = state.ledger.read(find_product, actor().organisation, product)
    step = template(sold.template).step(OPEN_STEP)
    form = OpenSeasonForm(step)
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    options["place"] = state.ledger.read(place_options, actor())
    last = state.ledger.read(find_last_time, actor(), template(sold.template), step, None)
    defaults = {
        **first_answers(last, is_season=True),
        "started_on": state.today.isoformat(),
        "place": request.args.get("noi", "")[:20],
    }
    page = FormPage(
        f"{_(step.name_vi)}: {sold.name}",
        form.inputs(options, defaults),
        _("Ghi vào sổ"),
        url_for("console.home"),
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "started_on"), product=product),
        open_season,
        lambda season: url_for("console.entry", index=season.index, moi=1),
    )


@console.get("/vu/<lot:season>")
def season(season: str) -> ResponseReturnValue:
    """A season: how it stands, what to do, what was done."""
    check_role(READERS)
    state = current()
    page = state.ledger.read(read_season, actor(), season, state.today)
    first, others = season_buttons(page.template, season, state.ledger.read(steps_used, actor()))
    return render_template(
        "console/field/season.html",
        page=page,
        herd=state.ledger.read(read_herd, state.ledger.vault, page.template, season),
        first=first,
        others=others,
        names={step.code: _(step.name_vi) for step in page.template.steps},
        before=state.ledger.read(seasons_on_place, actor(), page.card.place, besides=season),
        may_record=not actor().roles.isdisjoint(FIELD_WORK),
        sells_here=taking_step(page.template) is not None,
        may_close=not actor().roles.isdisjoint(OFFICE),
        back=url_for("console.home"),
    )


@console.route("/vu/<lot:season>/ket-thuc", methods=["GET", "POST"])
def end_season(season: str) -> ResponseReturnValue:
    """Close a season. A template without a step for it asks only for the day."""
    check_role(OFFICE)
    state = current()
    found = state.ledger.read(read_season, actor(), season, state.today)
    step = next((step for step in found.template.steps if step.code == CLOSE_STEP), None)
    form = CloseSeasonForm(step, leave_out=("photos", "place", "done_by"))
    page = FormPage(
        _("Kết thúc vụ %(product)s", product=found.card.product),
        form.inputs({}, {"done_on": state.today.isoformat()}),
        _("Kết thúc vụ"),
        url_for("console.season", season=season),
        lead=_(
            "Vụ %(code)s, %(place_name)s. Kết thúc rồi thì không ghi thêm việc được nữa. Số tiền chỉ "
            "hợp tác xã đọc được.",
            code=found.card.code,
            place_name=found.card.place_name,
        ),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "done_on"), season=season),
        close_season,
        _after_closing,
    )


def _after_closing(closed: ClosedSeason) -> str:
    if closed.index is None:
        return url_for("console.season", season=closed.lot)
    return url_for("console.entry", index=closed.index, moi=1)
