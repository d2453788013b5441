"""What guards judge by: plain facts about a season, the lots a step takes from, and stamps. Pure.

Queries fill these; guards never look further. Quantities are in the lots' own unit (kg, or counted); dates
are calendar days in Việt Nam.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ledger.trace.errors import MissingFactsError


@dataclass(frozen=True, slots=True)
class Treatment:
    """A spraying or medication: what, when, and how many days nothing may be taken (0: none)."""

    input: str
    done_on: date
    days: int

    @property
    def free_on(self) -> date:
        """The first day on which something may be taken again."""
        return self.done_on + timedelta(days=self.days)

    def is_running(self, day: date) -> bool:
        """Whether nothing may be taken on ``day`` because of this treatment."""
        return self.done_on <= day < self.free_on


@dataclass(frozen=True, slots=True)
class Taking:
    """A harvest or release already recorded: of how much, in the lot's own unit."""

    lot_code: str
    done_on: date
    quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonFacts:
    """A season so far. ``size`` is its area in m² or number of colonies, as ``size_unit`` says."""

    steps_done: frozenset[str] = frozenset()
    perennial_since: date | None = None
    sprays: tuple[Treatment, ...] = ()
    medicines: tuple[Treatment, ...] = ()
    takings: tuple[Taking, ...] = ()
    registered_inputs: frozenset[str] | None = None
    size: Decimal | None = None
    size_unit: str = "m²"
    taken: Decimal = Decimal(0)
    max_yield_per_unit: Decimal | None = None
    heads_in: Decimal = Decimal(0)
    heads_dead: Decimal = Decimal(0)
    heads_out: Decimal = Decimal(0)

    @property
    def heads_left(self) -> Decimal:
        """Animals that should still be there."""
        return self.heads_in - self.heads_dead - self.heads_out


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test that failed and was not passed since."""

    report_no: str
    done_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """A lot that a step takes from, stamps or ships. ``taken`` is what this step takes.

    ``held_on``: since when its holder's own books keep it back; the log says nothing of that.
    """

    code: str
    available: Decimal = Decimal(0)
    taken: Decimal = Decimal(0)
    recalled_on: date | None = None
    held_on: date | None = None
    expires_on: date | None = None
    failed_tests: tuple[FailedTest, ...] = ()
    is_sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFacts:
    """What a step makes of the lots it takes: ``output`` and ``loss``, in the inputs' unit where it can be.

    ``net_per_pack`` is in the inputs' unit (kg for a net weight).
    """

    output: Decimal = Decimal(0)
    loss: Decimal = Decimal(0)
    packs: int = 0
    net_per_pack: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class TakenRange:
    """Stamps of the asked range that are in use: both ends included, and what they are used for.

    ``codes``: what is printed on the first and the last, where that is known; people never see a number.
    """

    first: int
    last: int
    use_vi: str
    codes: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFacts:
    """An activation: how many stamps, on how many packs, how many are active already."""

    asked: int
    active: int
    packs: int
    taken: tuple[TakenRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the guards of one step may need; what a guard needs and is missing is a program's mistake.

    ``values`` are checked values (``fields.check_values``); ``unit_vi`` names the unit of quantities.
    ``known_ingredient`` is the active ingredient of the step's input where the books know it.
    """

    done_on: date
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    unit_vi: str = "kg"
    known_ingredient: str = ""
    season: SeasonFacts | None = None
    lots: tuple[LotFacts, ...] = ()
    flow: FlowFacts | None = None
    stamps: StampFacts | None = None

    def about_season(self, guard: str) -> SeasonFacts:
        """The season's facts. Raises ``MissingFactsError``."""
        if self.season is None:
            raise MissingFactsError(guard, "the season")
        return self.season

    def about_lots(self, guard: str) -> tuple[LotFacts, ...]:
        """The lots' facts, at least one. Raises ``MissingFactsError``."""
        if not self.lots:
            raise MissingFactsError(guard, "the lots")
        return self.lots

    def about_flow(self, guard: str) -> FlowFacts:
        """The flow's facts. Raises ``MissingFactsError``."""
        if self.flow is None:
            raise MissingFactsError(guard, "what is made")
        return self.flow

    def about_stamps(self, guard: str) -> StampFacts:
        """The stamps' facts. Raises ``MissingFactsError``."""
        if self.stamps is None:
            raise MissingFactsError(guard, "the stamps")
        return self.stamps

    @property
    def total_taken(self) -> Decimal:
        """What the step takes from all its lots."""
        return sum((lot.taken for lot in self.lots), Decimal(0))
