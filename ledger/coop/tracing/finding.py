"""What somebody types or scans into the trace box, and which lots it stands for.

Every kind of name is tried; what fits several ways is told several ways. Names that only the books know
(orders, shipments, plates, suppliers' numbers) are looked for in the asking organisation's books alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.goods.delivery_papers import read_vehicles
from ledger.coop.goods.goods_tables import CartonRow
from ledger.coop.goods.shipping import WITHDRAWN
from ledger.coop.order_tables import AllotmentRow
from ledger.coop.orders.order_books import find_order
from ledger.coop.paper.carton_queries import find_carton
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.tables import PrintJobRow, ShipmentRow, StampRangeRow
from ledger.coop.tracing.came_from import SUPPLIER_LOT
from ledger.trace.errors import MalformedIdentifierError, UnknownLotError
from ledger.trace.events.sealed import Disclosure
from ledger.trace.identifiers import format_identifier, gs1_lot_uri, identifier_from_path, lot_code_of
from ledger.trace.queries import find_lot
from ledger.trace.sealed_fields.disclosures import open_rows
from ledger.trace.tables import DataKey, DisclosureRow, LotKind, StampState, TraceLot, TraceStamps
from signing.errors import StampCodeError
from signing.stamp_codes import canonical_code
from signing.vault import Vault

MAX_TYPED = 300
MAX_MATCHES = 100
MAX_LOOKED_AT = 2_000
"""Own deliveries, and entries with a supplier's number, that are opened for one search: the newest."""

_STAMP = re.compile(r"(?:^|/)s/([^/?#]+)", re.IGNORECASE)
_BEHIND = re.compile(r"[.~].*", re.DOTALL)
_CARTON = re.compile(r"(?:^|/)(?:00|c)/([^/?#]+)", re.IGNORECASE)
_ELEMENTS = re.compile(r"\]?[A-Za-z0-9]{0,3}?\(?01\)?([0-9]{14})\x1d?\(?10\)?([!-~]{1,20})\x1d?")
_LINK = re.compile(r"/01/([0-9]{8,14})/10/([^/?#]+)")
_PLAIN = re.compile(r"[^0-9a-zA-ZÀ-ỹ]+")


class Name(StrEnum):
    """What kind of name a text turned out to be."""

    STAMP = "stamp"
    LOT = "lot"
    CARTON = "carton"
    ORDER = "order"
    SHIPMENT = "shipment"
    SUPPLIER_LOT = "supplier_lot"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True)
class Match:
    """A lot that the text stands for, as which kind of name."""

    name: Name
    lot: str

    @property
    def lot_code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    vault: Vault
    actor: Actor
    id_base: str
    text: str


def find_traced(session: Session, vault: Vault, actor: Actor, id_base: str, typed: str) -> tuple[Match, ...]:
    """Every lot that ``typed`` may stand for, each once, at most 100; none for what nobody knows here."""
    text = typed.strip()[:MAX_TYPED]
    if not text:
        return ()
    asked = _Asked(session, vault, actor, id_base, text)
    found: dict[str, Match] = {}
    for name, find in _FINDERS.items():
        for lot in find(asked):
            found.setdefault(lot, Match(name, lot))
            if len(found) >= MAX_MATCHES:
                return tuple(found.values())
    return tuple(found.values())


def _by_stamp(asked: _Asked) -> Iterator[str]:
    """The lot on which a stamp was activated; of one that was not, the lot for which it was printed here."""
    address = _STAMP.search(asked.text)
    codec = open_stamp_codec(asked.session, asked.vault)
    if codec is None or ("/" in asked.text and address is None):
        return
    try:
        number = codec.parse(canonical_code(_BEHIND.sub("", unquote(address[1]) if address else asked.text)))
    except StampCodeError:
        return
    up_to = (
        select(TraceStamps.lot, TraceStamps.last)
        .where(TraceStamps.state == StampState.ACTIVATED, TraceStamps.first <= number)
        .order_by(TraceStamps.first.desc())
        .limit(1)
    )
    row = asked.session.execute(up_to).first()
    if row is not None and row.last >= number and row.lot is not None:
        yield row.lot
        return
    own = asked.session.scalar(
        select(func.coalesce(StampRangeRow.lot, PrintJobRow.lot))
        .join(PrintJobRow, PrintJobRow.id == StampRangeRow.job_id)
        .where(
            StampRangeRow.first <= number,
            StampRangeRow.last >= number,
            StampRangeRow.organisation == asked.actor.organisation,
        )
    )
    if own is not None:
        yield own


def _by_carton(asked: _Asked) -> Iterator[str]:
    address = _CARTON.search(asked.text)
    found = find_carton(asked.session, unquote(address[1]) if address else asked.text)
    if found is not None:
        yield found.lot
        # A pallet may carry cartons of several lots.
        yield from asked.session.scalars(
            select(CartonRow.lot).where(CartonRow.code.in_(found.cartons)).distinct()
        )


def _by_identifier(asked: _Asked) -> Iterator[str]:
    """The address of a lot, GS1's or ours, or the text of a GS1 symbol with a GTIN and a lot."""
    name = _gs1_name(asked.text) or _own_name(asked.text, asked.id_base)
    if name is None:
        return
    try:
        yield find_lot(asked.session, name).lot
    except (UnknownLotError, MalformedIdentifierError):
        return


def _gs1_name(text: str) -> str | None:
    path = _LINK.search(text)
    if path is not None:
        return gs1_lot_uri(path[1].zfill(14), unquote(path[2]))
    elements = _ELEMENTS.fullmatch(text)
    return None if elements is None else gs1_lot_uri(elements[1], elements[2])


def _own_name(text: str, id_base: str) -> str | None:
    if "/class/" not in text:
        return None
    try:
        path = urlsplit(text if "://" in text else f"//x/{text.lstrip('/')}").path
        return text if text.startswith(id_base) else _format(path, id_base)
    except ValueError:
        return None


def _format(path: str, id_base: str) -> str | None:
    try:
        return format_identifier(identifier_from_path(path, id_base))
    except MalformedIdentifierError:
        return None


def _by_lot_code(asked: _Asked) -> Iterator[str]:
    """Lots that the organisation made or got, by their code alone or behind their product's."""
    code = asked.text.upper()
    if "/" in code or not 0 < len(code) <= 60:
        return
    behind = TraceLot.lot.endswith(f".{code}", autoescape=True)
    whole = TraceLot.lot.endswith(f"/{code}", autoescape=True)
    made = select(TraceLot.lot).where(
        TraceLot.chain_id == asked.actor.organisation, TraceLot.kind != LotKind.WITHDRAWN, or_(behind, whole)
    )
    yield from asked.session.scalars(made.order_by(TraceLot.created_index.desc()).limit(MAX_MATCHES))
    got = select(ShipmentRow.lot).where(
        ShipmentRow.to_organisation == asked.actor.organisation,
        or_(
            ShipmentRow.lot.endswith(f".{code}", autoescape=True),
            ShipmentRow.lot.endswith(f"/{code}", autoescape=True),
        ),
    )
    yield from asked.session.scalars(got.distinct().limit(MAX_MATCHES))


def _by_order(asked: _Asked) -> Iterator[str]:
    if not asked.text.upper().startswith("DH"):
        return
    try:
        order = find_order(asked.session, asked.actor.organisation, asked.text)
    except NotFoundError:
        return
    query = select(AllotmentRow.lot).where(AllotmentRow.order_id == order.id).distinct()
    yield from asked.session.scalars(query.limit(MAX_MATCHES))


def _by_shipment(asked: _Asked) -> Iterator[str]:
    either = or_(
        ShipmentRow.from_organisation == asked.actor.organisation,
        ShipmentRow.to_organisation == asked.actor.organisation,
    )
    named = or_(ShipmentRow.code == asked.text.upper(), ShipmentRow.id == asked.text)
    yield from asked.session.scalars(
        select(ShipmentRow.lot).where(named, either, ShipmentRow.state != WITHDRAWN)
    )


def _by_supplier_lot(asked: _Asked) -> Iterator[str]:
    """Goods taken in under this number of the supplier's, which only the organisation's own books open."""
    wanted = _plain(asked.text)
    indexes = asked.session.scalars(
        select(DisclosureRow.index)
        .join(DataKey, DataKey.id == DisclosureRow.key_id)
        .where(DataKey.organisation == asked.actor.organisation, DisclosureRow.pointer == SUPPLIER_LOT)
        .order_by(DisclosureRow.index.desc())
        .limit(MAX_LOOKED_AT)
    ).all()
    found = [
        index
        for index, opened in open_rows(asked.session, asked.vault, indexes).items()
        if isinstance(said := opened.get(SUPPLIER_LOT), Disclosure) and _plain(str(said.value)) == wanted
    ]
    yield from _lots_made_by(asked, found)


def _lots_made_by(asked: _Asked, indexes: Sequence[int]) -> Iterable[str]:
    made = select(TraceLot.lot).where(
        TraceLot.created_index.in_(indexes), TraceLot.chain_id == asked.actor.organisation
    )
    return asked.session.scalars(made.limit(MAX_MATCHES)) if indexes else ()


def _by_vehicle(asked: _Asked) -> Iterator[str]:
    wanted = _plain(asked.text)
    if len(wanted) < 4 or not any(char.isdigit() for char in wanted):
        return
    vehicles = read_vehicles(asked.session, asked.vault, asked.actor, limit=MAX_LOOKED_AT)
    shipments = [shipment for shipment, plate in vehicles if _plain(plate) == wanted]
    for start in range(0, len(shipments), MAX_MATCHES):
        part = shipments[start : start + MAX_MATCHES]
        yield from asked.session.scalars(select(ShipmentRow.lot).where(ShipmentRow.id.in_(part)).distinct())


def _plain(text: str) -> str:
    """Letters and digits alone, so that ``85C-123.45`` is ``85c 12345``."""
    return _PLAIN.sub("", text).casefold()


_FINDERS: dict[Name, Callable[[_Asked], Iterable[str]]] = {
    Name.STAMP: _by_stamp,
    Name.CARTON: _by_carton,
    Name.LOT: lambda asked: (*_by_identifier(asked), *_by_lot_code(asked)),
    Name.ORDER: _by_order,
    Name.SHIPMENT: _by_shipment,
    Name.SUPPLIER_LOT: _by_supplier_lot,
    Name.VEHICLE: _by_vehicle,
}
