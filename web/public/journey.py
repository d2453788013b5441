"""The steps of a journey as the page shows them: marks, icons and whole sentences beside the facts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.trace.passports.journey import JourneyStep, Override
from ledger.trace.sectors.templates import GUARDS, TEMPLATES
from web.languages import _

ROLES = {
    "grower": _("người trồng"),
    "recorder": _("người ghi sổ"),
    "team_lead": _("tổ trưởng"),
    "packer": _("người đóng gói"),
    "accountant": _("kế toán"),
    "manager": _("người quản lý"),
    "distributor": _("nhà phân phối"),
    "alliance": _("liên minh hợp tác xã"),
}
KEY_STEPS = frozenset(
    step.code for template in TEMPLATES.values() for step in template.steps if step.critical
)
"""The critical tracking events of all sectors: those that make, move or pack the goods."""
_TOLD_STEPS = KEY_STEPS | {"season_open", "lab_test", "release"}
"""What a journey is told by; the daily work between may be folded away."""
MIN_FOLDED = 3
"""Fewer steps of daily work than this take no more room unfolded."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """How well a step is evidenced, in a few words; ``icon`` has a shape of its own."""

    icon: str
    vi: str
    en: str


MARKS = {
    mark.icon: mark
    for mark in (
        Mark("self", _("HTX tự khai"), "Self-declared"),
        Mark("photo", _("Có ảnh"), "With photo"),
        Mark("peer", _("Hai người xác nhận"), "Second person confirmed"),
        Mark("device", _("Thiết bị ghi"), "Recorded by device"),
        Mark("third_party", _("Bên thứ ba xác nhận"), "Third party confirmed"),
    )
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of the journey with what the template does not work out by itself."""

    step: JourneyStep
    mark: Mark
    is_key: bool
    warnings: tuple[str, ...]
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Steps that follow one another: each for itself or, if ``is_folded``, behind one line."""

    steps: tuple[ShownStep, ...]
    is_folded: bool

    @property
    def first_on(self) -> date:
        """The day of its first step."""
        return self.steps[0].step.done_on

    @property
    def last_on(self) -> date:
        """The day of its last step."""
        return self.steps[-1].step.done_on

    @property
    def names(self) -> tuple[str, ...]:
        """What was done, each kind of work once and in Vietnamese; three at most."""
        return tuple(dict.fromkeys(shown.step.name_vi for shown in self.steps))[:_NAMED]

    @property
    def has_more(self) -> bool:
        """Whether there were more kinds of work than ``names`` tells."""
        return len({shown.step.name_vi for shown in self.steps}) > _NAMED


def stretches(steps: Iterable[ShownStep]) -> tuple[Stretch, ...]:
    """The steps, daily work of at least three in a row folded. Nothing is folded that asks for a look.

    That is: what came late, was corrected or replaces something, was warned of or let pass, was signed by
    somebody else too, or was recorded after the lot was signed.
    """
    found: list[Stretch] = []
    waiting: list[ShownStep] = []

    def put_away() -> None:
        if waiting:
            found.append(Stretch(tuple(waiting), len(waiting) >= MIN_FOLDED))
            waiting.clear()

    for shown in steps:
        if _is_daily(shown):
            waiting.append(shown)
            continue
        put_away()
        found.append(Stretch((shown,), is_folded=False))
    put_away()
    return tuple(found)


def _is_daily(shown: ShownStep) -> bool:
    step = shown.step
    asks = (
        step.late_days, step.corrected, step.correction_of is not None, step.reason, step.after_seal,
        shown.warnings, shown.overrides, step.signer_kind == "countersigned",
    )  # fmt: skip
    return step.step not in _TOLD_STEPS and not any(asks)


def shown_steps(journey: tuple[JourneyStep, ...]) -> tuple[ShownStep, ...]:
    """The steps that the sector shows to everyone, in the journey's order."""
    return tuple(
        ShownStep(
            step=step,
            mark=MARKS.get(step.evidence, MARKS["self"]),
            is_key=step.step in KEY_STEPS,
            warnings=tuple(_said(code) for code in step.warnings),
            overrides=tuple(map(_overridden, step.overrides)),
        )
        for step in journey
        if step.is_public
    )


def _said(guard: str) -> str:
    return _(GUARDS[guard].vi) if guard in GUARDS else guard


def _overridden(override: Override) -> str:
    role = ROLES.get(override.by, override.by)
    return _(
        "Vẫn cho làm dù có cảnh báo “%(guard)s”. Lý do của %(role)s: %(reason)s",
        guard=_said(override.guard),
        role=role,
        reason=override.reason,
    )
