"""The organisation's chain of the log as JSON lines: every entry, and what it holds sealed, opened.

With ``entry`` (base64) anybody can check the signatures again; ``disclosures`` open its commitments.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.log.records import Record, read_records
from ledger.log.tables import LogEntry
from ledger.trace.disclosures import read_all_disclosures
from ledger.trace.sealed import Disclosure
from signing.vault import Vault

AT_ONCE = 200


def chain_records(
    session: Session, vault: Vault, actor: Actor
) -> Iterator[tuple[Record, tuple[Disclosure, ...]]]:
    """Every entry of the chain in its order, with what opens its sealed fields."""
    last = -1
    while indexes := _indexes_after(session, actor.organisation, last):
        opened = read_all_disclosures(session, vault, indexes)
        for record in read_records(session, indexes):
            yield record, opened.get(record.index, ())
        last = indexes[-1]


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


def _indexes_after(session: Session, chain_id: str, last: int) -> list[int]:
    query = (
        select(LogEntry.index)
        .where(LogEntry.chain_id == chain_id, LogEntry.index > last)
        .order_by(LogEntry.index)
        .limit(AT_ONCE)
    )
    return list(session.scalars(query))
