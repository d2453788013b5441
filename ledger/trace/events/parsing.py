"""Entries taken apart once: parsed records with what they do to lots, remembered by their bytes. Pure.

Parsing is a function of the bytes, so remembering it hides nothing: other bytes are parsed again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ledger.log.entries import EventNote, Kind, parse_entry, parse_event_note
from ledger.log.errors import MalformedError, MalformedEventNoteError
from ledger.log.merkle import leaf_hash
from ledger.log.records import Record, make_record
from ledger.trace.errors import TraceError
from ledger.trace.events.flows import Flow, read_flow
from ledger.trace.events.statements import Statement, is_trace_statement, parse_statement

REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Parsed:
    """An entry at its index: ``flow`` if it is an event, ``statement`` if it is one of this room's."""

    record: Record
    note: EventNote
    flow: Flow | None
    statement: Statement | None

    @property
    def index(self) -> int:
        """The entry's index in the log."""
        return self.record.index


@lru_cache(maxsize=REMEMBERED)
def parse(index: int, data: bytes) -> Parsed:
    """The parsed entry ``data`` at ``index``. Checks form only.

    Raises ``MalformedEntryError`` and ``MalformedEventNoteError``, the latter also for a body that is neither
    an event nor a statement as this room writes them.
    """
    entry = parse_entry(data)
    note = parse_event_note(entry.note)
    record = make_record(index, data, entry, note, leaf_hash(data))
    try:
        flow = read_flow(note.body) if note.kind is Kind.EVENT else None
        statement = (
            parse_statement(note.body)
            if note.kind is Kind.STATEMENT and is_trace_statement(note.body)
            else None
        )
    except (TraceError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise MalformedEventNoteError(f"no event or statement of ours: {error}") from error
    return Parsed(record, note, flow, statement)


def parse_known(entries: Mapping[int, bytes] | Iterable[tuple[int, bytes]]) -> tuple[Parsed, ...]:
    """Those of ``entries`` that parse, in the order of their indexes."""
    pairs = sorted(entries.items() if isinstance(entries, Mapping) else entries)
    found = []
    for index, data in pairs:
        try:
            found.append(parse(index, data))
        except MalformedError:
            continue
    return tuple(found)
