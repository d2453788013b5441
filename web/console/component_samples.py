"""One of everything that pages are made of, with invented contents. Pure: nothing here was ever grown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ledger.coop.queries import EntryCard, JobCard, LotCard, SeasonCard, ShipmentCard
from web.forms.inputs import Input, InputKind, Option
from web.languages import _
from web.public.sentences import VerdictWords

_LOT = "Z0000000AA/class/NA/"
_VOICE = "ni:///sha-256;47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
_CHOICES = (Option("a", _("Tưới nhỏ giọt"), _("ít tốn nước")), Option("b", _("Tưới phun")))
_UNITS = (Option("KGM", "kg"), Option("TNE", _("tấn")))

QUESTIONS = (
    Input("text", _("Tên thuốc"), required=True, values=("Abamectin 1.8EC",), suggestions=("Sherpa 25EC",)),
    Input("long_text", _("Ghi chú"), InputKind.LONG_TEXT, values=(_("Mưa to, mai làm tiếp."),)),
    Input("number", _("Lượng dùng"), InputKind.NUMBER, required=True, unit=_("lít"), values=("1,5",)),
    Input("units", _("Sản lượng thu"), InputKind.NUMBER, required=True, units=_UNITS, values=("1.234,5",)),
    Input("date", _("Ngày làm"), InputKind.DATE, required=True, values=("2026-11-12",)),
    Input("choice", _("Tưới cách nào"), InputKind.CHOICE, required=True, options=_CHOICES, values=("a",)),
    Input("listed", _("Giao cho ai"), InputKind.CHOICE, options=_CHOICES, as_list=True),
    Input("choices", _("Làm ở đâu"), InputKind.CHOICES, required=True, options=_CHOICES, values=("a", "b")),
    Input("secret", _("Mật khẩu"), InputKind.SECRET, required=True, help=_("Từ 8 ký tự trở lên.")),
    Input("telephone", _("Số điện thoại"), InputKind.TELEPHONE, needed=_("để đăng nhập")),
    Input("code", _("Mã tem"), InputKind.CODE, required=True, values=("K7QJ 3MXR 9D2T W",)),
    Input("photos", _("Ảnh chụp lúc làm"), InputKind.PHOTOS, help=_("Có ảnh thì người mua tin hơn.")),
    Input("voice", _("Nói thay gõ"), InputKind.VOICE, values=(_VOICE,)),
)
"""A question of each kind with what a person may have answered."""
WRONG = _("Ô này còn trống. Hãy ghi rồi gửi lại.")


def wrong_questions() -> Iterator[Input]:
    """The same questions as they come back refused; names stay unique on one page."""
    for item in QUESTIONS:
        values = item.values if item.kind is InputKind.VOICE else ()
        yield replace(item, name=f"{item.name}-2", values=values, error=WRONG)


def season_cards(base: str, today: date) -> tuple[SeasonCard, ...]:
    """Seasons before, on and after the day of harvest, and one that may not be harvested yet."""
    card = SeasonCard(
        f"{base}{_LOT}V261001-1", "V261001-1", "Na dai", "fruit_na", "VUON2", _("Vườn na số 2"),
        today - timedelta(days=41), 41, 30, None,
    )  # fmt: skip
    return (
        card,
        replace(card, days_to_harvest=0),
        replace(card, days_to_harvest=-3),
        replace(card, days_to_harvest=None, interval_ends_on=today + timedelta(days=7)),
    )


def lot_cards(base: str, now: datetime) -> tuple[LotCard, LotCard]:
    """Goods as they were taken in, and goods that are packed."""
    loose = LotCard(
        f"{base}{_LOT}261112-1", "261112-1", None, "Na dai", "raw", Decimal("120.5"), "KGM", None,
        now, None, is_sealed=False, is_recalled=False,
    )  # fmt: skip
    packed = replace(loose, lot=f"{base}{_LOT}261112-2", code="261112-2", left=Decimal(240), uom="EA")
    return loose, packed


def job_cards(base: str) -> tuple[JobCard, JobCard]:
    """A print job of a lot that was printed, and a roll of no lot yet that was not."""
    printed = JobCard(
        "luot-1", f"{base}{_LOT}261112-2", "261112-2", 1, 240, 240, 0, is_printed=True, is_sealed=True
    )
    return printed, replace(printed, job="luot-2", lot=None, lot_code=None, waiting=250_000, is_printed=False)


def shipment_card(base: str, today: date) -> ShipmentCard:
    """A shipment on its way."""
    lot = f"{base}{_LOT}261112-2"
    return ShipmentCard(
        "1", "7RT4RQEN", lot, "261112-2", "Na dai", Decimal(30), "EA", _("HTX Na Tám"), today, "sent", None
    )


def entry_cards(base: str, today: date) -> tuple[EntryCard, ...]:
    """An entry in time, one that came late, and one that was corrected."""
    written = datetime(today.year, today.month, today.day, 3, tzinfo=UTC)
    entry = EntryCard(
        17, "pest_control", f"{base}{_LOT}V261001-1", "V261001-1", today, written, is_corrected=False
    )
    return (
        entry,
        replace(entry, index=18, done_on=today - timedelta(days=9)),
        replace(entry, index=19, is_corrected=True),
    )


VERDICTS = (
    VerdictWords("valid", _("Tem thật"), "Genuine stamp", (_("Na dai · HTX Na Tám · thu hoạch 12/11/2026"),)),
    VerdictWords("seen_often", _("Tem thật, nhưng đã bị quét nhiều lần"), "Genuine, scanned often", ()),
    VerdictWords("not_activated", _("Tem chưa kích hoạt"), "Stamp not activated", ()),
    VerdictWords("voided", _("Tem đã hủy"), "Stamp cancelled", ()),
    VerdictWords("expired", _("Hàng đã quá hạn dùng"), "Past its date", (_("Hạn dùng 22/11/2026."),)),
    VerdictWords("recalled", _("Hàng đang bị thu hồi"), "Recalled", (_("Việc cần làm: mang trả nơi mua."),)),
    VerdictWords("unknown", _("Không tìm thấy mã tem này"), "Unknown code", ()),
    VerdictWords("tampered", _("Dữ liệu không khớp chữ ký"), "Record does not match its signature", ()),
)
"""Every verdict that a public page can begin with."""
