"""A stamp of one's own as a picture: the whole stamp as PNG, its symbol as PNG and SVG.

A picture prints the stamp again as well as its job's file does, so the books say who had it (hand_outs).
"""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from labels.errors import LabelError
from labels.pictures import stamp_png, stamp_svg
from ledger.coop.actors import PACKING
from ledger.coop.errors import CoopError, LotStateError
from ledger.coop.stamps.fetching import FetchFile, fetch_file, is_fetching
from signing.errors import StampCodeError
from web.console.blueprint import console
from web.console.session import actor, check_role
from web.forms.stamp_codes import read_code
from web.languages import translate
from web.paper.one_stamp import OneStamp, find_one_stamp
from web.state import current

RESOLUTIONS = {"203": 203.2, "300": 300.0, "600": 600.0}
MODULE_PX = 16


@console.get("/mot-tem")
def one_stamp() -> ResponseReturnValue:
    """Ask for a code; with ``?ma=`` the stamp, and its pictures for whom they were handed out to."""
    check_role(PACKING)
    typed = request.args.get("ma", "").strip()[:300]
    found, problem, is_handed_out = None, "", False
    if typed:
        try:
            found = _find(read_code(typed))
            is_handed_out = _is_handed_out(found)
        except (StampCodeError, CoopError) as error:
            found, problem = None, translate(error.sentence)
    page = render_template(
        "console/stamps/one_stamp.html",
        typed=typed,
        found=found,
        is_handed_out=is_handed_out,
        problem=problem,
        resolutions=tuple(RESOLUTIONS),
        back=url_for("console.print_desk"),
    )
    return page, 200 if not problem else 404


@console.post("/mot-tem/<code>/lay")
def hand_out_stamp(code: str) -> ResponseReturnValue:
    """Hand the pictures of a stamp out, which the books keep, and go back to them."""
    check_role(PACKING)
    found = _find(code)
    # No key: whether it is the same download again is a matter of minutes, and ``fetch_file`` tells.
    current().ledger.write(fetch_file, actor(), FetchFile(found.sheet.job.id, found.number, found.number))
    return redirect(url_for("console.one_stamp", ma=found.code), 303)


@console.get("/mot-tem/<code>/tem-<any('203', '300', '600'):dpi>.png")
def stamp_picture(code: str, dpi: str) -> ResponseReturnValue:
    """The whole stamp, for whom it was handed out to minutes ago."""
    check_role(PACKING)
    found = _find(code)
    if not _is_handed_out(found):
        return redirect(url_for("console.one_stamp", ma=found.code), 303)
    try:
        picture = found.png(RESOLUTIONS[dpi])
    except LabelError as error:
        raise LotStateError(str(error), lot=found.code, sentence=str(error)) from error
    return _file(picture, "image/png", f"tem-{found.code}-{dpi}dpi.png")


@console.get("/mot-tem/<code>/qr.<any(png, svg):kind>")
def symbol_picture(code: str, kind: str) -> ResponseReturnValue:
    """The symbol alone, with its quiet zone, for whom it was handed out to minutes ago."""
    check_role(PACKING)
    found = _find(code)
    if not _is_handed_out(found):
        return redirect(url_for("console.one_stamp", ma=found.code), 303)
    if kind == "svg":
        return _file(stamp_svg(found.url).encode(), "image/svg+xml", f"qr-{found.code}.svg")
    return _file(stamp_png(found.url, MODULE_PX), "image/png", f"qr-{found.code}.png")


def _find(code: str) -> OneStamp:
    return find_one_stamp(current(), actor(), code)


def _is_handed_out(found: OneStamp) -> bool:
    """Raises what ``fetch_file`` raises: what is right may have changed since."""
    state = current()
    part = found.number, found.number
    return state.ledger.read(is_fetching, actor(), found.sheet.job.id, part, state.clock())


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(
        data, content_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
