"""Publishing: the newest head, signed once more if that is wished, shown to witnesses, stamped, kept.

A round takes what is due and asks everybody at once, each in a thread of its own and for a limited time. Who
is down, slow or lying is told of and asked again in the next round; no writer ever waits for it.
"""

import os
import socket
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from ledger.log.checkpoints import parse_checkpoint, parse_checkpoint_note
from ledger.log.ledger import Ledger
from ledger.log.merkle import prove_consistency
from ledger.log.policies import NamedWitness, TrustPolicy
from ledger.log.publication import (
    Publication,
    Timestamp,
    newest_publication,
    read_publication,
    read_timestamps,
)
from ledger.log.publishing import (
    Party,
    end_lease,
    keep_party,
    keep_publication,
    keep_timestamp,
    read_parties,
    take_lease,
)
from ledger.log.queries import Head, StoredTiles, read_head
from ledger.log.second_key import find_second_key, hold_second_key, second_signer
from ledger.log.tiles import TileReader
from ledger.log.unit import Unit
from ledger.log.witnesses import find_cosignatures
from ledger.witness.asking import ask_witness
from ledger.witness.errors import NotAnsweredError
from ledger.witness.exchange import EXCHANGE_S
from ledger.witness.stamping import Authority, ask_authority
from signing.errors import SigningError
from signing.notes import Note, NoteSignature, countersign, format_note, parse_note

RENEW_AFTER = timedelta(hours=1)
"""How old a cosignature of the newest publication may become: an idle log stays provably fresh."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask and how often. ``is_twice_signed``: with the log's second key (ML-DSA-44) as well."""

    policy: TrustPolicy = field(default_factory=TrustPolicy)
    authorities: tuple[Authority, ...] = ()
    stamp_every: timedelta = timedelta(hours=1)
    is_twice_signed: bool = False
    exchange_s: float = EXCHANGE_S


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to: the publication, and for everybody who was asked how it went."""

    publication: Publication
    asked: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class _State:
    head: Head
    newest: Publication | None
    stamps: tuple[Timestamp, ...]
    parties: dict[str, Party]


@dataclass(frozen=True, slots=True)
class _Told:
    """The answer of one party, or what came instead of it."""

    party: Party
    lines: tuple[NoteSignature, ...] = ()
    stamp: Timestamp | None = None


class Publisher:
    """Publishes the checkpoints of one ledger. Of several publishers of a log one works at a time."""

    def __init__(self, ledger: Ledger, plan: Plan, *, clock: Callable[[], datetime] | None = None) -> None:
        self._ledger = ledger
        self._plan = plan
        self._clock = clock or (lambda: datetime.now(UTC))
        self._holder = f"{socket.gethostname()[:20]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"

    def publish(self) -> Round | None:
        """One round; ``None`` when nothing is due, or another publisher is at work.

        Raises what ``Ledger.write`` raises, so ``RolledBackError`` for an old copy of the log.
        """
        now = self._clock()
        if not self._is_due(self._ledger.read(_look), now) or not self._ledger.write(
            take_lease, self._holder
        ):
            return None
        # Looked at again: another publisher may have shown the witnesses a larger tree a moment ago.
        state = self._ledger.read(_look)
        if not self._is_due(state, now):
            return None
        note = self._note_of(state, now)
        told = self._ask_witnesses(state, note, now)
        lines = [line for item in told for line in item.lines]
        publication = self._ledger.write(self._keep, _with_lines(note, lines), told)
        stamped = self._ask_authorities(state, publication, now)
        if stamped:
            publication = self._ledger.write(self._keep_stamps, publication, stamped)
        return Round(publication, tuple(item.party for item in (*told, *stamped)))

    def finish(self) -> None:
        """Let another publisher begin at once."""
        self._ledger.write(end_lease, self._holder)

    def _is_due(self, state: _State, now: datetime) -> bool:
        newest = state.newest
        if newest is None or newest.size < state.head.size:
            return state.head.size > 0
        if self._plan.is_twice_signed and not self._is_twice_signed(parse_note(newest.note)):
            return True
        return bool(self._due_witnesses(state, newest, now) or self._due_authorities(state, newest.size, now))

    def _due_witnesses(self, state: _State, newest: Publication, now: datetime) -> tuple[NamedWitness, ...]:
        """The witnesses whose cosignature of the newest publication is missing or was had long ago."""
        has = find_cosignatures(parse_note(newest.note), self._plan.policy.keys)

        def is_due(witness: NamedWitness) -> bool:
            # By our own clock: one that is slow would have its witness asked again and again.
            party = state.parties.get(_key_of(witness))
            at = None if party is None else party.answered_at
            return witness.key not in has or at is None or now - at >= RENEW_AFTER

        return tuple(witness for witness in self._plan.policy.witnesses if witness.url and is_due(witness))

    def _due_authorities(self, state: _State, size: int, now: datetime) -> tuple[Authority, ...]:
        """The authorities that did not stamp this size, and were last heard of long enough ago."""
        has = (
            {stamp.authority for stamp in state.stamps}
            if state.newest and state.newest.size == size
            else set()
        )
        return tuple(
            authority
            for authority in self._plan.authorities
            if authority.name not in has and self._is_free(state.parties.get(authority.name), now)
        )

    def _is_free(self, party: Party | None, now: datetime) -> bool:
        if party is None or party.answered_at is None:
            return True
        # A clock that was ahead once must not silence an authority until then.
        return not timedelta(0) <= now - party.answered_at < self._plan.stamp_every

    def _note_of(self, state: _State, now: datetime) -> Note:
        """The head's note with the second signature if it is wished; with the lines it was published with."""
        newest = state.newest
        if newest is not None and newest.size == state.head.size:
            note = parse_note(newest.note)
        else:
            note = parse_note(state.head.checkpoint)
        if not self._plan.is_twice_signed or self._is_twice_signed(note):
            return note
        self._ledger.write(hold_second_key)
        ledger = self._ledger
        return countersign(note, ledger.read(second_signer, ledger.vault, ledger.origin, now))

    def _is_twice_signed(self, note: Note) -> bool:
        key = self._ledger.read(find_second_key, self._ledger.vault, self._ledger.origin)
        return key is not None and bool(find_cosignatures(note, (key,)))

    def _ask_witnesses(self, state: _State, note: Note, now: datetime) -> tuple[_Told, ...]:
        checkpoint = parse_checkpoint(note.text)
        newest = state.newest
        if newest is not None and newest.size == checkpoint.size:
            due = self._due_witnesses(state, newest, now)
        else:
            due = tuple(witness for witness in self._plan.policy.witnesses if witness.url)

        def ask(witness: NamedWitness) -> _Told:
            key = _key_of(witness)
            known = state.parties.get(key)
            size = 0 if known is None else known.size
            try:
                lines = ask_witness(
                    witness, checkpoint, note, size, self._prove, seconds=self._plan.exchange_s
                )
            except NotAnsweredError as error:
                if error.known_size is not None and not error.is_alarm:
                    size = error.known_size
                return _Told(_failed(key, size, known, now, error))
            return _Told(Party(key, checkpoint.size, now, now, None), lines)

        return _all_at_once(ask, due)

    def _ask_authorities(self, state: _State, publication: Publication, now: datetime) -> tuple[_Told, ...]:
        text = parse_note(publication.note).text

        def ask(authority: Authority) -> _Told:
            known = state.parties.get(authority.name)
            try:
                stamp = ask_authority(authority, text, seconds=self._plan.exchange_s)
            except (NotAnsweredError, SigningError) as error:
                size = 0 if known is None else known.size
                return _Told(_failed(authority.name, size, known, now, error))
            return _Told(Party(authority.name, publication.size, now, now, None), stamp=stamp)

        return _all_at_once(ask, self._due_authorities(state, publication.size, now))

    def _prove(self, old_size: int, new_size: int) -> Sequence[bytes]:
        def prove(session: Session) -> tuple[bytes, ...]:
            return prove_consistency(old_size, new_size, TileReader(StoredTiles(session)))

        return self._ledger.read(prove)

    def _keep(self, unit: Unit, note: Note, told: Iterable[_Told]) -> Publication:
        for item in told:
            keep_party(unit, item.party)
        known = read_publication(unit.session, parse_checkpoint(note.text).size)
        if known is not None:
            # Another publisher may have been at work meanwhile: what it got is not lost.
            note = _with_lines(parse_note(known.note), note.signatures)
        policy = self._plan.policy.witness_policy
        cosigned = find_cosignatures(note, policy.keys)
        return keep_publication(
            unit,
            parse_checkpoint(note.text),
            format_note(note),
            is_full=len({key.public_key for key in cosigned}) >= policy.wanted,
            is_stamped=not self._plan.authorities,
        )

    def _keep_stamps(self, unit: Unit, publication: Publication, told: Iterable[_Told]) -> Publication:
        for item in told:
            keep_party(unit, item.party)
            if item.stamp is not None:
                keep_timestamp(unit, publication.size, item.stamp)
        has = {stamp.authority for stamp in read_timestamps(unit.session, publication.size)}
        checkpoint, _ = parse_checkpoint_note(publication.note)
        return keep_publication(
            unit,
            checkpoint,
            publication.note,
            is_full=publication.is_full,
            is_stamped=has >= {authority.name for authority in self._plan.authorities},
        )


def _key_of(witness: NamedWitness) -> str:
    return f"{witness.key.name}+{witness.key.key_id.hex()}"


def _look(session: Session) -> _State:
    newest = newest_publication(session)
    stamps = () if newest is None else read_timestamps(session, newest.size)
    return _State(read_head(session), newest, stamps, read_parties(session))


def _with_lines(note: Note, lines: Iterable[NoteSignature]) -> Note:
    """``note`` with the new lines; a new line of a key takes the place of its older one."""
    new = {(line.name, line.key_id): line for line in lines}
    kept = (line for line in note.signatures if (line.name, line.key_id) not in new)
    return Note(note.text, (*kept, *new.values()))


def _failed(key: str, size: int, known: Party | None, now: datetime, error: Exception) -> Party:
    alarm = "ALARM: " if getattr(error, "is_alarm", False) else ""
    return Party(key, size, now, None if known is None else known.answered_at, f"{alarm}{error}"[:500])


def _all_at_once(ask: Callable[..., _Told], parties: Sequence[NamedWitness | Authority]) -> tuple[_Told, ...]:
    if not parties:
        return ()
    with ThreadPoolExecutor(max_workers=len(parties)) as pool:
        return tuple(pool.map(ask, parties))
