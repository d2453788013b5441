"""Correcting a recorded step: nothing is edited, the page shows both."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import CORRECTING
from ledger.coop.corrections import correct
from ledger.coop.errors import NotFoundError
from ledger.coop.undo import SLIP, is_undoable, undo
from ledger.trace.identifiers import lot_code_of
from web.console.blueprint import console
from web.console.choices import step_options
from web.console.dates import dated
from web.console.entries.entry_reading import read_entry_page
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date, type_number
from web.forms.inputs import Input, InputKind
from web.forms.mending import CorrectForm, Said
from web.forms.typed import Typed
from web.languages import _
from web.state import current


@console.route("/so/<int:index>/dinh-chinh", methods=["GET", "POST"])
def correct_entry(index: int) -> ResponseReturnValue:
    """Say what was wrong with a step, or that it never happened; one's own, in half an hour, anybody may."""
    state = current()
    verb, reason = correct, ""
    if state.ledger.read(is_undoable, actor(), index, state.clock()):
        verb, reason = undo, SLIP
    else:
        check_role(CORRECTING)
    found = state.ledger.read(read_entry_page, state.ledger.vault, actor(), index)
    if found.step is None or found.said is None:
        raise NotFoundError(_("việc đã ghi"), str(index))
    form = CorrectForm(found.step, found.said)
    options = state.ledger.read(step_options, state.ledger.vault, actor())
    asked = form.inputs(options, {**form.first_answers(), "reason": reason})
    sides = tuple(
        Input(side, label, InputKind.LOTS)
        for side, label, portions in (
            ("in", _("Lấy từ"), found.said.inputs),
            ("out", _("Được"), found.said.outputs),
        )
        if portions
    )
    page = FormPage(
        _("Đính chính: %(name)s", name=found.name),
        (*asked, *sides),
        _("Ghi đính chính"),
        url_for("console.entry", index=index),
        lead=_(
            "Dòng %(index)s, làm ngày %(done_on)s. Dòng cũ vẫn còn, gạch ngang, dòng mới đứng bên cạnh.",
            index=index,
            done_on=format_date(found.said.done_on),
        ),
        template="console/entries/correct.html",
        more={"sides": _sides(found.said, Typed.of(request.form.lists()))},
    )
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "done_on"), index=index),
        verb,
        lambda done: url_for(
            "console.entry", index=done.declaration if done.index is None else done.index, moi=1
        ),
    )


def _sides(said: Said, typed: Typed) -> dict[str, list[tuple[str, str, str]]]:
    """The lines of each side: the lot, what people call it, and its amount as said or typed since."""
    lines: dict[str, list[tuple[str, str, str]]] = {}
    for side, portions in (("in", said.inputs), ("out", said.outputs)):
        typed_amounts = dict(
            zip(typed.values.get(f"{side}-lot", ()), typed.values.get(f"{side}-amount", ()), strict=False)
        )
        lines[side] = [
            (lot, lot_code_of(lot), typed_amounts.get(lot, type_number(quantity)))
            for lot, quantity in portions
        ]
    return lines
