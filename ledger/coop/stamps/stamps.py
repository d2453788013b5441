"""Stamps on paper: numbers are reserved in print jobs, printed, reprinted, sold, and voided when spoiled.

A printed stamp is worth nothing until it is activated on a sealed lot (``activation``).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from ledger.coop.actors import PACKING, SHIPPING, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import CommandError, Problem, StampRangeError
from ledger.coop.lots import find_own_lot
from ledger.coop.paper.label_designs import find_design
from ledger.coop.paper.label_facts import format_facts, label_facts
from ledger.coop.paper.print_specs import OFFICE_PRINTER, PrintSpec, check_spec, format_spec
from ledger.coop.stamps.hand_outs import keep_hand_out
from ledger.coop.stamps.print_jobs import PrintJob, find_own_job, find_print_job, job_of
from ledger.coop.stamps.reprints import Reprint, keep_reprints
from ledger.coop.stamps.stamp_holders import check_all_in_hand, check_holder, check_in_hand
from ledger.coop.stamps.stamp_quotas import check_quota
from ledger.coop.stamps.stamp_ranges import (
    StampState,
    add_range,
    clip_ranges,
    give_numbers,
    move_range,
    note_printed,
    ranges_of_job,
)
from ledger.coop.stamps.stamp_room import check_may_print, check_room
from ledger.coop.tables import PrintJobRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.bundles.seals import printed_seal
from ledger.trace.capture import capture_statement
from ledger.trace.events.statements import StampsVoided
from ledger.trace.units import local_day

__all__ = [
    "MAX_JOB_STAMPS",
    "MAX_ROLL_STAMPS",
    "MarkPrinted",
    "MarkSold",
    "PrintJob",
    "Reprint",
    "Reserve",
    "Sold",
    "Void",
    "Voided",
    "find_print_job",
    "mark_printed",
    "mark_sold",
    "reserve_stamps",
    "void_stamps",
]

MAX_JOB_STAMPS = 100_000
"""Stamps that one job for a lot prints."""
MAX_ROLL_STAMPS = 5_000_000
"""Stamps that may be ordered ahead, for lots yet to come."""
_MAX_URL_BASE = 200
_NOT_VOIDED = frozenset(StampState) - {StampState.VOIDED}


@dataclass(frozen=True, slots=True)
class Reserve(Command):
    """``count`` stamps: for a ``lot`` at most its packs and 100,000; ahead, for no lot yet, 5,000,000.

    ``url_base`` is what the codes' addresses begin with: the public ``https://host`` of this moment.
    ``quota``: the sponsor's grant that pays; ``holder``: the account that takes the roll along.
    ``names_seal``: where the lot is sealed, each symbol also carries six characters of its seal.
    """

    count: int
    lot: str | None = None
    spec: PrintSpec = OFFICE_PRINTER
    quota: str | None = None
    holder: str | None = None
    url_base: str = ""
    names_seal: bool = False


@dataclass(frozen=True, slots=True)
class MarkPrinted(Command):
    """The stamps of ``job`` are on paper: all of them, or ``first`` to ``last``.

    Stamps that were on paper before are printed again under the same numbers; that needs a ``reason``.
    """

    job: str
    first: int | None = None
    last: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MarkSold(Command):
    """The packs with the active stamps ``first`` to ``last`` were sold."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Void(Command):
    """Stamps ``first`` to ``last`` that are spoiled or lost; ``reason`` is published."""

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sold:
    """The range that was noted as sold."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Voided:
    """The range that was voided, and the log index of the statement."""

    first: int
    last: int
    index: int


@use_case(PACKING)
def reserve_stamps(unit: Unit, actor: Actor, command: Reserve) -> PrintJob:
    """Give out numbers for a print job; they and all that the paper says are one row, written at once.

    Raises ``NotFoundError`` (lot, own design, quota, holder), ``LotStateError`` (recalled, no packs),
    ``StampCountError`` (more than packs), ``CommandError``.
    """
    url_base = _check_values(command)
    session = unit.session
    if command.lot is not None:
        lot = find_own_lot(session, actor, command.lot)
        check_may_print(lot)
        check_room(session, lot, command.count)
    if command.spec.own_design is not None:
        find_design(session, actor, command.spec.own_design)
    if command.holder is not None:
        check_holder(session, actor, command.holder)
    if command.quota is not None:
        check_quota(session, actor, command.quota, command.count, local_day(unit.now))
    facts = format_facts(label_facts(session, actor.organisation, command.lot))
    first, last = give_numbers(session, command.count)
    row = PrintJobRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        lot=command.lot,
        first=first,
        count=command.count,
        created_at=unit.now,
        printed_at=None,
        spec=format_spec(command.spec),
        facts=facts,
        url_base=url_base or None,
        quota=command.quota,
        holder=command.holder,
        seal_short=printed_seal(session, command.lot) if command.lot and command.names_seal else None,
    )
    session.add(row)
    add_range(session, actor.organisation, row.id, first, last)
    return job_of(session, row)


@use_case(PACKING)
def mark_printed(unit: Unit, actor: Actor, command: MarkPrinted) -> PrintJob:
    """Note that stamps were printed, by whom, and why those that are printed again.

    Raises ``NotFoundError``, ``StampRangeError`` (not of this job, all void, held by another),
    ``LotStateError`` (recalled) and ``CommandError`` for a reprint without a reason.
    """
    session = unit.session
    row = find_own_job(session, actor, command.job)
    check_in_hand(actor, row)
    if row.lot is not None:
        check_may_print(find_own_lot(session, actor, row.lot))
    first, last = _part(row, command)
    parts = clip_ranges(ranges_of_job(session, row.id), first, last)
    if all(part.state is StampState.VOIDED for part in parts):
        sentence = "Những tem này đã hủy, không in nữa. Hãy chọn tem khác."
        raise StampRangeError("all void", first=first, last=last, sentence=sentence)
    keep_reprints(unit, actor, row, parts, command.reason)
    keep_hand_out(unit, actor, row, first, last)
    note_printed(session, actor.organisation, first, last, local_day(unit.now))
    row.printed_at = row.printed_at or unit.now
    return job_of(session, row)


@use_case(SHIPPING)
def mark_sold(unit: Unit, actor: Actor, command: MarkSold) -> Sold:
    """Note that packs were sold, in the books only: what their stamps are worth does not change.

    Raises ``StampRangeError``.
    """
    move_range(
        unit.session,
        actor.organisation,
        command.first,
        command.last,
        allowed=frozenset({StampState.ACTIVATED}),
        to=StampState.SOLD,
        on=local_day(unit.now),
    )
    return Sold(command.first, command.last)


@use_case(PACKING)
def void_stamps(unit: Unit, actor: Actor, command: Void) -> Voided:
    """Declare stamps spoiled, lost or come back, publicly and for ever.

    Raises ``StampRangeError``, ``CommandError``.
    """
    checks = Checks()
    reason = checks.text("reason", "lý do hủy tem", command.reason, 300)
    checks.finish()
    on = local_day(unit.now)
    before = move_range(
        unit.session,
        actor.organisation,
        command.first,
        command.last,
        allowed=_NOT_VOIDED,
        to=StampState.VOIDED,
        on=on,
    )
    check_all_in_hand(unit.session, actor, before)
    statement = StampsVoided(first=command.first, last=command.last, reason=reason, on=on)
    receipt = capture_statement(unit, actor.organisation, statement)
    return Voided(command.first, command.last, receipt.index)


def _check_values(command: Reserve) -> str:
    """The address base in its one form. Raises ``CommandError`` with every value that cannot be."""
    checks = Checks()
    most = MAX_ROLL_STAMPS if command.lot is None else MAX_JOB_STAMPS
    checks.count("count", "số tem", command.count, most)
    check_spec(checks, command.spec)
    base = command.url_base.strip().rstrip("/")
    if base and not _is_web_address(base):
        checks.refuse("url_base", "Địa chỉ trang công khai chưa đúng. Hãy báo cho người vận hành.")
    checks.finish()
    return base


def _is_web_address(base: str) -> bool:
    try:
        parts = urlsplit(base)
    except ValueError:
        return False
    is_plain = base.isascii() and base.isprintable() and " " not in base and len(base) <= _MAX_URL_BASE
    return is_plain and parts.scheme in ("http", "https") and bool(parts.netloc)


def _part(row: PrintJobRow, command: MarkPrinted) -> tuple[int, int]:
    """The stamps of the job that the command names. Raises ``CommandError``, ``StampRangeError``."""
    end = row.first + row.count - 1
    if command.first is None and command.last is None:
        return row.first, end
    if command.first is None or command.last is None:
        raise CommandError(Problem("first", "Hãy ghi cả tem đầu và tem cuối, hoặc để trống cả hai."))
    if not row.first <= command.first <= command.last <= end:
        sentence = "Tem đầu và tem cuối không nằm trong lượt in này. Hãy kiểm tra lại mã tem."
        raise StampRangeError("not of the job", first=command.first, last=command.last, sentence=sentence)
    return command.first, command.last
