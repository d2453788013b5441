"""One form for many plots: tick them, say once what was done, and each gets a line of its own."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import FIELD_WORK
from ledger.coop.errors import NotFoundError
from ledger.coop.field.diary import ELSEWHERE
from ledger.coop.field.many_seasons import MAX_SEASONS, RecordedMany, record_many
from ledger.coop.season_cards import seasons_of_template
from ledger.trace.sectors.templates import TEMPLATES, Step
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.dates import dated
from web.console.entries.voices import VOICE, hear
from web.console.field.diary import find_last_time, first_answers, say_last
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.inputs import Option
from web.forms.work import RecordManyForm
from web.languages import _
from web.state import current

_OTHER_PARTS = 200
"""Besides the ticked plots: photos, fields and hidden ones."""


@console.url_value_preprocessor
def take_many_plots(endpoint: str | None, values: object) -> None:  # noqa: ARG001  # Flask's signature
    """A form with five hundred ticks has more parts than any other; it runs before anything reads them."""
    if endpoint == "console.record_in_many":
        request.max_form_parts = MAX_SEASONS + _OTHER_PARTS


@console.route("/viec/<step_code>/nhieu-noi/<sector>", methods=["GET", "POST"])
def record_in_many(step_code: str, sector: str) -> ResponseReturnValue:
    """The form of one step for the seasons of a template that are ticked."""
    check_role(FIELD_WORK)
    state = current()
    step = _find_step(sector, step_code)
    lines = state.ledger.read(seasons_of_template, actor(), sector)
    if not lines:
        raise NotFoundError(_("vụ"), sector)
    form = RecordManyForm(step, leave_out=("place",))
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    last = state.ledger.read(find_last_time, actor(), TEMPLATES[sector], step, None)
    heard = hear()
    plots = tuple(
        Option(
            line.lot, line.place_name, _("%(product)s · vụ %(code)s", product=line.product, code=line.code)
        )
        for line in lines
    )
    page = FormPage(
        _("%(step)s: nhiều nơi", step=_(step.name_vi)),
        form.inputs(
            {**options, "seasons": plots}, {**first_answers(last, is_season=True), VOICE: heard.digest}
        ),
        _("Ghi vào sổ"),
        url_for("console.choose_season", step_code=step_code),
        lead=_(
            "Các con số là của mỗi nơi, không phải của tất cả cộng lại%(last)s", last=say_last(last) or "."
        ),
        template="console/field/many.html",
    )
    return answer_form(
        page,
        lambda typed: form.parse(heard.into(dated(typed, "done_on")), step=step_code),
        record_many,
        _after,
    )


@console.get("/viec/nhieu-noi/xong")
def recorded_in_many() -> ResponseReturnValue:
    """How many lines were written, and how many plots were left out."""
    check_role(FIELD_WORK)
    return render_template(
        "console/field/many_done.html",
        written=request.args.get("ghi", 0, int),
        left_out=request.args.get("bo", 0, int),
        back=url_for("console.home"),
    )


def _find_step(sector: str, step_code: str) -> Step:
    """The season's step. Raises ``NotFoundError``."""
    steps = TEMPLATES[sector].steps if sector in TEMPLATES else ()
    for step in steps:
        if step.code == step_code and step.level == "unit" and step.code not in ELSEWHERE:
            return step
    raise NotFoundError(_("việc"), step_code)


def _after(done: RecordedMany) -> str:
    return url_for("console.recorded_in_many", ghi=len(done.indexes), bo=len(done.left_out))
