"""Cartons as pages show them: an organisation's own jobs, and what anyone learns from a carton's code."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.goods.goods_tables import CartonRow
from ledger.coop.paper.carton_codes import CartonKind, OwnCode, Sscc, format_code, parse_code
from ledger.coop.paper.carton_jobs import CartonJob, carton_job, find_own_carton_job
from ledger.coop.paper.print_tables import CartonJobRow, CartonReprintRow

MAX_CARTONS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CartonFinding:
    """What a carton's or pallet's code says: ``packs`` packs of ``lot``, unless the label was taken back.

    Where it was written down: the ``pallet`` on which a carton stands, the first ``cartons`` on a pallet.
    """

    code: str
    kind: CartonKind
    lot: str
    organisation: str
    packs: int
    is_voided: bool
    pallet: str | None = None
    cartons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CartonReprint:
    """That a job's labels were printed again: when, by which account, why."""

    reprinted_at: datetime
    account_id: str
    reason: str


def find_carton(session: Session, text: str) -> CartonFinding | None:
    """What a typed or scanned code of any organisation stands for; ``None``: it was never given out.

    A few look-ups in indexes; nothing for a code that is wrong in itself.
    """
    code = parse_code(text)
    match code:
        case None:
            return None
        case Sscc(number):
            row = session.scalar(_UP_TO.where(CartonJobRow.first_sscc <= number))
            is_given = row is not None and number - (row.first_sscc or 0) < row.count
        case OwnCode(kind, series, number):
            row = session.scalar(select(CartonJobRow).where(CartonJobRow.own_series == series))
            is_given = row is not None and number < row.count and row.kind == kind
    if row is None or not is_given:
        return None
    return CartonFinding(
        code=format_code(code),
        kind=CartonKind(row.kind),
        lot=row.lot,
        organisation=row.organisation,
        packs=row.packs_each,
        is_voided=row.voided_at is not None,
        pallet=session.scalar(select(CartonRow.pallet).where(CartonRow.code == format_code(code))),
        cartons=_cartons_on(session, format_code(code)) if row.kind == CartonKind.PALLET else (),
    )


def _cartons_on(session: Session, pallet: str) -> tuple[str, ...]:
    query = select(CartonRow.code).where(CartonRow.pallet == pallet).order_by(CartonRow.number)
    return tuple(session.scalars(query.limit(MAX_CARTONS_SHOWN)))


def read_carton_job(session: Session, actor: Actor, job_id: str) -> CartonJob:
    """The organisation's carton job. Raises ``NotFoundError``."""
    return carton_job(session, find_own_carton_job(session, actor, job_id))


def read_carton_jobs(session: Session, actor: Actor, lot: str) -> tuple[CartonJob, ...]:
    """The organisation's carton jobs of a lot, newest first."""
    rows = session.scalars(
        select(CartonJobRow)
        .where(CartonJobRow.organisation == actor.organisation, CartonJobRow.lot == lot)
        .order_by(CartonJobRow.created_at.desc(), CartonJobRow.id)
    )
    return tuple(carton_job(session, row) for row in rows)


def read_carton_reprints(session: Session, actor: Actor, job_id: str) -> tuple[CartonReprint, ...]:
    """When and why a job was printed again, oldest first. Raises ``NotFoundError``."""
    row = find_own_carton_job(session, actor, job_id)
    reprints = session.scalars(
        select(CartonReprintRow).where(CartonReprintRow.job_id == row.id).order_by(CartonReprintRow.n)
    )
    return tuple(CartonReprint(item.reprinted_at, item.account_id, item.reason) for item in reprints)


_UP_TO = select(CartonJobRow).order_by(CartonJobRow.first_sscc.desc()).limit(1)
