"""Reports about pages: kept sealed, read by the manager alone, answered once, forgotten for good."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.reports import reporting
from ledger.coop.reports.answering import (
    AnswerReport,
    EraseReport,
    ReportOutcome,
    answer_report,
    erase_report,
)
from ledger.coop.reports.errors import ReportsFullError
from ledger.coop.reports.queries import PAGE, count_open_reports, find_report, open_reports
from ledger.coop.reports.report_tables import PageReportRow
from ledger.coop.reports.reporting import KEPT, MAX_TEXT, ReportPage, ReportReason, report_page
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.tables import DataKey

LOT = "http://127.0.0.1:8000/AAAAAAAAAA/class/NHO.L-1"


def reported(world, **values):
    command = {
        "organisation": world.coop.code,
        "reason": ReportReason.FACTS,
        "shown": Verdict.VALID,
        "lot": LOT,
        "number": 7,
        "text": "Trang ghi nho hạ đen, trong hộp là nho xanh",
        "phone": "0912 345 678",
    }
    return world.ledger.write(report_page, ReportPage(**(command | values)))


def listed(world, who=Role.MANAGER, **more):
    return world.read(open_reports, world.ledger.vault, world.actor(who), **more)


def test_a_report_waits_for_the_manager_with_what_was_written(world):
    size = world.size()
    made = reported(world)
    (found,) = listed(world)
    assert (found.id, found.reference) == (made.id, made.reference)
    assert (found.lot, found.lot_code, found.number) == (LOT, "L-1", 7)
    assert (found.reason, found.shown) == (ReportReason.FACTS, Verdict.VALID)
    assert (found.text, found.phone) == ("Trang ghi nho hạ đen, trong hộp là nho xanh", "0912 345 678")
    assert (found.outcome, found.answered_at, found.is_erased) == (None, None, False)
    assert world.read(find_report, world.ledger.vault, world.actor(Role.MANAGER), made.id) == found
    assert world.read(count_open_reports, world.actor(Role.MANAGER)) == 1
    assert world.size() == size, "nothing of it is in the log"


def test_the_words_are_nowhere_in_the_books_as_they_are(world):
    made = reported(world)
    with world.ledger.database.reading() as session:
        row = session.get(PageReportRow, made.id)
        assert b"nho xanh" not in row.words_sealed
        assert b"0912" not in row.words_sealed


def test_an_answered_report_leaves_the_list_and_stays_answered(world):
    made = reported(world)
    answer = AnswerReport(made.id, ReportOutcome.MENDED, "Đã sửa tên giống, gọi lại cho khách")
    assert world.run(answer_report, answer).is_first
    assert not world.run(answer_report, AnswerReport(made.id, ReportOutcome.EMPTY)).is_first
    assert listed(world) == ()
    (found,) = listed(world, is_open=False)
    assert (found.outcome, found.answer) == (ReportOutcome.MENDED, "Đã sửa tên giống, gọi lại cho khách")
    assert found.answered_by == "manager"
    with world.ledger.database.reading() as session:
        assert "sửa".encode() not in session.get(PageReportRow, made.id).answer_sealed


def test_erased_words_are_gone_with_their_key(world):
    made = reported(world)
    assert world.run(erase_report, EraseReport(made.id)).is_first
    assert not world.run(erase_report, EraseReport(made.id)).is_first
    (found,) = listed(world, is_open=False)
    assert (found.text, found.phone, found.is_erased) == (None, None, True)
    with world.ledger.database.reading() as session:
        assert session.scalar(select(DataKey.sealed).where(DataKey.subject == made.id)) is None


def test_erasing_keeps_how_a_report_was_answered(world):
    made = reported(world)
    world.run(answer_report, AnswerReport(made.id, ReportOutcome.RIGHT))
    world.run(erase_report, EraseReport(made.id))
    (found,) = listed(world, is_open=False)
    assert (found.outcome, found.is_erased) == (ReportOutcome.RIGHT, True)


def test_old_answered_reports_are_forgotten_with_the_next_one(world):
    old = reported(world)
    waiting = reported(world, number=8)
    world.run(answer_report, AnswerReport(old.id, ReportOutcome.RIGHT))
    world.clock.now += KEPT + timedelta(days=1)
    reported(world, number=9)
    assert listed(world, is_open=False) == ()
    assert waiting.id in {found.id for found in listed(world)}
    with world.ledger.database.reading() as session:
        assert session.scalar(select(func.count()).where(DataKey.subject == old.id)) == 0


def test_only_the_manager_reads_and_only_their_own(world):
    made = reported(world)
    vault = world.ledger.vault
    for who in (Role.ACCOUNTANT, Role.GROWER):
        with pytest.raises(NotAllowedError):
            listed(world, who)
    with pytest.raises(NotAllowedError):
        world.read(count_open_reports, world.actor(Role.PACKER))
    assert listed(world, world.neighbour_manager) == ()
    assert world.read(count_open_reports, world.neighbour_manager) == 0
    with pytest.raises(NotFoundError):
        world.read(find_report, vault, world.neighbour_manager, made.id)
    for use_case, command in (
        (answer_report, AnswerReport(made.id, ReportOutcome.EMPTY)),
        (erase_report, EraseReport(made.id)),
    ):
        with pytest.raises(NotFoundError):
            world.run(use_case, command, world.neighbour_manager)


def test_a_list_is_read_page_by_page(world):
    for number in range(PAGE + 2):
        reported(world, number=number, text="", phone=None)
    first = listed(world)
    assert len(first) == PAGE + 1
    assert first[0].number == PAGE + 1
    rest = listed(world, before=first[PAGE - 1].reported_at)
    assert [found.number for found in rest] == [1, 0]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
class TestRules:
    """What does not depend on the database."""

    def test_the_same_report_again_is_the_first(self, world):
        assert reported(world).id == reported(world).id
        assert reported(world).id != reported(world, text="Khác").id
        assert len(listed(world)) == 2

    def test_a_reason_alone_is_enough_unless_it_is_another(self, world):
        reported(world, text="", phone="")
        (found,) = listed(world)
        assert (found.text, found.phone) == ("", None)
        with pytest.raises(CommandError) as caught:
            reported(world, reason=ReportReason.OTHER, text=" ")
        assert [problem.field for problem in caught.value.problems] == ["text"]

    def test_a_text_has_a_limit(self, world):
        reported(world, text="a" * MAX_TEXT)
        with pytest.raises(CommandError):
            reported(world, text="a" * (MAX_TEXT + 1))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"reason": "x"}, "reason"),
            ({"phone": "gọi tôi"}, "phone"),
            ({"lot": None, "number": None}, "lot"),
            ({"text": "che\u202egiấu"}, "text"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, world, values, field):
        with pytest.raises(CommandError) as caught:
            reported(world, **values)
        assert [problem.field for problem in caught.value.problems] == [field]

    def test_an_organisation_without_books_here_gets_none(self, world):
        with pytest.raises(NotFoundError):
            reported(world, organisation="ZZZZZZZZZZ")

    @pytest.mark.parametrize("number", [7, None])
    def test_so_many_about_one_page_and_no_more(self, world, number):
        with patch.object(reporting, "MAX_OPEN_ABOUT_ONE", 2):
            reported(world, number=number, text="một")
            reported(world, number=number, text="hai")
            with pytest.raises(ReportsFullError):
                reported(world, number=number, text="ba")
            assert reported(world, number=number, text="hai")
            reported(world, number=8, lot=None, text="ba")

    def test_so_many_in_all_and_no_more(self, world):
        with patch.object(reporting, "MAX_OPEN", 2):
            first = reported(world, number=1)
            reported(world, number=2)
            with pytest.raises(ReportsFullError):
                reported(world, number=3)
            world.run(answer_report, AnswerReport(first.id, ReportOutcome.EMPTY))
            reported(world, number=3)

    def test_an_answer_has_a_limit_and_a_known_outcome(self, world):
        made = reported(world)
        for answer in (
            AnswerReport(made.id, "x"),
            AnswerReport(made.id, ReportOutcome.EMPTY, "a" * 501),
        ):
            with pytest.raises(CommandError):
                world.run(answer_report, answer)

    def test_nothing_written_is_in_a_repr(self, world):
        command = ReportPage("A", ReportReason.FACTS, Verdict.VALID, LOT, 1, "bí mật", "0912345678")
        reported(world)
        assert "bí mật" not in repr(command)
        assert "0912" not in repr(command) + repr(listed(world))
