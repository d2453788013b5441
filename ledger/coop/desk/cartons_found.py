"""What many codes of cartons and pallets stand for, in two questions."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from ledger.coop.desk.number_lists import listed
from ledger.coop.paper.carton_codes import CartonKind, OwnCode, Sscc, format_code
from ledger.coop.paper.carton_queries import CartonFinding
from ledger.coop.paper.print_tables import CartonJobRow

_AT_ONCE = 5_000


def find_cartons(session: Session, codes: Iterable[Sscc | OwnCode]) -> dict[str, CartonFinding]:
    """By code, those that were given out: how many packs of which lot they speak for, unless taken back."""
    asked = tuple(codes)
    jobs: dict[Sscc | OwnCode, CartonJobRow] = {}
    ssccs = [code for code in asked if isinstance(code, Sscc)]
    if ssccs:
        by_number = _jobs_of_ssccs(session, [code.number for code in ssccs])
        jobs.update((code, by_number[code.number]) for code in ssccs if code.number in by_number)
    own = [code for code in asked if isinstance(code, OwnCode)]
    by_series = _jobs_of_series(session, sorted({code.series for code in own}))
    for code in own:
        job = by_series.get(code.series)
        if job is not None and code.number < job.count and code.kind == job.kind:
            jobs[code] = job
    return {format_code(code): _finding(format_code(code), job) for code, job in jobs.items()}


def _jobs_of_ssccs(session: Session, numbers: Iterable[int]) -> dict[int, CartonJobRow]:
    number, before = listed(session, numbers), aliased(CartonJobRow)
    last = (
        select(func.max(before.first_sscc))
        .where(before.first_sscc <= number)
        .correlate_except(before)
        .scalar_subquery()
    )
    rows = session.execute(select(number, CartonJobRow).join(CartonJobRow, CartonJobRow.first_sscc == last))
    return {asked: job for asked, job in rows if asked - (job.first_sscc or 0) < job.count}


def _jobs_of_series(session: Session, series: list[str]) -> dict[str, CartonJobRow]:
    found: dict[str, CartonJobRow] = {}
    for start in range(0, len(series), _AT_ONCE):
        chosen = series[start : start + _AT_ONCE]
        rows = session.scalars(select(CartonJobRow).where(CartonJobRow.own_series.in_(chosen)))
        found.update((row.own_series or "", row) for row in rows)
    return found


def _finding(code: str, job: CartonJobRow) -> CartonFinding:
    return CartonFinding(
        code=code,
        kind=CartonKind(job.kind),
        lot=job.lot,
        organisation=job.organisation,
        packs=job.packs_each,
        is_voided=job.voided_at is not None,
    )
