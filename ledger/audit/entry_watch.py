"""Looks at a log's entries from outside, one by one in index order: alarms, and the keys used. Pure."""

from collections import Counter
from dataclasses import dataclass

from ledger.audit.alarms import Alarm, AlarmKind
from ledger.audit.lineage import Authors, Chains
from ledger.log.authors import KeyChange
from ledger.log.entries import ChainEnd, Entry, EventNote, parse_entry, parse_event_note
from ledger.log.errors import LogError, MalformedError
from ledger.log.merkle import leaf_hash
from signing.errors import BadSignatureError, KeyNotValidError, SigningError
from signing.keyring import KeyRing
from signing.keys import VerifierKey

MAX_LISTED = 1_000
"""Alarms, and changes of keys, of which one look keeps the particulars; all are counted."""
ENTRY_FILE = "entry"


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """An entry that added or revoked a key."""

    index: int
    chain_id: str
    change: KeyChange


class EntryWatch:
    """Feeds on proven entries. Memory: the end of each chain, the key ring, and what is listed.

    ``own_chain`` and ``own_keys``: the chain whose owner watches, and the keys that its owner knows of, if it
    is told.
    """

    def __init__(
        self,
        origin: str,
        chains: dict[str, ChainEnd],
        ring: KeyRing,
        *,
        own_chain: str | None = None,
        own_keys: tuple[VerifierKey, ...] = (),
    ) -> None:
        self.chains = Chains(chains)
        self.authors = Authors(origin, ring)
        self.entries = 0
        self._taken = 0
        self.own_entries = 0
        self.alarms: list[Alarm] = []
        self.alarms_count = 0
        self.key_events: list[KeyEvent] = []
        self.key_events_count = 0
        self.used: Counter[str] = Counter()
        self._own_chain = own_chain
        self._own_keys = own_keys

    def take_walked(self) -> int:
        """How many entries came since this was last asked."""
        walked, self._taken = self.entries - self._taken, self.entries
        return walked

    def feed(self, index: int, data: bytes) -> None:
        """Look at the entry ``data`` at ``index``."""
        self.entries += 1
        try:
            entry = parse_entry(data)
            note = parse_event_note(entry.note)
        except MalformedError as error:
            self._raise(AlarmKind.MALFORMED_ENTRY, str(error), index, data)
            return
        leaf = leaf_hash(data)
        for finding in self.chains.feed(index, entry.chain_id, entry.seq, entry.prev, leaf):
            self._raise(AlarmKind.BROKEN_CHAIN, str(finding), index, data)
        is_own = entry.chain_id == self._own_chain
        self.own_entries += is_own
        if is_own or self._own_chain is None:
            self.used.update(f"{line.name}+{line.key_id.hex()}" for line in note.signatures)
        self._check_authors(index, entry, note, data)

    def _check_authors(self, index: int, entry: Entry, note: EventNote, data: bytes) -> None:
        try:
            change = self.authors.check(index, entry, note)
        except (LogError, SigningError) as error:
            self._raise(_kind_of(error), str(error), index, data)
            return
        if change is None:
            return
        self.key_events_count += 1
        if len(self.key_events) < MAX_LISTED:
            self.key_events.append(KeyEvent(index, entry.chain_id, change))
        is_own = entry.chain_id == self._own_chain
        if is_own and self._own_keys and not change.revoked and change.key not in self._own_keys:
            self._raise(AlarmKind.STRANGE_KEY, f"new key {change.key.format()}", index, data)

    def _raise(self, kind: AlarmKind, what: str, index: int, data: bytes) -> None:
        self.alarms_count += 1
        if len(self.alarms) < MAX_LISTED:
            self.alarms.append(Alarm(kind, what, index, {ENTRY_FILE: data}))


def _kind_of(error: LogError | SigningError) -> AlarmKind:
    match error:
        case BadSignatureError():
            return AlarmKind.BAD_SIGNATURE
        case KeyNotValidError(intervals=intervals, index=index):
            was_valid = any(until is not None and until <= index for _, until in intervals)
            return AlarmKind.REVOKED_KEY if was_valid else AlarmKind.UNKNOWN_KEY
    return AlarmKind.BAD_KEY_STATEMENT
