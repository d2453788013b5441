"""What the console's first screens show: rows in, frozen dataclasses out, all of one organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FOR_OTHERS, Actor
from ledger.coop.goods.shipping import RECEIVED, REJECTED, SENT
from ledger.coop.stamps.stamp_ranges import UNUSED
from ledger.coop.tables import (
    OrganisationRow,
    PrintJobRow,
    ProductRow,
    ShipmentRow,
    StampRangeRow,
    WorkRow,
)
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import count_active_stamps, read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.identifiers import lot_code_of
from ledger.trace.queries import lots_of
from ledger.trace.tables import LotKind, TraceEvent, TraceLot, TraceMove
from ledger.trace.units import local_day

MAX_SHOWN = 200
MAX_IN_HAND = 20_000
MAX_LOOKED_AT = 1000
"""So many of the lots made last are looked through for what waits to be packed."""


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """An open season as its grower sees it.

    ``days_to_harvest`` is below zero when it is overdue; ``interval_ends_on`` is the first day on which
    something may be taken again, ``None`` when no interval runs.
    """

    lot: str
    code: str
    product: str
    template: str
    place: str
    place_name: str
    started_on: date
    days_since_start: int
    days_to_harvest: int | None
    interval_ends_on: date | None


@dataclass(frozen=True, slots=True)
class LotCard:
    """A lot with what is left of it in the organisation's hands, in ``uom``."""

    lot: str
    code: str
    product_uri: str | None
    product: str
    kind: str
    left: Decimal | None
    uom: str | None
    net_g: Decimal | None
    made_on: datetime
    expires_on: date | None
    is_sealed: bool
    is_recalled: bool


@dataclass(frozen=True, slots=True)
class JobCard:
    """A print job with stamps not yet used: how many wait, and how many of its lot's packs have one."""

    job: str
    lot: str | None
    lot_code: str | None
    first: int
    last: int
    waiting: int
    active: int
    is_printed: bool
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class ShipmentCard:
    """A shipment on its way to the organisation, or from it."""

    id: str
    code: str
    lot: str
    lot_code: str
    product: str
    quantity: Decimal
    uom: str | None
    sender: str
    sent_on: date
    state: str
    counted: Decimal | None


@dataclass(frozen=True, slots=True)
class EntryCard:
    """A recorded step: its index in the log, what, on which lot, done when, and whether it was corrected."""

    index: int
    step: str
    lot: str
    lot_code: str
    done_on: date
    recorded_at: datetime
    is_corrected: bool

    @property
    def late_days(self) -> int:
        """How many days after it was done it was written down."""
        return max(0, (local_day(self.recorded_at) - self.done_on).days)


def lots_to_pack(session: Session, actor: Actor) -> tuple[LotCard, ...]:
    """Loose lots of which something is left, made here or received, newest first."""
    names = lots_in_hand(session, actor, LotKind.RAW, LotKind.PROCESSED, newest=MAX_LOOKED_AT)
    cards = lot_cards(session, actor, names[:MAX_SHOWN])
    return tuple(card for card in cards if not card.is_recalled)


def lots_in_hand(
    session: Session, actor: Actor, *kinds: LotKind, newest: int = MAX_IN_HAND
) -> tuple[str, ...]:
    """The lots of these kinds that something is left of, newest first: of the ``newest`` made here; received.

    Cost: some 6 microseconds for each lot made here, used up or not; they are passed over in the database.
    """
    made = (
        select(TraceLot.key, TraceLot.lot, TraceLot.created_index)
        .where(TraceLot.chain_id == actor.organisation, TraceLot.kind.in_(kinds))
        .order_by(TraceLot.created_index.desc(), TraceLot.lot)
        .limit(newest)
        .subquery()
    )
    own = session.scalars(
        select(made.c.lot)
        .join(TraceMove, (TraceMove.lot == made.c.key) & (TraceMove.chain_id == actor.organisation))
        .group_by(made.c.key, made.c.lot, made.c.created_index)
        .having(func.sum(TraceMove.delta) > Decimal(0))
        .order_by(made.c.created_index.desc(), made.c.lot)
    ).all()
    came = session.scalars(
        select(ShipmentRow.lot)
        .where(ShipmentRow.to_organisation == actor.organisation, ShipmentRow.state == RECEIVED)
        .distinct()
    )
    loose = [row.lot for row in read_lots(session, came).values() if row.kind in kinds]
    return tuple(dict.fromkeys((*own, *loose)))


def lot_cards(session: Session, actor: Actor, names: Iterable[str]) -> tuple[LotCard, ...]:
    """Those of these lots that something is left of, newest first."""
    rows = read_lots(session, tuple(names)).values()
    return tuple(card for card in _lot_cards(session, actor, rows) if card.left is not None and card.left > 0)


def lots_to_seal(session: Session, actor: Actor) -> tuple[LotCard, ...]:
    """Lots of packs that are not sealed yet, newest first."""
    rows = lots_of(session, actor.organisation, LotKind.PACK, limit=MAX_SHOWN)
    cards = _lot_cards(session, actor, rows)
    return tuple(card for card in cards if not card.is_sealed and not card.is_recalled)


def lots_packed(session: Session, actor: Actor) -> tuple[LotCard, ...]:
    """The organisation's lots of packs, newest first."""
    return _lot_cards(session, actor, lots_of(session, actor.organisation, LotKind.PACK, limit=MAX_SHOWN))


def jobs_to_activate(session: Session, actor: Actor) -> tuple[JobCard, ...]:
    """Print jobs with stamps neither used nor voided, newest first."""
    waiting = (
        select(StampRangeRow.job_id, func.sum(StampRangeRow.last - StampRangeRow.first + 1).label("stamps"))
        .where(
            StampRangeRow.organisation == actor.organisation,
            StampRangeRow.state.in_([state.value for state in UNUSED]),
        )
        .group_by(StampRangeRow.job_id)
        .subquery()
    )
    rows = session.execute(
        select(PrintJobRow, waiting.c.stamps)
        .join(waiting, waiting.c.job_id == PrintJobRow.id)
        .where(PrintJobRow.organisation == actor.organisation)
        .order_by(PrintJobRow.first.desc())
        .limit(MAX_SHOWN)
    )
    return tuple(_job_card(session, job, int(count)) for job, count in rows)


def shipments_to_receive(session: Session, actor: Actor) -> tuple[ShipmentCard, ...]:
    """Shipments on their way to the organisation, oldest first."""
    return _shipments(
        session, (ShipmentRow.to_organisation == actor.organisation, ShipmentRow.state == SENT), newest=False
    )


def shipments_received(session: Session, actor: Actor) -> tuple[ShipmentCard, ...]:
    """Shipments that the organisation counted and took in or refused, newest first."""
    own = ShipmentRow.to_organisation == actor.organisation
    return _shipments(session, (own, ShipmentRow.state.in_((RECEIVED, REJECTED))), newest=True)


def shipments_sent(session: Session, actor: Actor) -> tuple[ShipmentCard, ...]:
    """Shipments that left the organisation, newest first."""
    return _shipments(session, (ShipmentRow.from_organisation == actor.organisation,), newest=True)


def recent_entries(
    session: Session, actor: Actor, *, lot: str | None = None, limit: int = 50
) -> tuple[EntryCard, ...]:
    """The steps last recorded, newest first: a grower's own, the whole organisation's for everybody else."""
    query = (
        select(WorkRow, TraceEvent.recorded_at, TraceEvent.corrected_by)
        .join(TraceEvent, TraceEvent.index == WorkRow.index)
        .where(WorkRow.organisation == actor.organisation)
    )
    if actor.roles.isdisjoint(FOR_OTHERS):
        own = WorkRow.account_id == actor.account_id
        if actor.member_id is not None:
            own |= WorkRow.member_id == actor.member_id
        query = query.where(own)
    if lot is not None:
        query = query.where(WorkRow.lot == lot)
    rows = session.execute(query.order_by(WorkRow.index.desc()).limit(min(limit, MAX_SHOWN)))
    return tuple(
        EntryCard(
            work.index,
            work.step,
            work.lot,
            lot_code_of(work.lot),
            work.done_on,
            recorded_at,
            corrected_by is not None,
        )
        for work, recorded_at, corrected_by in rows
    )


def _lot_cards(session: Session, actor: Actor, rows: Iterable[LotRow]) -> tuple[LotCard, ...]:
    known = tuple(rows)
    holdings = read_holdings(session, actor.organisation, known)
    names = _product_names(session, {row.product for row in known if row.product})
    cards = [
        LotCard(
            lot=row.lot,
            code=lot_code_of(row.lot),
            product_uri=row.product,
            product=names.get(row.product or "", ""),
            kind=row.kind,
            left=holdings[row.lot].quantity,
            uom=row.uom,
            net_g=row.net_g,
            made_on=row.created_at,
            expires_on=row.expires_on,
            is_sealed=row.sealed_index is not None,
            is_recalled=row.recalled_index is not None,
        )
        for row in known
    ]
    return tuple(sorted(cards, key=lambda card: (card.made_on, card.code), reverse=True))


def _job_card(session: Session, job: PrintJobRow, waiting: int) -> JobCard:
    lot = None if job.lot is None else read_lots(session, (job.lot,)).get(job.lot)
    return JobCard(
        job=job.id,
        lot=job.lot,
        lot_code=None if job.lot is None else lot_code_of(job.lot),
        first=job.first,
        last=job.first + job.count - 1,
        waiting=waiting,
        active=0 if job.lot is None else count_active_stamps(session, job.lot),
        is_printed=job.printed_at is not None,
        is_sealed=lot is not None and lot.sealed_index is not None,
    )


def _shipments(session: Session, where: Iterable[object], *, newest: bool) -> tuple[ShipmentCard, ...]:
    order = ShipmentRow.sent_index.desc() if newest else ShipmentRow.sent_index
    rows = session.execute(
        select(ShipmentRow, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.code == ShipmentRow.from_organisation)
        .where(*where)  # type: ignore[arg-type]  # column conditions, which SQLAlchemy does not name in one type
        .order_by(order)
        .limit(MAX_SHOWN)
    ).all()
    lots = read_lots(session, {row.lot for row, _ in rows})
    names = _product_names(session, {lot.product for lot in lots.values() if lot.product})
    return tuple(
        ShipmentCard(
            id=row.id,
            code=row.code,
            lot=row.lot,
            lot_code=lot_code_of(row.lot),
            product=names.get(lots[row.lot].product or "", ""),
            quantity=row.quantity,
            uom=row.uom,
            sender=sender,
            sent_on=row.sent_on,
            state=row.state,
            counted=row.counted,
        )
        for row, sender in rows
    )


def _product_names(session: Session, uris: set[str]) -> dict[str, str]:
    rows = session.execute(select(ProductRow.uri, ProductRow.name).where(ProductRow.uri.in_(uris)))
    return {row.uri: row.name for row in rows}
