"""The honey: a good year, and a laboratory's report that comes too late. The lot is recalled."""

from decimal import Decimal

from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import CloseSeason, OpenSeason, close_season, open_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from web.demo.cast import HONEY, HONEY_COST, HONEY_JARS_SHIPPED, HONEY_REVENUE, SPECIALITY_SHOP
from web.demo.people import Crew, gather, partner
from web.demo.stage import Chapter, PackedLot, Stage, Work
from web.demo.stamping import SHEETS, seal_and_print, stamp_packs

PRODUCT, NAME = "MAT-HOI", "Mật ong rừng hồi"
APIARY, WORKSHOP = "TRAI1", "XUONG"

_DIARY = (
    Work(-84, "hive_move", {"location": "21.94, 106.36", "flora": "forest"}, "bees/star_anise", by="TV01"),
    Work(-72, "hive_check", {"colonies": "62", "condition": "Đàn mạnh, nhiều mật"}, "bees/check", by="TV01"),
    Work(-63, "feeding", {"feed": "Phấn hoa bổ sung", "quantity": "6"}, "bees/apiary", by="TV01"),
    Work(
        -52,
        "hive_check",
        {"colonies": "61", "condition": "Bánh mật vít nắp hơn nửa"},
        "bees/check",
        by="TV01",
    ),
)


def honey(stage: Stage) -> Chapter[None]:
    """From the forest to the shop, and back."""
    yield stage.at(-92)
    crew = gather(stage, HONEY)
    _register(stage, crew)
    yield stage.at(-88)
    command = OpenSeason(
        product=PRODUCT,
        place=APIARY,
        started_on=stage.day(-88),
        values={"colonies": "62", "species": "cerana"},
        photos=(stage.photo("bees/apiary"),),
    )
    season = stage.do(open_season, crew["manager"], command).lot
    yield from stage.keep_diary(crew["manager"], season, _DIARY)
    clear = yield from _extract(stage, crew, season)
    yield stage.at(-43, 16)
    sums = {"total_yield": "186,5", "revenue": HONEY_REVENUE, "cost": HONEY_COST}
    stage.do(close_season, crew["manager"], CloseSeason(season=season, values=sums, done_on=stage.day(-43)))
    yield from _sell_and_recall(stage, crew, clear)


def _register(stage: Stage, crew: Crew) -> None:
    for code, name, kind in ((APIARY, "Trại ong rừng hồi", "apiary"), (WORKSHOP, "Nhà lọc mật", "workshop")):
        place = RegisterPlace(
            name=name,
            kind=kind,
            province=HONEY.province,
            commune=HONEY.commune,
            code=code,
            latitude=Decimal("21.94"),
            longitude=Decimal("106.36"),
        )
        stage.do(register_place, crew["manager"], place)
    product = RegisterProduct(
        code=PRODUCT,
        name=NAME,
        name_en="Star anise forest honey",
        template="honey",
        origin="Bình Gia, Lạng Sơn, Việt Nam",
        storage="Nơi khô mát, đậy kín",
        shelf_life_days=730,
        net_options_g=(500,),
        warning="Không dùng cho trẻ dưới 1 tuổi",
        photo=stage.photo("bees/product"),
    )
    stage.do(register_product, crew["manager"], product)


def _extract(stage: Stage, crew: Crew, season: str) -> Chapter[str]:
    manager = crew["manager"]
    yield stage.at(-45, 9)
    values = {"quantity": "186,5", "colonies": "61", "capped_pct": "82", "moisture_pct": "20,5"}
    taken = Harvest(
        season=season,
        step="extraction",
        values=values,
        done_on=stage.day(-45),
        done_by="TV01",
        photos=(stage.photo("bees/extraction"),),
    )
    raw = stage.do(harvest, manager, taken).lot
    yield stage.at(-44, 9)
    filtering = Transform(
        step="filtering",
        inputs=((raw, Decimal("186.5")),),
        outputs=((None, Decimal(178)),),
        values={"moisture_pct": "18,8", "max_temp": "42"},
        done_on=stage.day(-44),
        photos=(stage.photo("bees/filtering"),),
        place=WORKSHOP,
    )
    return stage.do(transform, manager, filtering).lots[0]


def _sell_and_recall(stage: Stage, crew: Crew, clear: str) -> Chapter[None]:
    manager = crew["manager"]
    yield stage.at(-42, 9)
    packing = Pack(
        product=PRODUCT,
        inputs=((clear, Decimal(176)),),
        net_per_pack=Decimal(500),
        packs=350,
        packed_on=stage.day(-42),
        pack_type="jar",
        loss=Decimal(1),
        photos=(stage.photo("bees/jars"),),
        place=WORKSHOP,
    )
    lot = stage.do(pack, manager, packing).lot
    yield stage.at(-42, 11)
    job = seal_and_print(stage, manager, PackedLot(lot, PRODUCT, NAME), 350, SHEETS)
    yield stage.at(-41, 9)
    stamp_packs(stage, manager, lot, job.first, job.last)
    stage.outcome.stamps["recalled"] = job.first + 42
    yield stage.at(-40, 7)
    shop = partner(stage, manager, SPECIALITY_SHOP, "shop")
    delivery = Ship(
        lot=lot,
        to_partner=shop,
        packs=HONEY_JARS_SHIPPED,
        to_province="Lạng Sơn",
        done_on=stage.day(-40),
    )
    stage.do(ship, manager, delivery)
    values = {
        "lab": "Phòng thử nghiệm Đồi Xanh (minh họa)",
        "report_no": "KN-MAU-0427",
        "criteria": "Dư lượng kháng sinh (tetracyclin)",
        "result": "fail",
        "report_file": stage.photo("papers/report").digest,
    }
    yield from stage.keep_diary(manager, lot, (Work(-5, "lab_test", values, "papers/report", hour=15),))
    yield stage.at(-5, 17)
    command = Recall(
        lot=lot,
        reason="Kiểm nghiệm phát hiện dư lượng kháng sinh vượt mức cho phép",
        scope=f"Toàn bộ lô {lot.rsplit('.', 1)[-1]}, 350 lọ 500 g",
        decided_by="Ban giám đốc HTX Mật ong Rừng Hồi",
        instruction="Ngừng dùng, giữ nguyên lọ và tem, gọi số liên hệ để đổi hoặc hoàn tiền",
        contact=HONEY.phone or "",
    )
    stage.do(recall, manager, command)
