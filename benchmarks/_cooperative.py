"""A cooperative at work, for the groups that measure its people's use cases: a durable SQLite ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.photos import Photo
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.organisations import RegisterOrganisation, register_organisation
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from ledger.log.unit import Unit
from ledger.migrations import migrate
from ledger.trace.capture import capture_event, expect_lots
from ledger.trace.events.sealed import SealRules
from ledger.trace.units import local_day
from signing.vault import Vault

BASE = "https://truyxuat.example"
PHOTO = Photo(f"ni:///sha-256;{'A' * 43}", "image/webp", 48_211, 1600, 1200)
WORKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("fertilising", {"input": "Phân chuồng ủ hoai", "dose": "1.200", "method": "base", "invoice": "HD 1207"}),
    ("irrigation", {"source": "well", "method": "drip", "minutes": "40"}),
    ("growth_check", {"stage": "fruit_set", "condition": "good"}),
    ("pruning", {"purpose": "thin"}),
)
"""A week of a grape grower's diary: each with a photo and two people, who are sealed."""


@dataclass(frozen=True, slots=True)
class Cooperative:
    """A cooperative with a season of grapes on 100 hectares, and its manager, who is also the recorder."""

    ledger: Ledger
    manager: Actor
    season: str
    today: date

    def run(self, verb: Callable[[Unit, Actor, Any], Any], command: Any) -> Any:
        """One use case, one durable unit of work."""
        return self.ledger.write(verb, self.manager, command)

    def capture(self, events: Sequence[dict[str, Any]], sealed: SealRules = ()) -> None:
        """Another system's events, taken in as they are, in one unit."""

        def take(unit: Unit) -> None:
            expect_lots(unit, events)
            for event in events:
                capture_event(unit, self.manager.organisation, event, sealed=sealed)

        self.ledger.write(take)

    def record(self, number: int) -> RecordStep:
        """The ``number``-th work of the diary."""
        step, values = WORKS[number % len(WORKS)]
        return RecordStep(
            lot=self.season,
            step=step,
            values=values,
            done_on=self.today - timedelta(days=90 - number % 60),
            photos=(PHOTO,),
        )

    def record_many(self, first: int, count: int) -> None:
        """``count`` works of the diary in one unit."""

        def steps(unit: Unit) -> None:
            for number in range(first, first + count):
                record_step(unit, self.manager, self.record(number))

        self.ledger.write(steps)

    def sealed_lot(self, packs: int) -> str:
        """Harvest, pack and seal a lot of ``packs`` packs of 100 g."""
        weight_kg = Decimal(packs) / 10
        day = self.today - timedelta(days=1)
        picked = self.run(
            harvest,
            Harvest(season=self.season, values={"quantity": _said(weight_kg)}, done_on=day, photos=(PHOTO,)),
        )
        command = Pack(
            product="NHO",
            inputs=((picked.lot, weight_kg),),
            net_per_pack=Decimal(100),
            packs=packs,
            packed_on=day,
            pack_type="box",
        )
        lot: str = self.run(pack, command).lot
        self.run(seal, Seal(lot))
        return lot


@contextmanager
def cooperative(url: str | None = None) -> Iterator[Cooperative]:
    """A cooperative in an empty database at ``url``, or in a temporary SQLite file of which nothing stays."""
    with tempfile.TemporaryDirectory(prefix="sogoc-bench-") as name:
        folder = Path(name)
        database = open_database(url or f"sqlite:///{folder / 'ledger.db'}")
        migrate(database)
        record = HeadRecord(folder / "head")
        ledger = Ledger.create(
            database, Vault(bytes(range(32))), origin="truyxuat.example/log", id_base=BASE, head_record=record
        )
        try:
            yield ledger.write(_found, ledger)
        finally:
            database.close()


def _found(unit: Unit, ledger: Ledger) -> Cooperative:
    coop = register_organisation(
        unit,
        RegisterOrganisation(
            name="HTX Nho Đồi Sim",
            kind="cooperative",
            address="Thôn Hiệp Hòa",
            province="Khánh Hòa",
            commune="Phước Thuận",
        ),
    )
    today = local_day(unit.now)
    office = Actor(str(uuid4()), coop.code, None, frozenset({Role.MANAGER}))
    member = add_member(unit, office, AddMember(name="Nguyễn Thị Sim", phone="0912 345 678"))
    manager = Actor(office.account_id, coop.code, member.id, office.roles)
    place = RegisterPlace(
        code="VUON",
        name="Vườn nho",
        kind="greenhouse",
        province="Khánh Hòa",
        commune="Phước Thuận",
        area_m2=Decimal(1_000_000),
        perennial_since=date(2021, 3, 1),
    )
    register_place(unit, manager, place)
    product = RegisterProduct(
        code="NHO",
        name="Nho hạ đen",
        template="fruit_nho",
        origin="Khánh Hòa, Việt Nam",
        shelf_life_days=10,
        net_options_g=(100,),
        max_yield_kg_per_m2=Decimal(4),
    )
    register_product(unit, manager, product)
    started_on = today - timedelta(days=120)
    season = open_season(
        unit, manager, OpenSeason(product="NHO", place="VUON", started_on=started_on, photos=(PHOTO,))
    )
    return Cooperative(ledger, manager, season.lot, today)


def _said(weight_kg: Decimal) -> str:
    """A weight as people type it."""
    return f"{weight_kg:f}".replace(".", ",")
