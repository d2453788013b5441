"""Stamp designs: those that come with the program, the cooperative's own versions, and the editor."""

from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flask import Response, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from labels.design_files import BUILT_IN, Design, own_design
from labels.errors import FIELD_NAMES, DesignError, FieldOverflowError, LabelError
from labels.qr_tables import Level
from ledger.coop.actors import PACKING, Actor
from ledger.coop.errors import CommandError, Problem
from ledger.coop.paper.label_designs import (
    DesignCard,
    RetireDesign,
    SaveDesign,
    find_design,
    list_designs,
    list_versions,
    retire_design,
    save_design,
)
from ledger.coop.paper.print_specs import OWN_DESIGN
from ledger.coop.registers.organisations import find_organisation
from web.console.blueprint import console
from web.console.pages import FormPage, answer_form, read_form, show_form
from web.console.session import actor, check_role
from web.errors import status_of
from web.formats import format_number, type_number
from web.forms.label_designs import NAMING, WORDS, DesignForm, Trial, TrialForm
from web.forms.typed import Typed
from web.languages import _, translate
from web.paper.design_pictures import check_printer, draw_design
from web.paper.label_designs import as_design, has_secret, open_design
from web.state import current

PREVIEW, SHOWN_DPI = "xem", 203
"""Which button asks for a picture only, and the printer that pictures are drawn for."""
PNG = "image/png"


@dataclass(frozen=True, slots=True)
class ShownDesign:
    """A design as its page shows it. ``version`` is 0 for one that comes with the program."""

    name: str
    title: str
    size: str
    html: str
    css: str
    has_secret: bool
    version: int = 0
    saved_at: datetime | None = None
    is_retired: bool = False
    code: str = ""


@console.get("/mau-tem")
def designs() -> ResponseReturnValue:
    """Every design that can be chosen when stamps are ordered."""
    check_role(PACKING)
    return render_template(
        "console/stamps/designs.html",
        own=current().ledger.read(list_designs, actor()),
        built_in=tuple(BUILT_IN.values()),
        size_of=_size,
        retired=request.args.get("cat", ""),
        back=url_for("console.print_desk"),
    )


@console.get("/mau-tem/<name>")
def design(name: str) -> ResponseReturnValue:
    """One design: its picture, its versions, its source."""
    check_role(PACKING)
    ledger = current().ledger
    shown = ledger.read(_read, actor(), name)
    return render_template(
        "console/stamps/design.html",
        shown=shown,
        versions=ledger.read(list_versions, actor(), shown.code) if shown.code else (),
        is_new="moi" in request.args,
        back=url_for("console.designs"),
    )


@console.get("/mau-tem/<name>.png")
def design_picture(name: str) -> ResponseReturnValue:
    """A stamp of this design with sample text, as a printer of 203 dpi prints it."""
    check_role(PACKING)
    found = current().ledger.read(open_design, actor(), name)
    return Response(_draw(found, SHOWN_DPI, "M"), content_type=PNG)


@console.route("/mau-tem/<name>/sua", methods=["GET", "POST"])
def change_design(name: str) -> ResponseReturnValue:
    """Write a new version of an own design, or an own design that begins as another."""
    check_role(PACKING)
    shown = current().ledger.read(_read, actor(), name)
    page = _editor(current().ledger.read(open_design, actor(), name), shown)
    if request.method == "POST" and request.form.get(PREVIEW):
        return _try_out(page, read_form(page))
    return answer_form(
        page,
        _parse,
        save_design,
        lambda card: url_for("console.design", name=card.spec_name, moi=1),
    )


@console.post("/mau-tem/xem-thu")
def preview_design() -> ResponseReturnValue:
    """The picture of what stands in the editor, or why it cannot be printed, for the editor's script."""
    check_role(PACKING)
    try:
        picture = _draw_typed(Typed.of(request.form.lists()))
    except CommandError as error:
        said = {"sentences": [translate(problem.sentence) for problem in error.problems]}
        return Response(json.dumps(said), status_of(error), content_type="application/json")
    return Response(picture, content_type=PNG)


@console.route("/mau-tem/<name>/cat", methods=["GET", "POST"])
def retire(name: str) -> ResponseReturnValue:
    """Offer an own design no more; what was printed by it can still be printed again."""
    check_role(PACKING)
    shown = current().ledger.read(_read, actor(), name)
    page = FormPage(
        _("Cất mẫu “%(title)s”", title=shown.title),
        (),
        _("Cất mẫu này"),
        url_for("console.design", name=name),
        lead=_("Mẫu không còn trong danh sách khi in tem. Tem đã in vẫn in lại được."),
        is_grave=True,
    )
    return answer_form(
        page,
        lambda _: RetireDesign(name=shown.code),
        retire_design,
        lambda card: url_for("console.designs", cat=card.title_vi),
    )


def _read(session: Session, actor: Actor, name: str) -> ShownDesign:
    """Raises ``NotFoundError``."""
    if not name.startswith(OWN_DESIGN):
        found = open_design(session, actor, name)
        return ShownDesign(name, found.title_vi, _size(found), found.html, found.css, has_secret(found))
    own = find_design(session, actor, name.removeprefix(OWN_DESIGN))
    found = as_design(own)
    card = own.card
    return ShownDesign(
        name,
        card.title_vi,
        _size(card),
        own.html,
        own.css,
        has_secret(found),
        card.version,
        card.created_at,
        own.is_retired,
        card.name,
    )


def _size(sized: Design | DesignCard) -> str:
    width_mm, height_mm = (format_number(Decimal(str(side))) for side in (sized.width_mm, sized.height_mm))
    return f"{width_mm} × {height_mm} mm"


# -- the editor ---------------------------------------------------------------------------------------------


def _editor(start: Design, shown: ShownDesign) -> FormPage:
    sides = {"width_mm": start.width_mm, "height_mm": start.height_mm}
    defaults = {
        "title_vi": shown.title if shown.version else "",
        "name": shown.code,
        "dpi": str(SHOWN_DPI),
        "level": "M",
        "html": shown.html,
        "css": shown.css,
        **{name: type_number(Decimal(str(side))) for name, side in sides.items()},
    }
    asked = sorted(DesignForm().inputs({}, defaults), key=lambda item: item.name not in NAMING)
    return FormPage(
        _("Sửa mẫu “%(title)s”", title=shown.title) if shown.version else _("Mẫu riêng mới"),
        tuple(asked),
        _("Lưu thành bản mới") if shown.version else _("Lưu mẫu tem"),
        url_for("console.design", name=shown.name),
        template="console/stamps/design_form.html",
        refused=_("Mẫu tem chưa lưu được"),
        more={"words": WORDS.items(), "preview": "", "preview_said": ()},
    )


def _parse(typed: Typed) -> SaveDesign:
    """The command, once the design was drawn on trial. Raises ``CommandError``."""
    command: SaveDesign = DesignForm().parse(typed)
    _open(TrialForm().trial(typed))
    return command


def _try_out(page: FormPage, typed: Typed) -> ResponseReturnValue:
    """The editor again, with a picture: for browsers that run no script."""
    picture = ""
    said: tuple[str, ...] = ()
    try:
        picture = f"data:{PNG};base64,{b64encode(_draw_typed(typed)).decode()}"
    except CommandError as error:
        said = tuple(translate(problem.sentence) for problem in error.problems)
    return show_form(replace(page, more={**page.more, "preview": picture, "preview_said": said}), typed)


def _draw_typed(typed: Typed) -> bytes:
    """The picture of what was typed. Raises ``CommandError``."""
    trial = TrialForm().trial(typed)
    return _draw(_open(trial), trial.dpi, trial.level)


def _open(trial: Trial) -> Design:
    """The design, if a printer can print it sharply. Raises ``CommandError`` beside the question to mend."""
    sides = float(trial.width_mm), float(trial.height_mm)
    try:
        design = own_design("mau", trial.html, trial.css, *sides)
        check_printer(design, float(trial.dpi), trial.level, _organisation(), current().config.public_url)
    except LabelError as error:
        raise CommandError(Problem("html", _reason(error))) from error
    return design


def _reason(error: LabelError) -> str:
    """Of a design just written, the reason alone: its name is a stand-in, and so is the text on it."""
    if isinstance(error, DesignError):
        reason = translate(error.reason)
        return f"{reason[:1].upper()}{reason[1:]}."
    if isinstance(error, FieldOverflowError):
        said = _(
            "%(field)s không vừa chỗ dù đã thu nhỏ: “%(text)s”.",
            field=translate(FIELD_NAMES[error.field]),
            text=error.text,
        )
        return _("%(said)s Hãy nới chỗ cho trường này, hoặc để cỡ chữ nhỏ hơn.", said=said)
    return str(error)


def _draw(design: Design, dpi: int, level: Level) -> bytes:
    """Raises ``CommandError``."""
    try:
        return draw_design(design, float(dpi), level, _organisation(), current().config.public_url)
    except LabelError as error:
        raise CommandError(Problem("html", str(error))) from error


def _organisation() -> str:
    """The name that stands on the pictures: the one that will stand on the stamps."""
    return current().ledger.read(find_organisation, actor().organisation).name
