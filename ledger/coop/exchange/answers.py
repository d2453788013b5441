"""What became of an event that was sent: told to who sent it, and kept with the capture job. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from ledger.coop.errors import EventProblem

CAPTURED, EXISTS, REFUSED = "captured", "exists", "refused"


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What became of one event: ``captured``, ``exists`` (was there before) or ``refused``.

    ``leaf_hash`` is 32 bytes in hexadecimal. A refused event has problems and no place in the log.
    """

    status: str
    event_id: str | None
    event_hash: str | None = None
    index: int | None = None
    leaf_hash: str | None = None
    problems: tuple[EventProblem, ...] = ()
    has_private: bool = False
    """Whether something was sealed: then the hash is told, and not kept."""


def format_answers(answers: Sequence[EventAnswer]) -> str:
    """The answers as they are kept. A hash from which a sealed value could be guessed is left out."""
    return orjson.dumps([_kept(answer) for answer in answers]).decode()


def _kept(answer: EventAnswer) -> dict[str, object]:
    # By hand: ``dataclasses.asdict`` takes longer than the hash of an event.
    return {
        "status": answer.status,
        "event_id": answer.event_id,
        "event_hash": None if answer.has_private else answer.event_hash,
        "index": answer.index,
        "leaf_hash": answer.leaf_hash,
        "problems": [{"pointer": one.pointer, "sentence": one.sentence} for one in answer.problems],
        "has_private": answer.has_private,
    }


def parse_answers(text: str) -> tuple[EventAnswer, ...]:
    """The inverse of ``format_answers``."""
    return tuple(
        EventAnswer(**{**body, "problems": tuple(EventProblem(**one) for one in body["problems"])})
        for body in orjson.loads(text)
    )
