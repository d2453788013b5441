"""Money, for accountant and manager: a period beside the same a year before, its amounts, a file of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ledger.coop.actors import OFFICE, Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.money.accounting_csv import SEPARATORS, accounting_csv
from ledger.coop.money.entries import (
    MoneyKept,
    Side,
    WithdrawMoney,
    find_money,
    record_money,
    withdraw_money,
)
from ledger.coop.money.figures import Amount, in_words, read_amounts
from ledger.coop.money.periods import Period, parse_period, periods_shown
from ledger.coop.money.reckoning import Reckoned, Sums, by_kind, reckon, total
from ledger.coop.money.season_names import SeasonName, season_names, seasons_offered
from ledger.coop.registers.products import list_products
from signing.vault import Vault
from web.console.blueprint import console
from web.console.choices import product_options
from web.console.dates import dated
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import format_date, format_money
from web.forms.form import KEY
from web.forms.inputs import Option
from web.forms.money import KIND_NAMES, MoneyForm
from web.languages import _
from web.state import current

PAGE = 50


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A period as its page shows it."""

    period: Period
    now: Sums
    before: Sums
    products: tuple[Reckoned, ...]
    seasons: tuple[Reckoned, ...]
    kinds: tuple[tuple[Side, str, int], ...]
    product_names: Mapping[str, str]
    season_names: Mapping[str, SeasonName]


@console.get("/tien")
def money() -> ResponseReturnValue:
    """Costs, sales and what is left, in all, by product and by season."""
    check_role(OFFICE)
    state = current()
    period = _period()
    number = min(max(request.args.get("trang", 1, int), 1), 1000)
    return render_template(
        "console/books/money.html",
        reckoning=state.ledger.read(_reckon, actor(), period, number),
        periods=[(name, period_name(name)) for name in periods_shown(state.today)],
        period_name=period_name,
        kind_names=KIND_NAMES,
        money_text=format_money,
        page=number,
        size=PAGE,
        back=url_for("console.home"),
    )


@console.get("/tien/khoan")
def amounts() -> ResponseReturnValue:
    """Every amount of a period, or of a season in it, newest first, fifty a page."""
    check_role(OFFICE)
    state = current()
    period = _period()
    season = request.args.get("vu", "")[:300]
    listed = [
        item
        for item in reversed(
            state.ledger.read(read_amounts, actor(), period.first, period.last, by_season=bool(season))
        )
        if not season or item.season == season
    ]
    pages = max((len(listed) + PAGE - 1) // PAGE, 1)
    number = min(max(request.args.get("trang", 1, int), 1), pages)
    shown = state.ledger.read(
        in_words, state.ledger.vault, actor(), listed[(number - 1) * PAGE : number * PAGE]
    )
    names = state.ledger.read(
        season_names, actor(), {item.season for item in shown if item.season} | {season}
    )
    return render_template(
        "console/books/amounts.html",
        amounts=shown,
        total=total(listed),
        period=period,
        period_name=period_name,
        season=season if season in names else "",
        names=names,
        kind_names=KIND_NAMES,
        money_text=format_money,
        is_kept="moi" in request.args,
        number=number,
        pages=pages,
        back=url_for("console.money", ky=period.name),
    )


@console.route("/tien/chi", methods=["GET", "POST"])
def spend_money() -> ResponseReturnValue:
    """Something was paid."""
    return _ask(_("Ghi tiền chi"), Side.COST)


@console.route("/tien/thu", methods=["GET", "POST"])
def take_money() -> ResponseReturnValue:
    """Something was taken in."""
    return _ask(_("Ghi tiền thu"), Side.SALE)


@console.route("/tien/khoan/<money_id>/bo", methods=["GET", "POST"])
def drop_money(money_id: str) -> ResponseReturnValue:
    """An amount was entered by mistake."""
    check_role(OFFICE)
    state = current()
    entry = state.ledger.read(find_money, state.ledger.vault, actor(), money_id)
    page = FormPage(
        _("Bỏ khoản ghi nhầm"),
        (),
        _("Bỏ khoản này"),
        url_for("console.amounts", ky=str(entry.on.year)),
        lead=_(
            "%(kind)s, %(amount)s, ngày %(on)s.",
            kind=KIND_NAMES[entry.kind],
            amount=format_money(entry.amount),
            on=f"{entry.on:%d/%m/%Y}",
        ),
        is_grave=True,
        refused=_("Chưa bỏ được"),
    )

    def parse(typed: object) -> WithdrawMoney:  # noqa: ARG001  # there is nothing to read
        return WithdrawMoney(id=entry.id, idempotency_key=request.form.get(KEY) or None)

    return answer_form(page, parse, withdraw_money, _to_amounts)


@console.get("/tien/ke-toan.csv")
def accounting_file() -> ResponseReturnValue:
    """The amounts of a period for an accounting program."""
    check_role(OFFICE)
    state = current()
    period = _period()
    found = state.ledger.read(_all_in_words, state.ledger.vault, actor(), period)
    separator = SEPARATORS.get(request.args.get("dau", ""), ",")
    return Response(
        accounting_csv(found, KIND_NAMES, separator=separator),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="thu-chi-{period.name}.csv"'},
    )


def period_name(name: str) -> str:
    """A period as people say it."""
    year, _dash, part = name.partition("-")
    if not part:
        return _("Năm %(year)s", year=year)
    return (
        _("Quý %(part)s năm %(year)s", part=part[1:], year=year)
        if part.startswith("q")
        else _("Tháng %(month)s năm %(year)s", month=int(part), year=year)
    )


def _period() -> Period:
    return parse_period(request.args.get("ky", str(current().today.year))[:10])


def _all_in_words(session: Session, vault: Vault, who: Actor, period: Period) -> tuple[Amount, ...]:
    found = read_amounts(session, who, period.first, period.last, by_season=True)
    return in_words(session, vault, who, found)


def _reckon(session: Session, who: Actor, period: Period, number: int) -> Reckoning:
    now = read_amounts(session, who, period.first, period.last, by_season=True, summed=True)
    past = period.before()
    before = read_amounts(session, who, past.first, past.last, by_season=True, summed=True)
    seasons = reckon(now, before, "season")
    shown = seasons[(number - 1) * PAGE : number * PAGE]
    lots = {line.name for line in shown if line.name is not None}
    return Reckoning(
        period,
        total(now),
        total(before),
        reckon(now, before, "product"),
        seasons,
        by_kind(now),
        {product.code: product.name for product in list_products(session, who.organisation)},
        season_names(session, who, lots),
    )


def _ask(title: str, side: Side) -> ResponseReturnValue:
    check_role(OFFICE)
    state = current()
    form = MoneyForm(side)
    of = request.args.get("vu", "")[:300]
    options = {
        "kind": form.kinds(),
        "season": state.ledger.read(_season_options, actor(), of),
        "product": state.ledger.read(product_options, actor()),
    }
    page = FormPage(
        title,
        form.inputs(options, {"on": state.today.isoformat(), "season": of}),
        title,
        url_for("console.money"),
        lead=_("Chỉ kế toán và quản lý xem được. Không vào sổ công khai, không lên trang tem."),
    )
    return answer_form(page, lambda typed: form.parse(dated(typed, "on")), record_money, _to_amounts)


def _season_options(session: Session, who: Actor, of: str) -> tuple[Option, ...]:
    offered = seasons_offered(session, who, of=of or None)
    if of and not offered:
        raise NotFoundError(_("vụ"), of)
    return tuple(Option(name.lot, _offered(name)) for name in offered)


def _offered(season: SeasonName) -> str:
    """A season in a narrow list, which cuts a line short: first what tells seasons of one plot apart."""
    return _(
        "Mở %(started_on)s: %(product_name)s, %(place_name)s",
        started_on=format_date(season.started_on),
        product_name=season.product_name,
        place_name=season.place_name,
    )


def _to_amounts(kept: MoneyKept) -> str:
    return url_for("console.amounts", vu=kept.season, moi=1)
