"""A form without login beside every page that somebody answers for: “the page is wrong” (Art. 19.3).

It is not on the passport itself, which is kept for everyone: it is a page of its visitor's, with a token
against forged requests. A field that people do not see catches programs that fill in whatever there is.
"""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from ledger.coop.errors import CommandError
from ledger.coop.reports.reporting import MAX_TEXT, ReportPage, ReportReason, report_page
from ledger.trace.identifiers import parse_identifier, path_of
from ledger.trace.passports.passport import Passport
from ledger.trace.passports.verdicts import Verdict
from signing.stamp_codes import read_printed
from web.errors import UnknownPageError
from web.languages import translate
from web.public.pages import HTML, REPORTS, lot_page, stamp_page
from web.public.passport_pages import find_lot
from web.public.report_words import REASONS
from web.public.scanning import find_sighting
from web.security import client_address
from web.state import State, current

blueprint = Blueprint("reports", __name__)

TRAP = "trang_web"
"""The field that nobody sees."""
_FIELDS = ("reason", "text", "phone")


@dataclass(frozen=True, slots=True)
class Reportable:
    """A page that can be reported: where it is, whose it is, what it told."""

    path: str
    organisation: str
    organisation_name: str | None
    verdict: Verdict
    passport: Passport | None
    lot: str | None = None
    number: int | None = None
    code: str | None = None

    @property
    def phone(self) -> str | None:
        """The telephone number of whoever answers for the page."""
        said = None if self.passport is None else self.passport.organisation.statement
        return None if said is None else said.phone

    @property
    def name(self) -> str:
        """Whoever answers for the page."""
        told = None if self.passport is None else self.passport.organisation.name
        return told or self.organisation_name or self.organisation


class Typed(NamedTuple):
    """What a person put into the form."""

    reason: str = ""
    text: str = ""
    phone: str = ""


@blueprint.route(f"{REPORTS}/<path:of>", methods=["GET", "POST"])
def report(of: str) -> Response:
    """The form about the page at ``/{of}``, a stamp's or a lot's.

    Raises ``StampCodeError``, ``UnknownPageError``, ``UnknownLotError``, ``MalformedIdentifierError``.
    """
    kind, _slash, code = of.partition("/")
    state = current()
    page = _stamp(state, code) if kind in {"s", "S"} else _lot(state, f"/{quote(of)}")
    return _answer(page)


def _lot(state: State, path: str) -> Reportable:
    lot = find_lot(state, path)
    answer = lot_page(state, lot, HTML).answer
    if answer.passport is None:
        raise UnknownPageError(lot)
    owner = answer.passport.organisation.code
    return Reportable(path_of(parse_identifier(lot)), owner, None, answer.verdict, answer.passport, lot=lot)


def _stamp(state: State, code: str) -> Reportable:
    sighting = find_sighting(state, read_printed(code).code)
    group = sighting.group
    if group.organisation is None:
        raise UnknownPageError(code)
    answer = stamp_page(state, group, HTML).answer
    return Reportable(
        f"/s/{sighting.code}",
        group.organisation,
        answer.organisation_name,
        answer.verdict,
        answer.passport,
        lot=group.lot,
        number=sighting.number,
        code=sighting.code,
    )


def _answer(page: Reportable) -> Response:
    if request.method == "GET":
        return _form(page, Typed())
    state = current()
    state.reporters.take(client_address())
    form = request.form
    typed = Typed(form.get("ly_do", ""), form.get("mo_ta", ""), form.get("dien_thoai", ""))
    if form.get(TRAP):
        return _thanks(page, None)
    try:
        reported = state.ledger.write(report_page, _command(page, typed))
    except CommandError as error:
        problems = {problem.field: translate(problem.sentence) for problem in error.problems}
        return _form(page, typed, problems)
    return _thanks(page, reported.reference)


def _command(page: Reportable, typed: Typed) -> ReportPage:
    reason = next((known for known in ReportReason if known.value == typed.reason), typed.reason)
    return ReportPage(
        organisation=page.organisation,
        reason=reason,  # type: ignore[arg-type]  # what is none is refused with its own sentence
        shown=page.verdict,
        lot=page.lot,
        number=page.number,
        text=typed.text,
        phone=typed.phone,
    )


def _form(page: Reportable, typed: Typed, problems: dict[str, str] | None = None) -> Response:
    body = render_template(
        "public/report.html",
        page=page,
        typed=typed,
        problems=dict.fromkeys(_FIELDS, "") | (problems or {}),
        reasons=REASONS,
        limit=MAX_TEXT,
        trap=TRAP,
    )
    return _page(body, 422 if problems else 200)


def _thanks(page: Reportable, reference: str | None) -> Response:
    return _page(render_template("public/reported.html", page=page, reference=reference), 200)


def _page(body: str, status: int) -> Response:
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
