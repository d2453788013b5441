"""Checks the tracing room's tables against the log: every row is derived again from its entry and compared.

Plugged into ``ledger.audit.fsck``, which feeds it every record. Rows that one entry adds are compared window
by window; of lots, whose state many entries make, one small row each is kept in memory until the end.
Missing, surplus and changed rows are each a finding with the index of the entry they belong to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeGuard, cast

from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.orm import Session

from ledger.audit.finding import Finding
from ledger.log.entries import Kind
from ledger.log.errors import NotCanonicalError
from ledger.log.records import Record
from ledger.trace.credentials.lot_credential import credential_digest
from ledger.trace.credentials.status_lists import find_place
from ledger.trace.derived.inserts import ROW_TABLES
from ledger.trace.derived.projections import GTIN_REGISTER, Origin, project
from ledger.trace.derived.rows import EdgeRow, EventRow, LotRow, MoveRow, Projection, RegisterRow
from ledger.trace.derived.store import SELECT_LOTS, lots_made_of, rows_of
from ledger.trace.errors import TraceError, WrongDisclosureError
from ledger.trace.events.sealed import (
    MEMBER,
    SALT_BYTES,
    Disclosure,
    check_disclosure,
    commitment,
    parse_pointer,
    restore,
    sealed_pointers,
)
from ledger.trace.sealed_fields.disclosures import open_rows
from ledger.trace.tables import DisclosureRow, TraceCredential, TraceCredentialPlace, TraceLot, lot_key
from signing.vault import Vault

WINDOW = 256
"""Entries derived and compared at once."""
LOTS_AT_ONCE = 1000

_KEYS = {kind: tuple(column.name for column in table.primary_key) for kind, table in ROW_TABLES.items()}
_COLUMNS = {kind: tuple(item.name for item in fields(kind)) for kind in ROW_TABLES}
_VALUES = {kind: attrgetter(*names) for kind, names in _COLUMNS.items()}
_SELECT = {
    kind: select(*(table.c[name] for name in _COLUMNS[kind])).where(
        table.c.index.between(bindparam("first"), bindparam("last"))
    )
    for kind, table in ROW_TABLES.items()
}


Opened = Mapping[str, Disclosure | WrongDisclosureError | None]
"""What the stored disclosures of one entry open to, by pointer."""


class TraceCheck:
    """The ``ProjectionCheck`` of this room. One for one walk; ``session`` is the one that fsck reads."""

    def __init__(self, session: Session, vault: Vault) -> None:
        self.rows_checked = 0
        self._session = session
        self._vault = vault
        self._lots = _DerivedLots(session)
        self._waiting: list[Record] = []
        self._next_index = 0
        self._corrections: dict[int, int] = {}
        self._credentials: dict[tuple[str, str], int] = {}
        self._found: list[Finding] = []

    def feed(self, record: Record) -> None:
        """Take note of one record, in index order."""
        self._waiting.append(record)
        if len(self._waiting) >= WINDOW:
            self._compare_window()

    def findings(self, session: Session) -> Iterator[Finding]:
        """Everything found while being fed, then what shows only at the end."""
        self._compare_window()
        yield from self._found
        yield from self._surplus(session)
        yield from self._compare_corrections(session)
        yield from self._compare_lots(session)
        places = dict(self._credentials)
        yield from self._compare_credentials(session)
        yield from _compare_places(session, places)

    # -- window by window ----------------------------------------------------------------------------

    def _compare_window(self) -> None:
        if not self._waiting:
            return
        records, self._waiting = self._waiting, []
        first, last = self._next_index, records[-1].index
        self._next_index = last + 1
        opened = open_rows(self._session, self._vault, [record.index for record in records])
        derived = {record.index: self._derive(record, opened.get(record.index, {})) for record in records}
        incomplete = {index for index, projection in derived.items() if not projection.is_complete}
        expected: dict[type, list[Any]] = {kind: [] for kind in ROW_TABLES}
        for projection in derived.values():
            for kind, rows in rows_of(projection):
                expected[kind] += rows
        for kind, table in ROW_TABLES.items():
            stored = self._session.execute(_SELECT[kind], {"first": first, "last": last}).all()
            self.rows_checked += len(stored)
            if not _are_same(expected[kind], stored, kind):
                skipped = incomplete if kind is MoveRow else set()
                found = [kind(*values) for values in stored]
                self._found += _differences(table.name, expected[kind], found, skipped)

    def _derive(self, record: Record, opened: Opened) -> Projection:
        try:
            body = self._disclosed(record, opened)
            origin = Origin(record.index, record.chain_id, record.recorded_at)
            projection = project(origin, record.kind, body, self._lots.before(record.index))
        except (TraceError, LookupError, TypeError, ValueError, AttributeError) as error:
            self._found.append(
                Finding("log_entry", record.index, "body", "an event or statement of ours", str(error))
            )
            return Projection()
        self._lots.take(projection)
        if projection.corrects is not None:
            self._corrections[projection.corrects] = record.index
        if record.body.get("type") == "LotSealed" and projection.registers and "credential" in record.body:
            self._credentials[record.body["lot"], record.body["credential"]] = record.index
        return projection

    def _disclosed(self, record: Record, opened: Opened) -> Mapping[str, Any]:
        """The event with every value back that can still be disclosed and is the one committed to."""
        sealed = sealed_pointers(record.body) if record.kind is Kind.EVENT else {}
        if sealed.keys() != opened.keys():
            for pointer in sorted(sealed.keys() ^ opened.keys()):
                expected, found = ("a row", None) if pointer in sealed else (None, "a row")
                self._found.append(Finding("disclosure", record.index, pointer, expected, found))
        good = [
            item
            for pointer, item in opened.items()
            if item is not None and pointer in sealed and self._is_good(item, sealed[pointer], record)
        ]
        return _put_back(record.body, sealed, good) if good else record.body

    def _is_good(
        self, item: Disclosure | WrongDisclosureError, expected: str, record: Record
    ) -> TypeGuard[Disclosure]:
        try:
            if isinstance(item, WrongDisclosureError):
                raise item
            if len(item.salt) != SALT_BYTES or commitment(item.salt, item.value) != expected:
                check_disclosure(record.body, item)
        except (TraceError, NotCanonicalError) as error:
            wanted = "the value committed to"
            self._found.append(Finding("disclosure", record.index, item.pointer, wanted, str(error)))
            return False
        return True

    # -- at the end ----------------------------------------------------------------------------------

    def _surplus(self, session: Session) -> Iterator[Finding]:
        """Rows of entries that the log does not have."""
        for table in (*ROW_TABLES.values(), cast("Table", DisclosureRow.__table__)):
            outside = or_(table.c.index >= self._next_index, table.c.index < 0)
            for index in session.execute(select(table.c.index).where(outside)).scalars():
                yield Finding(str(table.name), index, "row", None, "a row of no entry")

    def _compare_corrections(self, session: Session) -> Iterator[Finding]:
        for kind in (EventRow, EdgeRow):
            table = ROW_TABLES[kind]
            columns = select(table.c.index, table.c.corrected_by).distinct()
            wrong = columns.where(
                or_(table.c.corrected_by.is_not(None), table.c.index.in_(list(self._corrections)))
            )
            for index, found in session.execute(wrong):
                expected = self._corrections.get(index)
                if found != expected:
                    yield Finding(str(table.name), index, "column corrected_by", expected, found)

    def _compare_lots(self, session: Session) -> Iterator[Finding]:
        left = dict(self._lots.lots)
        last_key = -1
        while True:
            query = SELECT_LOTS.where(TraceLot.key > last_key).order_by(TraceLot.key).limit(LOTS_AT_ONCE)
            rows = session.execute(query).all()
            for key, *values in rows:
                last_key, found = key, LotRow(*values)
                self.rows_checked += 1
                yield from _lot_differences(key, left.pop(found.lot, None), found)
            if len(rows) < LOTS_AT_ONCE:
                break
        for lot in left.values():
            yield Finding("trace_lot", lot.created_index, f"lot {lot.lot}", lot, None)

    def _compare_credentials(self, session: Session) -> Iterator[Finding]:
        left = dict(self._credentials)
        rows = session.execute(select(TraceCredential.lot, TraceCredential.digest, TraceCredential.json))
        for lot, digest, credential in rows.yield_per(LOTS_AT_ONCE):
            self.rows_checked += 1
            index = left.pop((lot, digest), None)
            if index is None:
                yield Finding("trace_credential", None, f"credential of {lot}", None, digest)
            elif credential_digest(credential) != digest:
                found = credential_digest(credential)
                yield Finding("trace_credential", index, f"credential of {lot}", digest, found)
        for (lot, digest), index in left.items():
            yield Finding("trace_credential", index, f"credential of {lot}", digest, None)


def _compare_places(session: Session, sealed: dict[tuple[str, str], int]) -> Iterator[Finding]:
    """Every sealed credential has a place in a status list, which is the one that it names itself."""
    left = {(lot_key(lot), digest): (lot, index) for (lot, digest), index in sealed.items()}
    table, kept = TraceCredentialPlace, TraceCredential
    rows = session.execute(
        select(
            table.lot, table.digest, table.index, table.organisation, table.number, table.position, kept.json
        )
        .outerjoin(kept, kept.digest == table.digest)
        .order_by(table.index)
    )
    for key, digest, index, *found, credential in rows.yield_per(LOTS_AT_ONCE):
        lot, expected = left.pop((key, digest), (f"key {key}", None))
        if index != expected:
            yield Finding("trace_credential_place", index, f"place of {lot}", expected, index)
        named = None if credential is None else _named_place(credential)
        if named is not None and named != tuple(found):
            yield Finding("trace_credential_place", index, f"place of {lot}", named, tuple(found))
    for lot, index in left.values():
        yield Finding("trace_credential_place", index, f"place of {lot}", "a row", None)


def _named_place(credential: Mapping[str, Any]) -> tuple[str, int, int] | None:
    try:
        place = find_place(credential)
    except TraceError:
        # Its digest is another than the seal's then, and that is told of it already.
        return None
    return None if place is None else (place.organisation, place.number, place.position)


class _DerivedLots:
    """The ``Known`` of a walk: what the records so far established. Memory: one row for each lot."""

    def __init__(self, session: Session) -> None:
        self.lots: dict[str, LotRow] = {}
        self._products: dict[tuple[str, str], str] = {}
        self._session = session
        self._size = 0

    def before(self, index: int) -> "_DerivedLots":
        """What was known before the entry at ``index``."""
        self._size = index
        return self

    def take(self, projection: Projection) -> None:
        """Take in what one entry changes."""
        self.lots.update((lot.lot, lot) for lot in projection.lots)
        for row in projection.registers:
            if row.kind == GTIN_REGISTER:
                self._products[row.chain_id, row.subject] = row.body["product"]

    def lot(self, lot: str) -> LotRow | None:
        """The lot, if an earlier entry names it."""
        return self.lots.get(lot)

    def product_of_gtin(self, chain_id: str, gtin: str) -> str | None:
        """The product that the organisation registered under a GTIN of 14 digits."""
        return self._products.get((chain_id, gtin))

    def made_of(self, lot: str) -> Iterable[str]:
        """Every lot made of ``lot``: read from the edges, which are themselves compared."""
        return lots_made_of(self._session, lot, self._size)


def _put_back(
    body: Mapping[str, Any], sealed: Mapping[str, str], good: Sequence[Disclosure]
) -> Mapping[str, Any]:
    """``restore``, copying only what lies on the way to a sealed place: the rest is read and let go."""
    full = dict(body)
    copied: dict[tuple[str, ...], Any] = {(): full}
    try:
        for item in good:
            *way, name = parse_pointer(item.pointer)
            _copied(copied, tuple(way))[name] = item.value
    except (LookupError, TypeError, ValueError, AttributeError):
        return restore(body, good)  # which says what is wrong
    left = sealed.keys() - {item.pointer for item in good}
    full[MEMBER] = {pointer: sealed[pointer] for pointer in left}
    if not left:
        del full[MEMBER]
    return full


def _copied(copied: dict[tuple[str, ...], Any], way: tuple[str, ...]) -> Any:
    """Our own copy of the object at the end of ``way``, hung into our own copy of what holds it."""
    if way not in copied:
        holder = _copied(copied, way[:-1])
        token = int(way[-1]) if isinstance(holder, list) else way[-1]
        copied[way] = holder[token] = holder[token].copy()
    return copied[way]


def _are_same(expected: Sequence[Any], stored: Sequence[Any], kind: type) -> bool:
    """Whether the derived rows are the stored ones; the quick look that is enough for a log in order."""
    if kind is RegisterRow or len(expected) != len(stored):  # its rows hold JSON, which has no hash
        return not expected and not stored
    return set(map(_VALUES[kind], expected)) == set(stored)


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEYS[type(row)])


def _differences(
    table: str, derived: Iterable[Any], stored: Iterable[Any], skipped: set[int]
) -> Iterator[Finding]:
    expected, found = ({_key(row): row for row in rows} for rows in (derived, stored))
    for key in sorted(expected.keys() | found.keys(), key=repr):
        should, is_there = expected.get(key), found.get(key)
        index = (expected if should is not None else found)[key].index
        if should != is_there and index not in skipped:
            what = "row is missing" if is_there is None else "row is surplus" if should is None else "row"
            yield Finding(table, index, what, should, is_there)


def _lot_differences(key: int, expected: LotRow | None, found: LotRow) -> Iterator[Finding]:
    if expected is None:
        yield Finding("trace_lot", found.created_index, f"lot {found.lot}", None, found)
        return
    if key != lot_key(found.lot):
        yield Finding("trace_lot", found.created_index, f"key of {found.lot}", lot_key(found.lot), key)
    for item in fields(LotRow):
        should, is_there = getattr(expected, item.name), getattr(found, item.name)
        if should != is_there:
            what = f"column {item.name} of {found.lot}"
            yield Finding("trace_lot", expected.created_index, what, should, is_there)
