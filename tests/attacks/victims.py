"""What a cooperative has, for a neighbour to try for; and the commands that attacks are made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import encode_photo
from ledger.coop.attachments.voices import keep_voice
from ledger.coop.devices.requests import AskDevice, ask_device
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.many_seasons import RecordMany
from ledger.coop.field.practice import OpenPractice, open_practice
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack
from ledger.coop.goods.processing import Transform
from ledger.coop.land.growing_areas import SaveGrowingArea, save_growing_area
from ledger.coop.packing_at_once import PackWithRoll
from ledger.coop.paper.carton_filling import FillCartons, fill_cartons
from ledger.coop.paper.cartons import (
    ReserveCartons,
    reserve_cartons,
)
from ledger.coop.paper.label_designs import SaveDesign, save_design
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.printers import SavePrinter, save_printer
from ledger.coop.people.device_keys import AddDevice, add_device
from ledger.coop.people.passkeys import (
    AddPasskey,
    add_passkey,
    registration_options,
)
from ledger.coop.people.sessions import open_session, sessions_of
from ledger.coop.quality.criteria import Criterion
from ledger.coop.quality.samples import FileResult, TakeSample, take_sample
from ledger.coop.recalls.recalls import Recall
from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.places import RegisterPlace, register_place
from ledger.coop.registers.products import RegisterProduct, register_product
from ledger.coop.reminders.settings import AddRoutine, add_routine
from ledger.coop.review.queue import review_list
from ledger.coop.scans.scan_counts import ScanKey, add_scans
from ledger.coop.scans.scan_rules import Phase, ScanLimits
from ledger.coop.stamps.stamp_quotas import GiveQuota, give_quota
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.database import Database
from ledger.log.keys import key_added_text
from ledger.log.records import read_record
from ledger.trace.events.sealed import sealed_pointers
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from signing.passkeys import RelyingParty
from tests.attacks.order_attacks import wanted
from tests.support.desk import picture
from tests.support.order_desk import orders_of_two
from tests.support.passkeys import SoftPasskey
from tests.support.stores import Store, new_store
from tests.support.world import BASE, World, new_world

PAPER = encode_photo(picture()[0].getvalue())
DAY = date(2026, 11, 12)
KG = Decimal(1)


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
    store: Store
    own_store: Store
    entry: int
    sealed_pointer: str
    device: str
    asked: str
    passkey: str
    session: str
    reviewed: int
    cartons: str
    printer: str
    design: str
    team: str
    draft: str
    order: str
    own_partner: str
    own_draft: str
    own_order: str
    practice: str
    voice: str
    paper: str
    sample: str
    full_carton: str
    certificate: str
    area: str
    routine: str


def new_victim(database: Database) -> Victim:
    world = new_world(database)
    thief = Actor("thief", world.neighbour.code, None, frozenset(Role) - {Role.ALLIANCE})
    season = world.season()
    raw = world.harvested(season)
    entry = world.size() - 1
    sealed = world.sealed(50)
    job = world.run(reserve_stamps, Reserve(50, sealed), Role.PACKER)
    world.run(mark_printed, MarkPrinted(job.id), Role.PACKER)
    copied = ScanKey(job.first, world.coop.code, world.today, "", Phase.ACTIVE)
    with world.ledger.database.writing() as session:
        add_scans(session, {copied: 99}, ScanLimits())
    own_season = planted(world, thief)
    own_partner = world.run(add_partner, AddPartner(name="Bạn của trộm", kind="shop"), thief).id
    taking = Harvest(season=own_season, done_on=world.today, values={"quantity": "9"})
    orders = orders_of_two(world, thief, own_partner, wanted("CUAMINH"))
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
        own_partner=own_partner,
        **orders,
        quota=world.run(give_quota, GiveQuota("Nhà tài trợ", 100, world.today)).id,
        shipment=world.shipped().code,
        member=world.actors[Role.GROWER].member_id or "",
        account=world.actors[Role.PACKER].account_id,
        partner=world.partner,
        store=new_store(world, season=season),
        own_store=new_store(world, thief),
        entry=entry,
        sealed_pointer=next(iter(sealed_pointers(world.read(read_record, entry).body))),
        device=world.run(add_device, request_of(world, "may-1")).key,
        asked=world.run(ask_device, AskDevice(request_of(world, "may-3").note), Role.GROWER).id,
        passkey=passkey_of(world),
        session=session_of(world),
        reviewed=world.read(review_list, world.ledger.vault, world.actors[Role.MANAGER])[0].index,
        cartons=world.run(reserve_cartons, ReserveCartons(sealed, "carton", 1, 9, BASE)).id,
        printer=world.run(save_printer, SavePrinter("Máy tem", PrintSpec())).id,
        practice=world.run(open_practice, pretended(world, "NHO", "VUON1"), Role.GROWER).id,
        sample=world.run(take_sample, TakeSample(lot=sealed, done_on=world.today)).id,
        full_carton=filled(world, sealed),
        certificate=world.run(file_certificate, FileCertificate("OCOP", "9", "x", DAY, DAY, ("NHO",))).uri,
        voice=world.run(keep_voice, b"OggS of the cooperative", Role.GROWER).digest,
        paper=paper_of(world),
        area=world.run(save_growing_area, grown("VN-KHOR-0012", "NHO")).code,
        routine=world.run(add_routine, AddRoutine(title="Hiệu chuẩn cân", next_on=world.today)).id,
        design=world.run(save_design, SaveDesign("TEM-NHO", "Tem nho", "<p>$lot</p>", "", KG, KG)).spec_name,
    )


def planted(world: World, thief: Actor) -> str:
    """The thief's own place and product, and a season of it."""
    place = RegisterPlace(name="Vườn", kind="plot", province="x", commune="y", code="CUAMINH")
    world.run(register_place, place, thief)
    product = RegisterProduct(code="CUAMINH", name="Nho", template="fruit_nho", origin="x")
    world.run(register_product, product, thief)
    opening = OpenSeason(product="CUAMINH", place="CUAMINH", started_on=world.day(90), values={"area": "100"})
    season: str = world.run(open_season, opening, thief).lot
    planting = {"variety": "x", "seed_source": "x", "quantity": "9"}
    work = RecordStep(lot=season, step="planting", done_on=world.day(60), values=planting)
    world.run(record_step, work, thief)
    return season


def step(victim: Victim, lot: str, code: str, values: dict[str, str], **more: Any) -> RecordStep:
    return RecordStep(lot=lot, step=code, done_on=victim.world.today, values=values, **more)


def many(victim: Victim, *seasons: str, **more: Any) -> RecordMany:
    values = {"source": "well"}
    return RecordMany(seasons=seasons, step="irrigation", done_on=victim.world.today, values=values, **more)


def pretended(world: World, product: str, place: str) -> OpenPractice:
    return OpenPractice(product=product, place=place, started_on=world.day(9))


def grown(code: str, product: str, **more: Any) -> SaveGrowingArea:
    return SaveGrowingArea(code=code, name="Vùng nho", product=product, **more)


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


def passkey_of(world: World) -> str:
    """A passkey of the cooperative's manager."""
    party, manager = RelyingParty("https://so.example.vn", "Sổ Gốc"), world.actors[Role.MANAGER]
    options = world.read(registration_options, world.ledger.vault, manager, party, world.clock())
    answer = SoftPasskey(party.origin).create(options)
    made: str = world.run(add_passkey, AddPasskey(party.origin, "Máy văn phòng", answer)).id
    return made


def paper_of(world: World) -> str:
    """A photographed paper of a delivery of the cooperative's."""
    packer = world.actors[Role.PACKER]
    return world.ledger.write(keep_document, packer, PAPER, DocumentKind.DELIVERY).digest


def session_of(world: World) -> str:
    """The name of a session of the cooperative's packer."""
    packer = world.actors[Role.PACKER]
    token = world.ledger.write(open_session, packer)
    (opened,) = world.read(sessions_of, packer, token, world.clock())
    return str(opened.id)


def device_of(victim: Victim) -> AddDevice:
    """The request of a device of the cooperative, well signed, handed in by the thief."""
    return request_of(victim.world, "may-2")


def request_of(world: World, device: str) -> AddDevice:
    name = f"{world.ledger.origin}/{world.coop.code}/{device}"
    key = NamedKey(name, PrivateKey.from_seed(device.encode().ljust(32)))
    return AddDevice(sign_note(key_added_text(key.verifier_key), key))


def with_roll(victim: Victim, lot: str) -> PackWithRoll:
    first, last = victim.stamps
    return PackWithRoll(
        lot=lot,
        job=victim.job,
        net_per_pack=KG,
        packs=last - first + 1,
        packed_on=victim.world.today,
        pack_type="box",
        first=first,
        last=last,
    )


def report(victim: Victim, **about: str) -> FileResult:
    found = (Criterion("Chì", "0,02", "mg/kg", "max", "0,1"),)
    return FileResult(lab="x", report_no="1", criteria=found, done_on=victim.world.today, **about)


def filled(world: World, lot: str) -> str:
    """The code of a full carton of the cooperative's."""
    job = world.run(reserve_cartons, ReserveCartons(lot, "carton", 1, 9, BASE)).id
    made = world.run(fill_cartons, FillCartons(job=job, first=1, last=1, done_on=world.today))
    return str(made.codes[0])


def certificate(*products: str) -> FileCertificate:
    return FileCertificate("VietGAP", "1", "x", DAY, DAY, products)
