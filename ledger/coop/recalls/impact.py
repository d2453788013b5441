"""What a recall of a lot would reach, told before anybody decides: lots, weights, packs, places, scans."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.holds.held_lots import held_since
from ledger.coop.lots import find_own_lot
from ledger.coop.scans.scan_rules import UNKNOWN_PROVINCE
from ledger.coop.scans.scan_tables import ScanDayRow
from ledger.coop.tracing.handed_on import AT_ONCE, HandedOn, Receiver, handed_on
from ledger.trace.derived.registers import find_statements
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import BalanceError
from ledger.trace.events.flows import EACH, KILOGRAM
from ledger.trace.events.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.genealogy import trace_forward
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.reference import province_name
from ledger.trace.tables import LotKind, StampState, TraceStamps
from signing.vault import Vault

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReachedLot:
    """A lot that the recall would reach. ``left`` is in the house, ``quantity`` was made, both in ``uom``.

    Of another organisation's lot, which was made of ours, only its name is known here.
    """

    lot: str
    kind: LotKind
    product: str
    organisation_name: str
    is_ours: bool
    quantity: Decimal | None
    left: Decimal | None
    uom: str | None
    net_g: Decimal | None
    expires_on: date | None
    stamps: int
    is_held: bool
    is_recalled: bool

    @property
    def code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    def weight_kg(self, quantity: Decimal | None) -> Decimal:
        """The weight of so much of the lot, nothing where it was never weighed."""
        return weigh(quantity, self.uom, self.net_g)


@dataclass(frozen=True, slots=True)
class ToTell:
    """Somebody to tell: all the shipments that they got of the lots, and what that weighs."""

    receiver: Receiver
    shipments: tuple[HandedOn, ...]
    weight_kg: Decimal
    packs: int


@dataclass(frozen=True, slots=True)
class Impact:
    """Where everything is that a recall would reach.

    ``house_kg`` and ``house_packs`` are still here, ``sent_kg`` and ``sent_packs`` went to ``to_tell``.
    ``scans`` are those of active stamps, by province (the name empty where it is not known), most first.
    """

    lot: str
    lots: tuple[ReachedLot, ...]
    house_kg: Decimal
    house_packs: int
    sent_kg: Decimal
    sent_packs: int
    stamps: int
    to_tell: tuple[ToTell, ...]
    scans: tuple[tuple[str, int], ...]

    @property
    def code(self) -> str:
        """The code of the lot, as people say it."""
        return lot_code_of(self.lot)

    @property
    def others(self) -> tuple[ReachedLot, ...]:
        """Lots that other organisations made of these goods."""
        return tuple(found for found in self.lots if not found.is_ours)

    @property
    def scanned(self) -> int:
        """How often the stamps on these lots were scanned."""
        return sum(count for _, count in self.scans)


def read_impact(session: Session, vault: Vault, actor: Actor, lot: str) -> Impact:
    """What a recall of a lot would reach. Nothing is changed by asking. Raises ``NotFoundError``."""
    own = find_own_lot(session, actor, lot)
    names = [lot, *(node.lot for node in trace_forward(session, own.lot).lots if node.lot != lot)]
    rows = _read_rows(session, names)
    ranges = _stamps(session, names)
    lots = _reached(session, actor, [rows[name] for name in names if name in rows], ranges)
    ours = {found.lot: found for found in lots}
    sent = handed_on(session, vault, actor, names)
    goods = [found for found in lots if found.is_ours and found.left is not None]
    told = _by_receiver(sent, ours)
    return Impact(
        lot=lot,
        lots=lots,
        house_kg=sum((found.weight_kg(found.left) for found in goods), _NOTHING),
        house_packs=sum(int(found.left or 0) for found in goods if found.uom == EACH),
        sent_kg=sum((one.weight_kg for one in told), _NOTHING),
        sent_packs=sum(one.packs for one in told),
        stamps=sum(found.stamps for found in lots),
        to_tell=told,
        scans=_scans(session, [part for parts in ranges.values() for part in parts]),
    )


def weigh(quantity: Decimal | None, uom: str | None, net_g: Decimal | None) -> Decimal:
    """Kilograms of so much; nothing for what was never weighed."""
    if quantity is None:
        return _NOTHING
    if uom == KILOGRAM:
        return quantity
    return quantity * net_g / 1000 if uom == EACH and net_g is not None else _NOTHING


def _read_rows(session: Session, names: Sequence[str]) -> dict[str, LotRow]:
    found: dict[str, LotRow] = {}
    for start in range(0, len(names), AT_ONCE):
        found |= read_lots(session, names[start : start + AT_ONCE])
    return found


def _reached(
    session: Session, actor: Actor, rows: Sequence[LotRow], ranges: Mapping[str, Sequence[tuple[int, int]]]
) -> tuple[ReachedLot, ...]:
    products = find_statements(session, ProductRegistered, {row.product for row in rows if row.product})
    chains = find_statements(session, OrganisationRegistered, {row.chain_id for row in rows})
    held = held_since(session, actor.organisation, [row.lot for row in rows])
    left = _left(session, actor, rows)
    found = []
    for row in rows:
        is_ours = row.chain_id == actor.organisation
        maker, product = chains.get(row.chain_id), products.get(row.product or "")
        found.append(
            ReachedLot(
                lot=row.lot,
                kind=LotKind(row.kind),
                product="" if product is None else product.statement.name,
                organisation_name=row.chain_id if maker is None else maker.statement.name,
                is_ours=is_ours,
                quantity=row.quantity if is_ours else None,
                left=left.get(row.lot) if is_ours else None,
                uom=row.uom,
                net_g=row.net_g,
                expires_on=row.expires_on,
                stamps=sum(last - first + 1 for first, last in ranges.get(row.lot, ())) if is_ours else 0,
                is_held=row.lot in held,
                is_recalled=row.recalled_index is not None,
            )
        )
    return tuple(found)


def _left(session: Session, actor: Actor, rows: Sequence[LotRow]) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for start in range(0, len(rows), AT_ONCE):
        holdings = read_holdings(session, actor.organisation, rows[start : start + AT_ONCE])
        for lot, holding in holdings.items():
            try:
                found[lot] = holding.quantity
            except BalanceError:
                found[lot] = None
    return found


def _stamps(session: Session, lots: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """The ranges of stamps that were activated on each lot."""
    found: dict[str, list[tuple[int, int]]] = {}
    for start in range(0, len(lots), AT_ONCE):
        rows = session.execute(
            select(TraceStamps.lot, TraceStamps.first, TraceStamps.last).where(
                TraceStamps.lot.in_(lots[start : start + AT_ONCE]), TraceStamps.state == StampState.ACTIVATED
            )
        )
        for lot, first, last in rows:
            found.setdefault(lot or "", []).append((first, last))
    return found


def _by_receiver(sent: Sequence[HandedOn], lots: Mapping[str, ReachedLot]) -> tuple[ToTell, ...]:
    """Everybody who has something of it; who refused a shipment has nothing."""
    groups: dict[str, list[HandedOn]] = {}
    for one in sent:
        if one.arrived > 0:
            groups.setdefault(one.receiver.key, []).append(one)
    told = [
        ToTell(
            receiver=parts[0].receiver,
            shipments=tuple(parts),
            weight_kg=sum((weigh(one.arrived, one.uom, lots[one.lot].net_g) for one in parts), _NOTHING),
            packs=sum(int(one.arrived) for one in parts if one.uom == EACH),
        )
        for parts in groups.values()
    ]
    return tuple(sorted(told, key=lambda one: (one.receiver.is_public, -one.weight_kg, one.receiver.name)))


def _scans(session: Session, ranges: Collection[tuple[int, int]]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for first, last in ranges:
        rows = session.execute(
            select(ScanDayRow.province, func.sum(ScanDayRow.count))
            .where(ScanDayRow.number >= first, ScanDayRow.number <= last)
            .group_by(ScanDayRow.province)
        )
        for code, count in rows:
            counts[code] = counts.get(code, 0) + int(count)
    named = {code: "" if code == UNKNOWN_PROVINCE else province_name(code) or "" for code in counts}
    return tuple(
        sorted(((named[code], count) for code, count in counts.items()), key=lambda one: (-one[1], one[0]))
    )
