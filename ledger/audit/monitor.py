"""Follows a log from outside, trusting a key and nothing else. Pure: bytes come through a ``RemoteSource``.

One look at the log, in this order:

1. the checkpoint is one of this log, signed by a key of the log that is known;
2. the tree begins with the one that was seen before, shown by tiles that were proven against the signed root;
3. every new entry is proven to be in the tree, has its form, goes on with its chain, and is signed by keys
   that earlier entries made valid and none has revoked;
4. the checkpoint is signed by exactly those keys of the log that its own entries leave valid;
5. enough witnesses cosigned it, and not too long ago;
6. the owner's chain is as long as the owner says, and holds what the owner has receipts for.

What fails is an alarm with its evidence. A failure of 1, 2 or of proving in 3 ends the look: nothing that
comes from there can be believed. What was verified is kept from time to time, so an interrupted look goes on
where it was; when nothing is new a look costs one small file.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ledger.audit.alarms import Alarm, AlarmKind
from ledger.audit.entry_watch import EntryWatch
from ledger.audit.monitor_state import MonitorState
from ledger.audit.own_entries import Wishes, check_chain_size, check_receipts
from ledger.log.authors import check_log_signatures, log_keys_at
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.errors import (
    ConsistencyError,
    LogError,
    MalformedCheckpointError,
    NoSuchTileError,
    SourceError,
    TileMismatchError,
    WitnessError,
)
from ledger.log.remote_sources import CHECKPOINT, read_checkpoint
from ledger.log.remote_tiles import AuthenticatedReader, RemoteSource
from ledger.log.tiles import TILE_WIDTH
from ledger.log.witnesses import check_witnesses
from signing.errors import SigningError, UnknownSignerError
from signing.keyring import KeyRing
from signing.keys import VerifierKey
from signing.notes import Note, check_note

KEEP_EVERY = 64
"""Bundles, of 256 entries each, after which the state is kept."""
SEEN, FOUND = "seen.checkpoint", "found.checkpoint"
"""Evidence: the checkpoint that was verified before, and the one that does not go with it."""

Keep = Callable[[MonitorState, Sequence[Alarm]], None]
"""Keeps new alarms with their evidence, and then the state. Durably: an alarm is raised once."""


@dataclass(slots=True)
class Look:
    """What one look saw. ``checkpoint`` is the newest verified one. ``alarms`` may be cut off."""

    checkpoint: Checkpoint | None = None
    watch: EntryWatch | None = None
    witnessed_at: dict[str, datetime] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def alarms_count(self) -> int:
        """How many alarms were raised."""
        return len(self.alarms) + (self.watch.alarms_count - len(self.watch.alarms) if self.watch else 0)


class _AlarmRaised(Exception):  # noqa: N818  # an ending of a look, not a defect
    def __init__(self, alarm: Alarm) -> None:
        super().__init__(alarm.what)
        self.alarm = alarm


class Monitor:
    """Looks at the log in ``source`` again and again; ``state`` goes on from look to look."""

    def __init__(self, state: MonitorState, source: RemoteSource, wishes: Wishes, keep: Keep) -> None:
        self.state = state
        self._source = _LastFetched(source)
        self._wishes = wishes
        self._keep = keep

    def look(self, now: datetime) -> Look:
        """Look once. Raises only what ``keep`` raises: everything else is an alarm."""
        look = Look()
        with self._collecting(look):
            self._follow(look, now)
        if self._wishes.max_quiet and self.state.grown_at:
            quiet = now - self.state.grown_at
            if quiet > self._wishes.max_quiet:
                look.alarms.append(Alarm(AlarmKind.STOPPED, f"no new entry was seen for {quiet}"))
        self._finish(look)
        return look

    def compare(self, other: bytes) -> Look:
        """Hold a checkpoint that somebody else was shown against the newest one that was verified here.

        Both must be of one log, so one tree must begin with the other.
        """
        look = Look()
        with self._collecting(look):
            found, note = self._parse(other)
            if not self._is_signed(found, note, other):
                raise _AlarmRaised(_bad(other, "no key of the log signed it, so it says nothing"))
            seen = self.state.seen
            if seen is not None:
                self._check_relation(seen, found, other, is_next=False)
        self._finish(look)
        return look

    # -- one look, step by step ----------------------------------------------------------------------

    def _follow(self, look: Look, now: datetime) -> None:
        data = read_checkpoint(self._source)
        found, note = self._parse(data)
        seen = self.state.seen
        is_signed = self._is_signed(found, note, data)
        # The key may have been replaced behind what was seen: then the new entries say so, and come first.
        if not is_signed and (seen is None or found.size <= seen.size):
            raise _AlarmRaised(_bad(data, "no key of the log that is known signed it"))
        if seen is not None:
            self._check_relation(seen, found, data, is_next=True)
        if is_signed:
            self._accept(data, found, now)
        reader = AuthenticatedReader(self._source, found)
        watch = look.watch = self._new_watch()
        self._walk(reader, watch, keeping=is_signed)
        self._check_log_signatures(found, note, data, watch.authors.ring)
        if not is_signed:
            self._accept(data, found, now)
            self._take(watch)
        self._check_witnesses(look, note, data, now)
        self._check_own(look, reader, now)

    def _parse(self, data: bytes) -> tuple[Checkpoint, Note]:
        try:
            found, note = parse_checkpoint_note(data)
        except MalformedCheckpointError as error:
            raise _AlarmRaised(_bad(data, str(error))) from error
        if found.origin != self.state.vkey.name:
            raise _AlarmRaised(_bad(data, f"a checkpoint of {found.origin}"))
        return found, note

    def _is_signed(self, found: Checkpoint, note: Note, data: bytes) -> bool:
        """(1) Whether a key of the log signed that is known, and not known to be revoked at that size."""
        state = self.state
        size = min(found.size, state.walked)
        known = {*log_keys_at(state.ring, _first_key(state.ring, state.vkey), size)}
        own = [held for held in state.ring if held.key == state.vkey]
        if not own or own[-1].valid_until is None:
            known.add(state.vkey)
        try:
            check_note(note, known)
        except UnknownSignerError:
            return False
        except SigningError as error:
            raise _AlarmRaised(_bad(data, str(error))) from error
        return True

    def _check_relation(self, seen: Checkpoint, found: Checkpoint, data: bytes, *, is_next: bool) -> None:
        """(2) One tree begins with the other; ``is_next``: the one that was seen is the one that grew."""
        older, newer = sorted((seen, found), key=lambda checkpoint: checkpoint.size)
        try:
            AuthenticatedReader(self._source, newer).check_extends(older)
        except ConsistencyError as error:
            raise _AlarmRaised(self._two_faces(AlarmKind.FORK, str(error), data)) from error
        except (TileMismatchError, NoSuchTileError) as error:
            if is_next and newer is found:
                raise
            # Somebody was shown the larger tree, and here it is not to be had.
            what = f"the tree of size {newer.size} was shown before, and is not there: {error}"
            raise _AlarmRaised(self._two_faces(AlarmKind.ROLLED_BACK, what, data)) from error
        if is_next and found is older and found.size < seen.size:
            what = f"size {found.size} is shown, size {seen.size} was seen before"
            raise _AlarmRaised(self._two_faces(AlarmKind.ROLLED_BACK, what, data))

    def _walk(self, reader: AuthenticatedReader, watch: EntryWatch, *, keeping: bool) -> None:
        """(3) Every entry that was not looked at before."""
        start, size = self.state.walked, reader.checkpoint.size
        try:
            for number in range(start // TILE_WIDTH, -(-size // TILE_WIDTH) if start < size else 0):
                for index, entry in enumerate(reader.read_bundle(number), number * TILE_WIDTH):
                    if index >= start:
                        watch.feed(index, entry)
                if keeping and number % KEEP_EVERY == KEEP_EVERY - 1:
                    self._take(watch)
                    self._save(watch.alarms)
        finally:
            if keeping:
                self._take(watch)

    def _check_log_signatures(self, found: Checkpoint, note: Note, data: bytes, ring: KeyRing) -> None:
        """(4) All keys of the log that are valid at this size, and no other."""
        own = [held.key for held in ring if held.key.name == found.origin]
        try:
            if own and self.state.vkey not in own:
                raise UnknownSignerError((self.state.vkey.format(),))
            check_log_signatures(note, ring, _first_key(ring, self.state.vkey), found.size)
        except (LogError, SigningError) as error:
            raise _AlarmRaised(_bad(data, str(error))) from error

    def _check_witnesses(self, look: Look, note: Note, data: bytes, now: datetime) -> None:
        """(5) Enough of them, and lately."""
        wishes, evidence = self._wishes, {FOUND: data}
        try:
            look.witnessed_at = check_witnesses(note, wishes.witnesses)
        except WitnessError as error:
            look.alarms.append(Alarm(AlarmKind.TOO_FEW_WITNESSES, str(error), None, evidence))
        except SigningError as error:
            raise _AlarmRaised(_bad(data, str(error))) from error
        newest = max(look.witnessed_at.values(), default=None)
        if wishes.max_age and newest and now - newest > wishes.max_age:
            what = f"last cosigned at {newest.isoformat()}"
            look.alarms.append(Alarm(AlarmKind.STALE, what, None, evidence))

    def _check_own(self, look: Look, reader: AuthenticatedReader, now: datetime) -> None:
        """(6) What the owner has written is there, and nothing beside it."""
        end = self.state.chains.get(self._wishes.chain_id or "")
        evidence = {FOUND: self.state.checkpoint}
        alarms = [
            *check_chain_size(self._wishes, 0 if end is None else end.size, evidence),
            *check_receipts(self._wishes.receipts, reader, evidence),
        ]
        missing = [alarm for alarm, is_short in alarms if is_short]
        look.alarms += [alarm for alarm, is_short in alarms if not is_short]
        if not missing:
            self.state.short_since = None
            return
        self.state.short_since = self.state.short_since or _cut(now)
        if now - self.state.short_since >= self._wishes.grace:
            look.alarms += missing

    # -- state, alarms and evidence ------------------------------------------------------------------

    @contextmanager
    def _collecting(self, look: Look) -> Iterator[None]:
        """What ends a look is an alarm of it."""
        try:
            yield
        except _AlarmRaised as ending:
            look.alarms.append(ending.alarm)
        except SourceError as error:
            look.alarms.append(Alarm(AlarmKind.UNREACHABLE, str(error)))
        except NoSuchTileError as error:
            look.alarms.append(Alarm(AlarmKind.TILE_MISSING, str(error), None, self._source.evidence()))
        except TileMismatchError as error:
            look.alarms.append(Alarm(AlarmKind.TILE_MISMATCH, str(error), None, self._source.evidence()))

    def _finish(self, look: Look) -> None:
        look.checkpoint = self.state.seen
        if look.watch is not None:
            look.alarms += look.watch.alarms
        self.state.alarms += look.alarms_count
        self._save(look.alarms)

    def _save(self, alarms: Sequence[Alarm]) -> None:
        self._keep(self.state, alarms)

    def _new_watch(self) -> EntryWatch:
        state, wishes = self.state, self._wishes
        return EntryWatch(
            state.vkey.name,
            state.chains,
            KeyRing(state.ring),
            own_chain=wishes.chain_id,
            own_keys=wishes.known_keys,
        )

    def _accept(self, data: bytes, found: Checkpoint, now: datetime) -> None:
        seen = self.state.seen
        if seen is None or found.size > seen.size:
            self.state.grown_at = _cut(now)
        self.state.checkpoint = data

    def _take(self, watch: EntryWatch) -> None:
        self.state.walked += watch.take_walked()
        self.state.chains = dict(watch.chains.ends)
        self.state.ring = KeyRing(watch.authors.ring)

    def _two_faces(self, kind: AlarmKind, what: str, data: bytes) -> Alarm:
        return Alarm(kind, what, None, {SEEN: self.state.checkpoint, FOUND: data})


class _LastFetched:
    """A source that remembers its last answer, and the checkpoint before: evidence where these do not fit."""

    def __init__(self, source: RemoteSource) -> None:
        self._source = source
        self._path = ""
        self._data: bytes | None = None
        self._checkpoint = b""

    def fetch(self, path: str, max_bytes: int) -> bytes | None:
        """What the source answers."""
        self._path, self._data = path, None
        self._data = self._source.fetch(path, max_bytes)
        if path == CHECKPOINT:
            self._checkpoint = self._data or b""
        return self._data

    def evidence(self) -> dict[str, bytes]:
        """The checkpoint, and the last answer under a name made of its path."""
        answer = {} if self._data is None else {self._path.replace("/", "-"): self._data}
        return {FOUND: self._checkpoint, **answer}


def _first_key(ring: KeyRing, vkey: VerifierKey) -> VerifierKey:
    """The key that the log began with: the first that its own chain names, or else the one it is known by."""
    return next((held.key for held in ring if held.key.name == vkey.name), vkey)


def _cut(moment: datetime) -> datetime:
    """In whole milliseconds, as it is kept."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _bad(data: bytes, what: str) -> Alarm:
    return Alarm(AlarmKind.BAD_CHECKPOINT, what, None, {FOUND: data})
