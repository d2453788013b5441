"""What the books say to a set-up file: read with a handful of queries, and compared to see whether it holds.

A file is checked beside the writers. When it is written, what it was checked against is read once more, alone
with the database: as long as it is the same, so is what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.land.growing_areas import codes_in_force
from ledger.coop.land.land_tables import PlotOutlineRow
from ledger.coop.registers.certificates import list_certificates
from ledger.coop.registers.places import Place, list_places
from ledger.coop.registers.products import Product, list_products
from ledger.coop.supplies.tables import SupplyRow
from ledger.coop.tables import MemberRow, PartnerRow, SeasonRow
from ledger.trace.tables import TraceEvent, TraceLotEntry, TraceRegister, lot_key

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OpenSeasonFact:
    """An open season: the lot it is, and the day it began."""

    started_on: date
    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The organisation's registers, each thing under what names it; names of people stay sealed.

    ``members`` and ``partners`` are rows by id; ``outlines`` drawn areas in m² by place; ``area_codes`` codes
    of growing areas by place and product; ``seasons`` the newest open one of each product on each place.
    """

    products: Mapping[str, Product]
    places: Mapping[str, Place]
    members: Mapping[str, tuple[str, bytes | None, bytes | None]] = field(repr=False)
    partners: Mapping[str, bytes] = field(repr=False)
    supplies: Mapping[str, tuple[str, str]]
    outlines: Mapping[str, Decimal]
    area_codes: Mapping[tuple[str, str], str]
    certificates: tuple[tuple[str, date], ...]
    seasons: Mapping[tuple[str, str], OpenSeasonFact]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the log tells of some seasons: entries about each, those of them taken back, the last one, and
    the last statement of the organisation. As long as it stands so, nothing else was said of them.
    """

    entries: frozenset[tuple[int, int, int, int]]
    last_statement: int | None


def read_books(session: Session, organisation: str, day: date) -> Books:
    """What the books say on a day."""
    members = session.execute(
        select(MemberRow.id, MemberRow.code, MemberRow.name_sealed, MemberRow.phone_sealed).where(
            MemberRow.organisation == organisation
        )
    )
    partners = session.execute(
        select(PartnerRow.id, PartnerRow.name_sealed).where(PartnerRow.organisation == organisation)
    )
    supplies = session.execute(
        select(SupplyRow.name_key, SupplyRow.id, SupplyRow.unit).where(SupplyRow.organisation == organisation)
    )
    outlines = session.execute(
        select(PlotOutlineRow.place, PlotOutlineRow.area_m2).where(
            PlotOutlineRow.organisation == organisation
        )
    )
    return Books(
        products={product.code: product for product in list_products(session, organisation)},
        places={place.code: place for place in list_places(session, organisation)},
        members={row[0]: (row[1], row[2], row[3]) for row in members},
        partners={row[0]: row[1] for row in partners},
        supplies={row[0]: (row[1], row[2]) for row in supplies},
        outlines={row[0]: row[1] for row in outlines},
        area_codes=codes_in_force(session, organisation, day),
        certificates=tuple((item.uri, item.valid_to) for item in list_certificates(session, organisation)),
        seasons=_open_seasons(session, organisation),
    )


def read_standing(session: Session, organisation: str, seasons: Sequence[str]) -> Standing:
    """How far the log tells of these seasons (their lots)."""
    keys = sorted({lot_key(lot) for lot in seasons})
    if not keys:
        return Standing(frozenset(), None)
    entries: set[tuple[int, int, int, int]] = set()
    for start in range(0, len(keys), _AT_ONCE):
        counted = session.execute(
            select(
                TraceLotEntry.lot,
                func.count(),
                func.count(TraceEvent.corrected_by),
                func.max(TraceLotEntry.index),
            )
            .join(TraceEvent, TraceEvent.index == TraceLotEntry.index)
            .where(TraceLotEntry.lot.in_(keys[start : start + _AT_ONCE]))
            .group_by(TraceLotEntry.lot)
        )
        entries.update((row[0], row[1], row[2], row[3]) for row in counted)
    last = session.scalar(select(func.max(TraceRegister.index)).where(TraceRegister.chain_id == organisation))
    return Standing(frozenset(entries), last)


def _open_seasons(session: Session, organisation: str) -> dict[tuple[str, str], OpenSeasonFact]:
    rows = session.execute(
        select(SeasonRow.product, SeasonRow.place, SeasonRow.started_on, SeasonRow.lot)
        .where(SeasonRow.organisation == organisation, SeasonRow.closed_on.is_(None))
        .order_by(SeasonRow.started_on, SeasonRow.lot)
    )
    return {(product, place): OpenSeasonFact(day, lot) for product, place, day, lot in rows}
