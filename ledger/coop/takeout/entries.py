"""The organisation's chain of the log as JSON lines: every entry, and what it holds sealed, opened.

With ``entry`` (base64) anybody can check the signatures again; ``disclosures`` open its commitments.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.log.records import Record, read_records
from ledger.log.tables import LogEntry
from ledger.trace.events.sealed import Disclosure
from ledger.trace.sealed_fields.disclosures import read_all_disclosures
from signing.vault import Vault

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ChainPart:
    """Some entries of a chain in their order, and by index what opens their sealed fields."""

    records: tuple[Record, ...]
    opened: Mapping[int, tuple[Disclosure, ...]]


def chain_parts(session: Session, vault: Vault, actor: Actor) -> Iterator[ChainPart]:
    """The whole chain, ``AT_ONCE`` entries at a time."""
    begin = 0
    while indexes := _indexes_from(session, actor.organisation, begin):
        opened = read_all_disclosures(session, vault, indexes)
        yield ChainPart(read_records(session, indexes), opened)
        begin += len(indexes)


def entry_line(record: Record, disclosures: Sequence[Disclosure]) -> bytes:
    """One entry as a line of JSON."""
    told: dict[str, Any] = {
        "index": record.index,
        "seq": record.seq,
        "recordedAt": record.recorded_at.isoformat(),
        "kind": record.kind.value,
        "signers": record.signers,
        "body": record.body,
        "disclosures": [
            {
                "pointer": item.pointer,
                "salt": base64.b64encode(item.salt).decode(),
                "value": item.value,
            }
            for item in disclosures
        ],
        "entry": base64.b64encode(record.entry).decode(),
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _indexes_from(session: Session, chain_id: str, seq: int) -> list[int]:
    """Where the next entries of the chain stand, by its own numbers: so the database need not sort."""
    query = (
        select(LogEntry.index)
        .where(LogEntry.chain_id == chain_id, LogEntry.seq >= seq)
        .order_by(LogEntry.seq)
        .limit(AT_ONCE)
    )
    return list(session.scalars(query))
