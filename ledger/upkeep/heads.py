"""Whether the stored log is the one that this machine signed last."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.database import Database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import MalformedCheckpointError
from ledger.log.merkle import HashReader, root_hash
from ledger.log.queries import StoredTiles, read_head, read_identity
from ledger.log.tiles import TileReader


class HeadState(StrEnum):
    """``AGREES``: may be written. All others: nothing is signed until a recovery on purpose."""

    AGREES = "agrees"
    BEHIND = "behind"
    """The record counts more entries than the log has."""
    DIFFERS = "differs"
    """The log has as many entries as the record or more, but not the recorded ones."""
    FOREIGN = "foreign"
    """The record is another log's."""
    HELD = "held"
    """Restored from a backup on a machine without a record."""
    SPOILT = "spoilt"
    """The record cannot be read."""


@dataclass(frozen=True, slots=True)
class HeadReport:
    """The stored head, the recorded one if it can be read, and how they stand to each other."""

    state: HeadState
    stored: Checkpoint
    recorded: Checkpoint | None

    @property
    def missing(self) -> int:
        """How many entries were signed here that the log does not have."""
        return 0 if self.recorded is None else max(0, self.recorded.size - self.stored.size)


def examine_head(database: Database, record: HeadRecord) -> HeadReport:
    """Compare the stored head with the record. Raises ``NoLogError``."""
    with database.reading() as session:
        head = read_head(session)
        stored = Checkpoint(read_identity(session).origin, head.size, head.root)
        try:
            recorded = record.read()
        except MalformedCheckpointError:
            return HeadReport(HeadState.SPOILT, stored, None)
        state = (
            HeadState.HELD if record.is_held else _compare(stored, recorded, TileReader(StoredTiles(session)))
        )
    return HeadReport(state, stored, recorded)


def _compare(stored: Checkpoint, recorded: Checkpoint | None, reader: HashReader) -> HeadState:
    if recorded is None:
        return HeadState.AGREES
    if recorded.origin != stored.origin:
        return HeadState.FOREIGN
    if recorded.size > stored.size:
        return HeadState.BEHIND
    return HeadState.AGREES if root_hash(recorded.size, reader) == recorded.root else HeadState.DIFFERS
