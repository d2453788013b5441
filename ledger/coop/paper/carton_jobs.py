"""Orders of carton and pallet labels as values: everything that their bytes are made of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.paper.carton_codes import CartonKind, OwnCode, Sscc, format_code, format_hri
from ledger.coop.paper.company_prefixes import prefix_of
from ledger.coop.paper.label_facts import LabelFacts, parse_facts
from ledger.coop.paper.print_specs import PrintSpec, parse_spec
from ledger.coop.paper.print_tables import CartonJobRow, CartonReprintRow


@dataclass(frozen=True, slots=True)
class CartonJob:
    """An order of carton labels: everything that its bytes are made of."""

    id: str
    lot: str
    kind: CartonKind
    count: int
    packs_each: int
    first_sscc: int | None
    own_series: str | None
    spec: PrintSpec
    facts: LabelFacts
    url_base: str
    company_prefix: str
    created_at: datetime
    is_printed: bool
    is_voided: bool
    reprints: int

    @property
    def is_sscc(self) -> bool:
        """Whether the codes are GS1's."""
        return self.first_sscc is not None

    def code(self, number: int) -> str:
        """The code of the carton ``number``, from 0 to below ``count``."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        if self.first_sscc is not None:
            return format_code(Sscc(self.first_sscc + number))
        return format_code(OwnCode(self.kind, self.own_series or "", number))

    def printed_code(self, number: int) -> str:
        """The code as its label says it to people; an SSCC with its application identifier and parts."""
        code = self.code(number)
        return format_hri(self.company_prefix, code) if self.is_sscc else code

    def element_string(self, number: int) -> str:
        """What the bar code of an SSCC holds: identifier 00 and 18 digits; ``""`` for an own code."""
        return f"00{self.code(number)}" if self.is_sscc else ""

    def url(self, number: int) -> str:
        """What its symbol holds, in capitals: GS1 Digital Link ``/00/{SSCC}``, or ``/C/{CODE}``."""
        return f"{self.url_base.upper()}/{'00' if self.is_sscc else 'C'}/{self.code(number)}"


def find_own_carton_job(session: Session, actor: Actor, job_id: str) -> CartonJobRow:
    """The organisation's carton job with this id. Raises ``NotFoundError``."""
    row = session.get(CartonJobRow, job_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("lượt in tem thùng", job_id)
    return row


def carton_job(session: Session, row: CartonJobRow) -> CartonJob:
    """The row as a value."""
    return CartonJob(
        id=row.id,
        lot=row.lot,
        kind=CartonKind(row.kind),
        count=row.count,
        packs_each=row.packs_each,
        first_sscc=row.first_sscc,
        own_series=row.own_series,
        spec=parse_spec(row.spec),
        facts=parse_facts(row.facts),
        url_base=row.url_base,
        company_prefix="" if row.first_sscc is None else prefix_of(session, row.first_sscc),
        created_at=row.created_at,
        is_printed=row.printed_at is not None,
        is_voided=row.voided_at is not None,
        reprints=count_reprints(session, row.id),
    )


def packs_labelled(session: Session, organisation: str, lot: str, kind: CartonKind) -> int:
    """How many packs of the lot are in cartons (or on pallets) that have a label."""
    total = select(func.sum(CartonJobRow.count * CartonJobRow.packs_each)).where(
        CartonJobRow.organisation == organisation,
        CartonJobRow.lot == lot,
        CartonJobRow.kind == kind.value,
        CartonJobRow.voided_at.is_(None),
    )
    return int(session.scalar(total) or 0)


def count_reprints(session: Session, job_id: str) -> int:
    """How many times the job was printed again."""
    counted = select(func.count()).where(CartonReprintRow.job_id == job_id)
    return session.scalar(counted) or 0
