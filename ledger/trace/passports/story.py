"""How a lot came to be, read from entries alone: what stands, what was corrected, what went where. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from ledger.log.records import Record
from ledger.trace.derived.projections import event_time
from ledger.trace.events.flows import Flow
from ledger.trace.events.parsing import Parsed
from ledger.trace.events.statements import LotRecalled, LotSealed, RecallClosed, StampsActivated, Statement
from ledger.trace.identifiers import organisation_of
from ledger.trace.passports.balance import Consumption, Shares, Streams, shares, streams

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Said(Generic[S]):
    """A statement and the record that makes it."""

    statement: S
    record: Record

    @property
    def index(self) -> int:
        """The index of its entry."""
        return self.record.index


@dataclass(frozen=True, slots=True)
class Story:
    """The entries about ``lot`` and what they come to.

    ``corrections`` maps the index of an event taken back to its error declaration. ``makers`` gives the
    standing events that make each lot. ``ancestors`` are the lots that went into ``lot``, itself included.
    """

    lot: str
    entries: tuple[Parsed, ...]
    corrections: dict[int, Parsed]
    makers: dict[str, tuple[Parsed, ...]]
    ancestors: frozenset[str]

    def maker(self, lot: str) -> Parsed | None:
        """The event that makes ``lot``, the latest if several do."""
        return self.makers[lot][-1] if lot in self.makers else None

    def chain_of(self, lot: str) -> str | None:
        """The organisation that makes ``lot``."""
        maker = self.maker(lot)
        return None if maker is None else maker.record.chain_id

    def shares(self) -> Shares:
        """The part of each origin in ``lot``: of each lot that nothing weighed went into, as a harvest."""
        return shares(self.lot, self._weighed())

    def streams(self) -> Streams:
        """The same with every lot on the way from those origins."""
        return streams(self.lot, self._weighed())

    def said(self, kind: type[S]) -> Iterator[Said[S]]:
        """Every statement of one kind, in index order."""
        for item in self.entries:
            if isinstance(item.statement, kind):
                yield Said(item.statement, item.record)

    def seal(self) -> Said[LotSealed] | None:
        """The latest seal of ``lot`` by the organisation that makes it."""
        chain_id = self.chain_of(self.lot)
        seals = [
            said
            for said in self.said(LotSealed)
            if said.statement.lot == self.lot and said.record.chain_id == chain_id
        ]
        return seals[-1] if seals else None

    def recalls(self) -> tuple[Said[LotRecalled], ...]:
        """The recalls of ``lot`` or of anything it is made of."""
        return tuple(
            said for said in self.said(LotRecalled) if not self.ancestors.isdisjoint(said.statement.lots)
        )

    def in_force(self, kind: type[S]) -> dict[str, Said[S]]:
        """The statements of one kind in force, by subject.

        Each organisation speaks for itself and for what carries its code, and for nothing else.
        """
        return {
            said.statement.subject: said
            for said in self.said(kind)
            if said.record.chain_id in (said.statement.subject, organisation_of(said.statement.subject))
        }

    def _weighed(self) -> Iterable[Consumption]:
        return (item for item in self._consumptions() if item.quantity is not None)

    def _consumptions(self) -> Iterable[Consumption]:
        for child in self.ancestors:
            for maker in self.makers.get(child, ()):
                if maker.flow is not None:
                    for used in maker.flow.inputs:
                        yield Consumption(child, used.lot, used.quantity, used.uom)


def tell_story(lot: str, entries: Sequence[Parsed]) -> Story:
    """The story of ``lot`` in ``entries`` (verified, in the order of their indexes)."""
    corrections = _corrections(entries)
    makers: dict[str, tuple[Parsed, ...]] = {}
    for item in entries:
        if item.flow is None or item.flow.is_error or item.index in corrections:
            continue
        for made in (*(amount.lot for amount in item.flow.outputs), *item.flow.item_outputs):
            makers[made] = (*makers.get(made, ()), item)
    return Story(lot, tuple(entries), corrections, makers, _ancestors(lot, makers))


def _corrections(entries: Sequence[Parsed]) -> dict[int, Parsed]:
    """Error declarations by what they take back: an earlier event of the same id in the same chain."""
    events = {item.index: item for item in entries if item.flow is not None and not item.flow.is_error}
    found: dict[int, Parsed] = {}
    for item in entries:
        original = None if item.flow is None or item.flow.corrects is None else events.get(item.flow.corrects)
        if (
            original is not None
            and original.index < item.index
            and original.record.chain_id == item.record.chain_id
            and original.record.body["eventID"] == item.record.body["eventID"]
        ):
            found.setdefault(original.index, item)
    return found


def _ancestors(lot: str, makers: dict[str, tuple[Parsed, ...]]) -> frozenset[str]:
    reached, waiting = {lot}, [lot]
    while waiting:
        for maker in makers.get(waiting.pop(), ()):
            if maker.flow is None:
                continue
            for parent in (*(used.lot for used in maker.flow.inputs), *maker.flow.item_inputs):
                if parent not in reached:
                    reached.add(parent)
                    waiting.append(parent)
    return frozenset(reached)


# -- the history, from entries alone ---------------------------------------------------------------------


def derive_history(lot: str, entries: Sequence[Parsed], size: int) -> tuple[int, ...]:
    """The rule of ``ledger.trace.bundles.history`` without a database: indexes below ``size``, ascending."""
    before = tell_story(lot, [item for item in entries if item.index < size])
    flow = [
        item
        for child in before.ancestors
        for item in before.makers.get(child, ())
        if item.flow is not None and _takes(item.flow)
    ]
    last: dict[str, datetime] = {}
    for item in flow:
        for parent in _taken(item):
            done_at = event_time(item.record.body)
            last[parent] = max(done_at, last.get(parent, done_at))
    indexes = {item.index for item in flow}
    for item in before.entries:
        if lot in _spoken_of(item, before) or _belongs(item, last):
            indexes.add(item.index)
    return tuple(sorted(indexes))


def _belongs(item: Parsed, last: Mapping[str, datetime]) -> bool:
    """Whether an event tells of an ancestor before it flowed on, and not of a taking from it."""
    if item.flow is None:
        return False
    is_taking = _takes(item.flow) and (not item.flow.is_error or item.flow.corrects is not None)
    taken = _taken(item) if is_taking else frozenset()
    done_at = event_time(item.record.body)
    return any(name in last and name not in taken and done_at <= last[name] for name in item.flow.named)


def _takes(flow: Flow) -> bool:
    return bool((flow.inputs or flow.item_inputs) and (flow.outputs or flow.item_outputs))


def _taken(item: Parsed) -> frozenset[str]:
    flow = item.flow
    return (
        frozenset() if flow is None else frozenset((*(used.lot for used in flow.inputs), *flow.item_inputs))
    )


def _spoken_of(item: Parsed, story: Story) -> tuple[str, ...]:
    """The lots an entry speaks of; a statement about a lot counts only by the organisation that makes it."""
    if item.flow is not None:
        return item.flow.named
    match item.statement:
        case LotSealed(lot=lot) | StampsActivated(lot=lot) | LotRecalled(lot=lot) | RecallClosed(lot=lot):
            own = story.chain_of(lot) == item.record.chain_id
            lots = item.statement.lots if isinstance(item.statement, LotRecalled) else ()
            return (lot, *lots) if own else ()
    return ()
