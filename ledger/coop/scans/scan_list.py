"""Stamps that were scanned too often: the cooperative's list, and looking into one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.scans.scan_counts import split_provinces
from ledger.coop.scans.scan_rules import ScanRule
from ledger.coop.scans.scan_tables import ScanLookRow, ScanStampRow
from ledger.coop.stamps.stamp_ranges import StampRange, find_range
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.disclosures import ORGANISATION, open_private, seal_private
from ledger.trace.reference import province_name
from signing.vault import Vault

MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class LookInto(Command):
    """Somebody looked into an over-scanned stamp; ``note`` says what they found. It stays private."""

    number: int
    note: str


@dataclass(frozen=True, slots=True)
class LookedInto:
    """The stamp, and how often it had been scanned when it was looked into."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class Look:
    """One look into a stamp, as the cooperative's own people see it."""

    looked_at: datetime
    total: int
    note: str

    def __repr__(self) -> str:
        return f"Look(looked_at={self.looked_at!r}, total={self.total!r})"


@dataclass(frozen=True, slots=True)
class OverScanned:
    """A stamp that was scanned as only copies are.

    ``range`` is the range of stamps in which its number is, with lot and print job. ``provinces`` are names;
    ``since`` is the day on which ``rule`` was first broken. ``is_open``: nobody looked into it since.
    """

    number: int
    range: StampRange
    total: int
    provinces: tuple[str, ...]
    last_on: date
    rule: ScanRule
    since: date
    is_open: bool


def over_scanned(session: Session, actor: Actor, *, is_open: bool = True) -> tuple[OverScanned, ...]:
    """The organisation's over-scanned stamps, newest first, at most 200; only a manager may read them.

    ``is_open``: those that nobody looked into; else those that somebody did. Raises ``NotAllowedError``.
    """
    check_may(actor, MANAGEMENT)
    rows = session.scalars(
        select(ScanStampRow)
        .where(
            ScanStampRow.organisation == actor.organisation,
            ScanStampRow.is_open == is_open,
            ScanStampRow.rule.is_not(None),
        )
        .order_by(ScanStampRow.since.desc(), ScanStampRow.number)
        .limit(MAX_LISTED)
    )
    return tuple(found for row in rows if (found := _over_scanned(session, row)) is not None)


def count_over_scanned(session: Session, actor: Actor) -> int:
    """How many over-scanned stamps of the organisation nobody looked into. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    own = ScanStampRow.organisation == actor.organisation
    return session.scalar(select(func.count()).where(own, ScanStampRow.is_open)) or 0


def find_over_scanned(session: Session, actor: Actor, number: int) -> OverScanned:
    """One of them. Raises ``NotFoundError``, ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    found = _over_scanned(session, _find_own(session, actor, number))
    if found is None:
        raise NotFoundError("tem bị quét nhiều lần", str(number))
    return found


def looks_of(session: Session, vault: Vault, actor: Actor, number: int) -> tuple[Look, ...]:
    """Who looked into a stamp before, newest first. Raises ``NotFoundError``, ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    _find_own(session, actor, number)
    rows = session.scalars(
        select(ScanLookRow)
        .where(ScanLookRow.number == number, ScanLookRow.organisation == actor.organisation)
        .order_by(ScanLookRow.looked_at.desc())
    )
    return tuple(Look(row.looked_at, row.total, _open_note(session, vault, row)) for row in rows)


@use_case(MANAGEMENT)
def look_into(unit: Unit, actor: Actor, command: LookInto) -> LookedInto:
    """Take a stamp off the list, with a note of what was found. What the public is told of it stays.

    Whoever sells copies would else also say that all is well. Scans from the next day on can put it on the
    list again. Raises ``NotFoundError``, ``CommandError``.
    """
    checks = Checks()
    note = checks.text("note", "kết quả xem xét", command.note, 500)
    checks.finish()
    row = _find_own(unit.session, actor, command.number)
    look_id = str(uuid4())
    look = ScanLookRow(
        id=look_id,
        number=row.number,
        organisation=actor.organisation,
        account_id=actor.account_id,
        looked_at=unit.now,
        total=row.total,
        note_sealed=seal_private(
            unit, actor.organisation, ORGANISATION, note.encode(), purpose=_purpose(look_id)
        ),
    )
    unit.session.add(look)
    row.is_open = False
    return LookedInto(row.number, row.total)


def _find_own(session: Session, actor: Actor, number: int) -> ScanStampRow:
    row = session.get(ScanStampRow, number)
    if row is None or row.rule is None or row.organisation != actor.organisation:
        raise NotFoundError("tem bị quét nhiều lần", str(number))
    return row


def _over_scanned(session: Session, row: ScanStampRow) -> OverScanned | None:
    found = find_range(session, row.number)
    if found is None or row.rule is None or row.since is None:
        return None
    return OverScanned(
        number=row.number,
        range=found,
        total=row.total,
        provinces=tuple(province_name(code) or code for code in split_provinces(row.provinces)),
        last_on=row.last_on,
        rule=ScanRule(row.rule),
        since=row.since,
        is_open=row.is_open,
    )


def _purpose(look_id: str) -> str:
    return f"ledger.coop/scan-look/{look_id}/note"


def _open_note(session: Session, vault: Vault, row: ScanLookRow) -> str:
    sealed, purpose = row.note_sealed, _purpose(row.id)
    return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()
