"""What a neighbour may try with reports about pages; each attack makes first what it is after."""

from collections.abc import Callable
from typing import Any

from ledger.coop.reports.answering import AnswerReport, EraseReport, ReportOutcome
from ledger.coop.reports.report_tables import PageReportRow
from ledger.coop.reports.reporting import ReportPage, ReportReason, report_page
from ledger.trace.passports.verdicts import Verdict

REPORT_TABLES = (PageReportRow,)


def _reported(victim: Any) -> str:
    world = victim.world
    command = ReportPage(
        world.coop.code, ReportReason.FACTS, Verdict.VALID, victim.sealed, text="sai", phone="0912345678"
    )
    made: str = world.ledger.write(report_page, command).id
    return made


REPORT_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "answer_report": [lambda v: AnswerReport(_reported(v), ReportOutcome.EMPTY)],
    "erase_report": [lambda v: EraseReport(_reported(v))],
}
