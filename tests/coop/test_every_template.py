"""Every sector's shortest way, from the season (or the intake) to a sealed lot with active stamps."""

from decimal import Decimal

import pytest

from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.intake import TakeIn, take_in
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.lots import find_own_lot
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.scans.stamp_findings import look_up
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.log.records import read_record
from ledger.trace.templates import TEMPLATES, Field, Step, Template
from ledger.trace.verdicts import Verdict
from tests.support.world import World

# What a number is, where ten would be nonsense; the rest is typed as "10".
NUMBERS = {"heads": "50", "eggs": "40", "total_weight": "900", "live_weight": "900", "carcass_kg": "70"}
BEFORE = {
    "requires:planting": "planting",
    "requires:planting_or_perennial_profile": "planting",
    "requires:stock_in": "stock_in",
    "headcount_balance": "stock_in",
    "lay_rate_plausible": "stock_in",
}
COMPUTED = frozenset({"batch", "product"})


class Walk:
    """One template walked by its steps; ``lot`` is what is in hand."""

    def __init__(self, world: World, sector: Template, supplier: str) -> None:
        self.world, self.sector, self.supplier = world, sector, supplier
        self.code = f"P{list(TEMPLATES).index(sector.id)}"
        self.season = self.lot = ""
        self.done: set[str] = set()
        command = RegisterProduct(
            code=self.code,
            name=sector.label_defaults.name_vi or "Hàng",
            template=sector.id,
            origin="Việt Nam",
            shelf_life_days=sector.label_defaults.shelf_life_days or 5,
        )
        world.run(register_product, command)

    def go(self, code: str) -> None:
        step = self.sector.step(code)
        for guard in step.guards:
            needed = BEFORE.get(guard)
            if needed and needed not in self.done and any(s.code == needed for s in self.sector.steps):
                self.go(needed)
        self.done.add(code)
        match step.level, code:
            case _, "season_open":
                self._open(step)
            case "creates_batch", _ if step.event_type == "TransformationEvent":
                command = Harvest(
                    season=self.season, step=code, done_on=self.world.today, values=self.typed(step)
                )
                self.lot = self.world.run(harvest, command).lot
            case "creates_batch", _:
                values = self.typed(step)
                command = TakeIn(product=self.code, step=code, done_on=self.world.today, values=values)
                self.lot = self.world.run(take_in, command).lot
            case "transform", "packing":
                self._pack()
            case "transform", _:
                self._transform(step)
            case _:
                command = RecordStep(
                    lot=self.season if step.level == "unit" else self.lot,
                    step=code,
                    done_on=self.world.today,
                    values=self.typed(step),
                    product=None if step.level == "unit" else self.code,
                )
                self.world.run(record_step, command)

    def _open(self, step: Step) -> None:
        command = OpenSeason(
            product=self.code, place="VUON1", started_on=self.world.day(60), values=self.typed(step)
        )
        self.season = self.world.run(open_season, command).lot

    def _transform(self, step: Step) -> None:
        command = Transform(
            step=step.code,
            inputs=((self.lot, Decimal(10)),),
            outputs=((self.code, Decimal(8)),),
            done_on=self.world.today,
            values=self.typed(step),
        )
        self.lot = self.world.run(transform, command).lots[0]

    def _pack(self) -> None:
        lot = self.world.read(find_own_lot, self.world.actors["manager"], self.lot)
        net = Decimal(500) if lot.uom == "KGM" else Decimal(2)
        command = Pack(
            product=self.code,
            inputs=((self.lot, Decimal(4)),),
            net_per_pack=net,
            packs=8 if lot.uom == "KGM" else 2,
            packed_on=self.world.today,
            pack_type="box",
        )
        self.lot = self.world.run(pack, command).lot

    def typed(self, step: Step) -> dict[str, str | list[str]]:
        """Every required field, typed by a person in a hurry."""
        return {
            field.key: self._type(field)
            for field in step.fields
            if (field.required or field.required_if) and field.ref not in COMPUTED
        }

    def _type(self, field: Field) -> str | list[str]:
        match field.type:
            case "number":
                return NUMBERS.get(field.key, "10")
            case "choice":
                return next(
                    (o.code for o in field.options if o.code in ("pass", "neg")), field.options[0].code
                )
            case "date":
                return "20/12/2026"
            case "geo":
                return ["21.35, 106.76", "21.36, 106.76", "21.36, 106.77"]
            case "ref":
                return {"partner": self.supplier, "place": "VUON1", "member": "TV01"}.get(
                    field.ref or "", "A1"
                )
        return "như trên nhãn"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_shortest_way_of_every_sector_is_walked(world, name):
    sector = TEMPLATES[name]
    supplier = world.run(add_partner, AddPartner(name="Kho", kind="supplier")).id
    walk = Walk(world, sector, supplier)
    if "source_batches" in {field.key for step in sector.steps[:3] for field in step.fields}:
        farm = Walk(world, TEMPLATES["pig_farm"], supplier)
        for code in TEMPLATES["pig_farm"].minimal_steps:
            farm.go(code)
        walk.lot = farm.lot
    for code in sector.minimal_steps:
        walk.go(code)
    codes = {step.code for step in sector.steps}
    if "packing" in codes and "packing" not in walk.done:
        walk.go("packing")
    sealed = world.run(seal, Seal(walk.lot))
    said = world.read(read_record, sealed.index).body
    packing = sector.step("packing") if "packing" in codes else None
    by_gram = packing is None or packing.field("net_per_pack").unit == "g"
    assert ("weightKg" in said) is by_gram, said
    if packing is None:
        return
    count = world.read(find_own_lot, world.actors["manager"], walk.lot).packs
    job = world.printed(count, walk.lot)
    world.run(activate_stamps, Activate(walk.lot, job=job.id))
    codec = world.codec()
    assert world.read(look_up, codec, codec.format(job.last), world.today).state is Verdict.VALID
