"""The unit of work: everything that one use case appends, all of it or nothing.

``append`` assigns index, seq and prev at once; rows are written together, at the latest when the transaction
ends, which other units may share. The unit does not commit: ``Ledger`` does, and it alone makes units.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ledger.log.authors import LOG_CHAIN, KeyChange, Place, check_signatures, find_authors, key_change
from ledger.log.entries import (
    POLICY_ENTRY_BYTES,
    ChainEnd,
    Entry,
    EventNote,
    Kind,
    format_entry,
    format_event_text,
    parse_entry,
    parse_event_note,
)
from ledger.log.errors import (
    EntryTooLargeError,
    IdempotencyConflictError,
    KeyStatementError,
    MalformedError,
)
from ledger.log.memory import RememberedKeys, seed_purpose
from ledger.log.merkle import leaf_hash
from ledger.log.queries import StoredEntry
from ledger.log.record_notes import RecordNote, check_record
from ledger.log.store import EntryRow, flush_entries
from ledger.log.tables import LogKey
from ledger.log.transaction import Transaction
from signing.keys import NamedKey, VerifierKey
from signing.notes import Note, countersign, format_note
from signing.vault import Vault

MAX_IDEMPOTENCY_KEY = 200
_TEXT_KEY = "text:sha256:"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry in its place. ``leaf_hash`` is 32 bytes; ``repeated`` when the entry was there before."""

    index: int
    chain_id: str
    seq: int
    recorded_at: datetime
    leaf_hash: bytes
    entry: bytes
    repeated: bool = False


@dataclass(slots=True)
class Unit:
    """One unit of work. ``now``, UTC in whole milliseconds, is the recorded time of its entries."""

    now: datetime
    vault: Vault
    origin: str
    id_base: str
    _transaction: Transaction = field(repr=False)
    _signed_here: dict[bytes, tuple[EventNote, tuple[VerifierKey, ...]]] = field(
        default_factory=dict, repr=False
    )
    _held_seeds: dict[VerifierKey, bytes] = field(default_factory=dict, repr=False)
    record_note: RecordNote | None = None
    """What a device signed of what is being recorded: the entries made of it carry it."""

    @property
    def session(self) -> Session:
        """The database as this unit sees it. What is written there stays or goes with the unit."""
        return self._transaction.open_session()

    def chain_size(self, chain_id: str) -> int:
        """How many entries the chain has, this unit's included; 0 when it was never opened."""
        return self._transaction.chain(chain_id).size

    def signer(self, chain_id: str) -> NamedKey:
        """The newest key of a chain that this server holds. Raises ``UnknownChainError`` for none."""
        transaction = self._transaction
        return transaction.memory.signer(transaction.session, self.vault, chain_id)

    def sign(self, chain_id: str, kind: Kind, body: Mapping[str, Any], *extra_signers: NamedKey) -> bytes:
        """An event note signed by the chain's current server-held key, then by ``extra_signers``.

        Raises ``UnknownChainError`` when this server holds no key of the chain, ``NotCanonicalError`` when
        the body has no canonical JSON.
        """
        return self.sign_as((self.signer(chain_id), *extra_signers), kind, body)

    def sign_as(self, signers: tuple[NamedKey, ...], kind: Kind, body: Mapping[str, Any]) -> bytes:
        """An event note signed by ``signers``; ``append`` need not check again what was signed here."""
        text = format_event_text(kind, body)
        note = countersign(Note(text, ()), *signers)
        data = format_note(note)
        event_note = EventNote(Kind(kind), dict(body), text, note.signatures)
        self._signed_here[data] = (event_note, tuple(signer.verifier_key for signer in signers))
        return data

    def append(self, chain_id: str, note: bytes, *, idempotency_key: str | None = None) -> Receipt:
        """Put an event note behind the last entry of its chain and of the log.

        A repeat returns the first receipt: same chain and idempotency key or, for a note that came from
        outside without a key, same text. Raises ``IdempotencyConflictError`` for a key that stands for
        another text; ``MalformedEventNoteError``, ``MalformedRecordNoteError``, ``KeyNotValidError``,
        ``BadSignatureError`` and ``KeyStatementError`` for a note that may not stand here;
        ``EntryTooLargeError`` beyond 8 KiB.
        """
        event_note, signed_by = self._signed_here.get(note) or (parse_event_note(note), None)
        if idempotency_key is None and signed_by is None:
            idempotency_key = text_key(event_note)
        first = None if idempotency_key is None else self.find_receipt(chain_id, idempotency_key)
        if first is not None and idempotency_key is not None:
            _check_repeat(first, event_note, idempotency_key)
            return first
        transaction = self._transaction
        end = transaction.chain(chain_id)
        place = Place(self.origin, chain_id, end.size, transaction.next_index)
        keys = RememberedKeys(transaction.memory, transaction.session)
        authors = find_authors(event_note, keys, place)
        if place.chain_id == LOG_CHAIN and place.seq == 0 and authors[0] not in self._held_seeds:
            # Signed by itself alone, so anyone could make one: only the log begins its own chain.
            raise KeyStatementError("the log's own chain begins with the key that the log holds")
        if authors != signed_by:
            check_signatures(event_note, authors)
        check_record(event_note.body, keys, place)
        receipt = self._place(end, place, note)
        self._insert(receipt, idempotency_key)
        self._change_keys(key_change(event_note), place)
        return receipt

    def find_receipt(self, chain_id: str, idempotency_key: str) -> Receipt | None:
        """The receipt (``repeated``) of what was appended under a key before; ``None`` if nothing was.

        For use cases that make a new text on every try: ask first, and answer a repeat with the first result.
        """
        if not 0 < len(idempotency_key) <= MAX_IDEMPOTENCY_KEY:
            raise MalformedError(f"an idempotency key has 1 to {MAX_IDEMPOTENCY_KEY} characters")
        stored = self._transaction.find_by_key(chain_id, idempotency_key)
        return (
            None
            if stored is None
            else Receipt(**{n: getattr(stored, n) for n in stored.__slots__}, repeated=True)
        )

    def expect(self, chain_id: str, idempotency_keys: Iterable[str]) -> None:
        """Look many keys up at once, before ``find_receipt`` and ``append`` ask for them one by one."""
        self._transaction.look_up_keys([(chain_id, key) for key in idempotency_keys])

    def hold_key(self, private_key: NamedKey) -> None:
        """Keep the private key, sealed, when its ``KeyAdded`` is appended in this unit."""
        self._held_seeds[private_key.verifier_key] = private_key.private_key.seed

    def flush(self) -> None:
        """Write the rows of entries appended so far: before a query of one's own that joins ``log_entry``."""
        flush_entries(self.session)

    def was_signed_by(self, note: bytes, event_note: EventNote, keys: tuple[VerifierKey, ...]) -> None:
        """Spare ``append`` a check made before: the signatures of ``note`` verify under ``keys``, in turn."""
        self._signed_here[note] = (event_note, keys)

    def at_end(self, work: Callable[[], None]) -> None:
        """Have ``work`` run before anything is committed: when the use case has returned, or later."""
        self._transaction.at_end(work)

    def _place(self, end: ChainEnd, place: Place, note: bytes) -> Receipt:
        data = format_entry(Entry(place.chain_id, end.size, end.last_leaf_hash, self.now, note))
        if len(data) > POLICY_ENTRY_BYTES:
            raise EntryTooLargeError(len(data), POLICY_ENTRY_BYTES)
        return Receipt(place.index, place.chain_id, place.seq, self.now, leaf_hash(data), data)

    def _insert(self, receipt: Receipt, idempotency_key: str | None) -> None:
        self._transaction.append(
            receipt.chain_id,
            ChainEnd(receipt.seq + 1, receipt.leaf_hash),
            EntryRow(
                receipt.index,
                receipt.chain_id,
                receipt.seq,
                receipt.recorded_at,
                receipt.leaf_hash,
                receipt.entry,
                idempotency_key,
            ),
        )

    def _change_keys(self, change: KeyChange | None, place: Place) -> None:
        """Bring ``log_key`` and the ring in step with a key statement just appended."""
        if change is None:
            return
        transaction = self._transaction
        ring = transaction.memory.ring(transaction.session, place.chain_id)
        transaction.change_ring(place.chain_id)
        key = change.key
        if change.revoked:
            ring.revoke(key.name, key.key_id, place.index + 1)
            self.session.execute(
                update(LogKey)
                .where(
                    LogKey.chain_id == place.chain_id, LogKey.name == key.name, LogKey.key_id == key.key_id
                )
                .where(LogKey.valid_until.is_(None))
                # Nobody may sign with it again, so nobody needs to hold it.
                .values(valid_until=place.index + 1, sealed_seed=None)
            )
            return
        ring.add(key, place.index)
        seed = self._held_seeds.pop(key, None)
        self.session.execute(
            insert(LogKey).values(
                valid_from=place.index,
                chain_id=place.chain_id,
                name=key.name,
                key_id=key.key_id,
                public_key=key.public_key,
                sealed_seed=None if seed is None else self.vault.seal(seed, seed_purpose(key)),
            )
        )


def append_note(unit: Unit, chain_id: str, note: bytes, idempotency_key: str) -> Receipt:
    """The plainest use case: ``Unit.append``."""
    return unit.append(chain_id, note, idempotency_key=idempotency_key)


def _receipt_again(stored: StoredEntry) -> Receipt:
    return Receipt(
        stored.index,
        stored.chain_id,
        stored.seq,
        stored.recorded_at,
        stored.leaf_hash,
        stored.entry,
        repeated=True,
    )


def text_key(note: EventNote) -> str:
    """The idempotency key of a note that came without one: whoever sees it could send it again."""
    return f"{_TEXT_KEY}{hashlib.sha256(note.text).hexdigest()}"


def _check_repeat(first: Receipt, note: EventNote, idempotency_key: str) -> None:
    # Signatures may differ between two tries; what was signed may not.
    if parse_event_note(parse_entry(first.entry).note).text != note.text:
        raise IdempotencyConflictError(first.chain_id, idempotency_key, first.index)
