"""What a manager does about a report: answers it, or destroys what its author wrote."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.checks import Checks
from ledger.coop.errors import NotFoundError
from ledger.coop.people.erasing import overwriting
from ledger.coop.reports.report_tables import PageReportRow
from ledger.coop.reports.reporting import reference_of
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import ORGANISATION, destroy_key, seal_private

MAX_ANSWER = 500


class ReportOutcome(StrEnum):
    """What came of a report."""

    MENDED = "mended"
    RIGHT = "right"
    PASSED_ON = "passed_on"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class AnswerReport(Command):
    """What was found and done about a report. ``answer`` stays in the organisation's books."""

    report_id: str
    outcome: ReportOutcome
    answer: str | None = None

    def __repr__(self) -> str:
        return f"AnswerReport(report_id={self.report_id!r}, outcome={self.outcome!r})"


@dataclass(frozen=True, slots=True)
class EraseReport(Command):
    """The words of a report and its telephone number are to be gone for ever."""

    report_id: str


@dataclass(frozen=True, slots=True)
class AnsweredReport:
    """The report, and whether it was this that answered it (and not somebody before)."""

    id: str
    is_first: bool


@use_case(MANAGEMENT)
def answer_report(unit: Unit, actor: Actor, command: AnswerReport) -> AnsweredReport:
    """Take a report off the list. One that was answered stays as it is.

    Mending the page is another use case (a correction, a product's facts); this one only says that it was
    done. Raises ``NotFoundError``, ``CommandError``.
    """
    checks = Checks()
    checks.word("outcome", "kết quả", command.outcome, tuple(ReportOutcome))
    answer = checks.optional_text("answer", "ghi chú", command.answer, MAX_ANSWER)
    checks.finish()
    row = _find_own(unit, actor, command.report_id)
    if row.answered_at is not None:
        return AnsweredReport(row.id, is_first=False)
    row.outcome, row.answered_at, row.answered_by = command.outcome.value, unit.now, actor.account_id
    if answer is not None:
        row.answer_sealed = seal_private(
            unit, actor.organisation, ORGANISATION, answer.encode(), purpose=answer_purpose(row.id)
        )
    unit.session.flush()
    return AnsweredReport(row.id, is_first=True)


@use_case(MANAGEMENT)
def erase_report(unit: Unit, actor: Actor, command: EraseReport) -> AnsweredReport:
    """Destroy the key of what a person wrote; done again it changes nothing. Raises ``NotFoundError``.

    An unanswered report counts as answered with this: nobody can answer words that are gone.
    """
    row = _find_own(unit, actor, command.report_id)
    is_first = row.answered_at is None
    if row.erased_at is None:
        with overwriting(unit.session):
            destroy_key(unit, actor.organisation, row.id)
            row.words_sealed, row.erased_at = None, unit.now
            if is_first:
                row.outcome = ReportOutcome.EMPTY.value
                row.answered_at, row.answered_by = unit.now, actor.account_id
            unit.session.flush()
    return AnsweredReport(row.id, is_first=is_first)


def _find_own(unit: Unit, actor: Actor, report_id: str) -> PageReportRow:
    row = unit.session.get(PageReportRow, report_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("phản ánh", reference_of(report_id))
    return row


def answer_purpose(report_id: str) -> str:
    """What a report's sealed answer is for: it opens as nothing else."""
    return f"ledger.coop/page-report/{report_id}/answer"
