"""Teams: who is in them, and what each has to do."""

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, OFFICE, WORKSHOP
from ledger.coop.orders.lists import count_queues, read_needed, read_queue
from ledger.coop.orders.teams import CloseTeam, Team, close_team, find_team, list_teams, own_teams, save_team
from web.console.blueprint import console
from web.console.choices import member_options
from web.console.orders.order_reading import STATE_NAMES
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.form import KEY
from web.forms.order_goods import goods_amount
from web.forms.orders import TEAM_KIND_NAMES, TeamForm
from web.languages import _
from web.state import current


@console.get("/to")
def teams() -> ResponseReturnValue:
    """The teams with how much waits for each; who is in one team only goes straight to its queue."""
    check_role(WORKSHOP | OFFICE)
    ledger, manages = current().ledger, not actor().roles.isdisjoint(MANAGEMENT)
    found = ledger.read(list_teams, actor())
    mine = ledger.read(own_teams, actor())
    own = [team for team in found if team.id in mine]
    if len(own) == 1 and not manages and "tat_ca" not in request.args:
        return redirect(url_for("console.queue", team_id=own[0].id), 303)
    return render_template(
        "console/orders/teams.html",
        teams=found,
        own={team.id for team in own},
        counts=ledger.read(count_queues, actor()),
        kinds=TEAM_KIND_NAMES,
        manages=manages,
        back=url_for("console.orders"),
    )


@console.get("/to/<team_id>")
def queue(team_id: str) -> ResponseReturnValue:
    """What a team is asked for and what it is at, soonest due first."""
    check_role(WORKSHOP | OFFICE)
    state = current()
    found = state.ledger.read(read_queue, state.ledger.vault, actor(), team_id)
    manages = not actor().roles.isdisjoint(MANAGEMENT)
    return render_template(
        "console/orders/queue.html",
        found=found,
        needed=state.ledger.read(read_needed, actor(), team_id),
        kinds=TEAM_KIND_NAMES,
        states=STATE_NAMES,
        amount=goods_amount,
        may_answer=manages or found.team.id in state.ledger.read(own_teams, actor()),
        manages=manages,
        new_key=lambda: secrets.token_urlsafe(16),
        today=state.today,
        back=url_for("console.teams", tat_ca=1),
    )


@console.route("/to/them", methods=["GET", "POST"])
def add_team() -> ResponseReturnValue:
    """A new team."""
    check_role(MANAGEMENT)
    return _ask(_("Lập tổ"), None, url_for("console.teams"))


@console.route("/to/<team_id>/sua", methods=["GET", "POST"])
def change_team(team_id: str) -> ResponseReturnValue:
    """Another name, other people."""
    check_role(MANAGEMENT)
    team = current().ledger.read(find_team, actor(), team_id)
    return _ask(_("Sửa %(name)s", name=team.name), team, url_for("console.queue", team_id=team_id))


@console.route("/to/<team_id>/thoi", methods=["GET", "POST"])
def end_team(team_id: str) -> ResponseReturnValue:
    """A team takes no more orders."""
    check_role(MANAGEMENT)
    team = current().ledger.read(find_team, actor(), team_id)
    page = FormPage(
        _("Thôi dùng %(name)s", name=team.name),
        (),
        _("Thôi dùng tổ này"),
        url_for("console.queue", team_id=team_id),
        lead=_("Tổ không nhận đơn mới nữa. Việc tổ đã làm vẫn còn trong sổ."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: CloseTeam(team_id, idempotency_key=typed.one(KEY) or None),
        close_team,
        lambda _: url_for("console.teams"),
    )


def _ask(title: str, known: Team | None, back: str) -> ResponseReturnValue:
    ledger, form = current().ledger, TeamForm()
    options = {"members": ledger.read(member_options, ledger.vault, actor())}
    answers: dict[str, str | tuple[str, ...]] = (
        {} if known is None else {"name": known.name, "kind": known.kind, "members": known.members}
    )
    page = FormPage(
        title,
        form.inputs(options, answers),
        _("Lưu tổ"),
        back,
        lead=_("Người trong tổ nhận đơn của tổ. Họ cần tài khoản gắn với tên mình trong sổ thành viên."),
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, id=None if known is None else known.id),
        save_team,
        lambda team: url_for("console.queue", team_id=team.id),
    )
