"""When a person is reminded, of what, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.coop.reminders.calendars import format_calendar
from ledger.coop.reminders.rules import (
    DEFAULT_QUIET_DAYS,
    QUIET_DAYS,
    WINDOWS,
    Facts,
    IntervalFact,
    PaperFact,
    ReminderKind,
    RoutineFact,
    SeasonFact,
    quiet_days_of,
    remind,
    upcoming,
)
from ledger.trace.sectors.templates import TEMPLATES

TODAY = date(2026, 11, 12)


def day(ahead):
    return TODAY + timedelta(days=ahead)


def season(**changed):
    facts = {
        "lot": "urn:lot", "code": "V1", "product": "Nho", "place_name": "Vườn 1", "template": "fruit_nho",
        "started_on": day(-60), "expected_from": None, "expected_to": None, "last_done_on": day(-1),
    }  # fmt: skip
    return SeasonFact(**(facts | changed))


def kinds(facts, on=TODAY):
    return [item.kind for item in remind(facts, on)]


def test_a_season_is_asked_about_after_so_many_days_of_silence_and_not_before():
    facts = Facts(seasons=(season(last_done_on=TODAY),))
    assert kinds(facts, day(DEFAULT_QUIET_DAYS - 1)) == []
    assert kinds(facts, day(DEFAULT_QUIET_DAYS)) == [ReminderKind.QUIET]
    assert kinds(facts, day(400)) == [ReminderKind.QUIET]


def test_a_season_without_a_line_counts_from_its_beginning_and_not_before_it():
    assert kinds(Facts(seasons=(season(last_done_on=None),))) == [ReminderKind.QUIET]
    assert kinds(Facts(seasons=(season(last_done_on=None, started_on=day(5)),))) == []


def test_the_cooperative_says_after_how_many_days_or_never():
    facts = Facts(seasons=(season(last_done_on=day(-5)),), quiet_days={"fruit_nho": 5})
    assert kinds(facts) == [ReminderKind.QUIET]
    assert kinds(Facts(seasons=(season(last_done_on=day(-99)),), quiet_days={"fruit_nho": 0})) == []


def test_every_template_has_a_number_of_days():
    assert QUIET_DAYS.keys() <= TEMPLATES.keys()
    assert all(quiet_days_of(name, {}) > 0 for name in TEMPLATES)


def test_a_harvest_is_announced_a_week_before_and_missed_after_its_window():
    facts = Facts(seasons=(season(expected_from=day(7), expected_to=day(20)),), quiet_days={"fruit_nho": 0})
    assert kinds(facts, day(-1)) == []
    assert kinds(facts) == [ReminderKind.HARVEST_SOON]
    assert kinds(facts, day(8)) == []
    assert kinds(facts, day(20)) == []
    assert kinds(facts, day(21)) == [ReminderKind.HARVEST_PASSED]


def test_a_harvest_without_a_last_day_has_a_week():
    facts = Facts(seasons=(season(expected_from=TODAY),), quiet_days={"fruit_nho": 0})
    assert kinds(facts, day(7)) == []
    assert kinds(facts, day(8)) == [ReminderKind.HARVEST_PASSED]


def test_the_last_of_several_intervals_counts():
    intervals = tuple(IntervalFact("urn:lot", "Nho", "Vườn 1", day(ahead)) for ahead in (2, 9, 5))
    assert kinds(Facts(intervals=intervals)) == []
    assert kinds(Facts(intervals=intervals), day(6)) == [ReminderKind.INTERVAL]
    assert kinds(Facts(intervals=intervals), day(13)) == []


def paper(valid_to, name="VietGAP", number="1", kind=ReminderKind.CERTIFICATE):
    return PaperFact(kind, name, number, valid_to)


def test_a_paper_is_spoken_of_two_months_before_its_end_and_a_month_after():
    facts = Facts(papers=(paper(day(60)),))
    assert kinds(facts, day(-1)) == []
    assert kinds(facts) == [ReminderKind.CERTIFICATE]
    assert "đã hết hạn" in remind(facts, day(61))[0].title
    assert kinds(facts, day(91)) == []


def test_a_renewed_paper_is_done_with():
    facts = Facts(papers=(paper(day(3)), paper(day(700), number="2")))
    assert kinds(facts) == []


def test_recurring_work_is_shown_until_it_is_done():
    facts = Facts(routines=(RoutineFact("r", "Hiệu chuẩn cân", day(7)),))
    assert kinds(facts) == [ReminderKind.ROUTINE]
    assert kinds(facts, day(300)) == [ReminderKind.ROUTINE]


def test_what_is_due_longest_comes_first():
    facts = Facts(routines=(RoutineFact("a", "A", day(3)), RoutineFact("b", "B", day(-3))))
    assert [item.subject for item in remind(facts, TODAY)] == ["b", "a"]


def test_every_kind_has_a_window():
    assert set(WINDOWS) == set(ReminderKind)


def calendar(facts):
    now = datetime(2026, 11, 12, 1, tzinfo=UTC)
    return format_calendar(upcoming(facts, TODAY), name="Nhắc việc; sổ", host="so.example.vn", now=now)


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_holds_an_event_a_reminder_and_no_line_is_too_long():
    long = "Hiệu chuẩn cân, bàn; " * 5
    text = calendar(Facts(routines=(RoutineFact("r", long, day(2)),)))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20261114" in lines
    assert "DTEND;VALUE=DATE:20261115" in lines
    assert "TRIGGER:-P6DT17H" in lines
    (summary,) = [line for line in lines if line.startswith("SUMMARY:")]
    assert summary == "SUMMARY:" + f"{long}: 14/11/2026".replace(",", "\\,").replace(";", "\\;")


def test_the_same_matter_keeps_its_identifier_and_another_day_is_another_event():
    def uid(on):
        lines = unfolded(calendar(Facts(routines=(RoutineFact("r", "Cân", on),))))
        return next(line for line in lines if line.startswith("UID:"))

    assert uid(day(2)) == uid(day(2)) != uid(day(3))
    assert uid(day(2)).endswith("@so.example.vn")


@pytest.mark.parametrize(("ago", "count"), [(30, 1), (31, 0)])
def test_what_was_due_long_ago_has_left_the_calendar(ago, count):
    text = calendar(Facts(routines=(RoutineFact("r", "Cân", day(-ago)),)))
    assert text.count("BEGIN:VEVENT") == count
