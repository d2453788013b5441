"""One season of any sector, walked by its template: every diary step, harvest, process, pack, seal, ship.

Nothing here knows a sector: what is typed follows from the fields, and what a number is from its key.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.intake import TakeIn, take_in
from ledger.coop.field.seasons import CloseSeason, OpenSeason, close_season, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.goods.processing import Transform, transform
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.goods.shipping import Ship, ship
from ledger.coop.lots import OwnLot, find_held_lot
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.supplies.catalogue import SaveSupply, Supply, save_supply
from ledger.coop.supplies.purchases import BuySupply, buy_supply
from ledger.trace.sectors.templates import TEMPLATES, Field, Step, Template
from tests.support.world import World

SUPPLY = "Vật tư thử"
# What a number is, where ten would be nonsense; the rest is typed as "10".
NUMBERS = {
    "total_weight": "900",
    "live_weight": "900",
    "eggs": "40",
    "ph": "7",
    "colonies": "20",
    "area": "2.000",
    "volume": "100",
}
HEADS = {"stock_in": "500", "release": "50", "slaughter": "50", "receiving": "50"}
HARVESTED = {"harvest", "extraction", "raw_intake"}
CHOICES = {"kind": "treatment", "result": None, "check": "pass", "ante_mortem": "pass", "post_mortem": "pass"}
TEXTS = {"active_ingredient": "Abamectin", "dose": "2 kg"}
# How much of what goes in comes out, inside the band that each guard calls usual.
RATIOS = {
    "drying": "0.2",
    "slaughter": "0.7",
    "cut_dry": "0.8",
    "sawing": "0.5",
    "sorting": "0.9",
    "cutting": "0.9",
}
NOT_IN_DIARY = frozenset({"season_open", "season_close"})
NOT_WALKED = frozenset({"order_confirm", "recall"})


@dataclass
class Walk:
    """One template on its way; ``lot`` is what is in hand, ``done`` the steps, ``told`` the warnings."""

    world: World
    sector: Template
    supplier: str
    place: str = "VUON1"
    season: str = ""
    lot: str = ""
    shipment: str = ""
    sealed_index: int | None = None
    stamps: tuple[int, int] | None = None
    done: list[str] = field(default_factory=list)
    told: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the product of this sector."""
        return f"P{list(TEMPLATES).index(self.sector.id)}"

    @property
    def has_packing(self) -> bool:
        return any(step.code == "packing" for step in self.sector.steps)

    def whole(self) -> None:
        """From the opening of the season to the goods that were counted at the other end."""
        self.grow()
        self.make()
        self.close()

    def grow(self) -> None:
        """Open a season sixty days ago, and do each work of its diary once, a day after the other."""
        if any(step.code == "season_open" for step in self.sector.steps):
            self.open()
        diary = [s for s in self.sector.steps if s.level == "unit" and s.code not in NOT_IN_DIARY]
        for number, step in enumerate(diary):
            self.record(step.code, on=self.world.day(50 - number))

    def open(self) -> None:
        step = self.sector.step("season_open")
        command = OpenSeason(
            product=self.code, place=self.place, started_on=self.world.day(60), values=self.typed(step)
        )
        self.season = self.world.run(open_season, command).lot
        self.done.append(step.code)

    def make(self) -> None:
        """Everything that is made, tested, stored, sealed, stamped and shipped, in the template's order."""
        for step in self.sector.steps:
            if step.level != "unit" and step.code not in NOT_WALKED:
                self.go(step)

    def go(self, step: Step) -> None:
        """Do one step to what is in hand."""
        match step.level, step.code:
            case "creates_batch", _:
                self.take(step.code)
            case _, "packing":
                self.pack()
            case "transform", _:
                self.transform(step.code)
            case _, "label_activation":
                self.seal_and_stamp()
            case _, "shipping":
                self.ship()
            case _, "distributor_receipt":
                self.receive()
            case _:
                self.record(step.code)

    def record(self, code: str, *, on: date | None = None, **values: str) -> int:
        step = self.sector.step(code)
        command = RecordStep(
            lot=self.season if step.level == "unit" else self.lot,
            step=code,
            done_on=on or self.world.today,
            values={**self.typed(step), **values},
            product=None if step.level == "unit" else self.code,
        )
        recorded = self.world.run(record_step, command)
        self._did(code, recorded.warnings)
        return int(recorded.index)

    def take(self, code: str, *, on: date | None = None, **values: str) -> None:
        step, day = self.sector.step(code), on or self.world.today
        typed = {**self.typed(step), **values}
        made = (
            self.world.run(harvest, Harvest(season=self.season, step=code, done_on=day, values=typed))
            if step.event_type == "TransformationEvent"
            else self.world.run(take_in, TakeIn(product=self.code, step=code, done_on=day, values=typed))
        )
        self.lot = made.lot
        self._did(code, made.warnings)

    def transform(self, code: str, *, made: Decimal | None = None, taken: Decimal | None = None) -> None:
        """Make something of all that is in hand, or of ``taken`` of it."""
        have = taken or self.held().quantity
        assert have is not None
        ratio = Decimal(RATIOS.get(code, "1"))
        command = Transform(
            step=code,
            inputs=((self.lot, have),),
            outputs=((self.code, made or Decimal(round(have * ratio))),),
            done_on=self.world.today,
            values=self.typed(self.sector.step(code)),
            product=self.code,
        )
        done = self.world.run(transform, command)
        self.lot = done.lots[0]
        self._did(code, done.warnings)

    def pack(self, packs: int = 2, *, taken: Decimal = Decimal(4)) -> None:
        """Some packs of two: kilograms, pieces or cubic metres."""
        by_gram = self.sector.step("packing").field("net_per_pack").unit == "g" and self.held().uom == "KGM"
        command = Pack(
            product=self.code,
            inputs=((self.lot, taken),),
            net_per_pack=Decimal(2000 if by_gram else 2),
            packs=packs,
            packed_on=self.world.today,
            pack_type="box",
        )
        done = self.world.run(pack, command)
        self.lot = done.lot
        self._did("packing", done.warnings)

    def seal(self) -> None:
        if self.sealed_index is None:
            self.sealed_index = self.world.run(seal, Seal(self.lot)).index

    def seal_and_stamp(self) -> None:
        """Seal the lot, print a stamp for every pack, activate them; what is not packed is only sealed."""
        self.seal()
        if self.has_packing:
            job = self.world.printed(self.held().packs or 0, self.lot)
            self.world.run(activate_stamps, Activate(self.lot, job=job.id))
            self.stamps = (job.first, job.last)
        self.done.append("label_activation")

    def ship(self) -> None:
        self.seal()
        lot = self.held()
        counted = lot.uom != "KGM"
        command = Ship(
            lot=self.lot,
            to_partner=self.world.partner,
            packs=1 if counted else None,
            weight_kg=None if counted else Decimal(1),
            done_on=self.world.today,
        )
        done = self.world.run(ship, command)
        self.shipment = done.code
        self._did("shipping", done.warnings)

    def receive(self) -> None:
        command = Receive(shipment=self.shipment, counted=Decimal(1), done_on=self.world.today)
        self.world.run(receive, command, self.world.receiver)
        self.done.append("distributor_receipt")

    def close(self) -> None:
        if self.season:
            step = next((step for step in self.sector.steps if step.code == "season_close"), None)
            values = {} if step is None else self.typed(step)
            command = CloseSeason(season=self.season, done_on=self.world.today, values=values)
            self.world.run(close_season, command)

    def held(self) -> OwnLot:
        found: OwnLot = self.world.read(find_held_lot, self.world.actors[Role.MANAGER], self.lot)
        return found

    def typed(self, step: Step) -> dict[str, str | list[str]]:
        """Every field that a person can type, required or not."""
        return {
            item.key: text
            for item in step.fields
            if item.ref not in {"batch", "product", "member", "user"} and (text := self._text(step, item))
        }

    def _text(self, step: Step, item: Field) -> str | list[str]:
        match item.type:
            case "number":
                if item.key == "heads":
                    return HEADS.get(step.code, "10")
                return (
                    "100"
                    if step.code in HARVESTED and item.key == "quantity"
                    else NUMBERS.get(item.key, "10")
                )
            case "choice":
                codes = [option.code for option in item.options]
                wanted = {CHOICES.get(item.key), "pass", "neg"}
                return next((code for code in codes if code in wanted), codes[0])
            case "date":
                return "20/12/2026"
            case "geo":
                return ["21.35, 106.76", "21.36, 106.76", "21.36, 106.77"]
            case "ref":
                return {"partner": self.supplier, "place": "VUON1", "input": SUPPLY}.get(item.ref or "", "A1")
            case "text":
                return TEXTS.get(item.key, "như trên nhãn")
        return ""

    def _did(self, code: str, warnings: tuple[Any, ...]) -> None:
        self.done.append(code)
        if warnings:
            self.told[code] = tuple(warning.guard for warning in warnings)


def begin(world: World, name: str) -> Walk:
    """A walk of the template ``name``, with its product; pork comes from a farm that walked before."""
    partner = world.run(add_partner, AddPartner(name="Nơi cung cấp", kind="supplier")).id
    walk = Walk(world, TEMPLATES[name], partner)
    _register(walk)
    first = walk.sector.steps[:3]
    if any(step.code == "receiving" for step in first):
        farm = Walk(world, TEMPLATES["pig_farm"], partner)
        _register(farm)
        farm.grow()
        farm.take("release")
        walk.lot = farm.lot
    return walk


def stock(world: World) -> Supply:
    """A supply of the name that every walk types, and plenty of it."""
    made: Supply = world.run(save_supply, SaveSupply(name=SUPPLY, kind="other", unit="kg"))
    world.run(buy_supply, BuySupply(supply=made.id, amount=Decimal(1000), bought_on=world.today))
    return made


def _register(walk: Walk) -> None:
    label = walk.sector.label_defaults
    command = RegisterProduct(
        code=walk.code,
        name=label.name_vi or "Hàng",
        template=walk.sector.id,
        origin="Việt Nam",
        shelf_life_days=label.shelf_life_days or 5,
        max_yield_kg_per_m2=Decimal(5),
    )
    walk.world.run(register_product, command)
