"""Print jobs as values: a job is a row, and everything that its paper is made of is in it.

Numbers, spec, facts and address are written in one transaction and never change, so the same job gives the
same bytes at any time, on any machine. What changes is only what became of its stamps, and who holds it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.paper.label_facts import LabelFacts, label_facts, parse_facts
from ledger.coop.paper.print_specs import PrintSpec, parse_spec
from ledger.coop.stamps.reprints import Reprint, read_reprints
from ledger.coop.tables import PrintJobRow


@dataclass(frozen=True, slots=True)
class PrintJob:
    """An order to print stamps ``first`` to ``last``, and all that they say.

    ``url_base`` is what the codes' addresses begin with (``https://host``); empty in jobs from before it was
    kept. ``holder`` is the account that has the roll, ``quota`` the id of the grant that pays. ``seal_short``
    are the six characters in each symbol that name the lot's seal (docs/spec/stamp-url.md); empty without.
    """

    id: str
    lot: str | None
    first: int
    last: int
    spec: PrintSpec
    facts: LabelFacts
    url_base: str
    is_printed: bool
    reprints: tuple[Reprint, ...]
    quota: str | None
    holder: str | None
    created_at: datetime
    seal_short: str

    @property
    def count(self) -> int:
        """How many stamps it has."""
        return self.last - self.first + 1


def find_own_job(session: Session, actor: Actor, job_id: str) -> PrintJobRow:
    """The organisation's print job with this id. Raises ``NotFoundError``."""
    row = session.get(PrintJobRow, job_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("lượt in", job_id)
    return row


def find_print_job(session: Session, actor: Actor, job_id: str) -> PrintJob:
    """The organisation's print job as a value. Raises ``NotFoundError``."""
    return job_of(session, find_own_job(session, actor, job_id))


def job_of(session: Session, row: PrintJobRow) -> PrintJob:
    """The value of a row, with its reprints, oldest first."""
    return PrintJob(
        id=row.id,
        lot=row.lot,
        first=row.first,
        last=row.first + row.count - 1,
        spec=parse_spec(row.spec),
        facts=_facts(session, row),
        url_base=row.url_base or "",
        is_printed=row.printed_at is not None,
        reprints=read_reprints(session, row.id),
        quota=row.quota,
        holder=row.holder,
        created_at=row.created_at,
        seal_short=row.seal_short or "",
    )


def _facts(session: Session, row: PrintJobRow) -> LabelFacts:
    """What was copied into the job; for a job from before that, what the log says today."""
    if row.facts is not None:
        return parse_facts(row.facts)
    try:
        return label_facts(session, row.organisation, row.lot)
    except NotFoundError:  # the packing was taken back since: the job is still to be seen, with nothing on it
        return label_facts(session, row.organisation, None)
