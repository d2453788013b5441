"""The steps of a journey as the page shows them: marks, icons and whole sentences beside the facts. Pure."""

from dataclasses import dataclass

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
