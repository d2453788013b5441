"""Stamps that were scanned too often: the cooperative's list, and what its manager found about them.

A finding changes which scans count, and nothing else: what the log says of a stamp outranks it always.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.scans.scan_counts import AT_ONCE, settle_scans, split_provinces
from ledger.coop.scans.scan_rules import ScanRule
from ledger.coop.scans.scan_tables import ScanLookRow, ScanStampRow
from ledger.coop.stamps.stamp_ranges import StampRange, find_range
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private, seal_private
from ledger.trace.sectors.reference import province_name
from signing.vault import Vault

MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class LookInto(Command):
    """Somebody looked into an over-scanned stamp; ``note`` says what they found. It stays private.

    ``is_fine``: nothing is wrong with it, so the public is warned no more; else there may be copies.
    ``has_all``: the same was found about every stamp of its range that waits for a look.
    """

    number: int
    note: str
    is_fine: bool = False
    has_all: bool = False


@dataclass(frozen=True, slots=True)
class LookedInto:
    """The stamp, how often it had been scanned when it was looked into, and how many were with it."""

    number: int
    total: int
    stamps: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """One look into a stamp, as the cooperative's own people see it. ``by`` is an account."""

    looked_at: datetime
    total: int
    note: str
    by: str
    is_fine: bool

    def __repr__(self) -> str:
        return f"Look(looked_at={self.looked_at!r}, total={self.total!r}, is_fine={self.is_fine!r})"


@dataclass(frozen=True, slots=True)
class OverScanned:
    """A stamp that was scanned as only copies are.

    ``range`` is the range of stamps in which its number is, with lot and print job. ``provinces`` are names;
    ``since`` is the day on which ``rule`` was first broken. ``is_open``: nobody looked into it since.
    ``is_marked``: the public is warned; not so where the last look found nothing wrong.
    """

    number: int
    range: StampRange
    total: int
    provinces: tuple[str, ...]
    last_on: date
    rule: ScanRule
    since: date
    is_open: bool
    is_marked: bool


def over_scanned(session: Session, actor: Actor, *, is_open: bool = True) -> tuple[OverScanned, ...]:
    """The organisation's over-scanned stamps, newest first, at most 200; only a manager may read them.

    ``is_open``: those that nobody looked into; else those that somebody did. Raises ``NotAllowedError``.
    """
    check_may(actor, MANAGEMENT)
    query = _with_looks(actor).where(ScanStampRow.is_open == is_open)
    if is_open:
        query = query.order_by(ScanStampRow.since.desc(), ScanStampRow.number)
    else:
        query = query.where(ScanLookRow.id.is_not(None)).order_by(ScanLookRow.looked_at.desc())
    rows = session.execute(query.limit(MAX_LISTED)).all()
    return tuple(found for row, look in rows if (found := _over_scanned(session, row, look)) is not None)


def count_over_scanned(session: Session, actor: Actor) -> int:
    """How many over-scanned stamps of the organisation nobody looked into. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    own = ScanStampRow.organisation == actor.organisation
    return session.scalar(select(func.count()).where(own, ScanStampRow.is_open)) or 0


def count_beside(session: Session, actor: Actor, found: OverScanned) -> int:
    """How many others of its range wait for a look too. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    others = ScanStampRow.number != found.number
    query = select(func.count()).select_from(ScanStampRow).where(_open_in(actor, found.range), others)
    return session.scalar(query) or 0


def find_over_scanned(session: Session, actor: Actor, number: int) -> OverScanned:
    """One of them. Raises ``NotFoundError``, ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    row = session.execute(_with_looks(actor).where(ScanStampRow.number == number)).first()
    found = None if row is None else _over_scanned(session, *row)
    if found is None:
        raise NotFoundError("tem bị quét nhiều lần", str(number))
    return found


def looks_of(session: Session, vault: Vault, actor: Actor, number: int) -> tuple[Look, ...]:
    """Who looked into a stamp before, newest first. Raises ``NotFoundError``, ``NotAllowedError``."""
    find_over_scanned(session, actor, number)
    rows = session.scalars(
        select(ScanLookRow)
        .where(ScanLookRow.number == number, ScanLookRow.organisation == actor.organisation)
        .order_by(ScanLookRow.looked_at.desc())
    )
    return tuple(_look(session, vault, row) for row in rows)


def last_looks(session: Session, vault: Vault, actor: Actor, numbers: Iterable[int]) -> Mapping[int, Look]:
    """The last look into each of these stamps of the organisation. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    rows = session.execute(_with_looks(actor).where(ScanStampRow.number.in_(tuple(numbers))))
    return {row.number: _look(session, vault, look) for row, look in rows if look is not None}


@use_case(MANAGEMENT)
def look_into(unit: Unit, actor: Actor, command: LookInto) -> LookedInto:
    """Take a stamp off the list, with a note of what was found; only scans from now on put it there again.

    Where nothing was wrong the public is warned no more, until scans from now on break a rule. Else it is
    warned as before. What was looked into once may be found fine later. At most 500 of a range at a time.
    Raises ``NotFoundError``, ``CommandError``.
    """
    checks = Checks()
    note = checks.text("note", "kết quả xem xét", command.note, 500)
    checks.finish()
    session = unit.session
    chosen = _find_marked(session, actor, command.number)
    rows = [chosen]
    found = find_range(session, command.number)
    if command.has_all and found is not None:
        others = ScanStampRow.number != chosen.number
        query = select(ScanStampRow).where(_open_in(actor, found), others).order_by(ScanStampRow.number)
        rows += session.scalars(query.limit(AT_ONCE - 1))
    for row in rows:
        _keep_look(unit, actor, row, note, is_fine=command.is_fine)
    session.flush()
    settle_scans(session, [row.number for row in rows])
    return LookedInto(chosen.number, chosen.total, len(rows))


def _keep_look(unit: Unit, actor: Actor, row: ScanStampRow, note: str, *, is_fine: bool) -> None:
    look_id = str(uuid4())
    sealed = seal_private(unit, actor.organisation, ORGANISATION, note.encode(), purpose=_purpose(look_id))
    look = ScanLookRow(
        id=look_id,
        number=row.number,
        organisation=actor.organisation,
        account_id=actor.account_id,
        looked_at=unit.now,
        total=row.total,
        note_sealed=sealed,
        is_fine=is_fine,
        rule=row.rule,
        since=row.since,
    )
    unit.session.add(look)
    row.is_open = False
    if is_fine:
        row.rule = row.since = None


def _find_marked(session: Session, actor: Actor, number: int) -> ScanStampRow:
    """The organisation's stamp of which the public is warned. Raises ``NotFoundError``."""
    row = session.get(ScanStampRow, number)
    if row is None or row.rule is None or row.organisation != actor.organisation:
        raise NotFoundError("tem bị quét nhiều lần", str(number))
    return row


def _open_in(actor: Actor, found: StampRange) -> ColumnElement[bool]:
    """The organisation's stamps of a range that wait for a look."""
    return and_(
        ScanStampRow.organisation == actor.organisation,
        ScanStampRow.is_open,
        ScanStampRow.number.between(found.first, found.last),
    )


def _with_looks(actor: Actor) -> Select[ScanStampRow, ScanLookRow | None]:
    """The organisation's stamps that are marked or were looked into, each with its last look."""
    last = (
        select(ScanLookRow.id)
        .where(ScanLookRow.number == ScanStampRow.number)
        .order_by(ScanLookRow.looked_at.desc(), ScanLookRow.id)
        .limit(1)
        .correlate(ScanStampRow)
        .scalar_subquery()
    )
    own = ScanStampRow.organisation == actor.organisation
    return (
        select(ScanStampRow, ScanLookRow)
        .outerjoin(ScanLookRow, ScanLookRow.id == last)
        .where(own, ScanStampRow.rule.is_not(None) | ScanLookRow.id.is_not(None))
    )


def _over_scanned(session: Session, row: ScanStampRow, look: ScanLookRow | None) -> OverScanned | None:
    found = find_range(session, row.number)
    # A stamp that was found fine has no rule any more; its last look kept the one that it had.
    rule, since = (row.rule, row.since) if row.rule or look is None else (look.rule, look.since)
    if found is None or rule is None or since is None:
        return None
    return OverScanned(
        number=row.number,
        range=found,
        total=row.total,
        provinces=tuple(province_name(code) or code for code in split_provinces(row.provinces)),
        last_on=row.last_on,
        rule=ScanRule(rule),
        since=since,
        is_open=row.is_open,
        is_marked=row.rule is not None,
    )


def _look(session: Session, vault: Vault, row: ScanLookRow) -> Look:
    sealed, purpose = row.note_sealed, _purpose(row.id)
    note = open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()
    return Look(row.looked_at, row.total, note, row.account_id, row.is_fine)


def _purpose(look_id: str) -> str:
    return f"ledger.coop/scan-look/{look_id}/note"
