"""Whether a copied database holds the log it should: what is cheap always, everything on request."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.audit.fsck import fsck
from ledger.database import WRITE_LOCK_SUFFIX, Database, open_database
from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import LogError
from ledger.log.log_keys import open_own_checkpoint
from ledger.log.merkle import root_hash
from ledger.log.queries import Identity, StoredTiles, read_entry, read_head, read_identity
from ledger.log.tiles import TileReader
from ledger.trace.fsck import TraceCheck
from ledger.upkeep.errors import BackupDamagedError, UpkeepError
from signing.errors import SigningError
from signing.vault import Vault

MAX_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """Which log a database holds, and its head, found to agree with each other."""

    identity: Identity
    head: Checkpoint


def open_file(path: Path) -> Database:
    """The SQLite database in a file. Raises ``UpkeepError`` for a path that no address can name."""
    if "?" in str(path) or "%" in str(path):
        raise UpkeepError(str(path), sentence=f"Đường dẫn {path} không được có dấu ? hoặc %. Hãy đổi tên.")
    return open_database(f"sqlite:///{path}")


def remove_lock(path: Path) -> None:
    """Remove what the writers of a database file, closed by now, queued at."""
    for lock in path.parent.glob(f"{path.name}{WRITE_LOCK_SUFFIX}*"):
        lock.unlink()


def check_log(database: Database) -> CheckedLog:
    """Check what can be checked without reading every entry.

    The file's own structure (SQLite), the checkpoint's signature, the root hash computed from the tiles, and
    the newest entry in its place. Raises ``BackupDamagedError``.
    """
    with database.reading() as session:
        try:
            _check_file(session, database.dialect)
            identity, stored = read_identity(session), read_head(session)
            head = open_own_checkpoint(session, stored.checkpoint)
            if (head.size, head.root) != (stored.size, stored.root):
                raise BackupDamagedError(("log_head: not what its checkpoint says",))
            if root_hash(head.size, TileReader(StoredTiles(session))) != head.root:
                raise BackupDamagedError(("log_tile: another root hash than the checkpoint",))
            if head.size:
                read_entry(session, head.size - 1)
        except (LogError, SigningError) as error:
            raise BackupDamagedError((str(error),)) from error
    return CheckedLog(identity, head)


def check_whole_log(database: Database, vault: Vault) -> None:
    """Everything that ``sogoc fsck`` checks. Raises ``BackupDamagedError`` with the first findings."""
    with database.reading() as session:
        found = []
        for finding in fsck(session, projection_checks=(TraceCheck(session, vault),)):
            place = "" if finding.index is None else f" {finding.index}"
            found.append(f"{finding.where}{place}: {finding.what}")
            if len(found) == MAX_FINDINGS:
                break
    if found:
        raise BackupDamagedError(tuple(found))


def _check_file(session: Session, dialect: str) -> None:
    if dialect == "sqlite":
        said = session.execute(text("PRAGMA quick_check(1)")).scalar()
        if said != "ok":
            raise BackupDamagedError((f"sogoc.db: {said}",))
