"""Printers: which paper is in them, and how far they miss, measured once on a page with rulers."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labels import STOCKS
from labels.errors import LabelError, PaperError, ProfileError
from labels.layouts import PrinterProfile
from labels.papers import Paper
from labels.ruler import Measured, crosses, mend_profile, ruler_page
from ledger.coop.actors import PACKING
from ledger.coop.errors import CommandError, Problem
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import (
    Printer,
    RemovePrinter,
    SavePrinter,
    find_printer,
    list_printers,
    remove_printer,
    save_printer,
)
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.formats import type_number
from web.forms.form import KEY
from web.forms.inputs import Option
from web.forms.printers import OWN_PAPER, MeasureForm, PrinterForm, answers_of
from web.forms.typed import Typed
from web.languages import _
from web.paper.print_layouts import fed_paper, paper_of
from web.state import current

_MM, _SCALE = Decimal("0.01"), Decimal("0.0001")


@console.get("/may-in")
def printers() -> ResponseReturnValue:
    """The cooperative's printers."""
    check_role(PACKING)
    return render_template(
        "console/stamps/printers.html",
        printers=current().ledger.read(list_printers, actor()),
        paper_title=paper_title,
        removed=request.args.get("bo", ""),
        back=url_for("console.print_desk"),
    )


@console.get("/may-in/<printer_id>")
def printer(printer_id: str) -> ResponseReturnValue:
    """One printer: its paper, its ruler page, how it was set right."""
    check_role(PACKING)
    found = _find(printer_id)
    return render_template(
        "console/stamps/printer.html",
        printer=found,
        paper_title=paper_title(found.spec),
        profile=_profile(found.spec),
        is_new="moi" in request.args,
        is_set="canh" in request.args,
        back=url_for("console.printers"),
    )


@console.route("/may-in/them", methods=["GET", "POST"])
def add_printer() -> ResponseReturnValue:
    """A new printer."""
    check_role(PACKING)
    return _ask(_("Thêm máy in"), None, PrintSpec(), {}, url_for("console.printers"))


@console.route("/may-in/<printer_id>/sua", methods=["GET", "POST"])
def change_printer(printer_id: str) -> ResponseReturnValue:
    """Other paper, another name."""
    check_role(PACKING)
    found = _find(printer_id)
    known: dict[str, str | tuple[str, ...]] = {"name": found.name}
    if found.is_default:
        known["is_default"] = ("yes",)
    return _ask(_("Sửa máy in"), found.id, found.spec, known, url_for("console.printer", printer_id=found.id))


@console.get("/may-in/<printer_id>/trang-thuoc.pdf")
def ruler(printer_id: str) -> ResponseReturnValue:
    """The page to hold a ruler to, printed as stamps will be."""
    check_role(PACKING)
    found = _find(printer_id)
    page = _on_paper(lambda: ruler_page(paper_of(found.spec), float(found.spec.dpi), _profile(found.spec)))
    return Response(
        page,
        mimetype="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="trang-thuoc.pdf"'},
    )


@console.route("/may-in/<printer_id>/canh", methods=["GET", "POST"])
def measure_printer(printer_id: str) -> ResponseReturnValue:
    """Set a printer right by what was measured on its ruler page."""
    check_role(PACKING)
    found = _find(printer_id)
    paper = paper_of(found.spec)
    marks, form = crosses(paper), MeasureForm()
    wanted = {
        "left_mm": marks.left_mm,
        "top_mm": marks.top_mm,
        "width_mm": marks.width_mm,
        "height_mm": marks.height_mm,
    }
    page = FormPage(
        _("Canh máy in"),
        tuple(
            replace(item, help=_("In đúng thì được %(wanted)s mm.", wanted=_mm(wanted[item.name])))
            for item in form.inputs()
        ),
        _("Canh theo số đo này"),
        url_for("console.printer", printer_id=printer_id),
        template="console/stamps/measure.html",
        refused=_("Chưa canh được"),
        more={"printer": found},
    )
    return answer_form(
        page,
        lambda typed: _mended(found, paper, form.measured(typed), typed),
        save_printer,
        lambda saved: url_for("console.printer", printer_id=saved.id, canh=1),
    )


@console.post("/may-in/<printer_id>/bo-canh")
def unset_printer(printer_id: str) -> ResponseReturnValue:
    """Print as the printer itself thinks right again."""
    check_role(PACKING)
    current().ledger.write(save_printer, actor(), _with_profile(_find(printer_id), PrinterProfile(), None))
    return redirect(url_for("console.printer", printer_id=printer_id), 303)


@console.route("/may-in/<printer_id>/xoa", methods=["GET", "POST"])
def drop_printer(printer_id: str) -> ResponseReturnValue:
    """Take a printer off the list."""
    check_role(PACKING)
    found = _find(printer_id)
    page = FormPage(
        _("Bỏ máy in “%(name)s”", name=found.name),
        (),
        _("Bỏ máy in này"),
        url_for("console.printer", printer_id=printer_id),
        lead=_("Những lượt in đã đặt không đổi."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda typed: RemovePrinter(id=found.id, idempotency_key=typed.one(KEY) or None),
        remove_printer,
        lambda gone: url_for("console.printers", bo=gone.name),
    )


def paper_title(spec: PrintSpec) -> str:
    """What the paper of a spec is called."""
    stock = STOCKS.get(spec.paper)
    return _(stock.title_vi) if stock is not None else _("Giấy tự ghi số đo")


def _find(printer_id: str) -> Printer:
    return current().ledger.read(find_printer, actor(), printer_id)


def _ask(
    title: str,
    printer_id: str | None,
    spec: PrintSpec,
    known: dict[str, str | tuple[str, ...]],
    back: str,
) -> ResponseReturnValue:
    form = PrinterForm()
    papers = (*(Option(stock.name, _(stock.title_vi)) for stock in STOCKS.values()), OWN_PAPER)
    page = FormPage(
        title,
        form.inputs({"paper": papers}, {**answers_of(spec), **known}),
        _("Lưu máy in"),
        back,
        template="console/stamps/printer_form.html",
    )
    return answer_form(
        page,
        lambda typed: _checked(form.command_of(typed, spec, printer_id)),
        save_printer,
        lambda saved: url_for("console.printer", printer_id=saved.id, moi=1),
    )


def _checked(command: SavePrinter) -> SavePrinter:
    """The command, if its paper takes its file and its ruler page. Raises ``CommandError``."""
    spec = command.spec
    _on_paper(lambda: ruler_page(fed_paper(spec), float(spec.dpi), _profile(spec)))
    return command


def _on_paper(draw: Callable[[], bytes]) -> bytes:
    """Raises ``CommandError`` beside the number that no paper or printer has."""
    try:
        return draw()
    except (PaperError, ProfileError) as error:
        raise CommandError(Problem(error.field, str(error))) from error
    except LabelError as error:
        raise CommandError(Problem("", str(error))) from error


def _mended(found: Printer, paper: Paper, measured: Measured, typed: Typed) -> SavePrinter:
    """The printer set right. Raises ``CommandError``."""
    try:
        profile = mend_profile(paper, measured, _profile(found.spec))
    except ProfileError as error:
        raise CommandError(Problem(error.field, str(error))) from error
    return _with_profile(found, profile, typed.one(KEY) or None)


def _with_profile(found: Printer, profile: PrinterProfile, key: str | None) -> SavePrinter:
    spec = replace(
        found.spec,
        offset_x_mm=_rounded(profile.offset_x_mm, _MM),
        offset_y_mm=_rounded(profile.offset_y_mm, _MM),
        scale_x=_rounded(profile.scale_x, _SCALE),
        scale_y=_rounded(profile.scale_y, _SCALE),
    )
    return SavePrinter(
        name=found.name, spec=spec, is_default=found.is_default, id=found.id, idempotency_key=key
    )


def _rounded(value: float, step: Decimal) -> Decimal:
    return Decimal(str(value)).quantize(step).normalize() + 0


def _profile(spec: PrintSpec) -> PrinterProfile:
    return PrinterProfile(
        float(spec.offset_x_mm), float(spec.offset_y_mm), float(spec.scale_x), float(spec.scale_y)
    )


def _mm(length_mm: float) -> str:
    return type_number(Decimal(str(length_mm)))
