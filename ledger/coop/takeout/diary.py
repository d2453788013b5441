"""The diary as rows for people: what each step of the log says in words, the sealed values opened.

It is made while the log itself is sent, so that the log is read and opened once; until the spreadsheet's turn
it waits in a temporary file.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any, NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.registers.members import list_members
from ledger.coop.tables import WorkRow
from ledger.coop.takeout.entries import ChainPart
from ledger.log.entries import Kind
from ledger.log.records import Record
from ledger.trace.events.sealed import Disclosure
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import COMMON_FIELDS, TEMPLATES, Field, Step
from ledger.trace.units import format_date, local_day
from signing.vault import Vault

SHEET_ROWS = 1_000_000
"""A sheet has 1,048,576 rows (ECMA-376 §18.3.1.73); what is beyond stands in the JSON alone."""
_FIELDS = "sogoc:fields"
_STEPS: Mapping[tuple[str, str], Step] = {
    (sector.id, step.code): step for sector in TEMPLATES.values() for step in sector.steps
}
_STEP_NAMES: Mapping[str, str] = {step.code: step.name_vi for step in tuple(_STEPS.values())[::-1]}


class DiaryLine(NamedTuple):
    """A line of the diary: where it stands in the log, and texts."""

    entry: int
    done_on: str
    recorded_on: str
    step: str
    lot: str
    member: str
    said: str


class _Work(NamedTuple):
    """What the books know of a step: which, about which lot, whose, on which day."""

    step: str
    lot: str
    member_id: str | None
    done_on: date


class Diary:
    """Lines of the diary, kept in ``file`` as they come. One after another they are read again."""

    def __init__(self, session: Session, vault: Vault, actor: Actor, file: IO[bytes]) -> None:
        members = list_members(session, vault, actor.organisation)
        self._names = {item.id: item.name or item.code for item in members}
        self._session = session
        self._file = file
        self._count = 0

    def add(self, part: ChainPart) -> None:
        """Take in every step of a part of the log that the books know."""
        works = self._works(part.records)
        for record in part.records:
            work = works.get(record.index)
            if record.kind is Kind.EVENT and work is not None and self._count < SHEET_ROWS:
                self._count += 1
                line = self._line(record, part.opened.get(record.index, ()), work)
                self._file.write(orjson.dumps(tuple(line)) + b"\n")

    def lines(self) -> Iterator[DiaryLine]:
        """What was taken in."""
        self._file.seek(0)
        for line in self._file:
            yield DiaryLine(*orjson.loads(line))

    def _works(self, records: tuple[Record, ...]) -> dict[int, _Work]:
        asked = select(WorkRow.index, WorkRow.step, WorkRow.lot, WorkRow.member_id, WorkRow.done_on)
        indexes = [record.index for record in records]
        rows = self._session.execute(asked.where(WorkRow.index.in_(indexes)))
        return {row[0]: _Work(row[1], row[2], row[3], row[4]) for row in rows}

    def _line(self, record: Record, disclosures: tuple[Disclosure, ...], work: _Work) -> DiaryLine:
        step = _STEPS.get((record.body.get("sogoc:template", ""), work.step))
        return DiaryLine(
            entry=record.index,
            done_on=format_date(work.done_on),
            recorded_on=format_date(local_day(record.recorded_at)),
            step=_STEP_NAMES.get(work.step, work.step) if step is None else step.name_vi,
            lot=lot_code_of(work.lot),
            member=self._names.get(work.member_id or "", ""),
            said=self._said(record.body, disclosures, step),
        )

    def _said(self, body: Mapping[str, Any], disclosures: tuple[Disclosure, ...], step: Step | None) -> str:
        """The values of an event as “label: value”, the sealed ones opened."""
        values = dict(body.get(_FIELDS, {}))
        values |= {
            item.pointer.rpartition("/")[2]: item.value
            for item in disclosures
            if item.pointer.startswith(f"/{_FIELDS}/")
        }
        return "; ".join(
            f"{_label(key, step)}: {self._names.get(str(value), _text(value))}"
            for key, value in sorted(values.items())
        )


def _label(key: str, step: Step | None) -> str:
    field: Field | None = None if step is None else step.field(key)
    field = field or COMMON_FIELDS.get(key)
    return key if field is None else field.label_vi


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(map(_text, value.values()))
    return str(value)
