"""Every use case, asked by a neighbour who holds every role, about what is not theirs."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import select

import ledger.coop
from ledger.coop.actors import Actor, Role
from ledger.coop.corrections import Correct
from ledger.coop.devices.requests import AskDevice, DecideDevice
from ledger.coop.errors import CoopError, NotAllowedError, NotFoundError, SheetError, StampRangeError
from ledger.coop.field.diary_imports import ImportDiary
from ledger.coop.field.harvesting import Harvest
from ledger.coop.field.intake import TakeIn
from ledger.coop.field.paper_sheets import KeyInSheet, PaperLine
from ledger.coop.field.practice import DropPractice, RecordPractice
from ledger.coop.field.seasons import CloseSeason
from ledger.coop.goods.packing import Seal, packs_possible
from ledger.coop.goods.receiving import Receive
from ledger.coop.goods.shipping import Ship
from ledger.coop.land.plots import DrawPlot
from ledger.coop.lots import find_held_lot, find_own_lot
from ledger.coop.paper.cartons import (
    MarkCartonsPrinted,
    ReserveCartons,
    VoidCartons,
)
from ledger.coop.paper.label_designs import RetireDesign
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.paper.print_tables import CartonJobRow, LabelDesignRow, PrinterRow
from ledger.coop.paper.printers import RemovePrinter, SavePrinter
from ledger.coop.people.accounts import ChangeSecret, CloseAccount, CreateAccount
from ledger.coop.people.cards import MakeCards, RevokeCard
from ledger.coop.people.device_keys import RevokeDevice
from ledger.coop.people.disclosing import Disclose
from ledger.coop.people.passkeys import (
    RemovePasskey,
)
from ledger.coop.people.phone_logins import SetPhone
from ledger.coop.people.pins import SetPin
from ledger.coop.people.roles import ChangeRoles
from ledger.coop.people.sessions import EndSession
from ledger.coop.queries import (
    jobs_to_activate,
    lots_packed,
    lots_to_pack,
    lots_to_seal,
    recent_entries,
    shipments_sent,
    shipments_to_receive,
)
from ledger.coop.registers.members import EraseMember, list_members
from ledger.coop.registers.partners import list_partners
from ledger.coop.registers.places import list_places
from ledger.coop.registers.product_mending import MendProduct
from ledger.coop.registers.products import list_products
from ledger.coop.reminders.settings import FinishRoutine
from ledger.coop.review.queue import LookOver
from ledger.coop.scans.scan_list import LookInto
from ledger.coop.season_cards import list_seasons
from ledger.coop.stamps.activation import Activate
from ledger.coop.stamps.fetching import FetchFile
from ledger.coop.stamps.job_queries import read_job, read_jobs, read_rolls
from ledger.coop.stamps.stamp_book import StampCounts, stamp_book
from ledger.coop.stamps.stamp_holders import AssignRoll
from ledger.coop.stamps.stamp_quotas import quotas
from ledger.coop.stamps.stamp_room import packs_without_stamp
from ledger.coop.stamps.stamps import MarkPrinted, MarkSold, Reserve, Void
from ledger.coop.stamps.sticking import StickStamps
from ledger.coop.supplies.catalogue import RetireSupply, SaveSupply
from ledger.coop.supplies.counting import CountSupply, SpendSupply
from ledger.coop.supplies.purchases import BuySupply, WithdrawPurchase
from ledger.coop.supplies.tables import (
    SupplyLotRow,
    SupplyMoveRow,
    SupplyPurchaseRow,
    SupplyRow,
    SupplyUseRow,
)
from ledger.coop.supplies.uses import StateUse
from ledger.coop.tables import MemberRow, PrintJobRow, StampRangeRow
from ledger.coop.use_cases import USE_CASES
from ledger.trace.errors import FieldErrors
from tests.attacks.exchange_attacks import EXCHANGE_ATTACKS, EXCHANGE_TABLES
from tests.attacks.goods_attacks import GOODS_ATTACKS
from tests.attacks.link_attacks import LINK_ATTACKS, LINK_TABLES
from tests.attacks.order_attacks import ORDER_ATTACKS, ORDER_TABLES
from tests.attacks.recall_attacks import RECALL_ATTACKS, RECALL_TABLES
from tests.attacks.report_attacks import REPORT_ATTACKS, REPORT_TABLES
from tests.attacks.setup_attacks import SETUP_ATTACKS, SETUP_MAKES
from tests.attacks.victims import (
    KG,
    Victim,
    certificate,
    device_of,
    grown,
    many,
    new_victim,
    opening,
    order,
    packing,
    pretended,
    step,
    transforming,
    with_roll,
)
from tests.support.world import BASE, SECRET, World, cheap_secrets, reopened
from tests.support.world_fixtures import DIALECTS

_STORE = (SupplyRow, SupplyLotRow, SupplyMoveRow, SupplyPurchaseRow, SupplyUseRow)
SHEET = "Ngày làm;Việc làm\n12/11/2026;Tưới nước\n".encode()


@pytest.fixture(params=DIALECTS)
def victim(request, world_templates, tmp_path):
    with (
        cheap_secrets(),
        world_templates.copy(request.param, "victim", new_victim, tmp_path) as (database, template),
    ):
        yield replace(template, world=reopened(template.world, database))


ATTACKS: dict[str, list[Callable[[Victim], Any]]] = {
    **EXCHANGE_ATTACKS,
    **GOODS_ATTACKS,
    **LINK_ATTACKS,
    **ORDER_ATTACKS,
    **RECALL_ATTACKS,
    **REPORT_ATTACKS,
    **SETUP_ATTACKS,
    "add_account": [
        lambda v: CreateAccount(v.world.coop.code, "trom", SECRET, frozenset({Role.MANAGER})),
        lambda v: CreateAccount(v.thief.organisation, "trom", SECRET, frozenset({Role.GROWER}), v.member),
    ],
    "change_secret": [lambda v: ChangeSecret(v.account, "mật khẩu mới")],
    "close_account": [lambda v: CloseAccount(v.account)],
    "change_roles": [lambda v: ChangeRoles(v.account, frozenset({Role.GROWER}))],
    "set_pin": [lambda v: SetPin(v.account, "402917")],
    "set_phone": [lambda v: SetPhone(v.account, "0912345678")],
    "make_cards": [
        lambda v: MakeCards((v.account,)),
        lambda v: MakeCards((v.thief.account_id, v.account)),
    ],
    "revoke_card": [lambda v: RevokeCard(v.account)],
    "remove_passkey": [lambda v: RemovePasskey(v.passkey)],
    "end_session": [lambda v: EndSession(v.session)],
    "look_over": [lambda v: LookOver((v.reviewed,), "trộm")],
    "add_device": [device_of],
    "ask_device": [lambda v: AskDevice(device_of(v).note)],
    "approve_device": [lambda v: DecideDevice(v.asked)],
    "refuse_device": [lambda v: DecideDevice(v.asked)],
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
        lambda v: step(v, v.own_season, "irrigation", {"source": "well"}, voice=v.voice),
    ],
    "record_many": [
        lambda v: many(v, v.season),
        lambda v: many(v, v.own_season, v.season, only_passing=True),
        lambda v: many(v, v.own_season, done_by=v.member),
        lambda v: many(v, v.own_season, voice=v.voice),
    ],
    "undo": [lambda v: Correct(index=v.entry, reason="trộm", did_not_occur=True)],
    "key_in_sheet": [
        lambda v: KeyInSheet(season=v.season, lines=(PaperLine(1, (("day", "12/11"), ("work", "1"))),)),
    ],
    "draw_plot": [lambda v: DrawPlot(place="VUON1", outline="11.5 108.9\n11.6 108.9\n11.6 109.0")],
    "save_growing_area": [
        lambda v: grown("VN-TROM-0001", "NHO"),
        lambda v: grown("VN-TROM-0001", "CUAMINH", places=("VUON1",)),
        lambda v: grown(v.area, "CUAMINH", changes=v.area),
    ],
    "finish_routine": [lambda v: FinishRoutine(routine=v.routine, drops=True)],
    "open_practice": [
        lambda v: pretended(v.world, "NHO", "CUAMINH"),
        lambda v: pretended(v.world, "CUAMINH", "VUON1"),
    ],
    "record_practice": [
        lambda v: RecordPractice(season=v.practice, step="irrigation", done_on=v.world.today)
    ],
    "drop_practice": [lambda v: DropPractice(season=v.practice)],
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
    "fetch_file": [
        lambda v: FetchFile(v.job),
        lambda v: FetchFile(v.job, v.stamps[0], v.stamps[0]),
    ],
    "mark_sold": [lambda v: MarkSold(*v.stamps), lambda v: MarkSold(9999, 9999)],
    "assign_roll": [lambda v: AssignRoll(v.job, None), lambda v: AssignRoll(v.job, "thief")],
    "stick_stamps": [
        lambda v: StickStamps(lot=v.sealed, job=v.job),
        lambda v: StickStamps(lot=v.own_season, job=v.job, spoiled=(v.stamps[0],)),
    ],
    "pack_with_roll": [
        lambda v: with_roll(v, v.raw),
        lambda v: with_roll(v, v.own_season),
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
    "look_into": [
        lambda v: LookInto(v.stamps[0], "trộm"),
        lambda v: LookInto(v.stamps[0], "trộm", is_fine=True, has_all=True),
        lambda v: LookInto(9999, "trộm"),
    ],
    "recall": [lambda v: order(v.sealed), lambda v: order(v.season)],
    "correct": [
        lambda v: Correct(index=v.entry, reason="trộm", did_not_occur=True),
        lambda v: Correct(index=v.entry, reason="trộm", values={"quantity": "1"}),
        lambda v: Correct(index=0, reason="trộm", did_not_occur=True),
    ],
    "save_supply": [
        lambda v: SaveSupply(name="x", kind="feed", unit="kg", id=v.store.supply),
        lambda v: SaveSupply(name="x", kind="feed", unit="kg", products=("NHO",)),
    ],
    "retire_supply": [lambda v: RetireSupply(v.store.supply)],
    "buy_supply": [
        lambda v: BuySupply(supply=v.store.supply, amount=KG, bought_on=v.world.today),
        lambda v: BuySupply(
            supply=v.own_store.supply, amount=KG, bought_on=v.world.today, supplier=v.partner
        ),
    ],
    "withdraw_purchase": [lambda v: WithdrawPurchase(v.store.purchase)],
    "count_supply": [
        lambda v: CountSupply(supply=v.store.supply, counted=KG, counted_on=v.world.today, reason="x"),
        lambda v: CountSupply(
            supply=v.own_store.supply, counted=KG, counted_on=v.world.today, reason="x", lot=v.store.lot
        ),
    ],
    "spend_supply": [
        lambda v: SpendSupply(supply=v.store.supply, amount=KG, spent_on=v.world.today, reason="x"),
        lambda v: SpendSupply(
            supply=v.own_store.supply, amount=KG, spent_on=v.world.today, reason="x", lot=v.store.lot
        ),
    ],
    "state_use": [lambda v: StateUse(index=v.store.used_at or 0, amount=KG)],
    "import_diary": [
        lambda v: ImportDiary(data=SHEET, season=v.season),
        lambda v: ImportDiary(data=SHEET, product="NHO"),
    ],
}
# These name nothing that exists: what they make carries the actor's own organisation.
MAKES_ONLY = SETUP_MAKES | {
    "add_routine",
    "drop_feed",
    "make_feed",
    "set_quiet_days",
    "add_member",
    "add_passkey",
    "add_people",
    "add_partner",
    "give_quota",
    "import_epcis",
    "keep_check",
    "mend_organisation",
    "register_place",
    "register_product",
    "save_design",
    "save_payment_account",
    "save_prefix",
    "set_review",
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
            for table in (
                *EXCHANGE_TABLES,
                *LINK_TABLES,
                *ORDER_TABLES,
                *RECALL_TABLES,
                *REPORT_TABLES,
                *_STORE,
                PrintJobRow,
                StampRangeRow,
                MemberRow,
                CartonJobRow,
                PrinterRow,
                LabelDesignRow,
            )
        ]


def test_use_case_called_without_its_role(victim):
    world = victim.world
    nobody = Actor("x", world.coop.code, None, frozenset({Role.ALLIANCE}))
    for_all = {"change_secret", "end_session", "ask_device"}  # anybody may, for the own
    asked = {verb: attacks[0](victim) for verb, attacks in ATTACKS.items() if verb not in for_all}
    size = world.size()
    for verb, command in asked.items():
        with pytest.raises(NotAllowedError):
            world.run(USE_CASES[verb], command, nobody)
    assert world.size() == size


def test_lists_of_another_organisation(victim):
    world, thief = victim.world, victim.thief
    for query in (lots_to_seal, lots_packed, jobs_to_activate, shipments_sent, shipments_to_receive):
        assert world.read(query, thief) == ()
    assert [card.lot for card in world.read(lots_to_pack, thief)] == [victim.own_raw]
    assert [card.lot for card in world.read(list_seasons, thief, world.today).cards] == [victim.own_season]
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
