"""A small world for tests: a cooperative with people, a plot, grapes in season; a neighbour; a distributor.

``build_world`` works through the use cases, so whatever it makes is as real as what users make. Tests of the
web use it too: every account's login is ``<role>`` or ``<organisation>.<role>``, its secret ``SECRET``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from sqlalchemy import select

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.photos import Photo
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.harvesting import Harvest, harvest
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.goods.packing import Pack, Seal, pack, seal
from ledger.coop.goods.shipping import Ship, Shipped, ship
from ledger.coop.people import accounts
from ledger.coop.people.accounts import CreateAccount, create_account
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.organisations import Organisation, RegisterOrganisation, register_organisation
from ledger.coop.registers.partners import AddPartner, add_partner
from ledger.coop.registers.places import Place, RegisterPlace, register_place
from ledger.coop.registers.products import Product, RegisterProduct, register_product
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, PrintJob, Reserve, mark_printed, reserve_stamps
from ledger.coop.tables import StampRangeRow
from ledger.database import Database
from ledger.log.ledger import Ledger
from ledger.log.queries import read_head
from ledger.trace.digests import digest_of
from ledger.trace.fsck import TraceCheck
from ledger.trace.tables import TraceStamps
from ledger.trace.units import local_day
from signing.keys import PrivateKey
from signing.stamp_codes import StampCodec
from signing.vault import Vault
from tests.support.ledgers import check_ledger

BASE = "http://127.0.0.1:8000"
ORIGIN = "so.example.vn/goc"
START = datetime(2026, 11, 12, 0, 30, tzinfo=UTC)
SECRET = "nho-ngot-2026"
VAULT = Vault(bytes(range(32)))
PHOTO = Photo(digest_of(b"a picture"), "image/webp", 4321, 800, 600)
COOP_ROLES = (Role.GROWER, Role.RECORDER, Role.TEAM_LEAD, Role.PACKER, Role.ACCOUNTANT, Role.MANAGER)


class Clock:
    """A clock that goes one second with every look, and wherever it is sent."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class World:
    """What ``build_world`` made. ``run`` is one use case as one of the cooperative's people."""

    ledger: Ledger
    clock: Callable[[], datetime]
    coop: Organisation
    neighbour: Organisation
    distributor: Organisation
    actors: Mapping[Role, Actor]
    neighbour_manager: Actor
    receiver: Actor
    place: Place
    workshop: Place
    product: Product
    partner: str

    @property
    def today(self) -> date:
        return local_day(self.clock())

    def day(self, ago: int) -> date:
        """The day so many days ago."""
        return self.today - timedelta(days=ago)

    def actor(self, who: Role | Actor) -> Actor:
        return who if isinstance(who, Actor) else self.actors[who]

    def run(self, use_case: Callable[..., Any], command: Any, who: Role | Actor = Role.MANAGER) -> Any:
        """One unit of work."""
        return self.ledger.write(use_case, self.actor(who), command)

    def read(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.ledger.read(query, *args, **kwargs)

    def size(self) -> int:
        """How many entries the log has."""
        return self.ledger.read(read_head).size

    def check(self) -> None:
        """The log is whole, every projection follows from it, and the books agree about stamps."""
        with self.ledger.database.reading() as session:
            check_ledger(self.ledger, TraceCheck(session, self.ledger.vault))
            _check_stamps(session)

    # -- the story, one station at a time --------------------------------------------------------------

    def season(self, *, days: int = 90, who: Role | Actor = Role.GROWER, **values: str) -> str:
        """A season of grapes that began so many days ago."""
        command = OpenSeason(product="NHO", place="VUON1", started_on=self.day(days), values=values)
        return self.run(open_season, command, who).lot

    def spray(self, season: str, *, ago: int, phi_days: int = 7) -> int:
        """A chemical spraying so many days ago; its entry's index."""
        values = {
            "method": "chemical",
            "target": "bọ trĩ",
            "input": "Abamectin 1.8EC",
            "active_ingredient": "Abamectin",
            "phi_days": str(phi_days),
        }
        command = RecordStep(lot=season, step="pest_control", done_on=self.day(ago), values=values)
        return self.run(record_step, command, Role.GROWER).index

    def harvested(self, season: str | None = None, kg: str = "320,5", *, ago: int = 0) -> str:
        """A lot of grapes."""
        command = Harvest(
            season=season or self.season(), done_on=self.day(ago), values={"quantity": kg}, lot_code=None
        )
        return self.run(harvest, command, Role.GROWER).lot

    def packed(self, raw: str | None = None, packs: int = 200, *, ago: int = 0, net_g: int = 500) -> str:
        """A lot of packs, from a new harvest unless a lot is given; not sealed."""
        kg = Decimal(packs * net_g) / 1000
        command = Pack(
            product="NHO",
            inputs=((raw or self.harvested(ago=ago), kg),),
            net_per_pack=Decimal(net_g),
            packs=packs,
            packed_on=self.day(ago),
            pack_type="box",
            place="XUONG",
        )
        return self.run(pack, command, Role.PACKER).lot

    def sealed(self, packs: int = 200, *, ago: int = 0) -> str:
        """A sealed lot of packs."""
        lot = self.packed(packs=packs, ago=ago)
        self.run(seal, Seal(lot), Role.PACKER)
        return lot

    def stamped(self, packs: int = 200, *, ago: int = 0) -> str:
        """A sealed lot with an active stamp on every pack."""
        lot = self.sealed(packs, ago=ago)
        job = self.printed(packs, lot)
        self.run(activate_stamps, Activate(lot, job=job.id), Role.PACKER)
        return lot

    def printed(self, count: int, lot: str | None = None, *, who: Role | Actor = Role.PACKER) -> PrintJob:
        """Stamps on paper, for a lot or for none yet."""
        job = self.run(reserve_stamps, Reserve(count, lot), who)
        return self.run(mark_printed, MarkPrinted(job.id), who)

    def shipped(self, lot: str | None = None, packs: int = 50) -> Shipped:
        """Some packs on their way to the distributor."""
        command = Ship(lot=lot or self.sealed(), to_partner=self.partner, packs=packs, done_on=self.today)
        return self.run(ship, command, Role.PACKER)

    def codec(self) -> StampCodec:
        """What turns stamp numbers into the codes that are printed."""
        found = self.read(open_stamp_codec, self.ledger.vault)
        assert found is not None
        return found


def _check_stamps(session: Any) -> None:
    """Every stamp has in the books the state that the last statement about it gave it."""
    log: dict[int, str] = {}
    for state, first, last in session.execute(
        select(TraceStamps.state, TraceStamps.first, TraceStamps.last).order_by(TraceStamps.index)
    ):
        log.update(dict.fromkeys(range(first, last + 1), state))
    books: dict[int, str] = {}
    for row in session.scalars(select(StampRangeRow)):
        state = "activated" if row.state == "sold" else row.state  # the log knows nothing of sales
        if state in ("activated", "voided"):
            books.update(dict.fromkeys(range(row.first, row.last + 1), state))
    assert books == log


def new_world(database: Database) -> World:
    """A new log in an empty database with tables, and the world in it."""
    clock = Clock()
    ledger = Ledger.create(
        database,
        VAULT,
        origin=ORIGIN,
        id_base=BASE,
        clock=clock,
        log_key=PrivateKey.from_seed(bytes([7]) * 32),
    )
    return build_world(ledger, clock)


def reopened(world: World, database: Database) -> World:
    """The world as it is in a copy of its database, with a clock of its own."""
    clock = Clock(world.clock.now)
    ledger = Ledger.open(database, VAULT, clock=clock)
    return replace(world, ledger=ledger, clock=clock)


def build_world(ledger: Ledger, clock: Callable[[], datetime]) -> World:
    """The world, in one unit of work."""
    with cheap_secrets():
        return ledger.write(_build, ledger, clock)


@contextmanager
def cheap_secrets() -> Iterator[None]:
    """Accounts made inside are verified in microseconds: tests need no protection from guessing."""
    with patch.object(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


PLOT = RegisterPlace(
    code="VUON1",
    name="Vườn nho số 1",
    kind="greenhouse",
    province="Khánh Hòa",
    commune="Phước Thuận",
    area_m2=Decimal(2000),
    perennial_since=date(2021, 3, 1),
    latitude=Decimal("11.564738"),
    longitude=Decimal("108.988123"),
)
WORKSHOP = RegisterPlace(
    code="XUONG", name="Xưởng đóng gói", kind="workshop", province="Khánh Hòa", commune="Phước Thuận"
)
GRAPES = RegisterProduct(
    code="NHO",
    name="Nho hạ đen",
    name_en="Black summer grapes",
    template="fruit_nho",
    origin="Phước Thuận, Khánh Hòa, Việt Nam",
    storage="Ngăn mát 0–5 °C",
    shelf_life_days=10,
    net_options_g=(500, 1000, 2000),
    max_yield_kg_per_m2=Decimal(4),
)


def _build(unit: Any, ledger: Ledger, clock: Callable[[], datetime]) -> World:
    coop = _organisation(unit, "HTX Nho Đồi Mây", "cooperative")
    neighbour = _organisation(unit, "HTX Nho Suối Trong", "cooperative")
    distributor = _organisation(unit, "Công ty Phân phối Sen Xanh", "distributor")
    actors = _people(unit, coop)
    manager = actors[Role.MANAGER]
    buyer = AddPartner(
        name="Sen Xanh", kind="distributor", phone="0283 811 2233", organisation=distributor.code
    )
    return World(
        ledger=ledger,
        clock=clock,
        coop=coop,
        neighbour=neighbour,
        distributor=distributor,
        actors=actors,
        neighbour_manager=_account(unit, neighbour, Role.MANAGER, "neighbour.manager"),
        receiver=_account(unit, distributor, Role.DISTRIBUTOR, "distributor"),
        place=register_place(unit, manager, PLOT),
        workshop=register_place(unit, manager, WORKSHOP),
        product=register_product(unit, manager, GRAPES),
        partner=add_partner(unit, manager, buyer).id,
    )


def _people(unit: Any, coop: Organisation) -> dict[Role, Actor]:
    """An account for every role; all but the manager are members."""
    manager = _account(unit, coop, Role.MANAGER, "manager")
    actors = {Role.MANAGER: manager}
    for role in COOP_ROLES:
        if role not in actors:
            person = AddMember(name=f"Nguyễn Thị {role.value}", phone="0912 345 678")
            member = add_member(unit, manager, person)
            actors[role] = _account(unit, coop, role, role.value, member.id)
    return actors


def _organisation(unit: Any, name: str, kind: str) -> Organisation:
    return register_organisation(
        unit,
        RegisterOrganisation(
            name=name,
            kind=kind,
            address="Thôn Hiệp Hòa",
            province="Khánh Hòa",
            commune="Phước Thuận",
            phone="0259 388 1122",
        ),
    )


def _account(
    unit: Any, organisation: Organisation, role: Role, login: str, member: str | None = None
) -> Actor:
    command = CreateAccount(organisation.code, login, SECRET, frozenset({role}), member)
    account = create_account(unit, command)
    return Actor(account.id, organisation.code, member, frozenset({role}))
