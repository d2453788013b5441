"""What the chapters of the story act on: a ledger under the story's clock, people signed in, photos.

Every act is a use case with an idempotency key of its own. So a story that was interrupted is simply told
again from the start: what was done answers as it did the first time, and the rest is done.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import TypeVar

from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.photos import Photo, store_photo
from ledger.coop.attachments.voices import keep_voice
from ledger.coop.errors import AlreadyExistsError
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.paper.cartons import CartonJob
from ledger.coop.people.accounts import CreateAccount, check_login, create_account
from ledger.coop.registers.organisations import (
    Organisation,
    RegisterOrganisation,
    list_organisations,
    register_organisation,
)
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.stamps import PrintJob
from ledger.coop.use_cases import Command
from ledger.log.ledger import Ledger
from ledger.log.unit import Unit
from ledger.trace.sectors.fields import RawValue
from ledger.trace.units import format_date
from signing.stamp_codes import StampCodec
from web.config import Config
from web.demo.clock import StoryClock, moment_of
from web.demo.pictures import draw_picture
from web.demo.sounds import melody

C = TypeVar("C", bound=Command)
R = TypeVar("R")
T = TypeVar("T")

Chapter = Generator[datetime, None, T]
"""A chapter yields the moment of its next act, never an earlier one, and acts when it is resumed."""


def together(*chapters: Chapter[None]) -> Chapter[None]:
    """Several chapters at once: always on with the one whose next act comes first."""
    waiting = [(moment, row, chapter) for row, chapter in enumerate(chapters) for moment in _next(chapter)]
    heapify(waiting)
    while waiting:
        moment, row, chapter = heappop(waiting)
        yield moment
        for following in _next(chapter):
            heappush(waiting, (following, row, chapter))


def _next(chapter: Chapter[None]) -> tuple[datetime, ...]:
    """Let the chapter act. The moment of its next act, or nothing when it is over."""
    try:
        return (next(chapter),)
    except StopIteration:
        return ()


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody's way in."""

    organisation: str
    role: str
    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What opens an account beside its password. ``card``: the secret in the symbol of a printed card."""

    phone: str | None = None
    pin: str | None = field(default=None, repr=False)
    card: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the story's that has a page in the console: whose it is, and its path there."""

    organisation: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class PackedLot:
    """A lot that the story sealed: its identifier, its product's code and name."""

    lot: str
    product: str
    name: str


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A print job of the story and its file, as a path below the data folder."""

    job: PrintJob
    path: Path


@dataclass(frozen=True, slots=True)
class PrintedCartons:
    """A job of carton labels and its PDF, as a path below the data folder."""

    job: CartonJob
    path: Path


@dataclass(slots=True)
class Outcome:
    """What a reader can walk through afterwards. ``stamps``: a stamp's number for each state.

    ``doors`` are ways in by login; ``things`` are the console's pages by kind: orders, teams, rolls and more.
    """

    lots: list[PackedLot] = field(default_factory=list)
    sheets: list[PrintedSheet] = field(default_factory=list)
    zpls: list[PrintedSheet] = field(default_factory=list)
    cartons: list[PrintedCartons] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    stamps: dict[str, int] = field(default_factory=dict)
    doors: dict[str, WaysIn] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)

    def show(self, kind: str, thing: Thing) -> None:
        """Add something to look at in the console."""
        self.things.setdefault(kind, []).append(thing)


@dataclass(frozen=True, slots=True)
class Work:
    """A line of a diary: done ``day`` days after the story's last, written down ``late`` days later.

    ``is_spoken``: with a voice note.
    """

    day: int
    step: str
    values: Mapping[str, RawValue] = field(default_factory=dict)
    photo: str | None = None
    late: int = 0
    hour: float = 8.5
    by: str | None = None
    note: str | None = None
    is_spoken: bool = False

    @property
    def recorded(self) -> int:
        """The day on which it is written down."""
        return self.day + self.late


@dataclass(frozen=True, slots=True)
class Telling:
    """What all chapters share: the ledger and its clock, the settings, the last day, what comes of it."""

    ledger: Ledger
    clock: StoryClock
    config: Config
    today: date
    outcome: Outcome

    def codec(self) -> StampCodec:
        """What turns numbers of stamps into printed codes. Raises ``LookupError`` before any organisation."""
        codec = self.ledger.read(open_stamp_codec, self.ledger.vault)
        if codec is None:
            raise LookupError("no organisation was registered, so there are no stamps")
        return codec


class Stage:
    """One chapter's part in the telling of a story that ends on ``today``."""

    def __init__(self, telling: Telling, chapter: str) -> None:
        self.telling = telling
        self._chapter = chapter
        self._acts = 0

    def chapter(self, name: str) -> "Stage":
        """The part of another chapter, which counts its own acts."""
        return Stage(self.telling, name)

    @property
    def outcome(self) -> Outcome:
        """What the whole story leaves to walk through."""
        return self.telling.outcome

    # -- time ------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The moment at which the story stands."""
        return self.telling.clock()

    def at(self, day: int, hour: float = 8.5) -> datetime:
        """``hour`` o'clock, ``day`` days after the story's last."""
        return moment_of(self.telling.today, day, hour)

    def day(self, day: int) -> date:
        """The date, ``day`` days after the story's last."""
        return self.at(day).date()

    def said_day(self, day: int) -> str:
        """The date as people type it."""
        return format_date(self.day(day))

    # -- acting ----------------------------------------------------------------------------------------

    def do(self, verb: Callable[[Unit, Actor, C], R], actor: Actor, command: C) -> R:
        """Run a use case once, however often the story is told."""
        self._acts += 1
        keyed = replace(command, idempotency_key=f"{self._chapter}/{self._acts}")
        return self.telling.ledger.write(verb, actor, keyed)

    def organisation(self, command: RegisterOrganisation) -> Organisation:
        """The organisation of that name, registered now if it is new."""
        try:
            return self.telling.ledger.write(register_organisation, command)
        except AlreadyExistsError:
            known = self.telling.ledger.read(list_organisations)
            return next(found for found in known if found.name == command.name)

    def sign_in(self, organisation: Organisation, login: Login, member_id: str | None = None) -> Actor:
        """Somebody at work; their account is made now if it is new. ``member_id``: who they are."""
        account = CreateAccount(
            organisation=organisation.code,
            login=login.user,
            secret=login.secret,
            roles=frozenset({Role(login.role)}),
            member_id=member_id,
        )
        with suppress(AlreadyExistsError):  # made by an earlier telling, with the same secret
            self.telling.ledger.write(create_account, account)
        self.outcome.logins.append(login)
        return check_login(self.telling.ledger.database, login.user, login.secret, self.now)

    def photo(self, name: str) -> Photo:
        """The drawn picture of that name, in the store."""
        return _photo(self.telling.config.data / "photos", name)

    def voice(self, actor: Actor) -> str:
        """The digest of a voice note that the actor left; what one hears is a melody."""
        return self.telling.ledger.write(keep_voice, actor, melody()).digest

    def keep_diary(self, actor: Actor, lot: str, works: Sequence[Work]) -> Chapter[tuple[int, ...]]:
        """Write works into the diary of ``lot``, each on the day it is recorded; gives their log indexes."""
        indexes = []
        for work in sorted(works, key=lambda work: (work.recorded, work.hour)):
            yield self.at(work.recorded, work.hour)
            command = RecordStep(
                lot=lot,
                step=work.step,
                values=work.values,
                done_on=self.day(work.day),
                done_by=work.by,
                photos=(self.photo(work.photo),) if work.photo else (),
                note=work.note,
                voice=self.voice(actor) if work.is_spoken else None,
            )
            indexes.append(self.do(record_step, actor, command).index)
        return tuple(indexes)


@cache
def _photo(store: Path, name: str) -> Photo:
    return store_photo(store, draw_picture(name))
