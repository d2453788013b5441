"""Answering as a witness (C2SP tlog-witness, "add-checkpoint"): the steps, then code in their order.

1. **parse** - the request has its one valid form, and its old size is not the larger one (else 400).
2. **log** - the checkpoint is of a log that is watched here (else 404).
3. **signature** - by a key that was pinned for that log (else 403).
4. **latest** - the old size is the latest one cosigned for the log, 0 before the first (else 409).
5. **same size, same root** - the log signs one tree of a size (else 409, and the evidence is kept).
6. **consistency** - the proof shows that the new tree begins with the latest (else 422).
7. **persist** - the checkpoint becomes the latest, durably, in the same transaction as 4 to 6.
8. **answer** - the cosignature leaves.

The cosignature is made before the commit and leaves after it, so what is on the disk is never behind what
was told. A witness whose file was restored from an older copy has forgotten: no program can tell, and
docs/witness.md says what to do.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from ledger.log.errors import ConsistencyError
from ledger.log.merkle import EMPTY_ROOT, check_consistency
from ledger.log.witnesses import Witness, WitnessKey
from ledger.witness.errors import (
    InconsistentError,
    SizeConflictError,
    UnknownLogError,
    UntrustedCheckpointError,
)
from ledger.witness.register import Latest, Register
from ledger.witness.requests import AddCheckpoint, format_answer, parse_request
from signing.errors import BadSignatureError, UnknownSignerError
from signing.keys import NamedKey, VerifierKey
from signing.notes import Note, NoteSignature, check_note, countersign, format_note, parse_note

SAME_FOR = timedelta(seconds=10)
"""How long a cosignature is given again as it is."""


class WitnessService:
    """A witness at work: cosigns what follows from what it cosigned before. Safe to share by threads."""

    def __init__(
        self,
        register: Register,
        signer: NamedKey,
        log_keys: Iterable[VerifierKey],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.register = register
        self._signer = signer
        self._logs = _by_origin(log_keys)
        self._clock = clock

    @property
    def key(self) -> WitnessKey:
        """The key under which the cosignatures verify."""
        return WitnessKey(self._signer.name, self._signer.private_key.public_key)

    @property
    def origins(self) -> tuple[str, ...]:
        """The logs that are watched."""
        return tuple(self._logs)

    def add_checkpoint(self, body: bytes) -> bytes:
        """The cosignature lines for a request: the eight steps of this module, in order.

        Raises ``MalformedRequestError``, ``UnknownLogError``, ``UntrustedCheckpointError``,
        ``SizeConflictError`` and ``InconsistentError``.
        """
        request = parse_request(body)  # (1)
        origin = request.checkpoint.origin
        if origin not in self._logs:  # (2)
            raise UnknownLogError(origin)
        signed = _signed(request, self._logs[origin])  # (3)
        latest = None
        try:
            with self.register.advancing(origin) as step:
                latest, now = step.latest, self._clock()
                _check_follows(latest, request)  # (4) to (6)
                if latest is not None and (again := _said_just_now(latest, signed, now)):
                    return format_answer(signed, again)
                cosigned = countersign(signed, Witness(self._signer.name, self._signer.private_key, now))
                checkpoint = request.checkpoint
                step.keep(Latest(origin, checkpoint.size, checkpoint.root, format_note(cosigned), now))  # (7)
        except SizeConflictError as error:
            # Two signed roots of one size convict the log. A wrong proof does not: anybody can send one.
            if latest is not None and error.is_fork:
                self.register.keep_evidence(latest, body, self._clock())
            raise
        return format_answer(cosigned, cosigned.signatures[-1])  # (8)


def _said_just_now(latest: Latest, signed: Note, now: datetime) -> NoteSignature | None:
    """The cosignature of the same text, if it is that young: asking again and again writes nothing."""
    known = parse_note(latest.note)
    is_young = timedelta(0) <= now - latest.cosigned_at < SAME_FOR
    return known.signatures[-1] if is_young and known.text == signed.text else None


def _by_origin(keys: Iterable[VerifierKey]) -> Mapping[str, tuple[VerifierKey, ...]]:
    logs: dict[str, tuple[VerifierKey, ...]] = {}
    for key in keys:
        logs[key.name] = (*logs.get(key.name, ()), key)
    return logs


def _signed(request: AddCheckpoint, keys: tuple[VerifierKey, ...]) -> Note:
    """The note with the signatures that were checked only: what else came along is nobody's word here."""
    try:
        check_note(request.note, keys)
    except (BadSignatureError, UnknownSignerError) as error:
        raise UntrustedCheckpointError(str(error)) from error
    known = {(key.name, key.key_id) for key in keys}
    signatures = (line for line in request.note.signatures if (line.name, line.key_id) in known)
    return Note(request.note.text, tuple(signatures))


def _check_follows(latest: Latest | None, request: AddCheckpoint) -> None:
    size, root = (0, EMPTY_ROOT) if latest is None else (latest.size, latest.root)
    new = request.checkpoint
    if request.old_size != size:  # (4)
        raise SizeConflictError(size, is_fork=new.size == size and new.root != root)
    if new.size == size and new.root != root:  # (5)
        raise SizeConflictError(size, is_fork=True)
    try:
        check_consistency(size, root, new.size, new.root, request.proof)  # (6)
    except ConsistencyError as error:
        raise InconsistentError(str(error)) from error
