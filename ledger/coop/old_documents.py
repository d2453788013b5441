"""Photographed papers that lay among the public photos, under addresses that nobody could guess.

They are moved into the books: kept there first, committed, and only then deleted where they lay. Whatever
stops the move in between, the next one goes on; what it did is not done again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.attachments.documents import DocumentKind, keep_document
from ledger.coop.attachments.photos import find_photo, read_picture, remove_photo
from ledger.coop.errors import PhotoError
from ledger.coop.money.money_tables import MoneyRow
from ledger.coop.order_tables import DeliveryRow
from ledger.coop.supplies.tables import SupplyPurchaseRow
from ledger.log.ledger import Ledger
from ledger.log.records import Record, parse_record, read_records
from ledger.log.tables import LogEntry
from ledger.log.unit import Unit
from ledger.trace.sealed_fields.disclosures import read_all_disclosures
from ledger.trace.sectors.templates import TEMPLATES
from ledger.trace.tables import DisclosureRow, TraceEvent
from signing.vault import Vault

T = TypeVar("T")

AT_ONCE = 20
"""Papers of one unit of work: some megabytes."""
_ROWS = 500
_LABORATORY = "lab_test"
_FIELDS = "sogoc:fields"
_NAME = re.compile(r"ni:///sha-256;[A-Za-z0-9_-]{43}", re.ASCII)
_FILE_TYPES = frozenset({"file", "photo"})
_FILE_FIELDS = frozenset(
    field.key
    for sector in TEMPLATES.values()
    for step in sector.steps
    for field in step.fields
    if field.type in _FILE_TYPES
)


@dataclass(frozen=True, slots=True)
class OldDocument:
    """A paper among the public photos: whose, its RFC 6920 name, what it belongs to, who entered it."""

    organisation: str
    digest: str
    kind: DocumentKind
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many files were moved, and which are damaged (their names): those stay where they are."""

    files: int
    damaged: tuple[str, ...]


def find_old_documents(session: Session, vault: Vault, photo_store: Path) -> tuple[OldDocument, ...]:
    """What the books and entries name as papers, whose picture lies among the public photos."""
    named = dict.fromkeys((*_in_books(session), *_in_entries(session), *_in_disclosures(session, vault)))
    old = [document for document in named if _is_there(photo_store, document.digest)]
    shown = _shown_to_all(session, {document.digest for document in old})
    return tuple(document for document in old if document.digest not in shown)


def move_documents(ledger: Ledger, photo_store: Path) -> Moved:
    """Move every paper among the public photos into the books. Safe to stop and to repeat."""
    old = ledger.read(find_old_documents, ledger.vault, photo_store)
    damaged: set[str] = set()
    files: set[str] = set()
    for some in _parts(old, AT_ONCE):
        sound = [document for document in some if _is_sound(photo_store, document.digest)]
        damaged |= {document.digest for document in some} - {document.digest for document in sound}
        ledger.write(_keep, sound, photo_store)
        files |= {document.digest for document in sound}
    # A picture may be a paper of two cooperatives: it goes when all have it.
    for digest in sorted(files):
        remove_photo(photo_store, digest)
    return Moved(len(files), tuple(sorted(damaged)))


def _keep(unit: Unit, documents: Sequence[OldDocument], photo_store: Path) -> None:
    for document in documents:
        actor = Actor(document.account_id, document.organisation, None, frozenset())
        keep_document(unit, actor, read_picture(photo_store, document.digest), document.kind)


def _in_books(session: Session) -> Iterator[OldDocument]:
    purchases = select(
        SupplyPurchaseRow.organisation, SupplyPurchaseRow.invoice_photo, SupplyPurchaseRow.account_id
    )
    money = select(MoneyRow.organisation, MoneyRow.photo, MoneyRow.account_id)
    for query in (purchases, money):
        for organisation, digest, account in session.execute(query):
            if digest is not None:
                yield OldDocument(organisation, digest, DocumentKind.MONEY, account)
    deliveries = select(DeliveryRow.organisation, DeliveryRow.documents).where(DeliveryRow.documents != "")
    for organisation, listed in session.execute(deliveries):
        for digest in _NAME.findall(listed):
            yield OldDocument(organisation, digest, DocumentKind.DELIVERY)


def _in_entries(session: Session) -> Iterator[OldDocument]:
    """Laboratory reports, whose names anyone can read in the log."""
    indexes = session.scalars(
        select(TraceEvent.index).where(TraceEvent.step == _LABORATORY).order_by(TraceEvent.index)
    )
    for some in _parts(indexes.all(), _ROWS):
        for record in read_records(session, some):
            values = record.body.get(_FIELDS, {})
            yield from _of(record, (values[key] for key in sorted(_FILE_FIELDS & values.keys())))


def _in_disclosures(session: Session, vault: Vault) -> Iterator[OldDocument]:
    """Papers whose names are sealed."""
    pointers = {f"/{_FIELDS}/{key}" for key in _FILE_FIELDS}
    rows = select(DisclosureRow.index).where(DisclosureRow.pointer.in_(pointers))
    indexes = session.scalars(rows.distinct().order_by(DisclosureRow.index)).all()
    for some in _parts(indexes, _ROWS):
        opened = read_all_disclosures(session, vault, some)
        for record in read_records(session, some):
            said = opened.get(record.index, ())
            yield from _of(record, (item.value for item in said if item.pointer in pointers))


def _of(record: Record, values: Iterable[object]) -> Iterator[OldDocument]:
    is_report = record.body.get("sogoc:step") == _LABORATORY
    kind = DocumentKind.LABORATORY if is_report else DocumentKind.STEP
    for value in values:
        for digest in _NAME.findall(str(value)):
            yield OldDocument(record.chain_id, digest, kind)


def _shown_to_all(session: Session, digests: set[str]) -> set[str]:
    """Those that an entry names as something else than the value of a field: a photo for everyone."""
    shown: set[str] = set()
    if not digests:
        return shown
    rows = session.execute(
        select(LogEntry.index, LogEntry.entry).order_by(LogEntry.index).execution_options(yield_per=_ROWS)
    )
    for index, entry in rows:
        if digests.isdisjoint(_NAME.findall(entry.decode())):
            continue
        body = {key: value for key, value in parse_record(index, entry).body.items() if key != _FIELDS}
        shown |= digests & set(_NAME.findall(str(body)))
    return shown


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _is_there(photo_store: Path, digest: str) -> bool:
    return _answers(find_photo, photo_store, digest)


def _is_sound(photo_store: Path, digest: str) -> bool:
    return _answers(read_picture, photo_store, digest)


def _answers(ask: Callable[[Path, str], object], photo_store: Path, digest: str) -> bool:
    try:
        ask(photo_store, digest)
    except PhotoError:
        return False
    return True
