"""The grapes: a full season in a greenhouse, three harvests, stamped boxes, a distributor who counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.coop.corrections import Correct, correct
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
    DISTRIBUTOR,
    FERTILISER_BILL,
    FRUIT_SHOP,
    GRAPE_BOXES_SHIPPED,
    GRAPE_INVOICE,
    GRAPE_LORRY,
    GRAPES,
)
from web.demo.copies import copy_is_scanned
from web.demo.grape_books import money, plots, practice, supplies
from web.demo.grape_orders import sell_on_order
from web.demo.people import Crew, gather, partner
from web.demo.stage import Chapter, PackedLot, Stage, Thing, Work, together
from web.demo.stamping import (
    ROLL,
    SHEETS,
    label_cartons,
    save_zpl,
    seal_and_print,
    stamp_packs,
    void_spoiled,
)

PRODUCT, NAME = "NHO-HD", "Nho hạ đen Đồi Sim"
HOUSE, NEW_HOUSE, STORE = "NM1", "NM2", "KHO"
CARTONS, PACKS_EACH = 49, 24

_EARLY = (
    Work(-123, "pruning", {"purpose": "after_harvest"}, "grapes/pruning", by="TV01"),
    Work(
        -121,
        "fertilising",
        {"input": "Phân chuồng ủ hoai", "dose": "1.200", "method": "base", "invoice": FERTILISER_BILL},
        "grapes/fertilising",
        by="TV02",
    ),
    Work(-115, "irrigation", {"source": "well", "method": "drip", "minutes": "40"}, by="TV01"),
    Work(-108, "growth_check", {"stage": "sprout", "condition": "good"}, "grapes/greenhouse"),
    Work(-100, "trellis", {"note_work": "Buộc cành vào giàn chữ T, mỗi gốc để 2 cành chính"}, by="TV02"),
)
_MISTYPED = Work(-96, "fertilising", {"input": "NPK 16-16-8", "dose": "250", "method": "top"}, by="TV01")
_MEANT = {"dose": "25"}
_LATER = (
    Work(-80, "growth_check", {"stage": "flower", "condition": "good"}, "grapes/flowering"),
    Work(-72, "irrigation", {"source": "well", "method": "drip", "minutes": "45"}, by="TV01"),
    Work(-66, "growth_check", {"stage": "fruit_set", "condition": "good"}, "grapes/young_fruit"),
    Work(
        -62,
        "pruning",
        {"purpose": "thin"},
        "grapes/pruning",
        late=9,
        by="TV02",
        note="Tuần mưa mất mạng, hôm nay mới ghi bù",
    ),
    Work(-55, "bagging", {"bags": "5.200"}, "grapes/bagging", by="TV01"),
    Work(-48, "fertilising", {"input": "Kali sunfat (50% K2O)", "dose": "18", "method": "drip"}, by="TV02"),
)
_NEXT = (
    Work(-69, "pruning", {"purpose": "after_harvest"}, "grapes/pruning", by="TV02"),
    Work(-60, "fertilising", {"input": "Phân hữu cơ vi sinh", "dose": "350", "method": "base"}, by="TV02"),
    Work(-44, "growth_check", {"stage": "flower", "condition": "good"}, "grapes/flowering"),
    Work(-21, "irrigation", {"source": "well", "method": "drip", "minutes": "40"}, by="TV02"),
)
_SPOKEN = Work(
    -9, "growth_check", {"stage": "fruit_set", "condition": "good"}, "grapes/young_fruit", is_spoken=True
)
_TODAY = Work(0, "irrigation", {"source": "well", "method": "drip", "minutes": "45"}, hour=5.5, by="TV02")


def grapes(stage: Stage, buyer: Crew) -> Chapter[None]:
    """A season from the pruning to the distributor's store, and the next one under way."""
    yield stage.at(-130)
    crew = gather(stage, GRAPES)
    _register(stage, crew)
    seasons: dict[str, str] = {}
    yield from together(
        _season(stage, crew, buyer, seasons),
        _next_season(stage.chapter("grapes-next"), crew, seasons),
        money(stage.chapter("grapes-money"), crew, PRODUCT, seasons),
        supplies(stage.chapter("grapes-supplies"), crew),
        plots(stage.chapter("grapes-plots"), crew),
        practice(stage.chapter("grapes-practice"), crew, PRODUCT, NEW_HOUSE),
    )


def _season(stage: Stage, crew: Crew, buyer: Crew, seasons: dict[str, str]) -> Chapter[None]:
    yield stage.at(-124)
    season = seasons[HOUSE] = _open(stage, crew, HOUSE, -124, "1.900")
    yield from stage.keep_diary(crew["recorder"], season, _EARLY)
    yield from _mistype_and_correct(stage, crew, season)
    yield from stage.keep_diary(crew["recorder"], season, (*_LATER, *_sprays(stage)))
    first = yield from _harvest(stage, crew, season, -25, weight_kg="420", brix="17,5")
    yield from _first_packing(stage, crew, first)
    second = yield from _harvest(stage, crew, season, -6, weight_kg="512", brix="18,2")
    cold = Work(-6, "storage", {"store": STORE, "temp_c": "2"}, hour=17)
    yield from stage.keep_diary(crew["packer"], second, (cold,))
    third = yield from _harvest(stage, crew, season, -4, weight_kg="688", brix="18,6")
    yield from _second_packing(stage, crew, (second, third), buyer)


def _next_season(stage: Stage, crew: Crew, seasons: dict[str, str]) -> Chapter[None]:
    """The other greenhouse: its last spray's interval still runs, and today it is watered."""
    yield stage.at(-70)
    season = seasons[NEW_HOUSE] = _open(stage, crew, NEW_HOUSE, -70, "1.300")
    recorder, spray = crew["recorder"], _spray(stage, -3, _AGAINST_ANTHRACNOSE, "TV02")
    yield from stage.keep_diary(recorder, season, _NEXT)
    (spoken,) = yield from stage.keep_diary(recorder, season, (_SPOKEN,))
    yield from stage.keep_diary(recorder, season, (spray, _TODAY))
    stage.outcome.show("voices", Thing(GRAPES.name, "Lời ghi âm lúc đi thăm vườn", f"so/{spoken}"))


def _open(stage: Stage, crew: Crew, place: str, day: int, expected_yield_kg: str) -> str:
    values = {"standard": "vietgap", "puc": "VN-DEMO-0001", "expected_yield_kg": expected_yield_kg}
    command = OpenSeason(
        product=PRODUCT,
        place=place,
        started_on=stage.day(day),
        values=values,
        photos=(stage.photo("grapes/greenhouse"),),
    )
    return stage.do(open_season, crew["manager"], command).lot


def _sprays(stage: Stage) -> tuple[Work, ...]:
    return (
        _spray(stage, -88, _AGAINST_DOWNY_MILDEW, "TV01"),
        _spray(stage, -40, _AGAINST_POWDERY_MILDEW, "TV02"),
        Work(-30, "growth_check", {"stage": "ripe", "condition": "good"}, "grapes/ripe_fruit"),
    )


@dataclass(frozen=True, slots=True)
class _Agent:
    """What the label of a bottle says."""

    ingredient: str
    target: str
    dose: str
    phi_days: str


_AGAINST_DOWNY_MILDEW = _Agent("Azoxystrobin", "sương mai", "1 ml cho 1 lít nước", "7")
_AGAINST_POWDERY_MILDEW = _Agent("Difenoconazole", "phấn trắng", "0,5 ml cho 1 lít nước", "14")
_AGAINST_ANTHRACNOSE = _Agent("Azoxystrobin + difenoconazole", "thán thư", "1 ml cho 1 lít nước", "14")


def _spray(stage: Stage, day: int, agent: _Agent, by: str) -> Work:
    """A spray as it is written down from the bottle's label, with a photo of the label."""
    values = {
        "method": "chemical",
        "target": agent.target,
        "input": f"Thuốc trừ bệnh {agent.ingredient}",
        "active_ingredient": agent.ingredient,
        "dose": agent.dose,
        "volume_l": "180",
        "phi_days": agent.phi_days,
        "label_photo": stage.photo("papers/pesticide_label").digest,
        "packaging_disposal": "collected",
    }
    return Work(day, "pest_control", values, "grapes/spraying", by=by, hour=6.5)


def _mistype_and_correct(stage: Stage, crew: Crew, season: str) -> Chapter[None]:
    """250 kg of fertiliser for 25: seen two days later, and corrected for everyone to see."""
    (wrong,) = yield from stage.keep_diary(crew["recorder"], season, (_MISTYPED,))
    yield stage.at(-94, 17)
    command = Correct(index=wrong, reason="Gõ thừa một số 0: bón 25 kg, không phải 250 kg", values=_MEANT)
    stage.do(correct, crew["manager"], command)


def _harvest(stage: Stage, crew: Crew, season: str, day: int, *, weight_kg: str, brix: str) -> Chapter[str]:
    yield stage.at(day, 7.5)
    values = {"quantity": weight_kg, "household": "TV01", "grade": "Chùm đều, màu tím đen", "brix": brix}
    command = Harvest(
        season=season,
        values=values,
        done_on=stage.day(day),
        done_by="TV01",
        photos=(stage.photo("grapes/harvest"),),
    )
    return stage.do(harvest, crew["team_lead"], command).lot


def _first_packing(stage: Stage, crew: Crew, harvested: str) -> Chapter[None]:
    """The first picking went to a shop; by today it is past its date."""
    packer = crew["packer"]
    yield stage.at(-25, 14)
    (best,) = _sort(stage, crew, -25, ((harvested, "420"),), ("392",))
    yield stage.at(-24, 9)
    lot = _pack(stage, crew, -24, best, taken="392", packs=780)
    yield stage.at(-24, 10)
    packed = PackedLot(lot, PRODUCT, NAME)
    job = seal_and_print(stage, packer, packed, 780, ROLL)
    save_zpl(stage, packer, packed, job)
    yield stage.at(-24, 15)
    stamp_packs(stage, packer, lot, job.first, job.last)
    stage.outcome.stamps["expired"] = job.first + 211
    yield stage.at(-23, 6)
    shop = partner(stage, packer, FRUIT_SHOP, "shop")
    command = Ship(
        lot=lot,
        to_partner=shop,
        packs=780,
        to_province="Hà Nội",
        done_on=stage.day(-23),
        photos=(stage.photo("papers/lorry"),),
    )
    stage.do(ship, packer, command)


def _second_packing(stage: Stage, crew: Crew, harvested: tuple[str, str], buyer: Crew) -> Chapter[None]:
    """The second and third pickings, sorted together: tested, packed, stamped, shipped and counted."""
    packer = crew["packer"]
    yield stage.at(-4, 15)
    taken = tuple(zip(harvested, ("512", "688"), strict=True))
    best, _ = _sort(stage, crew, -4, taken, ("1050", "105"))
    values = {
        "lab": "Phòng thử nghiệm Đồi Xanh (minh họa)",
        "report_no": "KN-MAU-0412",
        "criteria": "Dư lượng thuốc bảo vệ thực vật, 203 hoạt chất",
        "result": "pass",
        "report_file": stage.photo("papers/report").digest,
    }
    test = Work(-3, "lab_test", values, "papers/report", hour=8)
    yield from stage.keep_diary(packer, best, (test,))
    yield stage.at(-3, 9)
    lot = _pack(stage, crew, -3, best, taken="600", packs=1190)
    yield stage.at(-3, 10.5)
    packed = PackedLot(lot, PRODUCT, NAME)
    job = seal_and_print(stage, packer, packed, 1190, SHEETS)
    yield stage.at(-3, 11)
    void_spoiled(stage, packer, job.first + 504, job.first + 515, "Máy in kẹt giấy, nhòe một hàng tem")
    stage.outcome.stamps["voided"] = job.first + 508
    yield stage.at(-3, 16)
    stamp_packs(stage, packer, lot, job.first, job.first + 503)
    stamp_packs(stage, packer, lot, job.first + 516, job.last - 30)
    stage.outcome.stamps["valid"] = job.first + 17
    stage.outcome.stamps["not_activated"] = job.last - 3
    label_cartons(stage, packer, packed, CARTONS, PACKS_EACH)
    yield from together(
        _deliver(stage, crew, lot, buyer, copied=job.first + 86),
        sell_on_order(stage.chapter("grapes-orders"), crew, best, packed),
    )


def _deliver(stage: Stage, crew: Crew, lot: str, buyer: Crew, *, copied: int) -> Chapter[None]:
    """The distributor counts; a day later somebody sells other grapes under a copy of one stamp."""
    accountant = crew["accountant"]
    yield stage.at(-2, 5.5)
    distributor = partner(stage, accountant, (DISTRIBUTOR.name, "0100 222 000"), "distributor", buyer.code)
    command = Ship(
        lot=lot,
        to_partner=distributor,
        packs=GRAPE_BOXES_SHIPPED,
        to_province="Bắc Ninh",
        vehicle=GRAPE_LORRY,
        invoice_no=GRAPE_INVOICE,
        temp_c=Decimal(4),
        done_on=stage.day(-2),
        photos=(stage.photo("papers/lorry"),),
    )
    shipped = stage.do(ship, accountant, command)
    yield stage.at(-2, 9)
    counted = Receive(
        shipment=shipped.code,
        counted=Decimal(GRAPE_BOXES_SHIPPED),
        done_on=stage.day(-2),
        photos=(stage.photo("papers/warehouse"),),
    )
    stage.chapter("grapes-receipt").do(receive, buyer["distributor"], counted)
    yield stage.at(-1, 20)
    copy_is_scanned(stage, crew.code, copied, -1)


def _sort(
    stage: Stage, crew: Crew, day: int, taken: Sequence[tuple[str, str]], made: Sequence[str]
) -> tuple[str, ...]:
    """Sort picked lots; what is not in ``made`` was cut away."""
    inputs = tuple((lot, Decimal(weight_kg)) for lot, weight_kg in taken)
    outputs = tuple((PRODUCT, Decimal(weight_kg)) for weight_kg in made)
    command = Transform(
        step="sorting",
        inputs=inputs,
        outputs=outputs,
        loss=_total(inputs) - _total(outputs),
        values={"wash_water": "none"},
        done_on=stage.day(day),
        done_by="DG",
        photos=(stage.photo("grapes/sorting"),),
        place=STORE,
    )
    return stage.do(transform, crew["packer"], command).lots


def _total(portions: Sequence[tuple[str, Decimal]]) -> Decimal:
    return sum((weight_kg for _, weight_kg in portions), Decimal(0))


def _pack(stage: Stage, crew: Crew, day: int, lot: str, *, taken: str, packs: int) -> str:
    net = Decimal(500)
    command = Pack(
        product=PRODUCT,
        inputs=((lot, Decimal(taken)),),
        net_per_pack=net,
        packs=packs,
        packed_on=stage.day(day),
        pack_type="box",
        loss=Decimal(taken) - net * packs / 1000,
        values={"packing_code": "DG-MAU-01"},
        photos=(stage.photo("grapes/boxes"),),
        place=STORE,
    )
    return stage.do(pack, crew["packer"], command).lot


def _register(stage: Stage, crew: Crew) -> None:
    manager = crew["manager"]
    for code, name, kind, area in (
        (HOUSE, "Nhà màng số 1", "greenhouse", Decimal(2500)),
        (NEW_HOUSE, "Nhà màng số 2", "greenhouse", Decimal(1800)),
        (STORE, "Kho lạnh và nhà đóng gói", "store", Decimal(120)),
    ):
        place = RegisterPlace(
            name=name,
            kind=kind,
            province=GRAPES.province,
            commune=GRAPES.commune,
            code=code,
            area_m2=area,
            growing_area_code="VN-DEMO-0001" if kind == "greenhouse" else None,
            perennial_since=stage.day(-1500) if kind == "greenhouse" else None,
            latitude=Decimal("21.36"),
            longitude=Decimal("106.17"),
        )
        stage.do(register_place, manager, place)
    product = RegisterProduct(
        code=PRODUCT,
        name=NAME,
        name_en="Summer Black grapes",
        template="fruit_nho",
        origin="Phúc Hòa, Bắc Ninh, Việt Nam",
        storage="Ngăn mát 0–5 °C",
        shelf_life_days=14,
        net_options_g=(500, 1000),
        photo=stage.photo("grapes/product"),
        max_yield_kg_per_m2=Decimal("3.5"),
    )
    stage.do(register_product, manager, product)
    certificate = FileCertificate(
        scheme="VietGAP trồng trọt (TCVN 11892-1:2017)",
        number="VG-MAU-2026-017",
        issuer="Trung tâm Chứng nhận Đồi Xanh (minh họa)",
        valid_from=stage.day(-200),
        valid_to=stage.day(-200 + 730),
        products=(PRODUCT,),
        document=stage.photo("papers/certificate"),
    )
    stage.do(file_certificate, manager, certificate)
