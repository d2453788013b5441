"""The manager's queue of entries to look over, and what belongs into it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.registers.members import names_of
from ledger.coop.review.queue import (
    PAGE,
    ReviewItem,
    count_to_review,
    look_over,
    read_settings,
    review_list,
    set_review,
)
from signing.vault import Vault
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.reviews import MARK_NAMES, MARK_WORDS, LookForm, SettingsForm
from web.languages import _
from web.state import current


@console.app_template_global("count_review")
def count_review() -> int:
    """How many entries wait; asked for by the first page of a manager only."""
    return current().ledger.read(count_to_review, actor())


@console.route("/xem-lai", methods=["GET", "POST"])
def review() -> ResponseReturnValue:
    """Entries that something is to be said about, newest first; ``chi`` one mark, ``truoc`` older ones."""
    check_role(MANAGEMENT)
    ledger, form = current().ledger, LookForm()
    word = request.args.get("chi", "")
    before = request.args.get("truoc", type=int)
    found = ledger.read(review_list, ledger.vault, actor(), only=MARK_WORDS.get(word), before=before)
    page = FormPage(
        _("Dòng cần xem lại"),
        form.inputs(),
        _("Đã xem"),
        url_for("console.home"),
        lead=_(
            "Máy nhặt ra việc ghi trễ, ghi hộ, số lượng lạ, quy tắc đã nhắc hay cho qua. Xem rồi đánh dấu."
        ),
        refused=_("Chưa ghi nhận"),
        template="console/people/review.html",
        more={
            "items": found[:PAGE],
            "older": found[PAGE - 1].index if len(found) > PAGE else None,
            "names_of_members": ledger.read(_names, ledger.vault, actor(), found),
            "marks": MARK_NAMES,
            "words": {mark: name for name, mark in MARK_WORDS.items()},
            "only": word,
        },
    )
    return answer_form(page, form.parse, look_over, lambda _: url_for("console.review", chi=word or None))


@console.get("/xem-lai/da-xem")
def reviewed() -> ResponseReturnValue:
    """Those that somebody looked over, with what they found."""
    check_role(MANAGEMENT)
    ledger = current().ledger
    before = request.args.get("truoc", type=int)
    found = ledger.read(review_list, ledger.vault, actor(), is_open=False, before=before)
    return render_template(
        "console/people/reviewed.html",
        items=found[:PAGE],
        older=found[PAGE - 1].index if len(found) > PAGE else None,
        names_of_members=ledger.read(_names, ledger.vault, actor(), found),
        marks=MARK_NAMES,
        back=url_for("console.review"),
    )


@console.route("/xem-lai/cai-dat", methods=["GET", "POST"])
def review_settings() -> ResponseReturnValue:
    """What belongs into the queue."""
    check_role(MANAGEMENT)
    form, settings = SettingsForm(), current().ledger.read(read_settings, actor().organisation)
    chosen = tuple(str(int(mark)) for mark in MARK_NAMES if mark in settings.marks)
    page = FormPage(
        _("Chọn dòng cần xem lại"),
        form.inputs(defaults={"marks": chosen, "late_days": str(settings.late_days)}),
        _("Lưu"),
        url_for("console.review"),
    )
    return answer_form(page, form.parse, set_review, lambda _: page.back)


def _names(session: Session, vault: Vault, who: Actor, items: tuple[ReviewItem, ...]) -> dict[str, str]:
    ids = [item.member_id for item in items if item.member_id is not None]
    return names_of(session, vault, who.organisation, ids)
