"""Asking a witness for its cosignature (C2SP tlog-witness), and believing nothing that it says unchecked."""

import time
from collections.abc import Callable, Sequence

from ledger.log.checkpoints import Checkpoint
from ledger.log.policies import NamedWitness
from ledger.witness.errors import MalformedRequestError, NotAnsweredError
from ledger.witness.exchange import EXCHANGE_S, HttpAnswer, post
from ledger.witness.requests import MAX_ANSWER_BYTES, SIZE_TYPE, format_request, parse_answer, parse_size
from signing.errors import BadSignatureError
from signing.notes import Note, NoteSignature, format_note

TRIES = 3
"""A first request that tells the size, a second with the proof from there, one more for a race."""

ProveConsistency = Callable[[int, int], Sequence[bytes]]
"""The consistency proof from one size to a later one."""


def ask_witness(
    witness: NamedWitness,
    checkpoint: Checkpoint,
    note: Note,
    known_size: int,
    prove: ProveConsistency,
    *,
    seconds: float = EXCHANGE_S,
) -> tuple[NoteSignature, ...]:
    """The witness's cosignatures of ``checkpoint``, checked under its key; at least one.

    ``known_size`` is what it cosigned last, as far as we know; ``seconds`` is for all tries together.
    Raises ``NotAnsweredError``; its ``is_alarm`` is set when the witness knows a log that ours is not.
    """
    old_size = min(known_size, checkpoint.size)
    end = time.monotonic() + seconds
    for _ in range(TRIES):
        body = format_request(old_size, prove(old_size, checkpoint.size), format_note(note))
        url = f"{(witness.url or '').rstrip('/')}/add-checkpoint"
        answer = post(url, body, max_bytes=MAX_ANSWER_BYTES, seconds=max(0.1, end - time.monotonic()))
        if answer.status == 200:
            return _checked(witness, note, answer)
        if answer.status == 422:
            # We proved from our own tree: what it cosigned at that size was another.
            message = f"cosigned another tree of size {old_size}"
            raise NotAnsweredError(message, known_size=old_size, is_alarm=True)
        if answer.status != 409:
            raise NotAnsweredError(f"answered {answer.status}")
        old_size = _conflict(answer, old_size, checkpoint)
    raise NotAnsweredError("keeps naming other sizes", known_size=old_size)


def _checked(witness: NamedWitness, note: Note, answer: HttpAnswer) -> tuple[NoteSignature, ...]:
    """The lines by the witness's own key; lines by strangers are passed over."""
    try:
        lines = parse_answer(answer.body, note.text)
        key = witness.key
        own = tuple(line for line in lines if (line.name, line.key_id) == (key.name, key.key_id))
        for line in own:
            key.check(note.text, line.signature)
    except (MalformedRequestError, BadSignatureError) as error:
        raise NotAnsweredError(f"no cosignature: {error}") from error
    if not own:
        raise NotAnsweredError("no cosignature by the key that was agreed on")
    return own


def _conflict(answer: HttpAnswer, old_size: int, checkpoint: Checkpoint) -> int:
    """The size to go on from after a 409."""
    if answer.content_type != SIZE_TYPE:
        raise NotAnsweredError("answered 409 and no size")
    try:
        size = parse_size(answer.body)
    except MalformedRequestError as error:
        raise NotAnsweredError(f"answered 409: {error}") from error
    if size == old_size:
        raise NotAnsweredError(f"knows another tree of size {size}", known_size=size, is_alarm=True)
    if size > checkpoint.size:
        message = f"cosigned size {size}, and this log has {checkpoint.size}"
        raise NotAnsweredError(message, known_size=size, is_alarm=True)
    return size
