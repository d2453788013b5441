"""Other systems' events on their way into the log: read and checked before the log is locked, then written.

One event is captured once, whoever sends it again and in whatever spelling: it is known by an HMAC, under a
key of the vault, of its hash (CBV 2.0 §8.9). A bare hash would outlive the erasure of what it was made of.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ledger.coop.errors import EventProblem
from ledger.coop.exchange.answers import CAPTURED, EXISTS, REFUSED, EventAnswer
from ledger.coop.exchange.errors import LateRefusalError
from ledger.coop.exchange.profile import seal_rules
from ledger.log.canonical import format_canonical
from ledger.log.entries import parse_entry, parse_event_note
from ledger.log.errors import EntryTooLargeError, NotCanonicalError
from ledger.log.record_notes import MEMBER as RECORD
from ledger.log.unit import Receipt, Unit
from ledger.trace.capture import capture_event, expect_lots
from ledger.trace.errors import EpcisError, Problem, TraceError
from ledger.trace.events.epcis import STANDARD_PREFIXES, event_problems, open_document
from ledger.trace.events.event_hash import Namespaces, declared_names, event_hash
from ledger.trace.events.flows import CORRECTS
from ledger.trace.events.sealed import MEMBER, SealRules
from ledger.trace.signed_events import check_event_id, expect_event_ids
from signing.vault import Vault

_TOO_LARGE = "Sự kiện này dài quá 8 KB. Hãy tách thành nhiều sự kiện."
_OWN_MEMBERS = frozenset(
    {
        "sogoc:step", "sogoc:template", "sogoc:fields", "sogoc:evidence", "sogoc:override",
        "sogoc:warnings", "sogoc:photos", RECORD, CORRECTS, MEMBER,
    }
)  # fmt: skip
"""Members that only our own use cases write: their guards, or a device's signature, stand behind them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event that was read: where it stood, and either its problems or what is to be captured.

    ``key`` is the idempotency key under which it is captured, ``event_hash`` an ``ni`` URI.
    """

    pointer: str
    event: dict[str, Any]
    event_hash: str = ""
    key: str = ""
    rules: SealRules = ()
    problems: tuple[EventProblem, ...] = ()


def prepare_events(document: Any, organisation: str, vault: Vault) -> tuple[Prepared, ...]:
    """The events of an EPCIS document, each read for itself.

    Raises ``EpcisError`` for what is wrong around them; what is wrong with one is among its problems.
    """
    opened = open_document(document)
    context, names = inline_parts(opened.context), declared_names(opened.context)
    around = _Around(opened.prefixes, names, context, organisation, vault)
    return tuple(_prepare(event, opened.pointer(place), around) for place, event in enumerate(opened.events))


def prepare_single(event: Any, organisation: str, vault: Vault) -> Prepared:
    """One event that stands alone: what its members mean is declared by itself, or is standard."""
    if not isinstance(event, dict):
        problem = EventProblem("", "Nội dung gửi lên phải là một sự kiện EPCIS.")
        return Prepared("", {}, problems=(problem,))
    return _prepare(event, "", _Around(STANDARD_PREFIXES, {}, [], organisation, vault))


def inline_parts(context: Any) -> list[Any]:
    """The prefixes declared in a context: an event that stands alone in the log must carry them itself."""
    parts = context if isinstance(context, list) else [context]
    return [part for part in parts if isinstance(part, dict)]


def expect_prepared(unit: Unit, organisation: str, prepared: Sequence[Prepared]) -> None:
    """Read at once what ``capture_prepared`` will ask for each of these."""
    good = [item for item in prepared if not item.problems]
    unit.expect(organisation, [item.key for item in good])
    expect_lots(unit, [item.event for item in good])
    expect_event_ids(unit, organisation, [item.event["eventID"] for item in good if "eventID" in item.event])


def capture_prepared(unit: Unit, organisation: str, item: Prepared) -> EventAnswer:
    """Capture one event of the organisation, or say why not.

    Raises ``LateRefusalError`` when it is refused behind its append: then the unit must not end well.
    """
    event_id = item.event.get("eventID")
    if item.problems:
        return EventAnswer(REFUSED, event_id if isinstance(event_id, str) else None, problems=item.problems)
    first = unit.find_receipt(organisation, item.key)
    if first is not None:
        return _answer(EXISTS, item, first)
    size = unit.chain_size(organisation)
    try:
        check_event_id(unit, organisation, item.event)
        receipt = capture_event(
            unit, organisation, item.event, sealed=item.rules, idempotency_key=item.key, is_checked=True
        )
    except (TraceError, EntryTooLargeError, NotCanonicalError) as error:
        problems = _problems(item.pointer, error)
        answer = EventAnswer(REFUSED, event_id, problems=problems)
        if unit.chain_size(organisation) != size:
            raise LateRefusalError(answer) from error
        return answer
    return _answer(CAPTURED, item, receipt)


def event_key(vault: Vault, event: Mapping[str, Any], hashed: str) -> str:
    """The idempotency key of an event with this hash.

    A declaration that an event was an error has the event's own hash (CBV 2.0 §8.9.2), and is another entry.
    """
    declared = event.get("errorDeclaration")
    text = hashed.encode()
    if declared is not None:
        text += b"\x00" + format_canonical([event.get("eventID"), declared])
    return "epcis:" + hmac.digest(_key(vault), text, "sha256").hex()


@dataclass(frozen=True, slots=True)
class _Around:
    """What is declared around an event, and whose it is to be. ``context`` are the parts that declare it."""

    prefixes: frozenset[str]
    names: Namespaces
    context: list[Any]
    organisation: str
    vault: Vault


def _prepare(event: dict[str, Any], pointer: str, around: _Around) -> Prepared:
    found = event_problems(event, prefixes=around.prefixes) or _own_members(event)
    if found:
        problems = tuple(EventProblem(pointer + one.pointer, one.sentence_vi) for one in found)
        return Prepared(pointer, event, problems=problems)
    hashed = event_hash(event, around.names)
    try:
        key, rules = event_key(around.vault, event, hashed), seal_rules(event, around.organisation)
        return Prepared(pointer, _standing_alone(event, around.context), hashed, key, rules)
    except NotCanonicalError as error:
        return Prepared(pointer, event, problems=_problems(pointer, error))


def _standing_alone(event: dict[str, Any], context: list[Any]) -> dict[str, Any]:
    """The event with what was declared around it: in the log nothing is around it."""
    declared = [*context, *inline_parts(event.get("@context"))]
    alone = {name: value for name, value in event.items() if name != "@context"}
    return {"@context": declared, **alone} if declared else alone


def _own_members(event: Mapping[str, Any]) -> tuple[Problem, ...]:
    return tuple(
        Problem(f"/{name}", "Mục này chỉ do hệ thống tự ghi. Hãy bỏ mục này rồi gửi lại.")
        for name in sorted(_OWN_MEMBERS & event.keys())
    )


def _answer(status: str, item: Prepared, receipt: Receipt) -> EventAnswer:
    event_id = item.event.get("eventID")
    if status == EXISTS or event_id is None:
        event_id = parse_event_note(parse_entry(receipt.entry).note).body["eventID"]
    leaf = receipt.leaf_hash.hex()
    return EventAnswer(status, event_id, item.event_hash, receipt.index, leaf, has_private=bool(item.rules))


def _problems(pointer: str, error: Exception) -> tuple[EventProblem, ...]:
    if isinstance(error, EpcisError):
        return tuple(EventProblem(pointer + one.pointer, one.sentence_vi) for one in error.problems)
    if isinstance(error, TraceError):
        return (EventProblem(pointer, error.sentence),)
    too_large = isinstance(error, EntryTooLargeError)
    sentence = _TOO_LARGE if too_large else "Sự kiện có số hoặc chữ không ghi được. Hãy sửa rồi gửi lại."
    return (EventProblem(pointer, sentence),)


@lru_cache(maxsize=8)
def _key(vault: Vault) -> bytes:
    return vault.derive("ledger.coop/captured-event")
