"""What the grape cooperative keeps beside the log: supplies, money of two years, plots, a practice season."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from ledger.coop.field.practice import OpenPractice, RecordPractice, open_practice, record_practice
from ledger.coop.land.plots import WALKED, DrawPlot, draw_plot
from ledger.coop.money.entries import RecordMoney, record_money
from ledger.coop.supplies.catalogue import SaveSupply, save_supply
from ledger.coop.supplies.counting import CountSupply, count_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from ledger.trace.units import format_number
from web.demo.cast import (
    BOXES_BILL,
    FARM_SHOP,
    FERTILISER_BILL,
    FUNGICIDE_BILL,
    GRAPES,
    VAN_NOTE,
    WAGES_NOTE,
)
from web.demo.people import Crew, partner
from web.demo.stage import Chapter, Stage, Thing

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Bought:
    """A supply, and the purchase of it ``day`` days after the story's last."""

    day: int
    kind: str
    name: str
    unit: str
    amount: str
    cost: int
    ingredient: str | None = None
    invoice: str | None = None
    good_for: int | None = None


_PURCHASES = (
    _Bought(-124, "fertiliser", "Phân chuồng ủ hoai", "kg", "2000", 3_600_000, invoice=FERTILISER_BILL),
    _Bought(-99, "fertiliser", "NPK 16-16-8", "kg", "100", 1_750_000),
    _Bought(
        -92, "pesticide", "Thuốc trừ bệnh Azoxystrobin", "ml", "500", 690_000, "Azoxystrobin",
        FUNGICIDE_BILL, 400,
    ),
    _Bought(-62, "fertiliser", "Phân hữu cơ vi sinh", "kg", "500", 2_450_000),
    _Bought(-50, "fertiliser", "Kali sunfat (50% K2O)", "kg", "50", 1_150_000),
    _Bought(
        -43, "pesticide", "Thuốc trừ bệnh Difenoconazole", "ml", "250", 415_000, "Difenoconazole",
        good_for=63,
    ),
    _Bought(-26, "packaging", "Hộp giấy 500 g", "cai", "3000", 5_400_000, invoice=BOXES_BILL),
    _Bought(
        -5, "pesticide", "Thuốc trừ bệnh Azoxystrobin + difenoconazole", "ml", "250", 480_000,
        "Azoxystrobin + difenoconazole", good_for=500,
    ),
)  # fmt: skip
"""By the names under which the diary uses them."""
_BOXES_USED, _BOXES_SPOILED = Decimal(780 + 1190), 41


def supplies(stage: Stage, crew: Crew) -> Chapter[None]:
    """Every purchase before its use, and a count at the end."""
    recorder = crew["recorder"]
    yield stage.at(-125)
    shop = partner(stage, crew["accountant"], FARM_SHOP, "supplier")
    ids: dict[str, str] = {}
    for bought in _PURCHASES:
        yield stage.at(bought.day, 7)
        supply = SaveSupply(
            kind=bought.kind, name=bought.name, unit=bought.unit, active_ingredient=bought.ingredient
        )
        ids[bought.name] = stage.do(save_supply, recorder, supply).id
        purchase = BuySupply(
            supply=ids[bought.name],
            amount=Decimal(bought.amount),
            bought_on=stage.day(bought.day),
            cost=bought.cost,
            supplier=shop,
            invoice_no=bought.invoice,
            expires_on=None if bought.good_for is None else stage.day(bought.day + bought.good_for),
        )
        stage.do(buy_supply, recorder, purchase)
        stage.outcome.show("supplies", Thing(GRAPES.name, bought.name, f"vat-tu/{ids[bought.name]}"))
    yield stage.at(-2, 16)
    left = Decimal(_PURCHASES[-2].amount) - _BOXES_USED - _BOXES_SPOILED
    reason = f"Đã dùng {format_number(_BOXES_USED)} hộp, ẩm hỏng {_BOXES_SPOILED} hộp"
    counted = CountSupply(supply=ids["Hộp giấy 500 g"], counted=left, counted_on=stage.day(-2), reason=reason)
    stage.do(count_supply, recorder, counted)


_SEASON = (
    (-110, "labour", 9_600_000, "Công cắt cành, buộc giàn", None),
    (-54, "labour", 12_800_000, WAGES_NOTE, None),
    (-31, "energy", 2_140_000, "Điện bơm tưới, quạt", None),
    (-24, "goods", 31_200_000, "780 hộp đợt đầu", "Cửa hàng quen"),
    (-2, "transport", 1_400_000, VAN_NOTE, None),
    (-2, "goods", 48_900_000, "Đợt hai và ba, giao phân phối", "Công ty phân phối"),
)
_OTHER_SEASON = (
    (-68, "labour", 4_200_000, "Công cắt cành", None),
    (-20, "energy", 1_310_000, "Điện bơm tưới", None),
)
_LAST_YEAR = (
    (-112, "labour", 21_500_000, "Công cả vụ", None),
    (-60, "supplies", 8_700_000, "Phân, thuốc cả vụ", None),
    (-30, "energy", 1_980_000, "Điện bơm tưới", None),
    (-12, "goods", 63_400_000, "Bán cả vụ cho thương lái", "Thương lái"),
)
"""Days within the season, đồng, what for; of the last year only what stood in the accountant's notebook."""


def money(stage: Stage, crew: Crew, product: str, seasons: Mapping[str, str]) -> Chapter[None]:
    """The accountant enters this year's seasons as they go, and the year before from a notebook.

    ``seasons`` are the lots by place, there as soon as a season is opened.
    """
    entries = [*((line, "NM1") for line in _SEASON), *((line, "NM2") for line in _OTHER_SEASON)]
    for (day, kind, amount, note, payer), place in sorted(entries, key=lambda entry: entry[0][0]):
        yield stage.at(day, 16.5)
        entry = RecordMoney(
            kind=kind, amount=amount, on=stage.day(day), season=seasons[place], note=note, partner=payer
        )
        stage.do(record_money, crew["accountant"], entry)
    yield stage.at(-1, 17.5)
    for day, kind, amount, note, payer in _LAST_YEAR:
        on = stage.day(day) - _YEAR
        entry = RecordMoney(kind=kind, amount=amount, on=on, product=product, note=note, partner=payer)
        stage.do(record_money, crew["accountant"], entry)
    for year in sorted({(stage.day(-60) - _YEAR).year, stage.day(-60).year, stage.day(0).year}):
        stage.outcome.show("money", Thing(GRAPES.name, str(year), f"tien?ky={year}"))


_OUTLINES = {
    "NM1": "21.36020 106.17010\n21.36020 106.17058\n21.36065 106.17058\n21.36065 106.17010",
    "NM2": "21.36070 106.17010\n21.36070 106.17045\n21.36115 106.17045\n21.36115 106.17010",
}


def plots(stage: Stage, crew: Crew) -> Chapter[None]:
    """The team's leader walks around both greenhouses with a telephone."""
    yield stage.at(-118, 17)
    for code, outline in _OUTLINES.items():
        stage.do(draw_plot, crew["team_lead"], DrawPlot(place=code, outline=outline, way=WALKED))
        stage.outcome.show("plots", Thing(GRAPES.name, code, f"thua/{code}"))


def practice(stage: Stage, crew: Crew, product: str, place: str) -> Chapter[None]:
    """The grower tries the book before writing in it: nothing of this is in the log."""
    grower = crew["grower"]
    yield stage.at(-7, 19)
    command = OpenPractice(product=product, place=place, started_on=stage.day(-40))
    season = stage.do(open_practice, grower, command).id
    for day, step, values in (
        (-9, "irrigation", {"source": "well", "method": "drip", "minutes": "30"}),
        (-8, "fertilising", {"input": "Phân tập ghi", "dose": "10", "method": "top"}),
    ):
        work = RecordPractice(season=season, step=step, values=values, done_on=stage.day(day))
        stage.do(record_practice, grower, work)
    stage.outcome.show("practice", Thing(GRAPES.name, "Vụ tập ghi của xavien.nho", f"tap-ghi/{season}"))
