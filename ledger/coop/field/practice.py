"""Seasons to practise with: the same forms and the same guards, and nothing of it ever reaches the log.

A practice season is one account's own. Its entries are rows of the books, sealed, and go in one tap.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import FIELD_WORK, Actor
from ledger.coop.done_dates import event_time
from ledger.coop.errors import CommandError, NotFoundError, Problem
from ledger.coop.field.diary_tables import PracticeEntryRow, PracticeSeasonRow
from ledger.coop.field.practice_facts import PracticeEntry, practice_facts
from ledger.coop.quantities import made_by
from ledger.coop.registers.places import Place, find_place
from ledger.coop.registers.products import Product, find_product
from ledger.coop.steps import Notice, StepCommand, ask_guards, check_step_values, find_doer, notices
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit
from ledger.trace.derived.registers import find_statement
from ledger.trace.events.statements import PlaceRegistered, ProductRegistered
from ledger.trace.facts import Facts, SeasonFacts
from ledger.trace.sectors.templates import Step, Template, template
from signing.vault import Vault

MAX_SEASONS = 5
MAX_ENTRIES = 200
_PURPOSE = "ledger.coop practice entry"
_LEVELS = frozenset({"unit", "creates_batch"})
_NOT_PRACTISED = frozenset({"season_open", "season_close", "raw_intake"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPractice(Command):
    """A season of ``product`` on ``place`` (codes) to practise with."""

    product: str
    place: str
    started_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPractice(StepCommand):
    """A step of a practice season."""

    season: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPractice(Command):
    """A practice season is thrown away with all that is in it."""

    season: str


@dataclass(frozen=True, slots=True)
class PracticeSeason:
    """A practice season: what it pretends to be, and what was recorded in it, the newest first."""

    id: str
    product: Product
    place: Place
    started_on: date
    sector: Template
    entries: tuple[PracticeEntry, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that can be practised."""
        return tuple(
            step for step in self.sector.steps if step.level in _LEVELS and step.code not in _NOT_PRACTISED
        )


@dataclass(frozen=True, slots=True)
class OpenedPractice:
    """A new practice season."""

    id: str


@dataclass(frozen=True, slots=True)
class Practised:
    """An entry in a practice season, and what the guards had to say."""

    season: str
    entry: str
    warnings: tuple[Notice, ...]


@use_case(FIELD_WORK)
def open_practice(unit: Unit, actor: Actor, command: OpenPractice) -> OpenedPractice:
    """Open a practice season. Raises ``NotFoundError``, ``DoneDateError``, ``CommandError`` (too many)."""
    product = find_product(unit.session, actor.organisation, command.product)
    place = find_place(unit.session, actor.organisation, command.place)
    event_time(command.started_on, unit.now)
    held = select(func.count()).select_from(PracticeSeasonRow).where(*_own(actor))
    if (unit.session.scalar(held) or 0) >= MAX_SEASONS:
        sentence = f"Đã có {MAX_SEASONS} vụ tập ghi. Hãy xóa bớt một vụ rồi mở vụ mới."
        raise CommandError(Problem("product", sentence))
    row = PracticeSeasonRow(
        id=str(uuid4()),
        organisation=actor.organisation,
        account_id=actor.account_id,
        product=product.code,
        place=place.code,
        started_on=command.started_on,
        created_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    return OpenedPractice(row.id)


@use_case(FIELD_WORK)
def record_practice(unit: Unit, actor: Actor, command: RecordPractice) -> Practised:
    """Record a step as one would in earnest, in the books alone.

    Raises ``NotFoundError``, ``CommandError``, ``DoneDateError``, ``ledger.trace.errors.FieldErrors`` and
    ``GuardError``.
    """
    season = read_practice(unit.session, unit.vault, actor, command.season)
    step = next((step for step in season.steps if step.code == command.step), None)
    if step is None:
        raise NotFoundError("việc", command.step)
    if len(season.entries) >= MAX_ENTRIES:
        raise CommandError(Problem("step", f"Vụ tập ghi đã có {MAX_ENTRIES} dòng. Hãy xóa đi mở vụ mới."))
    doer = find_doer(unit, actor, command)
    values = check_step_values(unit, actor, step, command, doer=doer)
    event_time(command.done_on, unit.now)
    made = made_by(step, values)
    facts = Facts(done_on=command.done_on, values=values, season=_season_facts(unit.session, season))
    if made is not None:
        facts = Facts(done_on=facts.done_on, values=values, unit_vi=made.unit_vi, season=facts.season)
    warnings = ask_guards(actor, step, facts, command.overrides)
    row = PracticeEntryRow(
        id=str(uuid4()),
        season_id=season.id,
        step=step.code,
        done_on=command.done_on,
        recorded_at=unit.now,
        values_sealed=_seal(unit.vault, season.id, values),
    )
    unit.session.add(row)
    unit.session.flush()
    return Practised(season.id, row.id, notices(warnings))


@use_case(FIELD_WORK)
def drop_practice(unit: Unit, actor: Actor, command: DropPractice) -> OpenedPractice:
    """Throw a practice season away. Raises ``NotFoundError``."""
    row = _find(unit.session, actor, command.season)
    unit.session.execute(delete(PracticeEntryRow).where(PracticeEntryRow.season_id == row.id))
    unit.session.delete(row)
    unit.session.flush()
    return OpenedPractice(command.season)


def list_practice(session: Session, vault: Vault, actor: Actor) -> tuple[PracticeSeason, ...]:
    """The account's practice seasons, the newest first."""
    rows = session.scalars(
        select(PracticeSeasonRow).where(*_own(actor)).order_by(PracticeSeasonRow.created_at.desc())
    ).all()
    return tuple(_season(session, vault, row) for row in rows)


def read_practice(session: Session, vault: Vault, actor: Actor, season: str) -> PracticeSeason:
    """The account's practice season with this id. Raises ``NotFoundError``."""
    return _season(session, vault, _find(session, actor, season))


def _own(actor: Actor) -> tuple[Any, ...]:
    return (
        PracticeSeasonRow.organisation == actor.organisation,
        PracticeSeasonRow.account_id == actor.account_id,
    )


def _find(session: Session, actor: Actor, season: str) -> PracticeSeasonRow:
    row = session.scalar(select(PracticeSeasonRow).where(PracticeSeasonRow.id == season, *_own(actor)))
    if row is None:
        raise NotFoundError("vụ tập ghi", season)
    return row


def _season(session: Session, vault: Vault, row: PracticeSeasonRow) -> PracticeSeason:
    product = find_product(session, row.organisation, row.product)
    entries = session.scalars(
        select(PracticeEntryRow)
        .where(PracticeEntryRow.season_id == row.id)
        .order_by(PracticeEntryRow.recorded_at.desc(), PracticeEntryRow.id)
    )
    return PracticeSeason(
        row.id,
        product,
        find_place(session, row.organisation, row.place),
        row.started_on,
        template(product.template),
        tuple(
            PracticeEntry(
                item.id, item.step, item.done_on, item.recorded_at, _open(vault, row.id, item.values_sealed)
            )
            for item in entries
        ),
    )


def _season_facts(session: Session, season: PracticeSeason) -> SeasonFacts:
    place = find_statement(session, PlaceRegistered, season.place.uri)
    product = find_statement(session, ProductRegistered, season.product.uri)
    return practice_facts(
        season.sector,
        season.entries,
        size=season.place.area_m2,
        perennial_since=None if place is None else place.statement.perennial_since,
        max_yield_per_unit=None if product is None else product.statement.max_yield_kg_per_m2,
    )


def _seal(vault: Vault, season: str, values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return vault.seal(text.encode(), f"{_PURPOSE} {season}")


def _open(vault: Vault, season: str, sealed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vault.open(sealed, f"{_PURPOSE} {season}"))
    return found
