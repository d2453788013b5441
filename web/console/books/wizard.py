"""The first day: ten questions, one a screen, left and taken up again; then a first season and its sheet."""

from dataclasses import replace

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labels import BUILT_IN, PaperError
from ledger.coop.actors import MANAGEMENT
from ledger.coop.setup.questions import QUESTIONS, next_question, opens_season
from ledger.coop.setup.wizard import (
    Answered,
    AnswerQuestion,
    FinishSetup,
    SetUp,
    answer_question,
    finish_setup,
    read_setup,
)
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.stamps.print_options import NOT_FOR_PACKS
from web.forms.form import KEY
from web.forms.inputs import Option
from web.forms.typed import Typed
from web.forms.wizard import ASKED, parse_answer, question_inputs, summary_of
from web.languages import _
from web.paper.print_layouts import fitting_paper
from web.state import current


@console.get("/bat-dau")
def setup() -> ResponseReturnValue:
    """What was answered, and the way on."""
    check_role(MANAGEMENT)
    found = current().ledger.read(read_setup, actor())
    known = {
        question: summary_of(question, found.answers, _designs())
        for question in QUESTIONS
        if question in found.answers
    }
    return render_template(
        "console/books/setup.html",
        questions=[(question, ASKED[question].title, known.get(question)) for question in QUESTIONS],
        following=next_question(found.answers),
        found=found,
        back=url_for("console.home"),
    )


@console.route("/bat-dau/<question>", methods=["GET", "POST"])
def setup_question(question: str) -> ResponseReturnValue:
    """One of the ten. Nobody can answer the tenth before those that it follows from."""
    check_role(MANAGEMENT)
    if question not in QUESTIONS:
        abort(404)
    answers = current().ledger.read(read_setup, actor()).answers
    first = next_question(answers)
    if first is not None and QUESTIONS.index(question) > QUESTIONS.index(first):
        return redirect(url_for("console.setup_question", question=first), 303)
    inputs = question_inputs(question, answers, _designs())
    number = QUESTIONS.index(question) + 1
    is_empty = question == "season" and not opens_season(answers)
    page = FormPage(
        ASKED[question].title,
        inputs,
        _("Tiếp") if number < len(QUESTIONS) else _("Xem lại"),
        url_for("console.setup"),
        lead=_("Quy trình này không mở vụ: hàng nhập về thì ghi ở Nhập hàng.")
        if is_empty
        else ASKED[question].lead,
        template="console/books/question.html",
        refused=_("Chưa xong câu này"),
        more={"number": number, "count": len(QUESTIONS)},
    )

    def parse(typed: Typed) -> AnswerQuestion:
        return _with_paper(parse_answer(question, inputs, typed))

    return answer_form(page, parse, answer_question, _to_next)


@console.route("/bat-dau/xong", methods=["GET", "POST"])
def finish() -> ResponseReturnValue:
    """Make all of it so."""
    check_role(MANAGEMENT)
    found = current().ledger.read(read_setup, actor())
    if found.is_done or next_question(found.answers) is not None:
        return redirect(url_for("console.setup"), 303)
    page = FormPage(
        _("Lập sổ"),
        (),
        _("Lập sổ"),
        url_for("console.setup"),
        lead=_(
            "Sản phẩm và nơi sản xuất sẽ hiện công khai trên trang tem, và không xóa được. Đã đúng cả chưa?"
        ),
        template="console/books/finish.html",
        refused=_("Chưa lập được sổ"),
        more={
            "known": [
                (ASKED[question].title, summary_of(question, found.answers, _designs()))
                for question in QUESTIONS
            ]
        },
    )
    return answer_form(
        page, lambda typed: FinishSetup(idempotency_key=typed.one(KEY) or None), finish_setup, _to_end
    )


def _to_next(answered: Answered) -> str:
    if answered.following is None:
        return url_for("console.finish")
    return url_for("console.setup_question", question=answered.following)


def _to_end(_: SetUp) -> str:
    return url_for("console.setup")


def _designs() -> tuple[Option, ...]:
    """Built-in designs that a sheet or a roll takes without more ado."""
    return tuple(
        Option(design.name, _(design.title_vi))
        for design in BUILT_IN.values()
        if not design.name.startswith(NOT_FOR_PACKS) and _paper_for(design.name)
    )


def _paper_for(design: str) -> str:
    try:
        return fitting_paper(BUILT_IN[design], "pdf")
    except (KeyError, PaperError):
        return ""


def _with_paper(command: AnswerQuestion) -> AnswerQuestion:
    """The label's answer with the paper that fits it, which nobody need be asked."""
    if command.question != "label":
        return command
    paper = _paper_for(command.given.get("design", ""))
    return replace(command, given={**command.given, "paper": paper} if paper else {})
