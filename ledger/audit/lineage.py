"""What a log's entries say about chains and keys, derived one entry at a time in index order. Pure."""

from collections.abc import Iterator, Mapping

from ledger.audit.finding import Finding
from ledger.log.authors import (
    KeyChange,
    Place,
    check_signatures,
    find_authors,
    key_change,
)
from ledger.log.entries import FIRST_PREV, ChainEnd, Entry, EventNote, Kind
from ledger.log.errors import LogError
from ledger.log.record_notes import RecordNote, check_record, find_recorder
from signing.errors import SigningError
from signing.keyring import KeyRing
from signing.notes import NoteSignature

Signer = tuple[str, bytes, bytes]
"""Name, key id (4 bytes) and public key (32 bytes) of a signature that holds."""

MAX_ACCEPTED = 4096
"""Sets of signers remembered at once."""
_EMPTY_CHAIN = ChainEnd(0, FIRST_PREV)


class Chains:
    """The end of each chain."""

    def __init__(self, ends: Mapping[str, ChainEnd] | None = None) -> None:
        self._ends: dict[str, ChainEnd] = dict(ends or {})

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def ends(self) -> Mapping[str, ChainEnd]:
        """The end of each chain so far."""
        return self._ends

    def feed(self, index: int, chain_id: str, seq: int, prev: bytes, leaf: bytes) -> Iterator[Finding]:
        """Compare ``seq`` and ``prev`` with the chain so far, then go on from them: one gap, one finding."""
        end = self._ends.get(chain_id, _EMPTY_CHAIN)
        if seq != end.size:
            yield Finding("log_entry", index, f"seq in chain {chain_id}", end.size, seq)
        if prev != end.last_leaf_hash:
            yield Finding("log_entry", index, f"prev in chain {chain_id}", end.last_leaf_hash, prev)
        self.skip(chain_id, seq, leaf)

    def skip(self, chain_id: str, seq: int, leaf: bytes) -> None:
        """Take an entry as the chain's last without looking at it."""
        self._ends[chain_id] = ChainEnd(seq + 1, leaf)


class Authors:
    """The key ring, and every signature against it. ``signatures`` counts those that were checked."""

    def __init__(self, origin: str, ring: KeyRing | None = None) -> None:
        self.signatures = 0
        self.ring = KeyRing() if ring is None else ring
        self._origin = origin
        # Between two changes of the ring the same signers may sign the same chain at every index.
        self._accepted: set[tuple[str, tuple[Signer, ...], Signer | None]] = set()

    def __len__(self) -> int:
        return len(self.ring)

    def feed(self, index: int, entry: Entry, note: EventNote) -> Iterator[Finding]:
        """``check`` as findings."""
        try:
            self.check(index, entry, note)
        except (LogError, SigningError) as error:
            yield Finding("log_entry", index, "signatures", "valid ones by keys valid here", str(error))

    def check(self, index: int, entry: Entry, note: EventNote) -> KeyChange | None:
        """Check who signed, then let a key statement that is in order change the ring; the change, if any.

        Entries come in index order. Raises as ``find_authors``, ``check_signatures``, ``check_record`` and
        ``KeyRing`` do.
        """
        self.signatures += len(note.signatures)
        place = Place(self._origin, entry.chain_id, entry.seq, index)
        check_signatures(note, find_authors(note, self.ring, place))
        self.signatures += check_record(note.body, self.ring, place)
        change = key_change(note)
        if change is None:
            return None
        self._accepted.clear()
        if change.revoked:
            self.ring.revoke(change.key.name, change.key.key_id, index + 1)
        else:
            self.ring.add(change.key, index)
        return change

    def accept(
        self, index: int, chain_id: str, seq: int, signers: tuple[Signer, ...], recorder: Signer | None = None
    ) -> bool:
        """Whether these public keys, under which the signatures hold, are those that may sign here.

        ``recorder``: the key under which the record note holds that the entry carries. For notes that are no
        key statements. ``False`` is no finding: ``feed`` tells what is wrong.
        """
        if (chain_id, signers, recorder) not in self._accepted:
            place = Place(self._origin, chain_id, seq, index)
            if not (self._are_authors(place, signers) and self._is_recorder(place, recorder)):
                return False
            if len(self._accepted) >= MAX_ACCEPTED:
                self._accepted.clear()
            self._accepted.add((chain_id, signers, recorder))
        self.signatures += len(signers) + (recorder is not None)
        return True

    def _are_authors(self, place: Place, signers: tuple[Signer, ...]) -> bool:
        lines = tuple(NoteSignature(name, key_id, b"") for name, key_id, _ in signers)
        try:
            authors = find_authors(EventNote(Kind.EVENT, {}, b"", lines), self.ring, place)
        except (LogError, SigningError):
            return False
        return [author.public_key for author in authors] == [public_key for _, _, public_key in signers]

    def _is_recorder(self, place: Place, recorder: Signer | None) -> bool:
        if recorder is None:
            return True
        name, key_id, public_key = recorder
        try:
            key = find_recorder(RecordNote(b"", "", NoteSignature(name, key_id, b"")), self.ring, place)
        except (LogError, SigningError):
            return False
        return key.public_key == public_key
