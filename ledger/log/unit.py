"""The unit of work: everything one durable transaction appends, under one checkpoint.

``append`` assigns index, seq and prev at once; rows are written together, at the latest by ``finish``. The
unit does not commit: ``Ledger.write`` does, and it alone makes units.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ledger.log.authors import KeyChange, Place, check_signatures, find_authors, key_change
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.entries import (
    POLICY_ENTRY_BYTES,
    Entry,
    EventNote,
    Kind,
    format_entry,
    format_event_text,
    parse_entry,
    parse_event_note,
)
from ledger.log.errors import EntryTooLargeError, IdempotencyConflictError, MalformedError
from ledger.log.memory import ChainEnd, Memory, RememberedKeys, seed_purpose
from ledger.log.merkle import leaf_hash
from ledger.log.queries import Head, StoredEntry, find_entry_by_key
from ledger.log.store import flush_entries, insert_entry_later, move_head, write_chains, write_tiles
from ledger.log.tables import LogKey
from signing.keys import NamedKey, VerifierKey
from signing.notes import Note, NoteSigner, countersign, format_note
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

    session: Session
    now: datetime
    vault: Vault
    origin: str
    id_base: str
    _memory: Memory = field(repr=False)
    _grown_chains: dict[str, bool] = field(default_factory=dict, repr=False)
    _signed_here: dict[bytes, tuple[EventNote, tuple[VerifierKey, ...]]] = field(
        default_factory=dict, repr=False
    )
    _held_seeds: dict[VerifierKey, bytes] = field(default_factory=dict, repr=False)

    def chain_size(self, chain_id: str) -> int:
        """How many entries the chain has, this unit's included; 0 when it was never opened."""
        return self._memory.chain(self.session, chain_id).size

    def signer(self, chain_id: str) -> NamedKey:
        """The newest key of a chain that this server holds. Raises ``UnknownChainError`` for none."""
        return self._memory.signer(self.session, self.vault, chain_id)

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
        another text; ``MalformedEventNoteError``, ``KeyNotValidError``, ``BadSignatureError`` and
        ``KeyStatementError`` for a note that may not stand here; ``EntryTooLargeError`` beyond 8 KiB.
        """
        event_note, signed_by = self._signed_here.get(note) or (parse_event_note(note), None)
        if idempotency_key is None and signed_by is None:
            # Whoever sees a signed note could send it again; its text stands for itself.
            idempotency_key = f"{_TEXT_KEY}{hashlib.sha256(event_note.text).hexdigest()}"
        first = None if idempotency_key is None else self.find_receipt(chain_id, idempotency_key)
        if first is not None and idempotency_key is not None:
            _check_repeat(first, event_note, idempotency_key)
            return first
        end = self._memory.chain(self.session, chain_id)
        place = Place(self.origin, chain_id, end.size, self._memory.edge.size)
        authors = find_authors(event_note, RememberedKeys(self._memory, self.session), place)
        if authors != signed_by:
            check_signatures(event_note, authors)
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
        stored = find_entry_by_key(self.session, chain_id, idempotency_key)
        return None if stored is None else _receipt_again(stored)

    def hold_key(self, private_key: NamedKey) -> None:
        """Keep the private key, sealed, when its ``KeyAdded`` is appended in this unit."""
        self._held_seeds[private_key.verifier_key] = private_key.private_key.seed

    def flush(self) -> None:
        """Write the rows of entries appended so far: before a query of one's own that joins ``log_entry``."""
        flush_entries(self.session)

    def finish(self, *signers: NoteSigner) -> Head | None:
        """Write what the appends changed and move the head to a checkpoint signed by ``signers``.

        Returns the new head, ``None`` when nothing was appended. Raises ``HeadMovedError``.
        """
        edge, old = self._memory.edge, self._memory.head
        if edge.size == old.size:
            return None
        ends = {chain_id: self._memory.chains[chain_id] for chain_id in self._grown_chains}
        flush_entries(self.session)
        write_chains(
            self.session,
            new={
                chain: (end.size, end.last_leaf_hash)
                for chain, end in ends.items()
                if self._grown_chains[chain]
            },
            grown={
                chain: (end.size, end.last_leaf_hash)
                for chain, end in ends.items()
                if not self._grown_chains[chain]
            },
        )
        write_tiles(self.session, edge.take_grown_tiles())
        root = edge.root_hash()
        checkpoint = sign_checkpoint(Checkpoint(self.origin, edge.size, root), *signers)
        move_head(self.session, (old.size, old.root), (edge.size, root), checkpoint)
        return Head(edge.size, root, checkpoint)

    def _place(self, end: ChainEnd, place: Place, note: bytes) -> Receipt:
        data = format_entry(Entry(place.chain_id, end.size, end.last_leaf_hash, self.now, note))
        if len(data) > POLICY_ENTRY_BYTES:
            raise EntryTooLargeError(len(data), POLICY_ENTRY_BYTES)
        return Receipt(place.index, place.chain_id, place.seq, self.now, leaf_hash(data), data)

    def _insert(self, receipt: Receipt, idempotency_key: str | None) -> None:
        self._memory.edge.append(receipt.leaf_hash)
        self._memory.chains[receipt.chain_id] = ChainEnd(receipt.seq + 1, receipt.leaf_hash)
        self._grown_chains.setdefault(receipt.chain_id, receipt.seq == 0)
        insert_entry_later(
            self.session,
            {
                "index": receipt.index,
                "chain_id": receipt.chain_id,
                "seq": receipt.seq,
                "recorded_at": receipt.recorded_at,
                "leaf_hash": receipt.leaf_hash,
                "idempotency_key": idempotency_key,
                "entry": receipt.entry,
            },
        )

    def _change_keys(self, change: KeyChange | None, place: Place) -> None:
        """Bring ``log_key`` and the ring in step with a key statement just appended."""
        if change is None:
            return
        ring = self._memory.ring(self.session, place.chain_id)
        self._memory.signers.pop(place.chain_id, None)
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


def _check_repeat(first: Receipt, note: EventNote, idempotency_key: str) -> None:
    # Signatures may differ between two tries; what was signed may not.
    if parse_event_note(parse_entry(first.entry).note).text != note.text:
        raise IdempotencyConflictError(first.chain_id, idempotency_key, first.index)
