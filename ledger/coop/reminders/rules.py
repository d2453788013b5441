"""What should not be forgotten: pure rules from dates to sentences.

A rule says when something is due; a window says from how many days before on it is shown, and until how many
days after. A calendar shows all of them on their days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from ledger.trace.units import format_date


class ReminderKind(StrEnum):
    """What a reminder is about."""

    QUIET = "quiet"
    INTERVAL = "interval"
    HARVEST_SOON = "harvest_soon"
    HARVEST_PASSED = "harvest_passed"
    CERTIFICATE = "certificate"
    GROWING_AREA = "growing_area"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Window:
    """Shown from ``before`` days before the due day until ``after`` days behind it; ``None``: until done."""

    before: int
    after: int | None


WINDOWS: Mapping[ReminderKind, Window] = MappingProxyType(
    {
        ReminderKind.QUIET: Window(0, None),
        ReminderKind.INTERVAL: Window(3, 3),
        ReminderKind.HARVEST_SOON: Window(7, 0),
        ReminderKind.HARVEST_PASSED: Window(0, None),
        ReminderKind.CERTIFICATE: Window(60, 30),
        ReminderKind.GROWING_AREA: Window(60, 30),
        ReminderKind.ROUTINE: Window(7, None),
    }
)

DEFAULT_QUIET_DAYS = 14
QUIET_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "duck_egg": 2,
        "pig_farm": 3,
        "fish_cage": 3,
        "honey": 14,
        "fruit_na": 21,
        "fruit_vai": 21,
        "herb_sam_nam": 30,
        "forest_timber": 90,
    }
)
"""After how many days without a line a season is asked about, where the cooperative says nothing else."""
MAX_QUIET_DAYS = 365
HARVEST_GRACE_DAYS = 7
"""A harvest that has no last day is over so many days after its first."""


@dataclass(frozen=True, slots=True)
class SeasonFact:
    """An open season. ``last_done_on`` is the day of the last work in it, ``None`` before the first."""

    lot: str
    code: str
    product: str
    place_name: str
    template: str
    started_on: date
    expected_from: date | None
    expected_to: date | None
    last_done_on: date | None


@dataclass(frozen=True, slots=True)
class IntervalFact:
    """Something was sprayed or given in a season, which may be taken from again on ``free_on``."""

    lot: str
    product: str
    place_name: str
    free_on: date


@dataclass(frozen=True, slots=True)
class PaperFact:
    """A certificate or the code of a growing area, good until the end of ``valid_to``."""

    kind: ReminderKind
    name: str
    number: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class RoutineFact:
    """Recurring work of the cooperative, due on ``next_on``."""

    id: str
    title: str
    next_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What reminders are made from."""

    seasons: tuple[SeasonFact, ...] = ()
    intervals: tuple[IntervalFact, ...] = ()
    papers: tuple[PaperFact, ...] = ()
    routines: tuple[RoutineFact, ...] = ()
    quiet_days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing not to forget: due when, what, why and what to do; ``subject`` is a lot, a code or an id."""

    kind: ReminderKind
    due_on: date
    title: str
    why: str
    subject: str


def quiet_days_of(template: str, said: Mapping[str, int]) -> int:
    """After how many days a season of this template is asked about; 0 for never."""
    return said.get(template, QUIET_DAYS.get(template, DEFAULT_QUIET_DAYS))


def remind(facts: Facts, today: date) -> tuple[Reminder, ...]:
    """What is to be shown today, the longest due first."""
    return _all(facts, today, lambda kind, due_on: _is_shown(kind, due_on, today))


def upcoming(facts: Facts, today: date) -> tuple[Reminder, ...]:
    """Every reminder on its day, past and to come, by day."""
    return _all(facts, today, lambda _, __: True)


Wanted = Callable[[ReminderKind, date], bool]
"""Whether a reminder of this kind, due on this day, is asked for: told before its sentences are written."""


def _all(facts: Facts, today: date, wanted: Wanted) -> tuple[Reminder, ...]:
    found = [
        *_of_seasons(facts, today, wanted),
        *(item for item in _of_rest(facts, today) if wanted(item.kind, item.due_on)),
    ]
    return tuple(sorted(found, key=lambda item: (item.due_on, item.kind, item.title, item.subject)))


def _is_shown(kind: ReminderKind, due_on: date, today: date) -> bool:
    window = WINDOWS[kind]
    ahead = (due_on - today).days
    return ahead <= window.before and (window.after is None or -ahead <= window.after)


def _of_rest(facts: Facts, today: date) -> Iterator[Reminder]:
    yield from _of_intervals(facts.intervals)
    yield from _of_papers(facts.papers, today)
    yield from _of_routines(facts.routines)


def _of_seasons(facts: Facts, today: date, wanted: Wanted) -> Iterator[Reminder]:
    for season in facts.seasons:
        days = quiet_days_of(season.template, facts.quiet_days)
        last = max(season.last_done_on or season.started_on, season.started_on)
        due_on = last + timedelta(days=days)
        if days and wanted(ReminderKind.QUIET, due_on):
            yield Reminder(
                ReminderKind.QUIET,
                due_on,
                f"{_where(season)}: {max(days, (today - last).days)} ngày chưa ghi gì",
                f"Vụ {season.code}, dòng gần nhất ngày {format_date(last)}. "
                "Đã làm gì thì ghi bù, sổ nói rõ là ghi sau.",
                season.lot,
            )
        if season.expected_from is not None:
            yield from _of_harvest(season, season.expected_from, wanted)


def _of_harvest(season: SeasonFact, starts: date, wanted: Wanted) -> Iterator[Reminder]:
    if wanted(ReminderKind.HARVEST_SOON, starts):
        yield Reminder(
            ReminderKind.HARVEST_SOON,
            starts,
            f"{_where(season)}: dự kiến thu từ {format_date(starts)}",
            f"Vụ {season.code}. Chuẩn bị người, thùng, tem. Chậm hay sớm hơn thì ghi theo dõi với ngày mới.",
            season.lot,
        )
    ends = season.expected_to or starts + timedelta(days=HARVEST_GRACE_DAYS)
    if wanted(ReminderKind.HARVEST_PASSED, ends + timedelta(days=1)):
        yield Reminder(
            ReminderKind.HARVEST_PASSED,
            ends + timedelta(days=1),
            f"{_where(season)}: đã quá ngày thu dự kiến {format_date(ends)}",
            f"Vụ {season.code}. Thu rồi thì ghi thu hoạch, chưa thu thì ghi theo dõi với ngày mới, "
            "xong vụ thì kết thúc vụ.",
            season.lot,
        )


def _where(season: SeasonFact) -> str:
    return f"{season.product}, {season.place_name}"


def _of_intervals(intervals: Iterable[IntervalFact]) -> Iterator[Reminder]:
    """One a season: the day on which the last of its intervals ends."""
    last: dict[str, IntervalFact] = {}
    for fact in intervals:
        if fact.lot not in last or fact.free_on > last[fact.lot].free_on:
            last[fact.lot] = fact
    for fact in last.values():
        yield Reminder(
            ReminderKind.INTERVAL,
            fact.free_on,
            f"{fact.product}, {fact.place_name}: hết cách ly {format_date(fact.free_on)}",
            "Từ ngày này mới được thu hoạch hoặc xuất bán.",
            fact.lot,
        )


def _of_papers(papers: tuple[PaperFact, ...], today: date) -> Iterator[Reminder]:
    """Those that nothing of the same name outlives: a renewed one is done with."""
    longest: dict[tuple[ReminderKind, str], date] = {}
    for paper in papers:
        key = (paper.kind, paper.name)
        longest[key] = max(paper.valid_to, longest.get(key, paper.valid_to))
    for paper in papers:
        if paper.valid_to < longest[paper.kind, paper.name]:
            continue
        ended = "đã hết hạn" if paper.valid_to < today else "hết hạn"
        yield Reminder(
            paper.kind,
            paper.valid_to,
            f"{paper.name} {ended} {format_date(paper.valid_to)}",
            f"Số {paper.number}. Làm thủ tục gia hạn, có giấy mới thì ghi vào sổ.",
            paper.number,
        )


def _of_routines(routines: Iterable[RoutineFact]) -> Iterator[Reminder]:
    for routine in routines:
        yield Reminder(
            ReminderKind.ROUTINE,
            routine.next_on,
            f"{routine.title}: {format_date(routine.next_on)}",
            "Làm xong thì bấm Đã làm.",
            routine.id,
        )
