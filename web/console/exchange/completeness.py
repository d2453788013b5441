"""What laws ask to be told of products and lots, and what is missing: for the office, never the public."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import MANAGEMENT, OFFICE
from ledger.coop.completeness.legal_facts import Answer, Said, Source, State
from ledger.coop.completeness.reading import (
    LOTS_AT_ONCE,
    Completeness,
    lot_completeness,
    lots_completeness,
    product_completeness,
    products_completeness,
)
from ledger.trace.sectors.reference import OPERATING_RULES
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.formats import format_date, format_net_g
from web.languages import _, translate
from web.state import current

MAX_INDEX = 10**18
STATE_WORDS: Mapping[State, str] = {
    State.HAVE: _("Có"),
    State.MISSING: _("Thiếu"),
    State.IF_ANY: _("Khi có"),
    State.BY_LOT: _("Theo từng lô"),
}
STATE_ICONS: Mapping[State, str] = {
    State.HAVE: "check",
    State.MISSING: "console/alarm",
    State.IF_ANY: "console/more",
    State.BY_LOT: "console/next",
}


@console.get("/day-du")
def completeness() -> ResponseReturnValue:
    """Every product with what it lacks against each set."""
    check_role(OFFICE)
    state = current()
    return render_template(
        "console/exchange/completeness.html",
        products=state.ledger.read(products_completeness, actor(), state.today),
        rules=OPERATING_RULES,
        may_add=not actor().roles.isdisjoint(MANAGEMENT),
        back=url_for("console.exchange"),
    )


@console.get("/day-du/<product>")
def product_gaps(product: str) -> ResponseReturnValue:
    """One product, field by field, and its lots; ``truoc``: those older than this entry."""
    check_role(OFFICE)
    state, before = current(), _entry_asked_for()
    found = state.ledger.read(product_completeness, actor(), product, state.today)
    lots = state.ledger.read(lots_completeness, actor(), product, state.today, before_index=before)
    oldest = lots[-1].lot_index if len(lots) == LOTS_AT_ONCE else None
    return _shown(found, url_for("console.completeness"), lots=lots, oldest=oldest)


@console.get("/day-du-lo/<lot:lot>")
def lot_gaps(lot: str) -> ResponseReturnValue:
    """One lot, field by field."""
    check_role(OFFICE)
    found = current().ledger.read(lot_completeness, actor(), lot, current().today)
    return _shown(found, url_for("console.lot_files", lot=lot), lots=(), oldest=None)


def _shown(
    found: Completeness, back: str, *, lots: tuple[Completeness, ...], oldest: int | None
) -> ResponseReturnValue:
    return render_template(
        "console/exchange/legal_sets.html",
        found=found,
        lots=lots,
        oldest=oldest,
        words=STATE_WORDS,
        icons=STATE_ICONS,
        told=told,
        lacking=lacking,
        name=lambda field: translate(field.vi),
        mend=lambda answer: _mending(found, answer),
        back=back,
    )


def told(answer: Answer) -> str:
    """The evidence in one line."""
    return ", ".join(_said(said) for said in answer.said)


def lacking(answer: Answer) -> str:
    """What of it is missing, by name."""
    return ", ".join(map(translate, answer.lacking))


def _said(said: Said) -> str:
    match said:
        case date():
            return format_date(said)
        case Decimal():
            return format_net_g(said)
    return translate(said)


def _diary(found: Completeness) -> str:
    if found.lot is None:
        return url_for("console.product", product=found.product.code)
    return url_for("console.lot", lot=found.lot.lot)


_MENDING: Mapping[Source, tuple[str, Callable[[Completeness], str], bool]] = {
    Source.PRODUCT: (
        _("Ghi vào sản phẩm"),
        lambda found: url_for("console.mend_label", product=found.product.code),
        True,
    ),
    Source.GTIN: (
        _("Ghi mã GTIN"),
        lambda found: url_for("console.give_product_gtin", product=found.product.code),
        True,
    ),
    Source.ORGANISATION: (
        _("Sửa thông tin đơn vị"),
        lambda _found: url_for("console.own_organisation"),
        True,
    ),
    Source.CERTIFICATES: (
        _("Thêm chứng nhận"),
        lambda _found: url_for("console.add_to_register", name="chung-nhan"),
        False,
    ),
    Source.DIARY: (_("Mở lô, ghi thêm"), _diary, False),
}
"""Where something missing is said, and whether only a manager may."""


def _mending(found: Completeness, answer: Answer) -> tuple[str, str] | None:
    """The words and address of where a missing thing is said, for who may say it."""
    if answer.source is None or answer.state is State.HAVE:
        return None
    words, address, is_managers = _MENDING[answer.source]
    if is_managers and actor().roles.isdisjoint(MANAGEMENT):
        return None
    return words, address(found)


def _entry_asked_for() -> int | None:
    text = request.args.get("truoc", "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:19]) < MAX_INDEX else None
