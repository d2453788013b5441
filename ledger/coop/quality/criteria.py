"""Criteria of a laboratory report: what was found, what is allowed, and whether it is met. Pure.

Numbers may be finer than the books' thousandths (0,0005 mg/kg), so they stay decimals of any size; a
laboratory that found nothing above what it can measure writes ``KPH`` (*không phát hiện*).
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.coop.checks import Checks
from ledger.trace.units import format_decimal

MAX_CRITERIA = 40
NOT_FOUND = "KPH"
_NOTHING_FOUND = frozenset({"kph", "không phát hiện", "nd", "not detected", "âm tính", "-"})
_NUMBER = re.compile(r"(<|≤)?\s*([0-9]{1,12}(?:[.,][0-9]{1,9})?)\Z")


class LimitRule(StrEnum):
    """How a criterion is judged."""

    MAX = "max"
    MIN = "min"
    ABSENT = "absent"
    NONE = "none"
    """Nothing is laid down; what was found is only told."""


RULE_NAMES = {
    LimitRule.MAX: "không quá",
    LimitRule.MIN: "ít nhất",
    LimitRule.ABSENT: "không được có",
    LimitRule.NONE: "không quy định",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a report as typed: ``found`` is a number, ``< 0,01`` or ``KPH``; ``allowed`` a number."""

    name: str
    found: str
    unit: str = ""
    rule: str = LimitRule.MAX
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with its values in their one form, and whether it is met."""

    name: str
    found: str
    unit: str
    rule: LimitRule
    allowed: str | None
    is_met: bool

    @property
    def sentence(self) -> str:
        """As it stands in the log, for everyone: ``Chì: 0,02 mg/kg (không quá 0,1): đạt``."""
        unit = f" {self.unit}" if self.unit else ""
        found = self.found if self.found == NOT_FOUND else f"{said(self.found)}{unit}"
        limit = RULE_NAMES[self.rule] + (f" {said(self.allowed)}" if self.allowed is not None else "")
        return f"{self.name}: {found} ({limit}): {'đạt' if self.is_met else 'không đạt'}"


def judge(criteria: tuple[Criterion, ...]) -> tuple[Judged, ...]:
    """Every criterion judged. Raises ``CommandError`` with every problem, beside ``criteria``."""
    checks = Checks()
    if not 1 <= len(criteria) <= MAX_CRITERIA:
        checks.refuse("criteria", f"Hãy ghi từ 1 đến {MAX_CRITERIA} chỉ tiêu của phiếu.")
    checks.finish()
    judged = [_judge(checks, one) for one in criteria]
    names = [plain_name(one.name) for one in criteria]
    if len(set(names)) < len(names):
        checks.refuse("criteria", "Có chỉ tiêu ghi hai lần. Hãy bỏ bớt một dòng.")
    checks.finish()
    return tuple(item for item in judged if item is not None)


def plain_name(name: str) -> str:
    """A criterion's name as two reports are compared by it."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def said(number: str | None) -> str:
    """A canonical decimal as people write it, a comma before the fraction; ``< 0.01`` as ``< 0,01``."""
    return (number or "").replace(".", ",")


def _judge(checks: Checks, one: Criterion) -> Judged | None:
    name = checks.text("criteria", "tên chỉ tiêu", one.name, 80)
    unit = checks.optional_text("criteria", "đơn vị", one.unit, 20) or ""
    rule = checks.word("criteria", "cách so", one.rule, [rule.value for rule in LimitRule])
    found, allowed = _found(one.found), _number(one.allowed)
    label = name or "chỉ tiêu"
    if found is None:
        checks.refuse("criteria", f"{label}: kết quả ghi số như 0,02, < 0,01 hoặc KPH (không phát hiện).")
    if rule in (LimitRule.MAX, LimitRule.MIN) and allowed is None:
        checks.refuse("criteria", f"{label}: chưa ghi mức cho phép, ví dụ 0,1.")
    if found is None or rule not in set(LimitRule):
        return None
    limit = allowed if rule in (LimitRule.MAX, LimitRule.MIN) else None
    return Judged(
        name,
        found,
        unit,
        LimitRule(rule),
        None if limit is None else format_decimal(limit),
        _is_met(found, LimitRule(rule), limit),
    )


def _found(text: str) -> str | None:
    """What was found in its one form: a canonical decimal, ``< 0.01``, or ``KPH``; ``None`` for neither."""
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    if typed.casefold() in _NOTHING_FOUND:
        return NOT_FOUND
    match = _NUMBER.match(typed)
    if match is None:
        return None
    number = format_decimal(Decimal(match[2].replace(",", ".")))
    return f"< {number}" if match[1] else number


def _number(text: str) -> Decimal | None:
    match = _NUMBER.match(text.strip())
    return None if match is None or match[1] else Decimal(match[2].replace(",", "."))


def _is_met(found: str, rule: LimitRule, allowed: Decimal | None) -> bool:
    """``< x`` meets a ceiling only where it could be measured down to that ceiling."""
    is_below = found.startswith("<")
    number = None if found == NOT_FOUND else Decimal(found.removeprefix("< "))
    match rule:
        case LimitRule.MAX:
            return number is None or (allowed is not None and number <= allowed)
        case LimitRule.MIN:
            return number is not None and not is_below and allowed is not None and number >= allowed
        case LimitRule.ABSENT:
            return number is None or number == 0
    return True
