"""A log written by hand, as honest or as crooked as a test wants it, and somebody who follows it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.audit.alarms import Alarm
from ledger.audit.monitor import Look, Monitor
from ledger.audit.monitor_state import MonitorState, format_state, parse_state
from ledger.audit.own_entries import Wishes
from ledger.log.authors import KEY_ADDED, KEY_REVOKED, LOG_CHAIN
from ledger.log.entries import FIRST_PREV, ChainEnd, Entry, Kind, format_entry, format_event_text
from ledger.log.merkle import leaf_hash
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import sign_note
from tests.support.ledgers import CHAIN, LOG_KEY, ORIGIN, START, event_body
from tests.support.remote import Files, log_files

NOON = datetime(2026, 9, 30, 5, 0, tzinfo=UTC)
VKEY = VerifierKey(ORIGIN, LOG_KEY.public_key)


def key_of(chain_id: str, seed: int = 1) -> NamedKey:
    """A key of a chain, always the same one for a seed."""
    name = ORIGIN if chain_id == LOG_CHAIN else f"{ORIGIN}/{chain_id}"
    return NamedKey(name, PrivateKey.from_seed(bytes([seed]) * 32))


class Scribe:
    """Writes entries one behind the other; ``entries`` are the log's bytes, to be tampered with."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.ends: dict[str, ChainEnd] = {}

    def write(
        self,
        body: dict[str, Any],
        *signers: NamedKey,
        chain_id: str = CHAIN,
        kind: Kind = Kind.EVENT,
        seq: int | None = None,
        prev: bytes | None = None,
    ) -> int:
        """Append an entry, in its place unless ``seq`` and ``prev`` say otherwise; its index."""
        end = self.ends.get(chain_id, ChainEnd(0, FIRST_PREV))
        seq, prev = end.size if seq is None else seq, end.last_leaf_hash if prev is None else prev
        note = sign_note(format_event_text(kind, body), *signers)
        recorded_at = START + timedelta(seconds=len(self.entries))
        data = format_entry(Entry(chain_id, seq, prev, recorded_at, note))
        self.entries.append(data)
        self.ends[chain_id] = ChainEnd(seq + 1, leaf_hash(data))
        return len(self.entries) - 1

    def add_key(self, key: NamedKey, *signers: NamedKey, chain_id: str = CHAIN) -> int:
        """A key of a chain, signed by itself and ``signers``."""
        body = {"type": KEY_ADDED, "id": f"urn:x:{len(self.entries)}", "key": key.verifier_key.format()}
        return self.write(body, key, *signers, chain_id=chain_id, kind=Kind.STATEMENT)

    def revoke_key(self, key: NamedKey, *signers: NamedKey, chain_id: str = CHAIN) -> int:
        """The end of a key."""
        body = {"type": KEY_REVOKED, "id": f"urn:x:{len(self.entries)}", "key": key.verifier_key.format()}
        return self.write(body, *signers, chain_id=chain_id, kind=Kind.STATEMENT)

    def record(self, count: int = 1, *, chain_id: str = CHAIN, key: NamedKey | None = None) -> int:
        """Events of a chain by its first key, or ``key``; the index of the last."""
        signer = key or key_of(chain_id)
        for number in range(count):
            self.write(event_body(f"sogoc:step-{number}"), signer, chain_id=chain_id)
        return len(self.entries) - 1

    def files(self, size: int | None = None) -> Files:
        """The log of the first ``size`` entries, as a server shows it."""
        return log_files(self.entries, size)[0]


def opened_chain(count: int = 0) -> Scribe:
    """A log with the key of one chain, and ``count`` events behind it."""
    scribe = Scribe()
    scribe.add_key(key_of(CHAIN))
    scribe.record(count)
    return scribe


class Follower:
    """Keeps a state as a file does, and every alarm; ``files`` may be exchanged between looks."""

    def __init__(self, files: Files, *, vkey: VerifierKey = VKEY, **wishes: Any) -> None:
        self.files = files
        self.wishes = Wishes(**wishes)
        self.state = format_state(MonitorState(vkey))
        self.kept: list[Alarm] = []
        self.now = NOON

    def fetch(self, path: str, max_bytes: int) -> bytes | None:
        return self.files.fetch(path, max_bytes)

    def keep(self, state: MonitorState, alarms: Sequence[Alarm]) -> None:
        self.kept += [alarm for alarm in alarms if alarm not in self.kept]
        self.state = format_state(state)

    def monitor(self) -> Monitor:
        """A monitor that begins where the last one was."""
        return Monitor(parse_state(self.state), self, self.wishes, self.keep)

    def look(self, files: Files | None = None) -> Look:
        """One look, perhaps at other files than before."""
        self.files = self.files if files is None else files
        return self.monitor().look(self.now)

    def kinds(self, files: Files | None = None) -> list[str]:
        """The alarms of one look."""
        return [alarm.kind.value for alarm in self.look(files).alarms]
