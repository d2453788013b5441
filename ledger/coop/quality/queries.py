"""Samples as pages show them: rows in, frozen dataclasses out, all of one organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.quality.criteria import Judged, LimitRule
from ledger.coop.quality.quality_tables import SampleRow, SampleValueRow
from ledger.coop.quality.samples import find_sample
from ledger.coop.tables import ProductRow
from ledger.trace.derived.store import read_lots
from ledger.trace.identifiers import lot_code_of

PAGE = 50
TAKEN, SENT, PASSED, FAILED = "taken", "sent", "pass", "fail"
_OFFERED = 12


@dataclass(frozen=True, slots=True)
class SampleCard:
    """A sample on its way: ``state`` is taken, sent, pass or fail."""

    id: str
    code: str
    lot: str
    lot_code: str
    product: str
    purpose: str | None
    taken_on: date
    taken_index: int
    lab: str | None
    sent_on: date | None
    report_no: str | None
    result_index: int | None
    state: str


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A sample with every criterion that its report judges."""

    card: SampleCard
    criteria: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class SampleList:
    """One page of samples, newest first: ``number`` from 1, of ``pages``."""

    cards: tuple[SampleCard, ...]
    number: int
    pages: int


def list_samples(session: Session, actor: Actor, *, number: int = 1, waiting: bool = False) -> SampleList:
    """The organisation's samples; only those without a result where ``waiting``."""
    query = select(SampleRow).where(SampleRow.organisation == actor.organisation)
    if waiting:
        query = query.where(SampleRow.outcome.is_(None))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(-(-total // PAGE), 1)
    number = min(max(number, 1), pages)
    rows = session.scalars(
        query.order_by(SampleRow.taken_index.desc()).offset((number - 1) * PAGE).limit(PAGE)
    )
    return SampleList(_cards(session, rows), number, pages)


def samples_of_lot(session: Session, actor: Actor, lot: str) -> tuple[SampleCard, ...]:
    """The organisation's samples of a lot, newest first."""
    rows = session.scalars(
        select(SampleRow)
        .where(SampleRow.organisation == actor.organisation, SampleRow.lot == lot)
        .order_by(SampleRow.taken_index.desc())
        .limit(PAGE)
    )
    return _cards(session, rows)


def read_sample(session: Session, actor: Actor, sample_id: str) -> SamplePage:
    """A sample. Raises ``NotFoundError``."""
    row = find_sample(session, actor, sample_id)
    values = session.scalars(
        select(SampleValueRow).where(SampleValueRow.sample_id == row.id).order_by(SampleValueRow.number)
    )
    (card,) = _cards(session, [row])
    return SamplePage(
        card,
        tuple(
            Judged(item.criterion, item.found, item.unit, LimitRule(item.rule), item.allowed, item.is_met)
            for item in values
        ),
    )


def usual_criteria(session: Session, actor: Actor) -> tuple[tuple[str, str, str, str], ...]:
    """What earlier reports asked: name, unit, rule and limit of the criteria last used, each name once."""
    rows = session.execute(
        select(SampleValueRow.criterion, SampleValueRow.unit, SampleValueRow.rule, SampleValueRow.allowed)
        .join(SampleRow, SampleRow.id == SampleValueRow.sample_id)
        .where(SampleRow.organisation == actor.organisation)
        .order_by(SampleRow.result_index.desc(), SampleValueRow.number)
        .limit(_OFFERED * 4)
    )
    found: dict[str, tuple[str, str, str, str]] = {}
    for name, unit, rule, allowed in rows:
        found.setdefault(name, (name, unit, rule, allowed or ""))
    return tuple(found.values())[:_OFFERED]


def _cards(session: Session, rows: Iterable[SampleRow]) -> tuple[SampleCard, ...]:
    known = tuple(rows)
    lots = read_lots(session, {row.lot for row in known})
    uris = {lot.product for lot in lots.values() if lot.product is not None}
    found = session.execute(select(ProductRow.uri, ProductRow.name).where(ProductRow.uri.in_(uris)))
    names = {uri: name for uri, name in found}  # noqa: C416  # rows are no pairs to mypy
    return tuple(
        SampleCard(
            id=row.id,
            code=row.code,
            lot=row.lot,
            lot_code=lot_code_of(row.lot),
            product=names.get(lots[row.lot].product or "", "") if row.lot in lots else "",
            purpose=row.purpose,
            taken_on=row.taken_on,
            taken_index=row.taken_index,
            lab=row.lab,
            sent_on=row.sent_on,
            report_no=row.report_no,
            result_index=row.result_index,
            state=row.outcome or (SENT if row.sent_on is not None else TAKEN),
        )
        for row in known
    )
