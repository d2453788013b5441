"""Where each step of a template is done: the address of its page, its picture, and which steps come first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from flask import url_for

from ledger.trace.sectors.templates import TEMPLATES, Step, Template
from web.languages import _
from web.templating import STATIC

MAX_BUTTONS = 6
"""So many work buttons stand on a page; the rest is behind “Việc khác”."""
_SEASON_LEVELS = frozenset({"unit", "creates_batch"})
_LOT_LEVELS = frozenset({"batch", "transform"})
# Steps that stand elsewhere on a season's or a lot's page, or that have no page: orders are not kept here.
_NOT_IN_SEASON = frozenset({"season_open", "season_close", "raw_intake"})
_NOT_ON_LOT = frozenset({"label_activation", "distributor_receipt", "recall"})

# Shipping has a button of its own on a lot of packs.
_BEFORE_PACKING = frozenset({"receiving", "shipping", "mix_steam", "salting", "steaming", "chilling"})

_ICONS = frozenset(path.stem for path in Path(STATIC, "icons", "steps").glob("*.svg"))


@dataclass(frozen=True, slots=True)
class StepButton:
    """A button: which work, where it leads, its picture."""

    code: str
    name: str
    href: str
    icon: str


def step_icon(code: str) -> str:
    """The picture of a step; steps without one share a tool."""
    return f"steps/{code if code in _ICONS else 'work'}"


def step_address(step: Step, lot: str) -> str:
    """The page on which ``step`` is recorded for a season or lot."""
    match step.code:
        case "packing":
            return url_for("console.pack_lots", lo=lot)
        case "shipping":
            return url_for("console.ship_lot", lot=lot)
        case "storage":
            return url_for("console.move_goods", lot=lot)
        case "lab_test":
            return url_for("console.lot_result", lot=lot)
    if step.level == "transform":
        return url_for("console.process", step_code=step.code, lo=lot)
    return url_for("console.record", step_code=step.code, lot=lot)


def season_buttons(
    template: Template, season: str, used: Sequence[str] = ()
) -> tuple[tuple[StepButton, ...], tuple[StepButton, ...]]:
    """The season's first buttons, and the other works: those ``used`` last, then those of the template."""
    steps = (
        step for step in template.steps if step.level in _SEASON_LEVELS and step.code not in _NOT_IN_SEASON
    )
    return _buttons(steps, (*used, *template.quick_grower), season)


def practice_buttons(steps: Iterable[Step], season: str) -> tuple[StepButton, ...]:
    """The works of a season for practice."""
    return tuple(
        StepButton(
            step.code,
            _(step.name_vi),
            url_for("console.practise", season=season, step_code=step.code),
            step_icon(step.code),
        )
        for step in steps
    )


def lot_buttons(
    template: Template, lot: str, *, is_pack: bool
) -> tuple[tuple[StepButton, ...], tuple[StepButton, ...]]:
    """The first buttons of a lot, and the other works. What is packed is only kept, not worked on."""
    steps = [step for step in template.steps if step.level in _LOT_LEVELS and step.code not in _NOT_ON_LOT]
    if is_pack:
        kept = (step for step in steps if step.level == "batch" and step.code not in _BEFORE_PACKING)
        return _buttons(kept, (), lot)
    return _buttons(steps, template.quick_packer, lot)


def quick_buttons(names: Iterable[str], used: Sequence[str] = ()) -> tuple[StepButton, ...]:
    """The first works of the templates ``names`` under way: those ``used`` last, then each template in turn.

    Which season, is asked next.
    """
    found: dict[str, StepButton] = {}
    templates = [TEMPLATES[name] for name in names]
    for template in templates:
        known = {step.code for step in template.steps if step.level in _SEASON_LEVELS}
        for code in used:
            if code in known and code not in _NOT_IN_SEASON:
                href = url_for("console.choose_season", step_code=code)
                found[code] = StepButton(code, _(template.step(code).name_vi), href, step_icon(code))
    found = {code: found[code] for code in used if code in found}
    for row in zip_longest(*(template.quick_grower for template in templates)):
        for template, code in zip(templates, row, strict=True):
            if code is not None and code not in found and code not in _NOT_IN_SEASON:
                href = url_for("console.choose_season", step_code=code)
                found[code] = StepButton(code, _(template.step(code).name_vi), href, step_icon(code))
    return tuple(found.values())[:MAX_BUTTONS]


def _buttons(
    steps: Iterable[Step], quick: tuple[str, ...], lot: str
) -> tuple[tuple[StepButton, ...], tuple[StepButton, ...]]:
    known = {
        step.code: StepButton(step.code, _(step.name_vi), step_address(step, lot), step_icon(step.code))
        for step in steps
    }
    first = [code for code in dict.fromkeys(quick) if code in known][:MAX_BUTTONS]
    return tuple(known[code] for code in first), tuple(known[code] for code in known if code not in first)


def taking_step(sector: Template) -> Step | None:
    """The step by which a season of the sector gives something, where that can be sold on."""
    has_shipping = any(step.code == "shipping" for step in sector.steps)
    takings = (
        step
        for step in sector.steps
        if step.level == "creates_batch" and step.event_type == "TransformationEvent"
    )
    return next(takings, None) if has_shipping else None
