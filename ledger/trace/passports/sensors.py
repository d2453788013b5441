"""What devices measured on the way, in one line a kind and entry: least, most, mean. Pure.

From ``sensorElementList`` (EPCIS 2.0 §7.3.7): each report has a ``value``, or is itself a summary with
``minValue``, ``maxValue`` and ``meanValue``. Words and single bits that a device reports have no mean.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from ledger.trace.derived.projections import event_time
from ledger.trace.events.parsing import Parsed
from ledger.trace.passports.story import Story
from ledger.trace.units import local_day, normalise, parse_json_number

_KINDS = {
    "Temperature": ("Nhiệt độ", "Temperature"),
    "RelativeHumidity": ("Độ ẩm", "Relative humidity"),
    "Humidity": ("Độ ẩm", "Humidity"),
    "Illuminance": ("Ánh sáng", "Illuminance"),
    "Pressure": ("Áp suất", "Pressure"),
    "pH": ("Độ pH", "pH"),
    "Salinity": ("Độ mặn", "Salinity"),
    "Mass": ("Khối lượng", "Mass"),
    "Speed": ("Tốc độ", "Speed"),
}
"""Measurement types of CBV 2.0 §7.8 that a shopper knows a word for; others go by their own."""
_UNITS = {"CEL": "°C", "FAH": "°F", "KEL": "K", "P1": "%", "LUX": "lx", "KGM": "kg", "A97": "hPa", "C62": ""}
"""UN/CEFACT codes as people write them; others go by their code."""
_HUNDREDTH = Decimal("0.01")
MAX_LINES = 12
"""An entry of one device has a line or two. Beyond this the entries themselves are read."""


@dataclass(frozen=True, slots=True)
class SensorFact:
    """What the entry at ``index`` says was measured of one kind, done on ``on``. ``readings`` counts values.

    ``mean`` is ``None`` where the entry says least and most only.
    """

    index: int
    on: date
    kind_vi: str
    kind_en: str
    unit: str
    low: Decimal
    high: Decimal
    mean: Decimal | None
    readings: int


def tell_sensors(story: Story) -> tuple[SensorFact, ...]:
    """The measurements of every event that stands, in the order they were done; at most 12 lines."""
    standing = (
        item
        for item in story.entries
        if item.flow is not None and not item.flow.is_error and item.index not in story.corrections
    )
    found = [(event_time(item.record.body), fact) for item in standing for fact in _facts(item)]
    ordered = sorted(found, key=lambda each: (each[0], each[1].index))
    return tuple(fact for _, fact in ordered[:MAX_LINES])


def _facts(item: Parsed) -> Iterator[SensorFact]:
    body = item.record.body
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for element in body.get("sensorElementList", ()):
        for report in element.get("sensorReport", ()):
            groups[str(report.get("type", "")), str(report.get("uom", ""))].append(report)
    on = local_day(event_time(body))
    for (kind, unit), reports in groups.items():
        lows, highs = _numbers(reports, "minValue", "value"), _numbers(reports, "maxValue", "value")
        if not lows or not highs:
            continue
        plain = kind.rpartition(":")[2].rpartition("/")[2].removeprefix("MT-")
        vi, en = _KINDS.get(plain, (plain, plain))
        yield SensorFact(
            item.index, on, vi, en, _UNITS.get(unit, unit), min(lows), max(highs),
            _mean(reports), len(_numbers(reports, "value")),
        )  # fmt: skip


def _numbers(reports: list[Mapping[str, Any]], *names: str) -> list[Decimal]:
    """Of each report the first of these members that is a number."""
    return [number for report in reports if (number := _first(report, names)) is not None]


def _first(report: Mapping[str, Any], names: tuple[str, ...]) -> Decimal | None:
    for name in names:
        value = report.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return parse_json_number(value)
    return None


def _mean(reports: list[Mapping[str, Any]]) -> Decimal | None:
    """The mean of single values, or of the means that summaries tell; to a hundredth."""
    known = _numbers(reports, "meanValue", "value")
    if len(known) < len(reports):
        return None
    mean = sum(known, Decimal(0)) / len(known)
    return normalise(mean.quantize(_HUNDREDTH, ROUND_HALF_EVEN))
