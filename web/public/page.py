"""A passport as its page shows it: the facts of ``Passport`` and what follows from them for the eye. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from ledger.trace.passports.passport import Passport
from ledger.trace.provinces import seat_of
from web.languages import _
from web.public.journey import Stretch, shown_steps, stretches
from web.public.sentences import Made, VerdictWords
from web.public.steps import CheckStep
from web.public.streams import TONES, Picture, draw_streams
from web.public.vietnam import PlaceMap, draw
from web.public.witnessing import Witnessing, told_steps

MAX_ORIGINS = 24
"""A page lists no more origins than people read; all of them are in the proof."""
_PASSPORT_ICONS = ("check", "download", "late", "phone", "scan", "share")


@dataclass(frozen=True, slots=True)
class ShownScans:
    """How often a stamp was scanned, for programs: the counts are marks, for the page is kept for many."""

    count: str
    provinces: str
    is_often: bool


@dataclass(frozen=True, slots=True)
class SharedLink:
    """What a message shows for a link to the page: a picture's address, a title, a line (Open Graph)."""

    picture: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class PassportPage:
    """All that the template reads. Paths begin with ``/``; ``canonical`` is absolute."""

    verdict: VerdictWords
    passport: Passport | None
    canonical: str
    bundle_path: str | None
    vkey: str
    code: str | None = None
    scans: ShownScans | None = None
    has_scratch_code: bool = False
    organisation_name: str | None = None
    typed: str = ""
    made: Made | None = None
    is_over: bool = False
    region: str = ""
    map: PlaceMap | None = None
    streams: Picture | None = None
    journey: tuple[Stretch, ...] = ()
    report_path: str | None = None
    card: SharedLink | None = None
    witnessing: Witnessing = field(default_factory=Witnessing)

    @property
    def website(self) -> tuple[str, str] | None:
        """Where the producer is on the web, and the host's name; nothing that is no web address."""
        said = None if self.passport is None else self.passport.organisation.statement
        parts = urlsplit("" if said is None or said.website is None else said.website)
        is_web = parts.scheme in {"http", "https"} and parts.hostname
        return (parts.geturl(), parts.hostname or "") if is_web else None

    @property
    def max_origins(self) -> int:
        """So many origins are listed."""
        return MAX_ORIGINS

    @property
    def steps(self) -> tuple[CheckStep, ...]:
        """The steps of checking, in words that fit this passport."""
        return told_steps(self.witnessing)

    @property
    def icons(self) -> tuple[str, ...]:
        """The icons that the page uses more than once or in its foot."""
        marks = {shown.mark.icon for stretch in self.journey for shown in stretch.steps}
        return (*sorted(marks), *(() if self.passport is None else _PASSPORT_ICONS))


def show_passport(
    passport: Passport | None, words: Callable[[Made | None], VerdictWords], today: date, **where: Any
) -> PassportPage:
    """The page of a passport, or of an answer without one; ``where`` are the paths and codes of the page."""
    if passport is None:
        return PassportPage(words(None), None, **where)
    made = made_of(passport)
    return PassportPage(
        words(made),
        passport,
        made=made,
        is_over=is_over(passport, today),
        region=region_of(passport),
        map=map_of(passport),
        streams=streams_of(passport),
        journey=stretches(shown_steps(passport.journey)),
        **where,
    )


def made_of(passport: Passport) -> Made | None:
    """How and when the lot's goods came into being: the step that made the youngest of its origins."""
    origin = next((o for o in passport.origins if o.harvested_on == passport.harvested_on), None)
    if origin is None or origin.harvested_on is None:
        return None
    naming = (step for step in passport.journey if origin.lot in step.lots and not step.corrected)
    # Nothing can be said of a lot before it is made.
    maker = min(naming, key=lambda step: step.index, default=None)
    if maker is None:
        return Made(_("Thu hoạch"), "Harvested", origin.harvested_on)
    return Made(_(maker.name_vi), maker.name_en, origin.harvested_on)


def region_of(passport: Passport) -> str:
    """Commune and province of the first place, else of the organisation; empty when neither is known."""
    if passport.places:
        place = passport.places[0].statement
        return f"{place.commune}, {place.province}"
    said = passport.organisation.statement
    return "" if said is None else f"{said.commune}, {said.province}"


def map_of(passport: Passport) -> PlaceMap | None:
    """The coarse map with the seat of the province of the first place, else of the organisation.

    A shopper asks which part of the country it is from. Nobody's plot is found with it.
    """
    said = passport.places[0].statement if passport.places else passport.organisation.statement
    seat = None if said is None else seat_of(said.province)
    return None if seat is None else draw(*seat)


def is_over(passport: Passport, today: date) -> bool:
    """Whether the use-by date has passed; on the day itself the goods are still good."""
    return passport.expires_on is not None and passport.expires_on < today


def streams_of(passport: Passport) -> Picture | None:
    """The picture of how the lot came together; its origins' colours are numbered as their list is."""
    tones = {origin.lot: min(place, TONES) for place, origin in enumerate(passport.origins, start=1)}
    return draw_streams(passport.sources, tones)
