"""What every recorded step has in common: whose work it is, its values, its guards, and its place in the log.

A use case finds what the step is about, asks the guards with the facts of that, builds the event, and hands
it to ``write_step``: one event, one row of who did it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from ledger.coop.actors import FOR_OTHERS, Actor, Role
from ledger.coop.attachments.photos import Photo
from ledger.coop.attachments.voices import find_voice
from ledger.coop.desks import Desk
from ledger.coop.done_dates import event_time
from ledger.coop.errors import CommandError, NotAllowedError, Problem
from ledger.coop.events import MAX_PHOTOS, Occasion
from ledger.coop.registers.places import find_place
from ledger.coop.registers.references import resolve_member, resolve_references
from ledger.coop.review.marking import mark_entry
from ledger.coop.tables import WorkRow
from ledger.coop.use_cases import Command
from ledger.inserts import Insert, core_table
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import capture_event
from ledger.trace.derived.lot_memory import LotMemory
from ledger.trace.events.sealed import rules_for
from ledger.trace.facts import Facts
from ledger.trace.guards import GuardWarning, Override, check_guards, event_members
from ledger.trace.sectors.fields import RawValue, check_values
from ledger.trace.sectors.templates import Step

_INSERT_WORK = Insert(
    core_table(WorkRow),
    "entry_index", "organisation", "account_id", "member_id", "lot", "step", "done_on",
)  # fmt: skip

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDetails(Command):
    """What a person may say of any step.

    ``values`` are the step's fields as typed; ``done_by`` is a member's id or code, the actor's own member
    if none; ``place`` a place's code; ``voice`` the digest of a kept voice note; ``overrides`` maps guards to
    the reason for passing them.
    """

    values: Mapping[str, RawValue] = field(default_factory=dict)
    done_by: str | None = None
    photos: tuple[Photo, ...] = ()
    note: str | None = None
    voice: str | None = None
    place: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCommand(StepDetails):
    """A step and the day on which it was done."""

    done_on: date


@dataclass(frozen=True, slots=True)
class Notice:
    """A guard that spoke and let pass: its code, a Vietnamese sentence, and whether a manager passed it."""

    guard: str
    sentence: str
    overridden: bool


def find_doer(desk: Desk, actor: Actor, command: StepDetails) -> str | None:
    """The id of the member who did the work; ``None`` when the account is nobody's and names nobody.

    Raises ``NotFoundError``, and ``NotAllowedError`` for a grower who records in another's name.
    """
    if command.done_by is None:
        return actor.member_id
    member_id = resolve_member(desk.session, actor, command.done_by)
    if member_id != actor.member_id and actor.roles.isdisjoint(FOR_OTHERS):
        raise NotAllowedError("records for another", needed=frozenset(role.value for role in FOR_OTHERS))
    return member_id


def check_step_values(
    desk: Desk,
    actor: Actor,
    step: Step,
    command: StepDetails,
    *,
    doer: str | None,
    computed: Mapping[str, RawValue] = NOTHING,
) -> dict[str, Any]:
    """The step's values in their one form, with note, doer and recorder.

    ``computed`` are values the program knows better than the form, references resolved; those the step has no
    field for are left out. Raises ``ledger.trace.errors.FieldErrors``.
    """
    typed = {key: value for key, value in command.values.items() if key not in computed}
    raw = resolve_references(desk.session, actor, step, typed)
    raw.update((key, value) for key, value in computed.items() if step.field(key) is not None)
    raw["recorded_by"] = actor.member_id or actor.account_id
    if doer is not None:
        raw["done_by"] = doer
    if command.note:
        raw["note"] = command.note
    if command.voice:
        raw["voice_note"] = [find_voice(desk.session, actor, command.voice).digest]
    return check_values(step, raw)


def find_occasion(
    desk: Desk,
    actor: Actor,
    command: StepDetails,
    done_on: date,
    *,
    not_before: datetime | None = None,
    place: str | None = None,
) -> Occasion:
    """When and where the step was done; ``place`` (a URI) is where it happens unless the command says.

    Raises ``DoneDateError``, ``NotFoundError``, ``CommandError``.
    """
    occasion = occasion_at(desk, command, done_on, not_before=not_before, place=place)
    if command.place is None:
        return occasion
    return replace(occasion, place=find_place(desk.session, actor.organisation, command.place).uri)


def occasion_at(
    desk: Desk, command: StepDetails, done_on: date, *, not_before: datetime | None = None, place: str | None
) -> Occasion:
    """``find_occasion`` for a step whose place (a URI) is known, whatever the command says."""
    if len(command.photos) > MAX_PHOTOS:
        raise CommandError(Problem("photos", f"Mỗi việc chỉ kèm tối đa {MAX_PHOTOS} ảnh. Hãy bỏ bớt ảnh."))
    done_at = event_time(done_on, desk.now, not_before=not_before)
    return Occasion(done_at, place, command.photos)


def ask_guards(
    actor: Actor, step: Step, facts: Facts, overrides: Mapping[str, str]
) -> tuple[GuardWarning, ...]:
    """What the guards of the step say. Raises ``ledger.trace.errors.GuardError``."""
    by = Role.MANAGER if Role.MANAGER in actor.roles else min(actor.roles)
    given = {guard: Override(reason.strip(), by.value) for guard, reason in overrides.items()}
    return check_guards(step, facts, given)


def write_step(
    unit: Unit,
    actor: Actor,
    step: Step,
    event: Mapping[str, Any],
    warnings: Sequence[GuardWarning],
    *,
    lot: str,
    done_on: date,
    doer: str | None,
) -> Receipt:
    """Write the event of a step about ``lot``, and who did it. Raises what ``capture_event`` raises."""
    full = {**event, **event_members(tuple(warnings))}
    receipt = capture_event(unit, actor.organisation, full, sealed=rules_for(step, full))
    keep_work(unit, actor, receipt.index, step, lot=lot, done_on=done_on, doer=doer)
    mark_entry(unit, actor, receipt.index, step, event, warnings=warnings, done_on=done_on, doer=doer)
    return receipt


def keep_work(
    unit: Unit, actor: Actor, index: int, step: Step, *, lot: str, done_on: date, doer: str | None
) -> None:
    """Note in the books who recorded the entry at ``index``, and whose work it tells."""
    row = (index, actor.organisation, actor.account_id, doer, lot, step.code, done_on)
    LotMemory.of(unit).add(_INSERT_WORK, [row])


def notices(warnings: Sequence[GuardWarning]) -> tuple[Notice, ...]:
    """The warnings as the person at the form gets them."""
    return tuple(
        Notice(warning.guard, warning.sentence_vi, warning.override is not None) for warning in warnings
    )
