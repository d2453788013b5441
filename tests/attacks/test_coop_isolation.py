"""Every use case, asked by a neighbour who holds every role, about what is not theirs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import select

import ledger.coop
from ledger.coop.actors import Actor, Role
from ledger.coop.corrections import Correct
from ledger.coop.errors import CoopError, NotAllowedError, NotFoundError, SheetError, StampRangeError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.diary_imports import ImportDiary
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.intake import TakeIn
from ledger.coop.field.seasons import CloseSeason, OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, packs_possible
from ledger.coop.goods.processing import Transform
from ledger.coop.goods.recalls import Recall
from ledger.coop.goods.receiving import Receive
from ledger.coop.goods.shipping import Ship
from ledger.coop.lots import find_held_lot, find_own_lot
from ledger.coop.paper.cartons import (
    MarkCartonsPrinted,
    ReserveCartons,
    VoidCartons,
    reserve_cartons,
)
from ledger.coop.paper.label_designs import RetireDesign, SaveDesign, save_design
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.print_tables import CartonJobRow, LabelDesignRow, PrinterRow
from ledger.coop.paper.printers import RemovePrinter, SavePrinter, save_printer
from ledger.coop.people.accounts import ChangeSecret, CloseAccount, CreateAccount
from ledger.coop.people.device_keys import AddDevice, RevokeDevice, add_device
from ledger.coop.people.disclosing import Disclose
from ledger.coop.queries import (
    jobs_to_activate,
    lots_packed,
    lots_to_pack,
    lots_to_seal,
    recent_entries,
    seasons_open,
    shipments_sent,
    shipments_to_receive,
)
from ledger.coop.registers.certificates import FileCertificate
from ledger.coop.registers.members import EraseMember, list_members
from ledger.coop.registers.partners import AddPartner, add_partner, list_partners
from ledger.coop.registers.places import RegisterPlace, list_places, register_place
from ledger.coop.registers.product_mending import MendProduct
from ledger.coop.registers.products import RegisterProduct, list_products, register_product
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_list import LookInto
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.stamps.activation import Activate
from ledger.coop.stamps.job_queries import read_job, read_jobs, read_rolls
from ledger.coop.stamps.stamp_book import StampCounts, stamp_book
from ledger.coop.stamps.stamp_holders import AssignRoll
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota, quotas
from ledger.coop.stamps.stamp_room import packs_without_stamp
from ledger.coop.stamps.stamps import MarkPrinted, MarkSold, Reserve, Void, mark_printed, reserve_stamps
from ledger.coop.stamps.sticking import StickStamps
from ledger.coop.tables import MemberRow, PrintJobRow, StampRangeRow
from ledger.coop.use_cases import USE_CASES
from ledger.database import Database
from ledger.log.keys import key_added_text
from ledger.log.records import read_record
from ledger.trace.errors import FieldErrors
from ledger.trace.sealed import sealed_pointers
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.world import BASE, SECRET, World, cheap_secrets, new_world, reopened
from tests.support.world_fixtures import DIALECTS

DAY = date(2026, 11, 12)
KG = Decimal(1)
SHEET = "Ngày làm;Việc làm\n12/11/2026;Tưới nước\n".encode()


@dataclass
class Victim:
    """What the cooperative has, and a thief next door with every role and goods of the same kind."""

    world: World
    thief: Actor
    own_season: str
    own_raw: str
    season: str
    raw: str
    packs: str
    sealed: str
    job: str
    stamps: tuple[int, int]
    quota: str
    shipment: str
    member: str
    account: str
    partner: str
    entry: int
    sealed_pointer: str
    device: str
    cartons: str
    printer: str
    design: str


@pytest.fixture(params=DIALECTS)
def victim(request, world_templates, tmp_path):
    with (
        cheap_secrets(),
        world_templates.copy(request.param, "victim", new_victim, tmp_path) as (database, template),
    ):
        yield replace(template, world=reopened(template.world, database))


def new_victim(database: Database) -> Victim:
    world = new_world(database)
    thief = Actor("thief", world.neighbour.code, None, frozenset(Role) - {Role.ALLIANCE})
    place = RegisterPlace(name="Vườn", kind="plot", province="x", commune="y", code="CUAMINH")
    world.run(register_place, place, thief)
    product = RegisterProduct(code="CUAMINH", name="Nho", template="fruit_nho", origin="x")
    world.run(register_product, product, thief)
    opening = OpenSeason(product="CUAMINH", place="CUAMINH", started_on=world.day(90), values={"area": "100"})
    season = world.season()
    raw = world.harvested(season)
    entry = world.size() - 1
    sealed = world.sealed(50)
    job = world.run(reserve_stamps, Reserve(50, sealed), Role.PACKER)
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    copied = ScanKey(job.first, world.coop.code, world.today, "", Phase.ACTIVE)
    with world.ledger.database.writing() as session:
        add_scans(session, {copied: 99}, ScanLimits())
    own_season = world.run(open_season, opening, thief).lot
    world.run(add_partner, AddPartner(name="Bạn của trộm", kind="shop"), thief)
    planting = {"variety": "x", "seed_source": "x", "quantity": "9"}
    world.run(
        record_step,
        RecordStep(lot=own_season, step="planting", done_on=world.day(60), values=planting),
        thief,
    )
    taking = Harvest(season=own_season, done_on=world.today, values={"quantity": "9"})
    return Victim(
        world=world,
        thief=thief,
        own_season=own_season,
        own_raw=world.run(harvest, taking, thief).lot,
        season=season,
        raw=raw,
        packs=world.packed(raw, packs=10),
        sealed=sealed,
        job=job.id,
        stamps=(job.first, job.last),
        quota=world.run(give_quota, GiveQuota("Nhà tài trợ", 100, world.today)).id,
        shipment=world.shipped().code,
        member=world.actors[Role.GROWER].member_id or "",
        account=world.actors[Role.PACKER].account_id,
        partner=world.partner,
        entry=entry,
        sealed_pointer=next(iter(sealed_pointers(world.read(read_record, entry).body))),
        device=world.run(add_device, request_of(world, "may-1")).key,
        cartons=world.run(reserve_cartons, ReserveCartons(sealed, "carton", 1, 9, BASE)).id,
        printer=world.run(save_printer, SavePrinter("Máy tem", PrintSpec())).id,
        design=world.run(save_design, SaveDesign("TEM-NHO", "Tem nho", "<p>$lot</p>", "", KG, KG)).spec_name,
    )


def step(victim: Victim, lot: str, code: str, values: dict[str, str], **more: Any) -> RecordStep:
    return RecordStep(lot=lot, step=code, done_on=victim.world.today, values=values, **more)


def order(lot: str) -> Recall:
    return Recall(lot, "x", "x", "x", "x", "x")


def transforming(victim: Victim, product: str | None) -> Transform:
    return Transform(
        step="sorting", inputs=((victim.raw, KG),), outputs=((product, KG),), done_on=victim.world.today
    )


def packing(victim: Victim, product: str) -> Pack:
    return Pack(
        product=product,
        inputs=((victim.raw, KG),),
        net_per_pack=Decimal(500),
        packs=1,
        packed_on=victim.world.today,
        pack_type="box",
    )


def opening(victim: Victim, **changes: str) -> OpenSeason:
    values = {"product": "CUAMINH", "place": "CUAMINH"} | changes
    return OpenSeason(started_on=victim.world.day(9), values={"area": "9"}, **values)


def device_of(victim: Victim) -> AddDevice:
    """The request of a device of the cooperative, well signed, handed in by the thief."""
    return request_of(victim.world, "may-2")


def request_of(world: World, device: str) -> AddDevice:
    name = f"{world.ledger.origin}/{world.coop.code}/{device}"
    key = NamedKey(name, PrivateKey.from_seed(device.encode().ljust(32)))
    return AddDevice(sign_note(key_added_text(key.verifier_key), key))


def certificate(*products: str) -> FileCertificate:
    return FileCertificate("VietGAP", "1", "x", DAY, DAY, products)


ATTACKS: dict[str, list[Callable[[Victim], Any]]] = {
    "add_account": [
        lambda v: CreateAccount(v.world.coop.code, "trom", SECRET, frozenset({Role.MANAGER})),
        lambda v: CreateAccount(v.thief.organisation, "trom", SECRET, frozenset({Role.GROWER}), v.member),
    ],
    "change_secret": [lambda v: ChangeSecret(v.account, "mật khẩu mới")],
    "close_account": [lambda v: CloseAccount(v.account)],
    "add_device": [device_of],
    "revoke_device": [lambda v: RevokeDevice(v.device)],
    "disclose": [
        lambda v: Disclose(v.entry, v.sealed_pointer, "bạn của trộm"),
        lambda v: Disclose(0, "/sogoc:fields/note", "bạn của trộm"),
    ],
    "erase_member": [lambda v: EraseMember(v.member)],
    "mend_product": [lambda v: MendProduct("NHO", "Trộm, Việt Nam")],
    "file_certificate": [lambda v: certificate("NHO"), lambda v: certificate("CUAMINH", "NHO")],
    "open_season": [
        lambda v: opening(v, product="NHO"),
        lambda v: opening(v, place="VUON1"),
        lambda v: opening(v, done_by=v.member),
    ],
    "close_season": [lambda v: CloseSeason(season=v.season, done_on=v.world.today)],
    "record_step": [
        lambda v: step(v, v.season, "irrigation", {"source": "well"}),
        lambda v: step(v, v.raw, "storage", {"store": "CUAMINH"}),
        lambda v: step(v, v.raw, "storage", {"store": "CUAMINH"}, product="CUAMINH"),
        lambda v: step(v, v.own_season, "irrigation", {"source": "well"}, place="VUON1"),
        lambda v: step(v, v.own_season, "irrigation", {"source": "well"}, done_by=v.member),
    ],
    "harvest": [
        lambda v: Harvest(season=v.season, done_on=v.world.today, values={"quantity": "1"}),
        lambda v: Harvest(
            season=v.own_season, done_on=v.world.today, values={"quantity": "1", "household": v.member}
        ),
        lambda v: Harvest(
            season=v.own_season, done_on=v.world.today, values={"quantity": "1", "buyer_on_site": v.partner}
        ),
    ],
    "take_in": [lambda v: TakeIn(product="NHO", done_on=v.world.today)],
    "transform": [lambda v: transforming(v, "CUAMINH"), lambda v: transforming(v, None)],
    "pack": [lambda v: packing(v, "CUAMINH"), lambda v: packing(v, "NHO")],
    "seal": [lambda v: Seal(v.packs)],
    "reserve_stamps": [
        lambda v: Reserve(1, v.sealed),
        lambda v: Reserve(1, quota=v.quota),
        lambda v: Reserve(1, holder=v.account),
    ],
    "mark_printed": [
        lambda v: MarkPrinted(v.job),
        lambda v: MarkPrinted(v.job, v.stamps[0], v.stamps[1], "trộm"),
    ],
    "mark_sold": [lambda v: MarkSold(*v.stamps), lambda v: MarkSold(9999, 9999)],
    "assign_roll": [lambda v: AssignRoll(v.job, None), lambda v: AssignRoll(v.job, "thief")],
    "stick_stamps": [
        lambda v: StickStamps(lot=v.sealed, job=v.job),
        lambda v: StickStamps(lot=v.own_season, job=v.job, spoiled=(v.stamps[0],)),
    ],
    "activate_stamps": [
        lambda v: Activate(v.sealed, first=v.stamps[0], last=v.stamps[1]),
        lambda v: Activate(v.sealed, job=v.job),
        lambda v: Activate(v.own_season, first=v.stamps[0], last=v.stamps[1]),
    ],
    "void_stamps": [lambda v: Void(v.stamps[0], v.stamps[1], "trộm"), lambda v: Void(9999, 9999, "x")],
    "reserve_cartons": [
        lambda v: ReserveCartons(v.sealed, "carton", 1, 1, BASE),
        lambda v: ReserveCartons(v.sealed, "pallet", 1, 1, BASE, PrintSpec(design=v.design)),
    ],
    "mark_cartons_printed": [lambda v: MarkCartonsPrinted(v.cartons, "trộm")],
    "void_cartons": [lambda v: VoidCartons(v.cartons, "trộm")],
    "save_printer": [lambda v: SavePrinter("Máy của trộm", PrintSpec(), id=v.printer)],
    "remove_printer": [lambda v: RemovePrinter(v.printer)],
    "retire_design": [lambda v: RetireDesign("TEM-NHO")],
    "ship": [
        lambda v: Ship(lot=v.sealed, to_partner=v.partner, packs=1, done_on=v.world.today),
        lambda v: Ship(lot=v.sealed, to_partner="khách lẻ", packs=1, done_on=v.world.today),
        lambda v: Ship(lot=v.own_raw, weight_kg=KG, to_partner=v.partner, done_on=v.world.today),
    ],
    "receive": [lambda v: Receive(shipment=v.shipment, counted=Decimal(50), done_on=v.world.today)],
    "look_into": [lambda v: LookInto(v.stamps[0], "trộm"), lambda v: LookInto(9999, "trộm")],
    "recall": [lambda v: order(v.sealed), lambda v: order(v.season)],
    "correct": [
        lambda v: Correct(index=v.entry, reason="trộm", did_not_occur=True),
        lambda v: Correct(index=v.entry, reason="trộm", values={"quantity": "1"}),
        lambda v: Correct(index=0, reason="trộm", did_not_occur=True),
    ],
    "import_diary": [
        lambda v: ImportDiary(data=SHEET, season=v.season),
        lambda v: ImportDiary(data=SHEET, product="NHO"),
    ],
}
# These name nothing that exists: what they make carries the actor's own organisation.
MAKES_ONLY = {
    "add_member",
    "add_partner",
    "give_quota",
    "import_epcis",
    "register_place",
    "register_product",
    "save_design",
    "save_prefix",
}
CASES = [(verb, number) for verb, attacks in ATTACKS.items() for number in range(len(attacks))]


def test_use_case_that_no_attack_was_written_for():
    for module in iter_modules(ledger.coop.__path__):
        import_module(f"ledger.coop.{module.name}")
    here = {verb for verb, run in USE_CASES.items() if run.__module__.startswith("ledger.coop.")}
    assert here == ATTACKS.keys() | MAKES_ONLY


@pytest.mark.parametrize(("verb", "number"), CASES, ids=[f"{verb}-{number}" for verb, number in CASES])
def test_books_of_another_organisation(victim, verb, number):
    world, command = victim.world, ATTACKS[verb][number](victim)
    size, books = world.size(), snapshot(world)
    with pytest.raises((CoopError, FieldErrors)) as caught:
        world.run(USE_CASES[verb], command, victim.thief)
    assert is_isolation(caught.value), repr(caught.value)
    assert world.size() == size
    assert snapshot(world) == books
    world.check()


def is_isolation(error: Exception) -> bool:
    """Whether it says “not found” (or not yours), and not something that tells what the neighbour has."""
    if isinstance(error, FieldErrors):
        return all("Không tìm thấy" in problem.sentence_vi for problem in error.problems)
    if isinstance(error, SheetError):
        return "Không tìm thấy" in error.sentence or all(
            "Không tìm thấy" in p.sentence for p in error.problems
        )
    if isinstance(error, StampRangeError):
        return "không phải của hợp tác xã" in error.sentence
    return isinstance(error, NotFoundError | NotAllowedError)


def snapshot(world: World) -> list[Any]:
    """The rows of the books that a thief would like to change."""
    with world.ledger.database.reading() as session:
        return [
            session.execute(select(table.__table__).order_by(*table.__table__.primary_key)).all()
            for table in (PrintJobRow, StampRangeRow, MemberRow, CartonJobRow, PrinterRow, LabelDesignRow)
        ]


def test_use_case_called_without_its_role(victim):
    world = victim.world
    nobody = Actor("x", world.coop.code, None, frozenset({Role.ALLIANCE}))
    size = world.size()
    for verb, attacks in ATTACKS.items():
        if verb == "change_secret":  # anybody may change the own
            continue
        with pytest.raises(NotAllowedError):
            world.run(USE_CASES[verb], attacks[0](victim), nobody)
    assert world.size() == size


def test_lists_of_another_organisation(victim):
    world, thief = victim.world, victim.thief
    for query in (lots_to_seal, lots_packed, jobs_to_activate, shipments_sent, shipments_to_receive):
        assert world.read(query, thief) == ()
    assert [card.lot for card in world.read(lots_to_pack, thief)] == [victim.own_raw]
    assert [card.lot for card in world.read(seasons_open, thief, world.today)] == [victim.own_season]
    assert {card.lot for card in world.read(recent_entries, thief)} == {victim.own_season, victim.own_raw}
    assert world.read(recent_entries, thief, lot=victim.season) == ()
    assert world.read(list_members, world.ledger.vault, thief.organisation) == ()
    assert len(world.read(list_partners, world.ledger.vault, thief.organisation)) == 1
    for query in (list_places, list_products):
        assert [one.code for one in world.read(query, thief.organisation)] == ["CUAMINH"]


def test_stamps_of_another_organisation_looked_up(victim):
    world, thief = victim.world, victim.thief
    assert world.read(stamp_book, thief).lines == ()
    assert world.read(stamp_book, thief).total == StampCounts()
    assert world.read(read_jobs, thief, victim.sealed) == world.read(read_rolls, thief) == ()
    assert world.read(quotas, thief) == ()
    with pytest.raises(NotFoundError):
        world.read(read_job, thief, victim.job)
    with pytest.raises(NotFoundError):
        world.read(packs_without_stamp, thief, victim.sealed)


def test_lot_of_another_organisation_looked_up(victim):
    world = victim.world
    for query in (find_own_lot, find_held_lot):
        with pytest.raises(NotFoundError):
            world.read(query, victim.thief, victim.raw)
    with pytest.raises(NotFoundError):
        world.read(packs_possible, victim.thief, ((victim.raw, KG),), Decimal(500))


def test_existence_of_anothers_lot_probed(victim):
    world = victim.world
    messages = set()
    for lot in (victim.raw, victim.raw[:-1] + "9"):
        with pytest.raises(NotFoundError) as caught:
            world.run(USE_CASES["seal"], Seal(lot), victim.thief)
        messages.add((type(caught.value), caught.value.sentence.replace(lot.rpartition(".")[2], "…")))
    assert len(messages) == 1
