"""A passport as its page shows it: the facts of ``Passport`` and what follows from them for the eye. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.trace.passports.passport import Passport
from web.languages import _
from web.public.journey import ShownStep, shown_steps
from web.public.origins import Bar, bars
from web.public.sentences import Made, VerdictWords
from web.public.steps import CheckStep
from web.public.vietnam import PlaceMap, draw
from web.public.witnessing import Witnessing, told_steps

_PASSPORT_ICONS = ("check", "download", "late", "phone", "scan", "share")


@dataclass(frozen=True, slots=True)
class ShownScans:
    """How often a stamp was scanned, for programs: the counts are marks, for the page is kept for many."""

    count: str
    provinces: str
    is_often: bool


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
    bars: tuple[Bar, ...] = ()
    journey: tuple[ShownStep, ...] = ()
    witnessing: Witnessing = field(default_factory=Witnessing)

    @property
    def steps(self) -> tuple[CheckStep, ...]:
        """The steps of checking, in words that fit this passport."""
        return told_steps(self.witnessing)

    @property
    def icons(self) -> tuple[str, ...]:
        """The icons that the page uses more than once or in its foot."""
        marks = {shown.mark.icon for shown in self.journey}
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
        bars=bars_of(passport),
        journey=shown_steps(passport.journey),
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
    """The coarse map with the first place that says where it lies."""
    for place in passport.places:
        said = place.statement
        if said.latitude is not None and said.longitude is not None:
            return draw(float(said.latitude), float(said.longitude))
    return None


def is_over(passport: Passport, today: date) -> bool:
    """Whether the use-by date has passed; on the day itself the goods are still good."""
    return passport.expires_on is not None and passport.expires_on < today


def bars_of(passport: Passport) -> tuple[Bar, ...]:
    """The picture of the origins' shares."""
    return bars([origin.share for origin in passport.origins])
