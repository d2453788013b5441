"""Reports about an organisation's pages, as its manager reads them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor, check_may
from ledger.coop.errors import NotFoundError
from ledger.coop.reports.answering import ReportOutcome, answer_purpose
from ledger.coop.reports.report_tables import PageReportRow
from ledger.coop.reports.reporting import ReportReason, open_words, reference_of
from ledger.coop.tables import AccountRow
from ledger.trace.identifiers import lot_code_of
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.sealed_fields.disclosures import ORGANISATION, open_private
from signing.vault import Vault

PAGE = 50


@dataclass(frozen=True, slots=True)
class PageReport:
    """A report about a page. ``lot`` and ``number`` (of a stamp): what page it was; one of them is there.

    ``shown``: the verdict on it then. ``text`` and ``phone`` are ``None`` once ``is_erased``; ``text`` is
    empty when the reason said it all. ``answered_by`` is a login, empty where the account is gone.
    """

    id: str
    lot: str | None
    number: int | None
    shown: Verdict
    reason: ReportReason
    reported_at: datetime
    text: str | None
    phone: str | None
    outcome: ReportOutcome | None
    answered_at: datetime | None
    answered_by: str
    answer: str | None
    is_erased: bool

    def __repr__(self) -> str:
        return f"PageReport(id={self.id!r}, reason={self.reason!r})"

    @property
    def reference(self) -> str:
        """What its author was told to name it by."""
        return reference_of(self.id)

    @property
    def lot_code(self) -> str | None:
        """The lot's code, where it is known."""
        return None if self.lot is None else lot_code_of(self.lot)


def open_reports(
    session: Session, vault: Vault, actor: Actor, *, is_open: bool = True, before: datetime | None = None
) -> tuple[PageReport, ...]:
    """At most 51 reports, newest first: one more than a page, which tells whether one follows.

    ``is_open``: nobody answered yet; else those answered. ``before``: reported earlier than that. Raises
    ``NotAllowedError``.
    """
    check_may(actor, MANAGEMENT)
    query = select(PageReportRow).where(_is_own(actor), _is_answered(is_open=is_open))
    if before is not None:
        query = query.where(PageReportRow.reported_at < before)
    newest = query.order_by(PageReportRow.reported_at.desc(), PageReportRow.id)
    return tuple(_report(session, vault, row) for row in session.scalars(newest.limit(PAGE + 1)).all())


def count_open_reports(session: Session, actor: Actor) -> int:
    """How many reports wait for an answer. Raises ``NotAllowedError``."""
    check_may(actor, MANAGEMENT)
    waiting = select(func.count()).select_from(PageReportRow)
    return session.scalar(waiting.where(_is_own(actor), _is_answered(is_open=True))) or 0


def find_report(session: Session, vault: Vault, actor: Actor, report_id: str) -> PageReport:
    """One report about the organisation's pages. Raises ``NotAllowedError``, ``NotFoundError``."""
    check_may(actor, MANAGEMENT)
    row = session.scalar(select(PageReportRow).where(_is_own(actor), PageReportRow.id == report_id))
    if row is None:
        raise NotFoundError("phản ánh", reference_of(report_id))
    return _report(session, vault, row)


def _is_own(actor: Actor) -> ColumnElement[bool]:
    return PageReportRow.organisation == actor.organisation


def _is_answered(*, is_open: bool) -> ColumnElement[bool]:
    at = PageReportRow.answered_at
    return at.is_(None) if is_open else at.is_not(None)


def _report(session: Session, vault: Vault, row: PageReportRow) -> PageReport:
    words = open_words(session, vault, row)
    by = None if row.answered_by is None else session.get(AccountRow, row.answered_by)
    return PageReport(
        id=row.id,
        lot=row.lot or None,
        number=row.number,
        shown=Verdict(row.shown),
        reason=ReportReason(row.reason),
        reported_at=row.reported_at,
        text=None if words is None else words.text,
        phone=None if words is None else words.phone,
        outcome=None if row.outcome is None else ReportOutcome(row.outcome),
        answered_at=row.answered_at,
        answered_by="" if by is None else by.login,
        answer=_answer(session, vault, row),
        is_erased=row.erased_at is not None,
    )


def _answer(session: Session, vault: Vault, row: PageReportRow) -> str | None:
    if row.answer_sealed is None:
        return None
    sealed, purpose = row.answer_sealed, answer_purpose(row.id)
    return open_private(session, vault, row.organisation, ORGANISATION, sealed, purpose=purpose).decode()
