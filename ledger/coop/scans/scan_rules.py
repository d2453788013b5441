"""When a stamp was scanned as no pack of goods is: rules over counts by day and province. Pure.

A copied code stays genuine, so nothing about the code itself can tell. What copies do is to be scanned: more
often than one pack is, in places too far apart, before the stamp is put to use, or after its lot is recalled.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate

from ledger.trace.passports.verdicts import Verdict
from ledger.trace.provinces import distance_km, is_province

UNKNOWN_PROVINCE = ""


class Phase(StrEnum):
    """What a stamp was when it was scanned."""

    UNUSED = "unused"
    ACTIVE = "active"
    VOIDED = "voided"
    RECALLED = "recalled"


class ScanRule(StrEnum):
    """What usual goods do not do, in the order in which it is told where several begin on one day."""

    AFTER_RECALL = "after_recall"
    BEFORE_ACTIVATION = "before_activation"
    FAR_APART = "far_apart"
    MANY_IN_A_DAY = "many_in_a_day"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """The most that is still usual; zero puts a rule out of force.

    ``far_km`` with ``far_days``: two provinces farther apart than that, scanned at most so many days from one
    another. ``before_activation`` also counts scans of voided stamps: neither belongs on goods. It leaves
    room for whoever tries what they just stuck, and for a shop that was quicker than the activation.
    """

    in_a_day: int = 20
    in_total: int = 100
    far_km: int = 500
    far_days: int = 1
    before_activation: int = 20
    after_recall: int = 10


@dataclass(frozen=True, slots=True)
class DayCount:
    """``count`` scans of one stamp on a day. ``province``: two-digit code, empty where unknown."""

    day: date
    province: str
    phase: Phase
    count: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a stamp broke, and the first day on which it had."""

    rule: ScanRule
    since: date


def phase_of(verdict: Verdict) -> Phase:
    """The phase of a stamp whose page says ``verdict``."""
    match verdict:
        case Verdict.RECALLED:
            return Phase.RECALLED
        case Verdict.VOIDED:
            return Phase.VOIDED
        case Verdict.NOT_ACTIVATED | Verdict.UNKNOWN:
            return Phase.UNUSED
        case Verdict.VALID | Verdict.SEEN_OFTEN | Verdict.EXPIRED | Verdict.TAMPERED:
            return Phase.ACTIVE


def find_broken(days: Iterable[DayCount], total: int, limits: ScanLimits) -> Broken | None:
    """The rule that was broken first, ``None`` where none was.

    ``total`` counts every scan, also those whose days are no longer kept. Cost: linear in ``days`` but for
    the provinces, of which each day's meet those of ``far_days`` days.
    """
    ordered = sorted(days, key=lambda one: (one.day, one.province, one.phase))
    found = list(_broken(ordered, total, limits))
    order = list(ScanRule)
    return min(found, key=lambda broken: (broken.since, order.index(broken.rule)), default=None)


def _broken(days: Sequence[DayCount], total: int, limits: ScanLimits) -> Iterator[Broken]:
    rules = (
        (ScanRule.AFTER_RECALL, _reached(_in(days, Phase.RECALLED), limits.after_recall)),
        (
            ScanRule.BEFORE_ACTIVATION,
            _reached(_in(days, Phase.UNUSED, Phase.VOIDED), limits.before_activation),
        ),
        (ScanRule.FAR_APART, _far_apart(_in(days, Phase.ACTIVE), limits)),
        (ScanRule.MANY_IN_A_DAY, _in_a_day(_in(days, Phase.ACTIVE), limits.in_a_day)),
        (ScanRule.MANY, _reached(days, limits.in_total, total - sum(one.count for one in days))),
    )
    for rule, since in rules:
        if since is not None:
            yield Broken(rule, since)


def _in(days: Iterable[DayCount], *phases: Phase) -> list[DayCount]:
    return [one for one in days if one.phase in phases]


def _reached(days: Sequence[DayCount], limit: int, before: int = 0) -> date | None:
    """The day on which there were more than ``limit``, counted on from ``before``."""
    if not limit:
        return None
    sums = accumulate((one.count for one in days), initial=before)
    next(sums)
    return next((one.day for one, reached in zip(days, sums, strict=True) if reached > limit), None)


def _in_a_day(days: Iterable[DayCount], limit: int) -> date | None:
    counts: Counter[date] = Counter()
    for one in days:
        counts[one.day] += one.count
    return min((day for day, count in counts.items() if count > limit > 0), default=None)


def _far_apart(days: Iterable[DayCount], limits: ScanLimits) -> date | None:
    """The first day with a scan too far from another of that day or of the few days before it."""
    if not limits.far_km:
        return None
    seen: list[tuple[date, str]] = []
    for place in dict.fromkeys((one.day, one.province) for one in days if is_province(one.province)):
        seen = [other for other in seen if (place[0] - other[0]).days <= limits.far_days]
        if any(distance_km(place[1], province) > limits.far_km for _, province in seen):
            return place[0]
        seen.append(place)
    return None
