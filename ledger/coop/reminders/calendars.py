"""Reminders as an iCalendar file (RFC 5545), for the calendar that a telephone has anyway. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from ledger.coop.reminders.rules import WINDOWS, Reminder

MEDIA_TYPE = "text/calendar"
MAX_EVENTS = 500
KEPT_DAYS = 30
"""What was due longer ago than this has left the calendar."""
_LINE_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def format_calendar(reminders: Iterable[Reminder], *, name: str, host: str, now: datetime) -> str:
    """The file: one all-day event a reminder, at most 500, with an alarm in the morning it is first shown.

    ``host`` ends the identifiers of events, so that they are one's own everywhere (§3.8.4.7).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sogoc//reminders//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_escape(name)}",
        f"X-WR-CALNAME:{_escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    since = now.date() - timedelta(days=KEPT_DAYS)
    shown = [item for item in reminders if item.due_on >= since][:MAX_EVENTS]
    for item in shown:
        lines += _event(item, host, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line))


def _event(item: Reminder, host: str, now: datetime) -> Iterator[str]:
    before = WINDOWS[item.kind].before
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(item)}@{host}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{_day(item.due_on)}"
    yield f"DTEND;VALUE=DATE:{_day(item.due_on + timedelta(days=1))}"
    yield f"SUMMARY:{_escape(item.title)}"
    yield f"DESCRIPTION:{_escape(item.why)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_escape(item.title)}"
    # Seven in the morning of the first day on which the page shows it (§3.8.6.3).
    yield f"TRIGGER:-P{before - 1}DT17H" if before else "TRIGGER:PT7H"
    yield "END:VALARM"
    yield "END:VEVENT"


def _uid(item: Reminder) -> str:
    """The same for the same matter, however often the file is fetched; another once its day moves."""
    about = f"{item.kind}\n{item.subject}\n{item.due_on.isoformat()}"
    return hashlib.sha256(about.encode()).hexdigest()[:32]


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _escape(text: str) -> str:
    """A TEXT value (§3.3.11)."""
    return text.translate(_ESCAPES)


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, the later ones begun by a space; no letter is cut (§3.1)."""
    part, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > _LINE_OCTETS:
            yield part
            part, octets = " ", 1
        part += letter
        octets += size
    yield part
