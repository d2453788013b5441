"""The seals of a lot as a printed stamp names them: by six characters of the seal entry's leaf hash.

Who holds the paper holds these characters, whatever a server says later (docs/spec/stamp-url.md). A lot that
was corrected is sealed anew; stamps printed under its earlier seal stay genuine.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.queries import read_entries
from ledger.trace.derived.store import read_lots
from ledger.trace.events.parsing import Parsed, parse_known
from ledger.trace.events.statements import LotSealed
from ledger.trace.tables import TraceRegister
from signing.short_digests import is_short_digest, short_digest


def seals_of(lot: str, chain_id: str | None, entries: Iterable[Parsed]) -> tuple[Parsed, ...]:
    """The seals of ``lot`` by the organisation that makes it, among entries in the order of their indexes."""
    return tuple(
        item
        for item in entries
        if isinstance(item.statement, LotSealed)
        and item.statement.lot == lot
        and item.record.chain_id == chain_id
    )


def read_seals(session: Session, lot: str) -> tuple[bytes, ...]:
    """The leaf hashes of a lot's seals, oldest first, of the entries' own bytes; none for an unknown lot."""
    row = read_lots(session, (lot,)).get(lot)
    if row is None or row.sealed_index is None:
        return ()
    register = TraceRegister
    indexes = session.scalars(
        select(register.index)
        .where(
            register.kind == LotSealed.register, register.subject == lot, register.chain_id == row.chain_id
        )
        .order_by(register.index)
    )
    found = {stored.index: stored.entry for stored in read_entries(session, list(indexes))}
    return tuple(item.record.leaf_hash for item in seals_of(lot, row.chain_id, parse_known(found)))


def printed_seal(session: Session, lot: str) -> str | None:
    """The six characters for stamps of ``lot`` printed from now on; ``None`` before it is sealed."""
    seals = read_seals(session, lot)
    return short_digest(seals[-1]) if seals else None


def names_a_seal(short: str, seals: tuple[bytes, ...]) -> bool:
    """Whether a stamp's characters are those of one of a lot's seals, the latest looked at first."""
    return any(is_short_digest(short, leaf) for leaf in reversed(seals))
