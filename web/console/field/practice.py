"""Seasons to practise with (vụ tập ghi): the same forms, marked on every page, and away in one tap."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import FIELD_WORK
from ledger.coop.errors import NotFoundError
from ledger.coop.field.practice import (
    DropPractice,
    PracticeSeason,
    drop_practice,
    list_practice,
    open_practice,
    read_practice,
    record_practice,
)
from ledger.coop.field.practice_facts import PracticeEntry
from ledger.coop.field.seasons import OPEN_STEP
from ledger.coop.registers.products import list_products
from ledger.trace.sectors.field_texts import step_texts
from ledger.trace.sectors.templates import TEMPLATES
from web.console.blueprint import console
from web.console.choices import place_options, product_options, step_options
from web.console.dates import dated
from web.console.field.diary import first_answers
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stations import practice_buttons
from web.forms.form import KEY
from web.forms.work import OpenPracticeForm, PracticeForm
from web.languages import _
from web.state import current

LEAD = _("Vụ tập ghi: ghi thử cho quen tay. Không dòng nào vào sổ thật, xóa lúc nào cũng được.")


@console.get("/tap-ghi")
def practices() -> ResponseReturnValue:
    """One's own seasons for practice."""
    check_role(FIELD_WORK)
    ledger = current().ledger
    return render_template(
        "console/field/practices.html",
        seasons=ledger.read(list_practice, ledger.vault, actor()),
        lead=LEAD,
        back=url_for("console.home"),
    )


@console.route("/tap-ghi/mo", methods=["GET", "POST"])
def start_practice() -> ResponseReturnValue:
    """Open a season for practice."""
    check_role(FIELD_WORK)
    state = current()
    grown = {
        product.code
        for product in state.ledger.read(list_products, actor().organisation)
        if any(step.code == OPEN_STEP for step in TEMPLATES[product.template].steps)
    }
    products = state.ledger.read(product_options, actor())
    options = {
        "product": tuple(option for option in products if option.value in grown),
        "place": state.ledger.read(place_options, actor()),
    }
    form = OpenPracticeForm()
    page = FormPage(
        _("Mở vụ tập ghi"),
        form.inputs(options, {"started_on": state.today.isoformat()}),
        _("Mở vụ tập ghi"),
        url_for("console.practices"),
        lead=LEAD,
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "started_on")),
        open_practice,
        lambda opened: url_for("console.practice", season=opened.id),
    )


@console.get("/tap-ghi/<season>")
def practice(season: str) -> ResponseReturnValue:
    """A season for practice: what to record, what was recorded."""
    check_role(FIELD_WORK)
    found = _find(season)
    names = {step.code: _(step.name_vi) for step in found.steps}
    lines = [(names[entry.step], entry, _texts(found, entry)) for entry in found.entries]
    return render_template(
        "console/field/practice.html",
        found=found,
        buttons=practice_buttons(found.steps, season),
        lines=lines,
        lead=LEAD,
        is_new="moi" in request.args,
        back=url_for("console.practices"),
    )


@console.route("/tap-ghi/<season>/viec/<step_code>", methods=["GET", "POST"])
def practise(season: str, step_code: str) -> ResponseReturnValue:
    """The form of a step, as in earnest."""
    check_role(FIELD_WORK)
    state = current()
    found = _find(season)
    step = next((step for step in found.steps if step.code == step_code), None)
    if step is None:
        raise NotFoundError(_("việc"), step_code)
    form = PracticeForm(step, leave_out=("place",))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    page = FormPage(
        _("Tập ghi: %(step)s", step=_(step.name_vi)),
        form.inputs(options, first_answers(None, is_season=True)),
        _("Ghi thử"),
        url_for("console.practice", season=season),
        lead=LEAD,
        is_practice=True,
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "done_on"), season=season, step=step_code),
        record_practice,
        lambda done: url_for("console.practice", season=done.season, moi=1),
    )


@console.post("/tap-ghi/<season>/xoa")
def throw_away(season: str) -> ResponseReturnValue:
    """Throw a season for practice away, with all that is in it."""
    check_role(FIELD_WORK)
    command = DropPractice(season=season, idempotency_key=request.form.get(KEY) or None)
    current().ledger.write(drop_practice, actor(), command)
    return redirect(url_for("console.practices"), 303)


def _find(season: str) -> PracticeSeason:
    ledger = current().ledger
    return ledger.read(read_practice, ledger.vault, actor(), season)


def _texts(found: PracticeSeason, entry: PracticeEntry) -> list[tuple[str, str]]:
    """What was said, sealed or not: it is nobody's but the learner's. People and places go without saying."""
    step = found.sector.step(entry.step)
    fields = tuple(
        replace(field, visibility="public") for field in step.fields if field.ref in {None, "input"}
    )
    return [(label, text) for label, _, text, _ in step_texts(replace(step, fields=fields), entry.values, {})]
