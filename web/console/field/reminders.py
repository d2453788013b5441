"""Reminders: what should not be forgotten, recurring work, and one's own calendar of both."""

from urllib.parse import urlsplit

from flask import Response, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE
from ledger.coop.reminders.calendars import MEDIA_TYPE, format_calendar
from ledger.coop.reminders.feeds import DropFeed, MakeFeed, drop_feed, feed_since, make_feed, read_calendar
from ledger.coop.reminders.gathering import READERS, read_quiet_days, read_reminders
from ledger.coop.reminders.rules import Reminder, ReminderKind
from ledger.coop.reminders.settings import (
    FinishRoutine,
    add_routine,
    find_routine,
    finish_routine,
    list_routines,
    set_quiet_days,
)
from ledger.coop.season_cards import open_templates
from web.console.blueprint import console
from web.console.dates import dated
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role, find_actor
from web.forms.land import FinishRoutineForm, QuietDaysForm, RoutineForm
from web.languages import _
from web.state import current

ICONS = {
    ReminderKind.QUIET: "console/book",
    ReminderKind.INTERVAL: "steps/pest_control",
    ReminderKind.HARVEST_SOON: "steps/harvest",
    ReminderKind.HARVEST_PASSED: "console/clock",
    ReminderKind.CERTIFICATE: "console/paper",
    ReminderKind.GROWING_AREA: "console/paper",
    ReminderKind.ROUTINE: "console/calendar",
}
MAX_SHOWN = 100


@console.record_once
def know_reminders(setup: BlueprintSetupState) -> None:
    """Let the first page ask how much there is to be reminded of."""
    setup.app.jinja_env.globals["home_reminders"] = home_reminders


def home_reminders() -> tuple[Reminder, ...]:
    """What this person is reminded of today; intervals stand on the cards of the seasons already."""
    who = find_actor()
    if who is None:
        return ()
    state = current()
    return state.ledger.read(read_reminders, who, state.today, with_intervals=False)


@console.get("/nhac-viec")
def reminders() -> ResponseReturnValue:
    """Everything to be reminded of today, and what is set."""
    check_role(READERS)
    return _show()


def _show(secret: str = "") -> str:
    state, who = current(), actor()
    found = state.ledger.read(read_reminders, who, state.today)
    is_office = not who.roles.isdisjoint(OFFICE)
    return render_template(
        "console/field/reminders.html",
        reminders=[(item, ICONS[item.kind], _address(item)) for item in found[:MAX_SHOWN]],
        total=len(found),
        routines=state.ledger.read(list_routines, who) if is_office else (),
        is_office=is_office,
        feed_since=state.ledger.read(feed_since, who),
        feed=_feed_address(secret) if secret else "",
        today=state.today,
        back=url_for("console.home"),
    )


@console.route("/nhac-viec/cai-dat", methods=["GET", "POST"])
def quiet_days() -> ResponseReturnValue:
    """After how many days without a line a season is asked about."""
    check_role(OFFICE)
    ledger = current().ledger
    said = ledger.read(read_quiet_days, actor().organisation)
    form = QuietDaysForm(tuple(sorted({*ledger.read(open_templates, actor()), *said})))
    page = FormPage(
        _("Bao lâu không ghi thì nhắc?"),
        form.inputs(said),
        _("Lưu"),
        url_for("console.reminders"),
        lead=_("Vụ nào quá số ngày này chưa có dòng mới thì sổ nhắc. Ghi 0 để không nhắc."),
        refused=_("Chưa lưu được"),
    )
    return answer_form(page, form.parse, set_quiet_days, lambda _: url_for("console.reminders"))


@console.route("/nhac-viec/them", methods=["GET", "POST"])
def add_recurring_work() -> ResponseReturnValue:
    """Recurring work of the cooperative: scales, samples, courses."""
    check_role(OFFICE)
    form = RoutineForm()
    page = FormPage(
        _("Thêm việc định kỳ"),
        form.inputs(),
        _("Lưu"),
        url_for("console.reminders"),
        refused=_("Chưa lưu được"),
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "next_on")),
        add_routine,
        lambda _: url_for("console.reminders"),
    )


@console.route("/nhac-viec/<routine>/xong", methods=["GET", "POST"])
def finish_recurring_work(routine: str) -> ResponseReturnValue:
    """Recurring work was done."""
    check_role(OFFICE)
    known = current().ledger.read(find_routine, actor(), routine)
    form = FinishRoutineForm()
    page = FormPage(
        _("Đã làm: %(title)s", title=known.title),
        form.inputs({}, {"done_on": current().today.isoformat()}),
        _("Đã làm"),
        url_for("console.reminders"),
        lead=_("Sổ tính lần sau từ ngày này."),
        refused=_("Chưa lưu được"),
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "done_on"), routine=routine),
        finish_routine,
        lambda _: url_for("console.reminders"),
    )


@console.post("/nhac-viec/<routine>/bo")
def drop_recurring_work(routine: str) -> ResponseReturnValue:
    """Recurring work does not come back."""
    check_role(OFFICE)
    current().ledger.write(finish_routine, actor(), FinishRoutine(routine=routine, drops=True))
    return redirect(url_for("console.reminders"), 303)


@console.post("/nhac-viec/lich")
def make_calendar() -> ResponseReturnValue:
    """A new secret address for one's calendar, shown this once."""
    check_role(READERS)
    made = current().ledger.write(make_feed, actor(), MakeFeed())
    return _show(made.secret)


@console.post("/nhac-viec/lich/bo")
def drop_calendar() -> ResponseReturnValue:
    """The address of one's calendar stops answering."""
    check_role(READERS)
    current().ledger.write(drop_feed, actor(), DropFeed())
    return redirect(url_for("console.reminders"), 303)


@console.get("/lich/<secret>.ics")
def calendar_feed(secret: str) -> ResponseReturnValue:
    """The calendar for whoever has its address: a telephone's own calendar cannot sign in."""
    state = current()
    found = state.ledger.read(read_calendar, secret, state.today)
    host = urlsplit(state.config.public_url).hostname or "sogoc"
    text = format_calendar(found.reminders, name=_("Nhắc việc Sổ Gốc"), host=host, now=state.clock())
    return Response(
        text,
        mimetype=MEDIA_TYPE,
        headers={"Content-Disposition": 'inline; filename="nhac-viec.ics"', "X-Robots-Tag": "noindex"},
    )


def _feed_address(secret: str) -> str:
    return current().config.public_url + url_for("console.calendar_feed", secret=secret)


def _address(item: Reminder) -> str:
    match item.kind:
        case ReminderKind.CERTIFICATE:
            return url_for("console.register", name="chung-nhan")
        case ReminderKind.GROWING_AREA:
            return url_for("console.growing_area", code=item.subject)
        case ReminderKind.ROUTINE:
            return url_for("console.finish_recurring_work", routine=item.subject)
        case _:
            return url_for("console.season", season=item.subject)
