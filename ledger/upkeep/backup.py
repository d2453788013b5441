"""Take a backup while everything goes on: one folder, whole or not there, checked after it was written.

::

    DEST/manifest.json     facts; written last
    DEST/manifest.seal     a seal over the manifest that only the master key opens: who has not got it cannot
                           change a backup unnoticed
    DEST/SHA256SUMS        digests of the files below
    DEST/sogoc.db          the database as SQLite, whatever it was copied from
    DEST/settings.toml     settings without secrets
    DEST/photos/ab/….webp
    DEST/master.key        only on request

The head of the copied log stands in the manifest. The record of the last signed head is not copied: put back
beside an old database it would vouch for it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.database import Database, DatabaseFullError
from ledger.log.ledger import Ledger, utc_now
from ledger.migrations import current_revision, migrate
from ledger.upkeep import manifest as form
from ledger.upkeep.checking import CheckedLog, check_log, check_whole_log, open_file, remove_lock
from ledger.upkeep.copying import copy_sqlite_file, copy_tables, database_bytes
from ledger.upkeep.errors import NoSpaceError, PlaceTakenError
from ledger.upkeep.files import (
    check_space,
    copy_file,
    digest_of,
    keep_private,
    saying_full,
    whole_folder,
    write_file,
)
from ledger.upkeep.manifest import Manifest, format_manifest, format_sums
from ledger.upkeep.photos import copy_photos, photo_bytes
from signing.canonical_base64 import format_base64
from signing.vault import Vault

SEAL_PURPOSE = "ledger.upkeep backup manifest"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. ``damaged_photos`` (paths below the store) do not fit their names: left out."""

    path: Path
    manifest: Manifest
    damaged_photos: tuple[str, ...]


def take_backup(
    ledger: Ledger,
    destination: Path,
    *,
    photos: Path,
    settings: str = "",
    master_key_file: Path | None = None,
    earlier: Path | None = None,
    is_thorough: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Backup:
    """Write a backup of everything committed before the call, and maybe a little after it.

    ``master_key_file`` is copied when it is given. Photos that the backup ``earlier`` holds are linked.
    ``is_thorough`` runs the whole of ``fsck`` on the copy. Raises ``PlaceTakenError``, ``NoSpaceError``,
    ``BackupDamagedError`` when the copy does not verify, and ``DatabaseUnavailableError``.
    """
    destination = destination.absolute()
    if destination.exists() or destination.is_symlink():
        raise PlaceTakenError(destination)
    destination.parent.mkdir(parents=True, exist_ok=True)
    needed = database_bytes(ledger.database) + (photo_bytes(photos) if earlier is None else 0)
    check_space(destination.parent, needed)
    with saying_full(destination.parent), whole_folder(destination) as folder:
        # Before the photos: what the database names was stored before it was named.
        log = _copy_database(ledger, folder / form.DATABASE, is_thorough=is_thorough)
        sums = {form.DATABASE: digest_of(folder / form.DATABASE)}
        damaged = _add_photos(sums, photos, folder, earlier)
        sums[form.SETTINGS] = write_file(folder / form.SETTINGS, settings.encode())
        if master_key_file is not None:
            sums[form.MASTER_KEY] = copy_file(master_key_file, folder / form.MASTER_KEY)
        schema = current_revision(ledger.database) or ""
        manifest = _describe(
            folder, log, sums, created_at=clock(), schema=schema, source=ledger.database.dialect
        )
        _write_manifest(folder, manifest, ledger.vault)
    return Backup(destination, manifest, tuple(damaged))


def _copy_database(ledger: Ledger, target: Path, *, is_thorough: bool) -> CheckedLog:
    source = ledger.database
    if source.dialect == "sqlite":
        copy_sqlite_file(Path(source.url.database or "").absolute(), target)
    copy = open_file(target)
    try:
        if source.dialect == "postgresql":
            _copy_rows(source, copy)
        log = check_log(copy)
        if is_thorough:
            check_whole_log(copy, ledger.vault)
    finally:
        # The last connection to close leaves one file, without a write-ahead log beside it.
        copy.close()
        remove_lock(target)
    keep_private(target)
    return log


def _copy_rows(source: Database, copy: Database) -> None:
    try:
        migrate(copy)
        with source.reading() as read, copy.writing() as written:
            copy_tables(read, written)
    except DatabaseFullError as error:
        raise NoSpaceError(Path(copy.url.database or "").parent) from error


def _add_photos(sums: dict[str, str], photos: Path, folder: Path, earlier: Path | None) -> list[str]:
    damaged = []
    earlier_photos = None if earlier is None else earlier / form.PHOTOS
    for path, digest, is_whole in copy_photos(photos, folder / form.PHOTOS, earlier_photos):
        if is_whole:
            sums[f"{form.PHOTOS}/{path}"] = digest
        else:
            damaged.append(path)
    return damaged


def _describe(
    folder: Path, log: CheckedLog, sums: dict[str, str], *, created_at: datetime, schema: str, source: str
) -> Manifest:
    written = write_file(folder / form.SUMS, format_sums(sums))
    return Manifest(
        created_at=created_at.replace(microsecond=0),
        origin=log.identity.origin,
        verifier_key=log.identity.verifier_key.format(),
        size=log.head.size,
        root=log.head.root,
        schema=schema,
        source=source,
        files=len(sums),
        total_bytes=sum((folder / path).stat().st_size for path in sums),
        sums=written,
        has_master_key=form.MASTER_KEY in sums,
    )


def _write_manifest(folder: Path, manifest: Manifest, vault: Vault) -> None:
    data = format_manifest(manifest)
    seal = vault.seal(hashlib.sha256(data).digest(), SEAL_PURPOSE)
    write_file(folder / form.SEAL, f"{format_base64(seal)}\n".encode())
    write_file(folder / form.MANIFEST, data)
