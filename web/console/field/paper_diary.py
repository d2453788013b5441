"""The diary on paper: a sheet to print for a season, and the screen on which it is keyed in."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labels.diary_sheets import LINES_A_PAGE, MAX_PAGES, diary_sheet_pdf
from labels.errors import LabelError
from ledger.coop.actors import FIELD_WORK
from ledger.coop.errors import LotStateError, NotFoundError
from ledger.coop.field.paper_rows import SLOT_NAMES, SLOTS, paper_steps
from ledger.coop.field.paper_sheets import MAX_ROWS, SheetKeyedIn, key_in_sheet
from ledger.coop.registers.members import list_members
from ledger.coop.season_queries import SeasonPage, read_season
from web.console.blueprint import console
from web.console.choices import member_options
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.console.signed_in import read_signed_in
from web.forms.land import PaperSheetForm
from web.languages import _
from web.paper.diary_sheets import sheet_of
from web.state import current


@console.get("/vu/<lot:season>/phieu-giay.pdf")
def paper_sheet(season: str) -> ResponseReturnValue:
    """The sheet of a season to print: ``to`` pages of lines, and one that explains the boxes."""
    check_role(FIELD_WORK)
    state = current()
    found = _find(season)
    pages = min(max(request.args.get("to", 1, int), 1), MAX_PAGES)
    people = state.ledger.read(list_members, state.ledger.vault, actor().organisation)
    organisation = state.ledger.read(read_signed_in, actor()).organisation
    url = state.config.public_url + url_for("console.key_in", season=season)
    try:
        pdf = diary_sheet_pdf(sheet_of(found, organisation, url, people, pages=pages))
    except LabelError as error:
        raise LotStateError(str(error), lot=season, sentence=str(error)) from error
    name = f"nhat-ky-{found.card.code}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@console.route("/vu/<lot:season>/go-phieu", methods=["GET", "POST"])
def key_in(season: str) -> ResponseReturnValue:
    """The lines of a sheet, as they stand on the paper."""
    check_role(FIELD_WORK)
    state = current()
    found = _find(season)
    steps = paper_steps(found.template)
    rows = min(max(request.args.get("dong", LINES_A_PAGE, int), 1), MAX_ROWS)
    form = PaperSheetForm(rows, steps)
    people = state.ledger.read(member_options, state.ledger.vault, actor())
    page = FormPage(
        _("Gõ phiếu giấy: %(product)s", product=found.card.product),
        form.inputs(),
        _("Ghi vào sổ"),
        url_for("console.season", season=season),
        lead=_(
            "Vụ %(code)s, %(place_name)s. Gõ đúng như trên giấy; dòng trống thì bỏ qua.",
            code=found.card.code,
            place_name=found.card.place_name,
        ),
        template="console/field/key_in.html",
        more={
            "steps": steps,
            "slot_names": [_(SLOT_NAMES[slot]) for slot in SLOTS],
            "rows": rows,
            "people": people,
            "season": season,
            "can_grow": rows < MAX_ROWS,
        },
    )
    return answer_form(page, lambda typed: form.parse(typed, season), key_in_sheet, _after)


@console.get("/vu/<lot:season>/go-phieu/xong")
def keyed_in(season: str) -> ResponseReturnValue:
    """How many lines were written, and which of them late."""
    check_role(FIELD_WORK)
    return render_template(
        "console/field/keyed_in.html",
        found=_find(season),
        season=season,
        written=request.args.get("ghi", 0, int),
        repeated=request.args.get("cu", 0, int),
        late=request.args.get("tre", 0, int),
        minded=request.args.get("nhac", 0, int),
        back=url_for("console.season", season=season),
    )


def _find(season: str) -> SeasonPage:
    """The season, of a template that has a sheet. Raises ``NotFoundError``."""
    state = current()
    found = state.ledger.read(read_season, actor(), season, state.today)
    if not paper_steps(found.template):
        raise NotFoundError(_("phiếu giấy của vụ"), found.card.code)
    return found


def _after(done: SheetKeyedIn) -> str:
    return url_for(
        "console.keyed_in",
        season=done.season,
        ghi=done.written,
        cu=done.repeated,
        tre=done.late,
        nhac=len(done.notices),
    )
