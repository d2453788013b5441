"""Making lots of lots: sorting, drying, slaughter, cutting, mixing, merging, splitting."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import WORKSHOP, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.processing import transform
from ledger.coop.goods.shares import household_codes
from ledger.coop.lots import find_held_lot, template_of
from ledger.coop.quantities import unit_name
from ledger.coop.queries import jobs_to_activate, lots_to_pack, lots_to_seal
from ledger.coop.reservations import read_promises
from ledger.trace.sectors.templates import Step
from web.console.blueprint import console
from web.console.choices import product_options, step_options
from web.console.goods.promises import promise_note
from web.console.lot_paths import lot_asked_for
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date
from web.forms.inputs import Input, InputKind
from web.forms.lots import INPUTS, OUTPUTS, LotLine, fill_lines
from web.forms.processing import TransformForm
from web.forms.typed import Typed
from web.languages import _
from web.state import current

OUTPUT_ROWS = 4
"""Lots that one form can make; more are made in several steps."""
SPLIT_ROWS = 12
"""A split makes more."""
REGROUP = "regroup"
_OWN_SCREENS = frozenset({"packing", "unpacking"})


@console.get("/hang")
def goods() -> ResponseReturnValue:
    """What is in the house: to pack, to seal, to activate."""
    check_role(WORKSHOP)
    ledger = current().ledger
    return render_template(
        "console/goods/goods.html",
        to_pack=ledger.read(lots_to_pack, actor()),
        to_seal=ledger.read(lots_to_seal, actor()),
        to_activate=ledger.read(jobs_to_activate, actor()),
        back=url_for("console.home"),
    )


@console.route("/che-bien/<step_code>", methods=["GET", "POST"])
def process(step_code: str) -> ResponseReturnValue:
    """The form of a transforming step; ``lo`` is the lot from whose page one comes."""
    check_role(WORKSHOP)
    state, lot = current(), lot_asked_for()
    own = state.ledger.read(find_held_lot, actor(), lot)
    step: Step = state.ledger.read(template_of, own).step(step_code)
    if step.level != "transform" or step.code in _OWN_SCREENS:
        raise NotFoundError(_("việc"), step_code)
    form = TransformForm(step)
    lines = state.ledger.read(lines_to_take, actor(), lot)
    if request.method == "POST":
        lines = fill_lines(lines, Typed.of(request.form.lists()))
    options = dict(state.ledger.read(step_options, state.ledger.vault, actor()))
    products = state.ledger.read(product_options, actor())
    asked = form.inputs(options, {"done_on": state.today.isoformat()})
    page = FormPage(
        _(step.name_vi),
        (
            *asked,
            Input(INPUTS, _("Lấy từ lô nào"), InputKind.LOTS),
            Input(OUTPUTS, _("Được bao nhiêu"), InputKind.LOTS),
        ),
        _("Ghi vào sổ"),
        url_for("console.lot", lot=lot),
        template="console/goods/process.html",
        more={
            "lines": lines,
            "products": products,
            "rows": SPLIT_ROWS if step.code == REGROUP else OUTPUT_ROWS,
            "is_regrouping": step.code == REGROUP,
            "unit": _(unit_name(own.uom)),
        },
    )
    return answer_form(
        page,
        lambda typed: form.parse(typed, step=step_code),
        transform,
        lambda made: url_for("console.entry", index=made.index, moi=1),
    )


def lines_to_take(session: Session, actor: Actor, lot: str) -> tuple[LotLine, ...]:
    """The loose lots that something is left of, ``lot`` first and wholly taken unless one says otherwise."""
    cards = sorted(lots_to_pack(session, actor), key=lambda card: card.lot != lot)
    whose = household_codes(session, current().ledger.vault, actor, (card.lot for card in cards))
    promises = read_promises(session, actor.organisation, [card.lot for card in cards])
    return tuple(
        LotLine(
            lot=card.lot,
            title=f"{card.product} {card.code}",
            sub=_("có từ %(made_on)s", made_on=format_date(card.made_on))
            + (_(" · hộ %(whose)s", whose=whose[card.lot]) if card.lot in whose else ""),
            promise=promise_note(promises.get(card.lot)),
            left=card.left,
            unit=_(unit_name(card.uom)),
            is_all=card.lot == lot,
        )
        for card in cards
        if card.left is not None
    )
