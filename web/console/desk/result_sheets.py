"""A check for people: a table that any spreadsheet program opens, and a sheet of paper. In Vietnamese."""

import csv
import io
from collections import Counter

from labels.check_sheets import LINES_LIMIT, CheckSheet, SheetCode, SheetCount, SheetLot, check_sheet_pdf
from ledger.coop.actors import Actor
from ledger.coop.desk.check import Check, CheckedCode, CheckedLot, Tone
from ledger.coop.desk.queries import KeptResult
from ledger.coop.registers.organisations import find_organisation
from ledger.coop.spreadsheets.spreadsheet_texts import harmless
from ledger.log.checkpoints import parse_checkpoint_note
from web.console.desk.words import TONES, holder_of, shown_code, verdict_of
from web.formats import format_date, format_moment, format_number
from web.languages import _
from web.languages.catalogues import SOURCE
from web.languages.speaking import speaking
from web.state import State

HEADINGS = (
    _("Mã"),
    _("Kết quả"),
    _("Việc cần làm"),
    _("Sản phẩm"),
    _("Lô"),
    _("Hạn dùng"),
    _("Số gói"),
    _("Ai đang giữ"),
    _("Số lần trong danh sách"),
)


@speaking(SOURCE)
def result_csv(check: Check) -> bytes:
    """UTF-8 with a byte order mark and semicolons, as Vietnamese spreadsheets expect; a line a code."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(str, HEADINGS))
    for code in check.codes:
        writer.writerow(harmless(cell) for cell in _cells(check, code))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(check: Check, code: CheckedCode) -> tuple[str, ...]:
    lot = None if code.lot is None else check.lots.get(code.lot)
    verdict, tone = verdict_of(code), str(TONES[code.tone])
    if lot is None:
        return (code.code, verdict, tone, "", "", "", "", "", str(code.times))
    until = format_date(lot.expires_on) if lot.expires_on else ""
    goods = (lot.product, lot.code, until, str(code.packs), holder_of(lot))
    return (code.code, verdict, tone, *goods, str(code.times))


@speaking(SOURCE)
def result_pdf(state: State, who: Actor, kept: KeptResult) -> bytes:
    """The sheet: counts, lots, and up to 500 codes that are not well."""
    check = kept.check
    wrong = [code for tone in (Tone.BAD, Tone.CAUTION) for code in check.codes if code.tone is tone]
    counted = Counter((code.lot, code.tone is Tone.GOOD) for code in check.codes)
    size = parse_checkpoint_note(check.checkpoint)[0].size
    sheet = CheckSheet(
        organisation=state.ledger.read(find_organisation, who.organisation).name,
        checked_at=format_moment(check.checked_at),
        counts=tuple(SheetCount(str(TONES[tone]), format_number(check.count(tone))) for tone in Tone),
        lots=tuple(_lot(check, lot, counted) for lot in list(check.lots.values())[:LINES_LIMIT]),
        codes=tuple(_code(check, code) for code in wrong[:LINES_LIMIT]),
        proof=_(
            "Kiểm trên sổ có %(size)s bản ghi. Bản có chữ ký số là tệp JSON kèm theo; "
            "ai cũng kiểm được bằng lệnh sogoc verify.",
            size=format_number(size),
        ),
        more=max(0, len(wrong) - LINES_LIMIT),
    )
    return check_sheet_pdf(sheet)


def _lot(check: Check, lot: CheckedLot, counted: Counter[tuple[str | None, bool]]) -> SheetLot:
    good = counted[lot.lot, True]
    return SheetLot(
        product=lot.product,
        lot=lot.code,
        expires_on=format_date(lot.expires_on) if lot.expires_on else "",
        codes=format_number(good + counted[lot.lot, False]),
        good=format_number(good),
        packs=format_number(check.packs_of(lot.lot)),
    )


def _code(check: Check, code: CheckedCode) -> SheetCode:
    lot = None if code.lot is None else check.lots.get(code.lot)
    product = "" if lot is None else f"{lot.product} {lot.code}"
    return SheetCode(shown_code(code.code), verdict_of(code), product)
