"""A lot with all that hangs on it, read in one snapshot. What is another organisation's is not found."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.lots import OwnLot, available, find_held_lot
from ledger.coop.quantities import unit_name
from ledger.coop.stamps.job_queries import Job, read_jobs
from ledger.coop.stamps.stamp_room import packs_without_stamp
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import ProductRegistered
from ledger.trace.genealogy import LotNode, trace_back, trace_forward
from ledger.trace.passports.passport_facts import Passport
from ledger.trace.queries import passport_of
from ledger.trace.sectors.templates import TEMPLATES, Template
from ledger.trace.tables import LotKind
from ledger.trace.units import local_day
from web.languages import _

MAX_STORY = 100
"""Lines of a story that a page shows, the newest."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened to a lot or to what it was made of: its entry, whose, what, when."""

    index: int
    organisation: str
    name: str
    done_on: date
    late_days: int = 0
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class LotPage:
    """A lot with what is left of it, what may still be done, where it came from and where it went.

    ``stamps_left`` are packs that no stamp was printed for, nor taken from a roll.
    """

    own: OwnLot
    product: ProductRegistered | None
    template: Template | None
    left: Decimal | None
    jobs: tuple[Job, ...]
    entries: tuple[StoryLine, ...]
    is_intact: bool
    parents: tuple[LotNode, ...]
    children: tuple[LotNode, ...]
    is_own: bool
    stamps_left: int

    @property
    def unit(self) -> str:
        """The unit of ``left``: packs are counted in packs."""
        return _("gói") if self.own.kind is LotKind.PACK else _(unit_name(self.own.uom))

    @property
    def weight_kg(self) -> Decimal | None:
        """What is left in kilograms, where packs have a net weight in grams."""
        net_g, left = self.own.net_per_pack, self.left
        return left * net_g / 1000 if net_g is not None and left is not None else None


def read_lot(session: Session, actor: Actor, lot: str, today: date) -> LotPage:
    """A lot that the organisation made or received. Raises ``NotFoundError``."""
    own = find_held_lot(session, actor, lot)
    checked = passport_of(session, lot, today)
    filed = find_statement(session, ProductRegistered, own.product or "")
    product = None if filed is None else filed.statement
    return LotPage(
        own=own,
        product=product,
        template=None if product is None else TEMPLATES.get(product.template),
        left=available(session, actor, own),
        jobs=read_jobs(session, actor, lot),
        entries=_story(checked.passport),
        is_intact=checked.integrity.ok,
        parents=tuple(node for node in trace_back(session, lot).lots if node.lot != lot),
        children=tuple(node for node in trace_forward(session, lot).lots if node.lot != lot),
        is_own=own.chain_id == actor.organisation,
        stamps_left=packs_without_stamp(session, actor, lot) if own.chain_id == actor.organisation else 0,
    )


def _story(passport: Passport) -> tuple[StoryLine, ...]:
    """Steps, seal, stamps and recalls in the order in which they were done."""
    lines = [
        StoryLine(
            step.index, step.organisation, _(step.name_vi), step.done_on, step.late_days, step.corrected
        )
        for step in passport.journey
    ]
    maker = passport.organisation.code
    if passport.sealed is not None:
        lines.append(
            StoryLine(passport.sealed.index, maker, _("Ký lô"), local_day(passport.sealed.sealed_at))
        )
    lines += [
        StoryLine(stamps.index, maker, _("Kích hoạt tem"), local_day(stamps.activated_at))
        for stamps in passport.stamps
    ]
    lines += [
        StoryLine(recall.index, recall.organisation.code, _("Thu hồi lô"), local_day(recall.recalled_at))
        for recall in passport.recalls
    ]
    return tuple(sorted(lines, key=lambda line: (line.done_on, line.index))[-MAX_STORY:])
