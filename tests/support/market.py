"""A market stall for tests of the public pages: the small world's grapes, packed, sealed and stamped.

Every state that a stamp can be in has a code; ``lot`` is what the valid ones are on. All of it goes through
the use cases that members use.
"""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from PIL import Image

from ledger.coop.actors import Role
from ledger.coop.attachments.photos import store_photo
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, Void, mark_printed, reserve_stamps, void_stamps
from tests.support.world import Clock, World

RECALL_REASON = "dư lượng thuốc vượt mức cho phép"


@dataclass(frozen=True)
class Market:
    """``codes`` has one stamp code per state of a stamp; ``unknown`` was never issued."""

    world: World
    season: str
    raw_lots: tuple[str, str]
    lot: str
    expired_lot: str
    recalled_lot: str
    codes: dict[str, str]
    photo: str

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def path(self) -> str:
        """The lot's page."""
        return self.lot.removeprefix(self.world.ledger.id_base)

    def wait(self, days: int) -> date:
        """Let so many days pass."""
        self.clock.now += timedelta(days=days)
        return self.world.today


def build_market(world: World, photos: Path) -> Market:
    """Grow, harvest, pack, seal and stamp, over two months; the clock is at the end of them."""
    photo = store_photo(photos, picture())
    season = world.run(
        open_season, OpenSeason(product="NHO", place="VUON1", started_on=world.today), Role.GROWER
    ).lot
    _certify(world)
    _grow(world, season)
    first = _harvest(world, season, "120", ())
    _pass(world, 1)
    second = _harvest(world, season, "80,5", (photo,))
    lots = [_pack(world, ((first, "30"), (second, "20")), 100, days) for days in (30, 1, 30)]
    codes = _stamp(world, lots[0]) | {
        "scratch": _activated(world, lots[0], has_secret=True),
        "expired": _activated(world, lots[1]),
        "recalled": _activated(world, lots[2]),
    }
    _pass(world, 3)
    _recall(world, lots[2])
    _copy(world, codes["seen_often"])
    return Market(world, season, (first, second), *lots, codes, photo.digest)


def picture(width: int = 640, height: int = 480) -> bytes:
    """A JPEG that shows nothing."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#7fae5a").save(out, "JPEG")
    return out.getvalue()


def _pass(world: World, days: int) -> None:
    world.clock.now += timedelta(days=days)


def _certify(world: World) -> None:
    command = FileCertificate(
        scheme="VietGAP",
        number="VG-24-0711",
        issuer="Trung tâm Chứng nhận Nam Trung Bộ",
        valid_from=world.today - timedelta(days=100),
        valid_to=world.today + timedelta(days=600),
        products=("NHO",),
    )
    world.run(file_certificate, command)


def _grow(world: World, season: str) -> None:
    values = {"input": "Phân hữu cơ vi sinh", "dose": "120", "method": "base"}
    _pass(world, 20)
    late = world.day(9)
    world.run(
        record_step, RecordStep(lot=season, step="fertilising", done_on=late, values=values), Role.GROWER
    )
    spray = {
        "method": "biological",
        "input": "Tervigo 020SC",
        "target": "Bọ trĩ",
        "active_ingredient": "Abamectin",
        "phi_days": "7",
    }
    command = RecordStep(lot=season, step="pest_control", done_on=world.today, values=spray)
    world.run(record_step, command, Role.RECORDER)
    _pass(world, 40)


def _harvest(world: World, season: str, weight: str, photos: tuple) -> str:
    command = Harvest(season=season, done_on=world.today, values={"quantity": weight}, photos=photos)
    return world.run(harvest, command, Role.GROWER).lot


def _pack(world: World, inputs: tuple[tuple[str, str], ...], packs: int, good_for_days: int) -> str:
    command = Pack(
        product="NHO",
        inputs=tuple((lot, Decimal(weight)) for lot, weight in inputs),
        net_per_pack=Decimal(500),
        packs=packs,
        packed_on=world.today,
        pack_type="box",
        expires_on=world.today + timedelta(days=good_for_days),
        place="XUONG",
    )
    lot = world.run(pack, command, Role.PACKER).lot
    world.run(seal, Seal(lot), Role.PACKER)
    return lot


def _job(world: World, lot: str | None, count: int, *, has_secret: bool = False) -> tuple[str, int]:
    spec = PrintSpec(has_secret=has_secret)
    job = world.run(reserve_stamps, Reserve(count=count, lot=lot, spec=spec), Role.PACKER)
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    return job.id, job.first


def _stamp(world: World, lot: str) -> dict[str, str]:
    job, first = _job(world, lot, 20)
    world.run(void_stamps, Void(first + 19, first + 19, "in nhòe"), Role.PACKER)
    world.run(activate_stamps, Activate(lot=lot, job=job), Role.PACKER)
    _, spare = _job(world, lot, 5)
    codec = world.read(open_stamp_codec, world.ledger.vault)
    numbers = {"valid": first, "seen_often": first + 9, "voided": first + 19, "not_activated": spare}
    return {state: codec.format(number) for state, number in numbers.items()} | {
        "unknown": codec.format(first + 4_000_000)
    }


def _activated(world: World, lot: str, *, has_secret: bool = False) -> str:
    codec = world.read(open_stamp_codec, world.ledger.vault)
    job, first = _job(world, lot, 5, has_secret=has_secret)
    world.run(activate_stamps, Activate(lot=lot, job=job), Role.PACKER)
    return codec.format(first)


def _copy(world: World, code: str) -> None:
    """Many people scan the stamp, in three provinces."""
    number, day = world.codec().parse(code), world.today
    scans = {
        ScanKey(number, world.coop.code, day, province, Phase.ACTIVE): count
        for province, count in (("56", 30), ("79", 7), ("01", 5))
    }
    with world.ledger.database.writing() as session:
        add_scans(session, scans, ScanLimits())


def _recall(world: World, lot: str) -> None:
    command = Recall(
        lot=lot,
        reason=RECALL_REASON,
        scope="cả lô",
        decided_by="Chi cục Quản lý chất lượng",
        instruction="không ăn, mang trả nơi đã mua",
        contact="0259 388 1122",
    )
    world.run(recall, command)
