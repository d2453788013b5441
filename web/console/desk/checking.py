"""Checking codes: one after the other as they are scanned, or a whole list; the signed result of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, json, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from ledger.coop.actors import RECEIVING
from ledger.coop.desk.check import Check, CheckedCode, Tone
from ledger.coop.desk.checking import DESK, check_codes
from ledger.coop.desk.errors import TooManyCodesError
from ledger.coop.desk.keeping import KeepCheck, keep_check
from ledger.coop.desk.queries import CheckCard, list_checks, read_check, read_check_file
from ledger.coop.desk.typed_codes import MAX_CODES, TypedCode, read_code, read_file, read_typed
from ledger.coop.errors import CommandError, SheetError
from ledger.coop.queries import ShipmentCard, shipments_to_receive
from ledger.trace.events.flows import EACH
from web.console.blueprint import console
from web.console.desk.result_sheets import result_csv, result_pdf
from web.console.desk.words import ICONS, TONES, row_of
from web.console.session import actor, check_role
from web.languages import translate
from web.state import current

AT_ONCE = 100
"""Codes that a page's script asks about in one go."""
PAGE_ROWS = 200
_SHOWN_CHECKS = 10
_MAX_TEXT = 300


@dataclass(frozen=True, slots=True)
class Coming:
    """A shipment to be received, and for how many packs of its lot there are good codes in a list."""

    card: ShipmentCard
    scanned: int

    @property
    def is_counted_in_packs(self) -> bool:
        """Whether scanned packs are a count of it."""
        return self.card.uom == EACH

    @property
    def is_whole(self) -> bool:
        """Whether as many were scanned as were sent."""
        return Decimal(self.scanned) == self.card.quantity

    @property
    def is_over(self) -> bool:
        """Whether more were scanned than were sent: they are of another vehicle, or the sender miscounted."""
        return Decimal(self.scanned) > self.card.quantity

    @property
    def found(self) -> int:
        """What a count begins with: never more than was sent."""
        return min(self.scanned, int(self.card.quantity))


@console.route("/kiem-tem", methods=["GET", "POST"])
def desk() -> ResponseReturnValue:
    """The desk: scan, paste or send a file; a whole list is checked, signed and kept."""
    check_role(DESK)
    if request.method != "POST":
        return _show_desk()
    state = current()
    try:
        typed = _read_codes()
        check = state.ledger.read(check_codes, actor(), typed, now=state.clock(), today=state.today)
        kept = state.ledger.write(keep_check, actor(), KeepCheck(check=check))
    except (CommandError, SheetError, TooManyCodesError) as error:
        return _show_desk(translate(error.sentence)), 422
    return redirect(url_for("console.desk_check", check_id=kept.id, moi=1), 303)


@console.post("/kiem-tem/tung-ma")
def check_some() -> Response:
    """The lines of some codes, for the page's script: JSON in, JSON out. Nothing is kept."""
    check_role(DESK)
    state = current()
    asked = request.get_json(silent=True)
    texts = asked.get("codes") if isinstance(asked, dict) else None
    is_list = isinstance(texts, list) and len(texts) <= AT_ONCE and all(type(text) is str for text in texts)
    if not is_list or not isinstance(texts, list):
        return Response("{}", 400, mimetype="application/json")
    typed = [read_code(state.codes, text[:_MAX_TEXT]) for text in texts]
    each_once = tuple({code.text: code for code in typed}.values())
    check = state.ledger.read(check_codes, actor(), each_once, now=state.clock(), today=state.today)
    rows = dict(zip((code.text for code in each_once), _rows(check, check.codes), strict=True))
    return Response(json.dumps({"rows": [rows[code.text] for code in typed]}), mimetype="application/json")


@console.get("/kiem-tem/<check_id>")
def desk_check(check_id: str) -> ResponseReturnValue:
    """A kept check: counts on top, what is to be received, the codes by colour, its files."""
    check_role(DESK)
    state = current()
    kept = state.ledger.read(read_check, actor(), check_id)
    chosen = next((tone for tone in Tone if tone == request.args.get("mau")), None)
    codes = _worst_first(kept.check, chosen)
    page = max(1, request.args.get("trang", 1, type=int))
    first = min((page - 1) * PAGE_ROWS, max(0, len(codes) - 1) // PAGE_ROWS * PAGE_ROWS)
    return render_template(
        "console/desk/check.html",
        card=kept.card,
        rows=_rows(kept.check, codes[first : first + PAGE_ROWS]),
        chosen=chosen,
        counts={tone: kept.check.count(tone) for tone in Tone},
        tones=TONES,
        icons=ICONS,
        coming=_coming(kept.check),
        first=first,
        total=len(codes),
        page_rows=PAGE_ROWS,
        is_new="moi" in request.args,
        back=url_for("console.desk"),
    )


@console.get("/kiem-tem/<check_id>/ket-qua.<any(json, csv, pdf):kind>")
def desk_result(check_id: str, kind: str) -> ResponseReturnValue:
    """The signed result (docs/spec/check-result.md), or the same for people: a table, or a sheet of paper."""
    check_role(DESK)
    state = current()
    kept = state.ledger.read(read_check, actor(), check_id)
    name = f"phieu-kiem-{kept.card.checked_at:%Y%m%d-%H%M%S}.{kind}"
    if kind == "json":
        data, media_type = state.ledger.read(read_check_file, actor(), check_id), "application/json"
    elif kind == "csv":
        data, media_type = result_csv(kept.check), "text/csv; charset=utf-8"
    else:
        data, media_type = result_pdf(state, actor(), kept), "application/pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=media_type, headers=headers)


def scan_box() -> dict[str, Any]:
    """What the scan box needs, wherever it stands."""
    return {"tones": TONES, "icons": ICONS, "most": MAX_CODES, "at_once": AT_ONCE}


def _show_desk(problem: str = "") -> str:
    state = current()
    checks: tuple[CheckCard, ...] = state.ledger.read(list_checks, actor(), limit=_SHOWN_CHECKS)
    return render_template(
        "console/desk/desk.html",
        problem=problem,
        typed=request.form.get("codes", "")[:100_000] if problem else "",
        checks=checks,
        **scan_box(),
        back=url_for("console.home"),
    )


def _read_codes() -> tuple[TypedCode, ...]:
    """What was scanned, pasted and sent, in this order. Raises ``SheetError``, ``TooManyCodesError``."""
    codes = current().codes
    text = "\n".join((request.form.get("codes", ""), request.form.get("code", "")))
    found = read_typed(codes, text)
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    if data:
        found = (*found, *read_file(codes, data))
    if len(found) > MAX_CODES:
        raise TooManyCodesError(MAX_CODES)
    return found


def _rows(check: Check, codes: tuple[CheckedCode, ...]) -> list[dict[str, Any]]:
    return [row_of(check, code) for code in codes]


def _worst_first(check: Check, chosen: Tone | None) -> tuple[CheckedCode, ...]:
    order = (Tone.BAD, Tone.CAUTION, Tone.GOOD) if chosen is None else (chosen,)
    return tuple(code for tone in order for code in check.codes if code.tone is tone)


def _coming(check: Check) -> tuple[Coming, ...]:
    """What is under way here, with what was scanned of it; several of one lot share what was scanned."""
    who = actor()
    if who.roles.isdisjoint(RECEIVING):
        return ()
    left = {lot: check.packs_of(lot) for lot in check.lots}
    found: list[Coming] = []
    for card in current().ledger.read(shipments_to_receive, who):
        scanned = left.get(card.lot, 0)
        found.append(Coming(card, scanned))
        left[card.lot] = max(0, scanned - int(card.quantity))
    return tuple(one for one in found if one.card.lot in check.lots)
