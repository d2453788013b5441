"""Guards: what must hold before a step is written. The templates say which, how severe, and who may pass one.

Severity ``block`` refuses, ``warn`` is written beside the event, ``action`` is something the program does
(``sign_batch``, ``passport_shows_warning``) and has no rule. An override is a manager's, with a reason that
everyone can read. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ledger.trace.errors import GuardError, Violation
from ledger.trace.facts import Facts
from ledger.trace.rules import intervals, quantities, release
from ledger.trace.rules.findings import Finding, Rule
from ledger.trace.sectors.templates import GUARDS, GuardSpec, Step
from ledger.trace.texts import is_clean

RULES: Mapping[str, Rule] = MappingProxyType({**intervals.RULES, **quantities.RULES, **release.RULES})

MIN_REASON, MAX_REASON = 10, 300
_BY_MANAGER = "manager_with_reason_public"

_SAID_BETTER_BY: Mapping[str, str] = MappingProxyType({"mass_balance": "packs_le_input"})
"""Guards that object to the same amounts, and the one whose sentence people are told where both refuse."""


@dataclass(frozen=True, slots=True)
class Override:
    """A decision to go on in spite of a guard: the reason, public, and the role of who decided."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class GuardWarning:
    """A guard that speaks and lets pass: it only warns, or was overridden."""

    guard: str
    sentence_vi: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    override: Override | None = None


def check_guards(
    step: Step, facts: Facts, overrides: Mapping[str, Override] | None = None
) -> tuple[GuardWarning, ...]:
    """Ask every guard of ``step``; the warnings go into the event (``event_members``).

    ``overrides`` maps guard codes to decisions. Raises ``GuardError`` with all violations at once, one
    where two guards object to the same amounts, and ``MissingFactsError`` when facts a guard needs were not
    given: a guard never passes for lack of facts.
    """
    given = overrides or {}
    warnings: list[GuardWarning] = []
    violations: list[Violation] = []
    for spec in (GUARDS[code] for code in step.guards):
        finding = None if spec.severity == "action" else RULES[spec.code](spec, facts)
        if finding is None:
            continue
        override = given.get(spec.code)
        if spec.severity == "warn" or finding.only_warns:
            warnings.append(GuardWarning(spec.code, finding.sentence_vi, finding.evidence))
        elif override is None:
            violations.append(_violation(spec, finding, finding.sentence_vi))
        elif objection := _objection(spec, override):
            violations.append(_violation(spec, finding, f"{finding.sentence_vi} {objection}"))
        else:
            warnings.append(GuardWarning(spec.code, finding.sentence_vi, finding.evidence, override))
    if violations:
        raise GuardError(step.code, tuple(_said_once(violations)))
    return tuple(warnings)


def actions_of(step: Step) -> tuple[str, ...]:
    """What the program must do when this step is written (guards of severity ``action``)."""
    return tuple(code for code in step.guards if GUARDS[code].severity == "action")


def event_members(warnings: tuple[GuardWarning, ...]) -> dict[str, Any]:
    """The public members an event gains: ``sogoc:warnings``, ``sogoc:override`` (docs/spec/event-json.md)."""
    members: dict[str, Any] = {}
    if codes := [warning.guard for warning in warnings if warning.override is None]:
        members["sogoc:warnings"] = codes
    if passed := [
        {"guard": warning.guard, "reason": warning.override.reason, "by": warning.override.by}
        for warning in warnings
        if warning.override is not None
    ]:
        members["sogoc:override"] = passed
    return members


def is_overridable(guard: str) -> bool:
    """Whether a manager may pass this guard with a public reason."""
    return GUARDS[guard].override == _BY_MANAGER


def _said_once(violations: Sequence[Violation]) -> Iterator[Violation]:
    """``violations`` without those that another of them says better; at least one is left."""
    refused = {violation.guard for violation in violations}
    return (each for each in violations if _SAID_BETTER_BY.get(each.guard) not in refused)


def _objection(spec: GuardSpec, override: Override) -> str | None:
    """Why ``override`` does not pass this guard; ``None`` if it does."""
    if not is_overridable(spec.code):
        return "Quy tắc này không ai được bỏ qua."
    if override.by != "manager":
        return "Chỉ quản lý được bỏ qua quy tắc này."
    if not MIN_REASON <= len(override.reason) <= MAX_REASON or not is_clean(override.reason):
        return f"Lý do bỏ qua phải dài {MIN_REASON} đến {MAX_REASON} ký tự và ai cũng đọc được."
    return None


def _violation(spec: GuardSpec, finding: Finding, sentence_vi: str) -> Violation:
    return Violation(spec.code, sentence_vi, {**finding.evidence, "override": spec.override})
