"""The history of a lot: which entries tell how it came to be, and the digest that a seal gives of them.

An entry belongs to the history of lot L as of size n when its index is below n and it speaks

- of L itself, or
- of a lot P that went into L, and was done no later than the last transformation through which P flows toward
  L. What only takes from P toward other lots is left out: another lot's harvest is not this one's story.

So the season's diary after a harvest belongs to later harvests only. Transformations that were corrected
below n carry nothing; they stay in the history of the lots they made. The digest is SHA-256 over the 32-byte
leaf hashes of these entries in the order of their indexes.
"""

import hashlib
from collections.abc import Iterable

from sqlalchemy.orm import Session

from ledger.trace.derived.reaching import Reaching
from ledger.trace.digests import format_digest
from ledger.trace.events.statements import HistoryDigest

NOW = 2**62
"""A size no log reaches: the history as it stands."""

_STOOD = 'e."index" < :size AND (e.corrected_by IS NULL OR e.corrected_by >= :size)'
"""Edges that were there at a size, of events that nobody had taken back."""

_HISTORY = Reaching.back(
    f"""
, flow(parent, entry) AS (
  SELECT DISTINCT e.parent, e."index" FROM reached r JOIN trace_lot_edge e ON e.child = r.lot
  WHERE {_STOOD}
),
last_flow(lot, done_at) AS (
  SELECT f.parent, MAX(t.done_at) FROM flow f JOIN trace_event t ON t."index" = f.entry GROUP BY f.parent
)
SELECT m."index" FROM trace_lot_entry m WHERE m.lot = :start AND m."index" < :size
UNION
SELECT entry FROM flow
UNION
SELECT m."index" FROM last_flow p
JOIN trace_lot_entry m ON m.lot = p.lot
JOIN trace_event t ON t."index" = m."index"
WHERE m."index" < :size AND t.done_at <= p.done_at
AND NOT EXISTS (
  SELECT 1 FROM trace_lot_edge x WHERE x.parent = m.lot AND x."index" IN (m."index", t.corrects)
)
""",  # noqa: S608 - our own words
    _STOOD,
)


_RECALLS = Reaching.back("""
SELECT l.recalled_index FROM reached r JOIN trace_lot l ON l.key = r.lot WHERE l.recalled_index IS NOT NULL
UNION
SELECT m."index" FROM reached r JOIN trace_lot_entry m ON m.lot = r.lot
JOIN trace_register s ON s."index" = m."index" WHERE s.kind IN ('recall', 'recall_closed')
""")


def read_history(session: Session, lot: str, size: int = NOW) -> tuple[int, ...]:
    """The indexes of the lot's history as of ``size``, ascending; empty for an unknown lot."""
    rows = _HISTORY.run(session, lot, size=size)
    return tuple(sorted(row[0] for row in rows))


def read_recalls(session: Session, lot: str) -> tuple[int, ...]:
    """The indexes of the recalls of ``lot`` and of everything it is made of, and of their ends, ascending.

    Asked for in two ways, so that one changed row cannot hide a recall.
    """
    rows = _RECALLS.run(session, lot)
    return tuple(sorted(row[0] for row in rows))


def digest_history(leaf_hashes: Iterable[bytes]) -> HistoryDigest:
    """Count and digest of a history's leaf hashes (32 bytes each), in the order of their indexes."""
    digest, count = hashlib.sha256(), 0
    for count, leaf in enumerate(leaf_hashes, start=1):  # noqa: B007  # the last count is the result
        digest.update(leaf)
    return HistoryDigest(count, format_digest(digest.digest()))
