"""A print job as paper: what its stamps say, taken from the log, and the bytes of its PDF.

The bytes follow from the job and the facts in the log, so a second click or a crash midway gives the same
stamps again, never new ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from labels import TEXT_LIMITS, Layout, Stamp, StampText, print_stamps
from ledger.coop.actors import Actor
from ledger.coop.errors import NotFoundError
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps import PrintJob, find_print_job
from ledger.log.ledger import Ledger
from ledger.trace.flows import EACH
from ledger.trace.identifiers import lot_code_of
from ledger.trace.queries import find_lot
from ledger.trace.registers import find_statement
from ledger.trace.rows import LotRow
from ledger.trace.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.tables import LotKind
from ledger.trace.units import local_day
from web.formats import format_date, format_net_g, format_weight_kg

CRATE = "crate"
CRATE_DESIGN = "crate_100x70"
UNBOUND_PRODUCT = "Nông sản hợp tác xã"
UNBOUND_LOT = "ghi khi đóng gói"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a job's PDF is made of."""

    job: PrintJob
    layout: Layout
    text: StampText
    first_code: str
    last_code: str


def stamp_url(public_url: str, code: str) -> str:
    """What the symbol holds: capitals only, so that it fits the alphanumeric mode (ISO/IEC 18004 §7.4.4)."""
    return f"{public_url.upper()}/S/{code}"


def read_sheet(ledger: Ledger, actor: Actor, job_id: str) -> Sheet:
    """The job's layout and text. Raises ``NotFoundError`` for what is not the actor's organisation's."""
    return ledger.read(_read_sheet, ledger, actor, job_id)


def print_job(ledger: Ledger, public_url: str, actor: Actor, job_id: str) -> tuple[Sheet, Iterator[bytes]]:
    """The job's sheet and its PDF in pieces. Raises ``NotFoundError`` and ``labels.LabelError`` at once."""
    sheet = read_sheet(ledger, actor, job_id)
    codec = ledger.read(open_stamp_codec, ledger.vault)
    if codec is None:
        raise NotFoundError("lượt in", job_id)
    count = sheet.job.last - sheet.job.first + 1
    stamps = _Stamps(codec.format_range(sheet.job.first, count), public_url, count)
    return sheet, print_stamps(sheet.layout, sheet.text, stamps)


@dataclass(frozen=True, slots=True)
class _Stamps:
    """The job's stamps by number; sized, so that too many are refused before the first."""

    codes: Iterable[str]
    public_url: str
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Stamp]:
        return (Stamp(stamp_url(self.public_url, code), code) for code in self.codes)


def _read_sheet(session: Session, ledger: Ledger, actor: Actor, job_id: str) -> Sheet:
    job = find_print_job(session, actor, job_id)
    codec = open_stamp_codec(session, ledger.vault)
    if codec is None:
        raise NotFoundError("lượt in", job_id)
    layout = Layout(
        kind="roll" if job.layout == "roll" else "a4",
        design=CRATE_DESIGN if job.layout == CRATE else job.design,
        dpi=float(job.dpi),
    )
    text = _text(session, actor.organisation, None if job.lot is None else find_lot(session, job.lot))
    return Sheet(job, layout, text, codec.format(job.first), codec.format(job.last))


def _text(session: Session, organisation: str, lot: LotRow | None) -> StampText:
    filed = find_statement(session, OrganisationRegistered, organisation)
    name = organisation if filed is None else filed.statement.name
    if lot is None:
        return StampText(product_name=UNBOUND_PRODUCT, lot=UNBOUND_LOT, organisation=name)
    product = None if lot.product is None else find_statement(session, ProductRegistered, lot.product)
    return StampText(
        product_name=UNBOUND_PRODUCT if product is None else product.statement.name,
        lot=lot_code_of(lot.lot),
        organisation=name,
        packed_on=format_date(local_day(lot.created_at)),
        expires_on="" if lot.expires_on is None else format_date(lot.expires_on),
        weight=_weight(lot),
        sender="" if filed is None else _sender(filed.statement),
    )


def _sender(organisation: OrganisationRegistered) -> str:
    """Where the crate comes from; a long address gives way to commune and province."""
    place = f"{organisation.commune}, {organisation.province}"
    whole = f"{organisation.address}, {place}"
    return whole if len(whole) <= TEXT_LIMITS["sender"] else place


def _weight(lot: LotRow) -> str:
    """Net weight of a pack, or the lot's own weight where it is sold whole."""
    weight = ""
    if lot.kind == LotKind.PACK and lot.net_g is not None:
        weight = format_net_g(lot.net_g)
    elif lot.quantity is not None and lot.uom not in (None, EACH):
        weight = format_weight_kg(lot.quantity)
    return weight.replace("\u00a0", " ")  # pages keep number and unit together; on a stamp nothing wraps
