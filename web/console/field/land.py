"""The fields: plots with their outlines on a plain map, growing areas with their codes."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger.coop.actors import OFFICE
from ledger.coop.land.growing_areas import (
    areas_of_place,
    list_growing_areas,
    place_names,
    read_growing_area,
    save_growing_area,
)
from ledger.coop.land.outlines import format_outline
from ledger.coop.land.plots import (
    PAGE,
    READERS,
    DrawnPlot,
    draw_plot,
    list_plots,
    neighbours,
    read_plot,
    read_plots,
)
from ledger.coop.season_cards import seasons_on_place
from web.console.blueprint import console
from web.console.choices import growing_place_options, product_options
from web.console.dates import dated
from web.console.field.plot_maps import draw_map, ground, near_to
from web.console.pages import FormPage, answer_form
from web.console.session import actor, check_role
from web.forms.land import GrowingAreaForm, OutlineForm, area_answers
from web.forms.registers import PLACE_KIND_NAMES
from web.languages import _
from web.state import current

AROUND_M = 600
"""So far around a plot its neighbours are on its map."""
WAYS_VI = {"drawn": _("vẽ trên bản đồ"), "walked": _("đi quanh thửa"), "typed": _("gõ tọa độ")}


@console.get("/thua")
def plots() -> ResponseReturnValue:
    """The places, fifty a page: which have an outline, and how large they are."""
    check_role(READERS)
    page = _page()
    listed, total = current().ledger.read(list_plots, actor(), page - 1)
    return render_template(
        "console/field/plots.html",
        plots=listed,
        page=page,
        pages=max(1, -(-total // PAGE)),
        kinds=PLACE_KIND_NAMES,
        back=url_for("console.home"),
    )


@console.get("/thua/<place>")
def plot(place: str) -> ResponseReturnValue:
    """One place: its outline, its areas, the growing areas and seasons on it."""
    check_role(READERS)
    ledger = current().ledger
    found = ledger.read(read_plot, ledger.vault, actor(), place)
    near = ledger.read(neighbours, ledger.vault, actor(), place) if found.ring else ()
    return render_template(
        "console/field/plot.html",
        plot=found,
        map=draw_map([found, *near_to(near, found.ring, AROUND_M)], place),
        way=WAYS_VI.get(found.way, ""),
        kind=PLACE_KIND_NAMES.get(found.kind, ""),
        areas=ledger.read(areas_of_place, actor(), place),
        seasons=ledger.read(seasons_on_place, actor(), place, besides=""),
        is_new="moi" in request.args,
        today=current().today,
        back=url_for("console.plots"),
    )


@console.route("/thua/<place>/ve", methods=["GET", "POST"])
def draw(place: str) -> ResponseReturnValue:
    """Draw, walk or type the outline of a place."""
    check_role(READERS)
    ledger = current().ledger
    found = ledger.read(read_plot, ledger.vault, actor(), place)
    near = ledger.read(neighbours, ledger.vault, actor(), place)
    form = OutlineForm()
    page = FormPage(
        _("Ranh giới: %(name)s", name=found.name),
        form.inputs({}, {"outline": format_outline(found.ring)} if found.ring else {}),
        _("Lưu ranh giới"),
        url_for("console.plot", place=place),
        lead=_("Chỉ người của hợp tác xã xem được. Trang tem không hiện ranh giới này."),
        template="console/field/draw.html",
        refused=_("Chưa lưu được"),
        more={"ground": ground(near, found.ring)},
    )
    return answer_form(page, lambda typed: form.parse(typed, place=place), draw_plot, _drawn)


@console.get("/vung-trong")
def growing_areas() -> ResponseReturnValue:
    """The growing areas, fifty a page, those that end first in front."""
    check_role(READERS)
    page = _page()
    areas, total = current().ledger.read(list_growing_areas, actor(), page - 1)
    return render_template(
        "console/field/areas.html",
        areas=areas,
        page=page,
        pages=max(1, -(-total // PAGE)),
        may_write=not actor().roles.isdisjoint(OFFICE),
        today=current().today,
        back=url_for("console.home"),
    )


@console.get("/vung-trong/<code>")
def growing_area(code: str) -> ResponseReturnValue:
    """One growing area: its paper, its plots, a map of those that were drawn."""
    check_role(READERS)
    ledger = current().ledger
    area = ledger.read(read_growing_area, actor(), code)
    drawn = ledger.read(read_plots, ledger.vault, actor(), area.places)
    return render_template(
        "console/field/area.html",
        area=area,
        names=ledger.read(place_names, actor(), area.places),
        map=draw_map(drawn),
        drawn={item.code: item.drawn_m2 for item in drawn},
        total_m2=sum((item.drawn_m2 for item in drawn if item.drawn_m2 is not None), start=0),
        may_write=not actor().roles.isdisjoint(OFFICE),
        today=current().today,
        back=url_for("console.growing_areas"),
    )


@console.route("/vung-trong/them", methods=["GET", "POST"])
def add_growing_area() -> ResponseReturnValue:
    """A new growing area."""
    return _save_area(None)


@console.route("/vung-trong/<code>/sua", methods=["GET", "POST"])
def change_growing_area(code: str) -> ResponseReturnValue:
    """A growing area whose paper was renewed, or whose plots changed."""
    return _save_area(code)


def _save_area(code: str | None) -> ResponseReturnValue:
    check_role(OFFICE)
    ledger = current().ledger
    form = GrowingAreaForm(exclude=() if code is None else ("code",))
    options = {
        "places": ledger.read(growing_place_options, actor()),
        "product": ledger.read(product_options, actor()),
    }
    area = None if code is None else ledger.read(read_growing_area, actor(), code)
    back = url_for("console.growing_areas") if code is None else url_for("console.growing_area", code=code)
    page = FormPage(
        _("Thêm vùng trồng") if area is None else _("Sửa vùng trồng %(code)s", code=area.code),
        form.inputs(options, {} if area is None else area_answers(area)),
        _("Lưu vào sổ"),
        back,
        lead=_("Mở vụ trên thửa thuộc vùng thì sổ tự điền mã này."),
        refused=_("Chưa lưu được"),
    )
    given = {} if code is None else {"code": code, "changes": code}
    return answer_form(
        page,
        lambda typed: form.parse(dated(typed, "valid_to"), **given),
        save_growing_area,
        lambda saved: url_for("console.growing_area", code=saved.code),
    )


def _drawn(done: DrawnPlot) -> str:
    return url_for("console.plot", place=done.place, moi=1)


def _page() -> int:
    return min(max(request.args.get("trang", 1, int), 1), 1000)
