"""Put a backup back, into SQLite or PostgreSQL, where nothing stands yet.

(1) the manifest and its form (2) the digest of every file (3) the master key opens the seal over the manifest
(4) nothing is in the way, and there is room (5) the log in the copy agrees with itself and with the manifest
(6) photos (7) the record of the last signed head: one that is there is kept, and without one the log is held
until somebody says whether newer entries are missing (8) the database, in one step, last.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ledger.database import Database, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import MalformedCheckpointError
from ledger.migrations import current_revision, is_current, is_known, migrate
from ledger.upkeep import manifest as form
from ledger.upkeep.backup import SEAL_PURPOSE
from ledger.upkeep.checking import CheckedLog, check_log, check_whole_log, open_file, remove_lock
from ledger.upkeep.copying import check_no_rows, copy_tables
from ledger.upkeep.errors import (
    BackupDamagedError,
    LedgerInTheWayError,
    NotABackupError,
    OtherVersionError,
)
from ledger.upkeep.files import (
    check_space,
    copy_file,
    digest_of,
    keep_private,
    saying_full,
    sync_file,
    write_file,
)
from ledger.upkeep.heads import HeadReport, examine_head
from ledger.upkeep.manifest import MAX_MANIFEST_BYTES, Manifest, parse_manifest, parse_sums
from ledger.upkeep.photos import copy_photos
from signing.canonical_base64 import parse_base64
from signing.errors import MalformedBase64Error, VaultError
from signing.vault import Vault, load_master_key

_SQLITE = "sqlite:///"
_SIDES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger lives: see the settings of the same names. ``head_record`` is the record's file."""

    data: Path
    database_url: str
    master_key_file: Path
    photos: Path
    head_record: Path

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; ``None`` on PostgreSQL."""
        is_file = self.database_url.startswith(_SQLITE)
        return Path(self.database_url.removeprefix(_SQLITE)).absolute() if is_file else None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and whether the log may be written. ``damaged_photos`` could not be put back."""

    manifest: Manifest
    head: HeadReport
    damaged_photos: tuple[str, ...]


def read_backup(source: Path) -> Manifest:
    """The manifest of a backup whose every file has its digest: steps (1) and (2).

    Raises ``NotABackupError`` and ``BackupDamagedError``.
    """
    try:
        data = _read_small(source / form.MANIFEST)
        manifest = parse_manifest(data)
        listed = (source / form.SUMS).read_bytes()
    except OSError as error:
        raise NotABackupError(f"cannot be read: {error}") from error
    if hashlib.sha256(listed).hexdigest() != manifest.sums:
        raise BackupDamagedError((form.SUMS,))
    sums = parse_sums(listed)
    wrong = [path for path, digest in sums.items() if not _has_digest(source / path, digest)]
    if wrong or len(sums) != manifest.files or form.DATABASE not in sums:
        raise BackupDamagedError(tuple(wrong) or ("number of files",))
    return manifest


def check_seal(source: Path, vault: Vault) -> None:
    """Step (3): whoever wrote the manifest had the master key. Raises ``BackupDamagedError``."""
    digest = hashlib.sha256((source / form.MANIFEST).read_bytes()).digest()
    try:
        seal = parse_base64(_read_small(source / form.SEAL).decode().removesuffix("\n"))
        if vault.open(seal, SEAL_PURPOSE) == digest:
            return
    except (OSError, ValueError, MalformedBase64Error, VaultError):
        pass
    raise BackupDamagedError((f"{form.SEAL} (sai niêm phong, hoặc khóa chính khác)",))


def restore_backup(
    source: Path, place: Place, *, is_newest: bool = False, is_thorough: bool = True
) -> Restored:
    """Restore the backup in ``source``; the steps are at the head of this file.

    ``is_newest``: the caller knows that nothing was written after this backup. ``is_thorough`` runs the whole
    of ``fsck`` before the database is put in its place. Raises ``NotABackupError``, ``BackupDamagedError``,
    ``LedgerInTheWayError``, ``NoSpaceError``, ``OtherVersionError``, ``VaultError`` (no master key here
    nor in the backup).
    """
    manifest = read_backup(source)
    vault = Vault(load_master_key(_key_for(source, place)))
    check_seal(source, vault)
    _check_free(place)
    check_space(_existing(place.data), manifest.total_bytes)
    place.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    partial = (place.sqlite_file or place.data / form.DATABASE).with_suffix(".restoring")
    partial.parent.mkdir(parents=True, exist_ok=True)
    with saying_full(place.data):
        _remove(partial)
        try:
            copy = _open_copy(source, partial, manifest, vault, is_thorough=is_thorough)
            try:
                damaged = _restore_photos(source, place)
                head = _guard_head(HeadRecord(place.head_record), manifest, copy, is_newest=is_newest)
                _restore_key(source, place)
                if place.sqlite_file is None:
                    _into_postgresql(copy, place.database_url)
            finally:
                copy.close()
            if place.sqlite_file is not None:
                _into_file(partial, place.sqlite_file)
        finally:
            _remove(partial)
    return Restored(manifest, head, damaged)


def _key_for(source: Path, place: Place) -> Path:
    in_backup = source / form.MASTER_KEY
    return in_backup if in_backup.exists() and not place.master_key_file.exists() else place.master_key_file


def _check_free(place: Place) -> None:
    """Step (4). A write-ahead log left behind by another database would be applied to this one."""
    if place.sqlite_file is None:
        database = open_database(place.database_url)
        try:
            check_no_rows(database)
        finally:
            database.close()
        return
    for path in (
        place.sqlite_file,
        *(place.sqlite_file.with_name(place.sqlite_file.name + s) for s in _SIDES),
    ):
        if path.exists():
            raise LedgerInTheWayError(str(path))


def _open_copy(
    source: Path, partial: Path, manifest: Manifest, vault: Vault, *, is_thorough: bool
) -> Database:
    """Step (5): a copy of the backup's database, at the newest schema; the backup itself is only read."""
    copy_file(source / form.DATABASE, partial)
    copy = open_file(partial)
    try:
        _bring_up_to_date(copy)
        _check_is(manifest, check_log(copy))
        if is_thorough:
            check_whole_log(copy, vault)
    except BaseException:
        copy.close()
        raise
    return copy


def _check_is(manifest: Manifest, log: CheckedLog) -> None:
    said = (manifest.origin, manifest.verifier_key, manifest.size, manifest.root)
    if said != (log.identity.origin, log.identity.verifier_key.format(), log.head.size, log.head.root):
        raise BackupDamagedError((f"{form.DATABASE}: not the log of the manifest",))


def _bring_up_to_date(copy: Database) -> None:
    if is_current(copy):
        return
    if not is_known(current_revision(copy)):
        raise OtherVersionError(f"schema {current_revision(copy)}")
    migrate(copy)


def _restore_photos(source: Path, place: Place) -> tuple[str, ...]:
    """Step (6). Photos are named by their digest: those that are there already can stay."""
    copied = copy_photos(source / form.PHOTOS, place.photos)
    return tuple(path for path, _, is_whole in copied if not is_whole)


def _guard_head(record: HeadRecord, manifest: Manifest, copy: Database, *, is_newest: bool) -> HeadReport:
    """Step (7)."""
    try:
        is_first = record.read() is None
    except MalformedCheckpointError:
        is_first = False  # beside a spoilt record nothing is signed already
    if is_first:
        head = Checkpoint(manifest.origin, manifest.size, manifest.root)
        if is_newest:
            record.replace(head)
        else:
            record.hold(head)
    return examine_head(copy, record)


def _restore_key(source: Path, place: Place) -> None:
    if not place.master_key_file.exists():
        place.master_key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        write_file(place.master_key_file, (source / form.MASTER_KEY).read_bytes())


def _into_postgresql(copy: Database, url: str) -> None:
    database = open_database(url)
    try:
        migrate(database)
        # One transaction: everything, or a schema without a row, into which one may restore again.
        with copy.reading() as read, database.writing() as written:
            copy_tables(read, written)
        check_log(database)
    finally:
        database.close()


def _into_file(partial: Path, file: Path) -> None:
    keep_private(partial)
    sync_file(partial)
    try:
        os.link(partial, file)  # unlike a rename, it never takes the place of what appeared meanwhile
    except FileExistsError as error:
        raise LedgerInTheWayError(str(file)) from error
    except OSError:  # a file system without links
        partial.rename(file)
    sync_file(file.parent)


def _remove(partial: Path) -> None:
    for name in ("", *_SIDES):
        partial.with_name(partial.name + name).unlink(missing_ok=True)
    remove_lock(partial)


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _has_digest(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and digest_of(path) == digest


def _read_small(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_MANIFEST_BYTES)
