"""The custard apples: old trees, one big picking, sold in crates at the garden gate to a trader."""

from decimal import Decimal

from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from web.demo.cast import CUSTARD_APPLES, CUSTARD_CRATES_SHIPPED, TRADER, TRADER_LORRY
from web.demo.people import Crew, gather, partner
from web.demo.stage import Chapter, PackedLot, Stage, Work
from web.demo.stamping import CRATES, seal_and_print, stamp_packs

PRODUCT, NAME = "NA-DAI", "Na dai Núi Mây"
ORCHARD = "VUON1"

_DIARY = (
    Work(-112, "pruning", {"purpose": "form"}, "orchard/pruning", by="TV01"),
    Work(-105, "fertilising", {"input": "Phân chuồng ủ hoai", "dose": "2400", "method": "base"}, by="TV01"),
    Work(-96, "growth_check", {"stage": "sprout", "condition": "good"}, "orchard/orchard"),
    Work(
        -90,
        "pest_control",
        {
            "method": "biological",
            "target": "rệp sáp",
            "input": "Dầu khoáng SK (minh họa)",
            "active_ingredient": "Dầu khoáng (petroleum spray oil)",
            "dose": "50 ml cho 10 lít nước",
            "phi_days": "5",
            "packaging_disposal": "collected",
        },
        "orchard/spraying",
        hour=6.5,
        by="TV01",
    ),
    Work(
        -84,
        "pollination",
        {"flowers": "3200", "pollen_source": "Hoa trong vườn, quét phấn buổi sáng"},
        "orchard/pollination",
        by="TV01",
    ),
    Work(-70, "fruit_thinning", {"fruits_per_tree": "55"}, by="TV01"),
    Work(-58, "bagging", {"bags": "9800", "bag_type": "Lưới xốp"}, "orchard/bagging", by="TV01"),
    Work(-50, "fertilising", {"input": "NPK 13-13-13+TE", "dose": "180", "method": "top"}, by="TV01"),
    Work(-38, "irrigation", {"source": "spring", "method": "sprinkler", "minutes": "60"}, by="TV01"),
    Work(-14, "growth_check", {"stage": "ripe", "condition": "good"}, "orchard/fruit"),
)


def custard_apples(stage: Stage) -> Chapter[None]:
    """From the pruning to the trader's lorry."""
    yield stage.at(-120)
    crew = gather(stage, CUSTARD_APPLES)
    _register(stage, crew)
    yield stage.at(-118)
    command = OpenSeason(
        product=PRODUCT,
        place=ORCHARD,
        started_on=stage.day(-118),
        values={"expected_yield_kg": "6500", "standard": "safe"},
        photos=(stage.photo("orchard/orchard"),),
    )
    season = stage.do(open_season, crew["manager"], command).lot
    yield from stage.keep_diary(crew["manager"], season, _DIARY)
    yield from _sell_at_the_gate(stage, crew, season)


def _register(stage: Stage, crew: Crew) -> None:
    place = RegisterPlace(
        name="Vườn na sườn núi",
        kind="orchard",
        province=CUSTARD_APPLES.province,
        commune=CUSTARD_APPLES.commune,
        code=ORCHARD,
        area_m2=Decimal(12_000),
        growing_area_code="VN-DEMO-0002",
        perennial_since=stage.day(-3900),
        latitude=Decimal("21.70"),
        longitude=Decimal("106.55"),
    )
    stage.do(register_place, crew["manager"], place)
    product = RegisterProduct(
        code=PRODUCT,
        name=NAME,
        name_en="Custard apples",
        template="fruit_na",
        origin="Vạn Linh, Lạng Sơn, Việt Nam",
        storage="Nơi thoáng mát; chín sau 2–4 ngày",
        shelf_life_days=7,
        net_options_g=(5000, 10_000),
        photo=stage.photo("orchard/product"),
        max_yield_kg_per_m2=Decimal(2),
    )
    stage.do(register_product, crew["manager"], product)


def _sell_at_the_gate(stage: Stage, crew: Crew, season: str) -> Chapter[None]:
    manager = crew["manager"]
    yield stage.at(-2, 6.5)
    trader = partner(stage, manager, TRADER, "other")
    values = {"quantity": "1260", "household": "TV01", "buyer_on_site": trader, "maturity": "open_eye"}
    picked = Harvest(
        season=season,
        values=values,
        done_on=stage.day(-2),
        done_by="TV01",
        photos=(stage.photo("orchard/fruit"),),
    )
    raw = stage.do(harvest, manager, picked).lot
    yield stage.at(-2, 9)
    sorting = Transform(
        step="sorting",
        inputs=((raw, Decimal(1260)),),
        outputs=((None, Decimal(1225)),),
        loss=Decimal(35),
        values={"grade": "A", "wash_water": "none"},
        done_on=stage.day(-2),
        place=ORCHARD,
    )
    (best,) = stage.do(transform, manager, sorting).lots
    yield stage.at(-2, 10)
    packing = Pack(
        product=PRODUCT,
        inputs=((best, Decimal(1225)),),
        net_per_pack=Decimal(10_000),
        packs=122,
        packed_on=stage.day(-2),
        pack_type="box",
        loss=Decimal(5),
        photos=(stage.photo("orchard/crates"),),
        place=ORCHARD,
    )
    lot = stage.do(pack, manager, packing).lot
    yield stage.at(-2, 10.5)
    job = seal_and_print(stage, manager, PackedLot(lot, PRODUCT, NAME), 122, CRATES)
    yield stage.at(-2, 12)
    stamp_packs(stage, manager, lot, job.first, job.last)
    yield stage.at(-2, 14)
    handover = Ship(
        lot=lot,
        to_partner=trader,
        packs=CUSTARD_CRATES_SHIPPED,
        to_province="Hải Phòng",
        vehicle=TRADER_LORRY,
        done_on=stage.day(-2),
        photos=(stage.photo("orchard/handover"),),
    )
    stage.do(ship, manager, handover)
