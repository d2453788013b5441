"""The pigs and the sausages: five generations of lots, each with its loss, and a product with a GTIN."""

from dataclasses import replace
from decimal import Decimal

from ledger.coop.actors import Actor
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, pack
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from web.demo.cast import (
    BUTCHERS,
    DISTRIBUTOR,
    PIGS,
    SAUSAGE_INVOICE,
    SAUSAGE_LORRY,
    SAUSAGE_PACKS_SHIPPED,
    SAUSAGE_PACKS_UNDER_WAY,
    SUPPLIER,
)
from web.demo.people import Crew, gather, partner
from web.demo.stage import Chapter, PackedLot, Stage, Work
from web.demo.stamping import FOOD, seal_and_print, stamp_packs

GTIN = "09506000134352"
"""Of GS1's own documentation: it belongs to no real product."""

LIVE, CARCASS, LEAN, FAT, REST, MASS, SAUSAGE = "LON", "MOCHAM", "NAC", "MO", "THITKHAC", "XX-MOC", "XX"
NAME = "Xúc xích hun khói Suối Lành"
BARN, WORKSHOP = "CHUONG1", "XUONG"

_DIARY = (
    Work(
        -150,
        "vet_treatment",
        {
            "kind": "vaccine",
            "input": "Vắc xin dịch tả lợn cổ điển",
            "heads": "40",
            "dose": "1 liều mỗi con",
            "withdrawal_days": "21",
        },
        "pigs/vaccination",
        by="TV01",
    ),
    Work(
        -140, "feeding", {"input": "Cám công nghiệp lợn con", "quantity": "620", "medicated": "no"}, by="TV01"
    ),
    Work(-121, "mortality", {"heads": "1", "reason": "Còi cọc, yếu chân", "disposal": "bury"}, "pigs/barn"),
    Work(
        -110,
        "hygiene",
        {"work": "Dọn chuồng, rắc vôi bột lối đi", "input": "Vôi bột"},
        "pigs/barn",
        by="TV01",
    ),
    Work(-95, "feeding", {"input": "Bột ngô, cám gạo", "quantity": "2150"}, "pigs/feeding", by="TV01"),
    Work(
        -70,
        "vet_treatment",
        {
            "kind": "deworm",
            "input": "Thuốc tẩy giun (theo nhãn)",
            "heads": "39",
            "dose": "Trộn thức ăn, một lần",
            "withdrawal_days": "28",
        },
        "pigs/vaccination",
        by="TV01",
    ),
    Work(
        -48, "feeding", {"input": "Bột ngô, cám gạo, bã đậu", "quantity": "3400"}, "pigs/feeding", by="TV01"
    ),
    Work(-20, "weighing", {"avg_weight": "97,5", "heads": "39"}, "pigs/weighing"),
)


def pigs(stage: Stage, buyer: Crew) -> Chapter[None]:
    """From the piglets to the sausages on the distributor's shelf."""
    yield stage.at(-162)
    crew = gather(stage, PIGS)
    _register(stage, crew)
    manager = crew["manager"]
    supplier = partner(stage, manager, SUPPLIER, "supplier")
    yield stage.at(-158)
    command = OpenSeason(
        product=LIVE,
        place=BARN,
        started_on=stage.day(-158),
        values={"farm_code": "CN-DEMO-0003", "standard": "VietGAHP"},
        photos=(stage.photo("pigs/barn"),),
    )
    season = stage.do(open_season, manager, command).lot
    piglets = Work(
        -157,
        "stock_in",
        {"breed": "Lợn lai bản địa", "avg_weight": "8,2", "heads": "40", "source": supplier},
        "pigs/stocking",
    )
    yield from stage.keep_diary(manager, season, (piglets, *_DIARY))
    sides = yield from _slaughter(stage, crew, season)
    mass = yield from _make_sausages(stage, crew, sides)
    yield from _sell(stage, crew, mass, buyer)


def _register(stage: Stage, crew: Crew) -> None:
    manager = crew["manager"]
    for code, name, kind in ((BARN, "Chuồng lợn đệm lót", "barn"), (WORKSHOP, "Xưởng chế biến", "workshop")):
        place = RegisterPlace(
            name=name,
            kind=kind,
            province=PIGS.province,
            commune=PIGS.commune,
            code=code,
            area_m2=Decimal(420),
            latitude=Decimal("21.53"),
            longitude=Decimal("106.12"),
        )
        stage.do(register_place, manager, place)
    for product in (
        _product(LIVE, "Lợn hơi", "pig_farm"),
        _product(CARCASS, "Thịt móc hàm"),
        _product(LEAN, "Thịt nạc vai"),
        _product(FAT, "Mỡ lưng"),
        _product(REST, "Xương, sườn, thịt khác"),
        _product(MASS, "Xúc xích chưa đóng gói"),
        _sausage(stage),
    ):
        stage.do(register_product, manager, product)
    certificate = FileCertificate(
        scheme="HACCP cơ sở chế biến thịt",
        number="HC-MAU-2026-008",
        issuer="Trung tâm Chứng nhận Đồi Xanh (minh họa)",
        valid_from=stage.day(-300),
        valid_to=stage.day(795),
        products=(SAUSAGE,),
        document=stage.photo("papers/certificate"),
    )
    stage.do(file_certificate, manager, certificate)


def _product(code: str, name: str, template: str = "pork_processing") -> RegisterProduct:
    return RegisterProduct(code=code, name=name, template=template, origin="Yên Thế, Bắc Ninh, Việt Nam")


def _sausage(stage: Stage) -> RegisterProduct:
    return RegisterProduct(
        code=SAUSAGE,
        name=NAME,
        name_en="Smoked sausages",
        template="pork_processing",
        gtin=GTIN,
        origin="Yên Thế, Bắc Ninh, Việt Nam",
        storage="Bảo quản lạnh 0–4 °C; làm chín trước khi ăn",
        shelf_life_days=30,
        net_options_g=(500,),
        ingredients="Thịt lợn 80%, mỡ lợn 16%, muối, tiêu, tỏi, chất giữ màu (INS 250)",
        warning="Không dùng khi bao bì hở hoặc phồng",
        photo=stage.photo("pigs/product"),
    )


def _slaughter(stage: Stage, crew: Crew, season: str) -> Chapter[str]:
    """Twelve pigs leave the barn and become sides of meat."""
    manager, leader = crew["manager"], crew["team_lead"]
    yield stage.at(-9, 4)
    butchers = partner(stage, manager, BUTCHERS, "processor")
    values = {"heads": "12", "total_weight": "1182", "to_team": butchers, "quarantine_cert": "KD-MAU-12"}
    release = Harvest(
        season=season,
        step="release",
        values=values,
        done_on=stage.day(-9),
        photos=(stage.photo("pigs/weighing"),),
    )
    live = stage.do(harvest, manager, release).lot
    yield stage.at(-9, 5)
    arrival = RecordStep(
        lot=live,
        step="receiving",
        values={"heads": "12", "live_weight": "1176", "ante_mortem": "pass"},
        done_on=stage.day(-9),
        product=CARCASS,
        place=WORKSHOP,
    )
    stage.do(record_step, leader, arrival)
    yield stage.at(-9, 6)
    values = {"heads": "12", "vet_stamp": "KSGM-MAU-12", "post_mortem": "pass"}
    slaughter = Transform(
        step="slaughter",
        inputs=((live, Decimal(1182)),),
        outputs=((CARCASS, Decimal("884.5")),),
        values=values,
        done_on=stage.day(-9),
        photos=(stage.photo("pigs/cold_room"),),
        place=WORKSHOP,
    )
    return stage.do(transform, leader, slaughter).lots[0]


def _make_sausages(stage: Stage, crew: Crew, sides: str) -> Chapter[str]:
    """Sides into cuts, cuts into sausages."""
    leader = crew["team_lead"]
    yield stage.at(-8, 7)
    cutting = Transform(
        step="cutting",
        inputs=((sides, Decimal("884.5")),),
        outputs=((LEAN, Decimal(412)), (FAT, Decimal(126)), (REST, Decimal(318))),
        loss=Decimal("28.5"),
        values={"room_temp": "12"},
        done_on=stage.day(-8),
        photos=(stage.photo("pigs/cutting"),),
        place=WORKSHOP,
    )
    lean, fat, _ = stage.do(transform, leader, cutting).lots
    yield stage.at(-7, 7)
    additives = "Muối, tiêu, tỏi; natri nitrit (INS 250) theo mức cho phép"
    mixing = Transform(
        step="mixing",
        inputs=((lean, Decimal(310)), (fat, Decimal(62))),
        outputs=((MASS, Decimal("341.2")),),
        values={"additives": additives, "core_temp": "72", "minutes": "95"},
        done_on=stage.day(-7),
        photos=(stage.photo("pigs/mixing"),),
        place=WORKSHOP,
    )
    mass = stage.do(transform, leader, mixing).lots[0]
    values = {
        "lab": "Phòng thử nghiệm Đồi Xanh (minh họa)",
        "report_no": "KN-MAU-0398",
        "criteria": "Vi sinh vật, natri nitrit",
        "result": "pass",
        "report_file": stage.photo("papers/report").digest,
    }
    works = (
        Work(-7, "chilling", {"temp_c": "2", "hours": "12"}, hour=18),
        Work(-6, "lab_test", values, "papers/report", hour=15),
    )
    yield from stage.keep_diary(leader, mass, works)
    return mass


def _sell(stage: Stage, crew: Crew, mass: str, buyer: Crew) -> Chapter[None]:
    leader = crew["team_lead"]
    yield stage.at(-5, 8)
    packing = Pack(
        product=SAUSAGE,
        inputs=((mass, Decimal("341.2")),),
        net_per_pack=Decimal(500),
        packs=676,
        packed_on=stage.day(-5),
        pack_type="bag",
        loss=Decimal("3.2"),
        photos=(stage.photo("pigs/packs"),),
        place=WORKSHOP,
    )
    lot = stage.do(pack, leader, packing).lot
    yield stage.at(-5, 9)
    job = seal_and_print(stage, leader, PackedLot(lot, SAUSAGE, NAME), 676, FOOD)
    yield stage.at(-5, 14)
    stamp_packs(stage, leader, lot, job.first, job.last - 6)
    yield from _deliver(stage, leader, lot, buyer)


def _deliver(stage: Stage, leader: Actor, lot: str, buyer: Crew) -> Chapter[None]:
    """One delivery is counted by the distributor; another left this morning."""
    yield stage.at(-1, 5)
    contact = (DISTRIBUTOR.name, "0100 222 000")
    distributor = partner(stage, leader, contact, "distributor", buyer.code)
    delivery = Ship(
        lot=lot,
        to_partner=distributor,
        packs=SAUSAGE_PACKS_SHIPPED,
        to_province="Bắc Ninh",
        vehicle=SAUSAGE_LORRY,
        invoice_no=SAUSAGE_INVOICE,
        temp_c=Decimal(3),
        done_on=stage.day(-1),
        photos=(stage.photo("pigs/chain_box"),),
    )
    shipped = stage.do(ship, leader, delivery)
    yield stage.at(-1, 8)
    counted = Receive(shipment=shipped.code, counted=Decimal(SAUSAGE_PACKS_SHIPPED), done_on=stage.day(-1))
    stage.chapter("pigs-receipt").do(receive, buyer["distributor"], counted)
    yield stage.at(0, 4.5)
    again = replace(delivery, packs=SAUSAGE_PACKS_UNDER_WAY, invoice_no=None, done_on=stage.day(0))
    stage.do(ship, leader, again)
