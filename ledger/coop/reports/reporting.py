"""A stranger reports that a page is wrong: kept sealed for the organisation that answers for the page.

Nobody signs in for it, and nothing of it enters the log. No address, no device, no name is kept: only what
the person wrote, and a telephone number if they want to be called.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.people.erasing import overwriting
from ledger.coop.reports.errors import ReportsFullError
from ledger.coop.reports.report_tables import PageReportRow
from ledger.coop.tables import OrganisationRow
from ledger.log.unit import Unit
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.sealed_fields.disclosures import open_private, seal_private
from ledger.trace.tables import DataKey
from signing.vault import Vault

MAX_TEXT = 1000
MAX_OPEN_ABOUT_ONE = 20
"""Unanswered reports about one stamp or, without a stamp, one lot: more say nothing new."""
MAX_OPEN = 500
"""Unanswered reports of one organisation: a flood costs a bounded amount of room."""
KEPT = timedelta(days=730)
"""So long an answered report is kept."""
_FORGOTTEN_AT_ONCE = 100


class ReportReason(StrEnum):
    """What is wrong, in the reporter's eyes."""

    FACTS = "facts"
    GOODS = "goods"
    STAMP = "stamp"
    PAGE = "page"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report about a page of ``organisation``: of a ``lot``, of the stamp ``number``, or of both.

    ``shown`` is the verdict that the page told. ``text`` may be empty unless the reason is ``OTHER``.
    """

    organisation: str
    reason: ReportReason
    shown: Verdict
    lot: str | None = None
    number: int | None = None
    text: str = ""
    phone: str | None = None

    def __repr__(self) -> str:
        return f"ReportPage(lot={self.lot!r}, number={self.number!r}, reason={self.reason!r})"


@dataclass(frozen=True, slots=True)
class Reported:
    """The report as its author may name it on the telephone, and when it came."""

    id: str
    reported_at: datetime

    @property
    def reference(self) -> str:
        """Eight characters to read out: ``3F2A-91BC``."""
        return reference_of(self.id)


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What the reporter wrote."""

    text: str
    phone: str | None

    def __repr__(self) -> str:
        return "ReportWords(…)"


def reference_of(report_id: str) -> str:
    """The part of a report's id that people read out."""
    return f"{report_id[:4]}-{report_id[4:8]}".upper()


def report_page(unit: Unit, command: ReportPage) -> Reported:
    """Keep a report; the same one again, while it waits, is the first. Anyone may.

    Old answered reports of the organisation are forgotten on the way. Raises ``CommandError``,
    ``NotFoundError`` for an organisation that has no books here, ``ReportsFullError``.
    """
    words = _checked(command)
    session = unit.session
    if session.get(OrganisationRow, command.organisation) is None:
        raise NotFoundError("hợp tác xã", command.organisation)
    _forget_old(unit, command.organisation)
    waiting = _waiting_about(session, command)
    for row in waiting:
        if row.reason == command.reason.value and open_words(session, unit.vault, row) == words:
            return Reported(row.id, row.reported_at)
    _check_room(session, command, len(waiting))
    return _keep(unit, command, words)


def _checked(command: ReportPage) -> ReportWords:
    checks = Checks()
    checks.word("reason", "điều chưa đúng", command.reason, tuple(ReportReason))
    text = checks.optional_text("text", "mô tả", command.text, MAX_TEXT) or ""
    if command.reason is ReportReason.OTHER and not text:
        checks.refuse("text", "Hãy viết vài chữ cho biết điều gì chưa đúng.")
    phone = checks.phone("phone", command.phone)
    if not command.lot and command.number is None:
        checks.refuse("lot", "Không rõ phản ánh trang nào. Hãy quét lại tem.")
    checks.finish()
    return ReportWords(text, phone)


def _waiting_about(session: Session, command: ReportPage) -> list[PageReportRow]:
    same = PageReportRow.number == command.number
    if command.number is None:
        same = PageReportRow.number.is_(None) & (PageReportRow.lot == command.lot)
    waiting = (PageReportRow.organisation == command.organisation) & PageReportRow.answered_at.is_(None)
    return list(session.scalars(select(PageReportRow).where(waiting, same).limit(MAX_OPEN_ABOUT_ONE)))


def _check_room(session: Session, command: ReportPage, about_one: int) -> None:
    if about_one >= MAX_OPEN_ABOUT_ONE:
        raise ReportsFullError(about_one)
    own = PageReportRow.organisation == command.organisation
    found = session.scalar(select(func.count()).where(own, PageReportRow.answered_at.is_(None))) or 0
    if found >= MAX_OPEN:
        raise ReportsFullError(found)


def _keep(unit: Unit, command: ReportPage, words: ReportWords) -> Reported:
    report_id = str(uuid4())
    plain = orjson.dumps({"text": words.text, "phone": words.phone})
    sealed = seal_private(unit, command.organisation, report_id, plain, purpose=words_purpose(report_id))
    row = PageReportRow(
        id=report_id,
        organisation=command.organisation,
        lot=command.lot or "",
        number=command.number,
        shown=command.shown.value,
        reason=command.reason.value,
        reported_at=unit.now,
        words_sealed=sealed,
    )
    unit.session.add(row)
    unit.session.flush()
    return Reported(report_id, unit.now)


def _forget_old(unit: Unit, organisation: str) -> None:
    """Delete some answered reports whose time is over, and the keys of their words."""
    old = (PageReportRow.organisation == organisation) & (PageReportRow.answered_at < unit.now - KEPT)
    ids = list(unit.session.scalars(select(PageReportRow.id).where(old).limit(_FORGOTTEN_AT_ONCE)))
    if not ids:
        return
    with overwriting(unit.session):
        unit.session.execute(delete(PageReportRow).where(PageReportRow.id.in_(ids)))
        keys = (DataKey.organisation == organisation) & DataKey.subject.in_(ids)
        unit.session.execute(delete(DataKey).where(keys))


def open_words(session: Session, vault: Vault, row: PageReportRow) -> ReportWords | None:
    """What the reporter wrote; ``None`` once it was destroyed. Raises ``signing.errors.VaultError``."""
    if row.words_sealed is None:
        return None
    plain = open_private(
        session, vault, row.organisation, row.id, row.words_sealed, purpose=words_purpose(row.id)
    )
    return ReportWords(**orjson.loads(plain))


def words_purpose(report_id: str) -> str:
    """What a report's sealed words are for: they open as nothing else."""
    return f"ledger.coop/page-report/{report_id}/words"
