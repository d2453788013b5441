"""The log as files (C2SP tlog-tiles): tiles and entry bundles first, the checkpoint that needs them last."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note
from ledger.log.errors import MalformedCheckpointError, NoSuchTileError, TileMismatchError
from ledger.log.ledger import Ledger
from ledger.log.log_keys import format_log_keys
from ledger.log.merkle import HASH_BYTES, root_hash
from ledger.log.proven_queries import read_log_key_history
from ledger.log.queries import StoredTiles, read_entry_bundle, read_tile
from ledger.log.remote_sources import FolderSource
from ledger.log.remote_tiles import AuthenticatedReader
from ledger.log.tiles import TILE_WIDTH, Tile, TileReader, format_entry_bundle, tiles_of
from web.exporting.errors import (
    FolderTakenError,
    ForkedExportError,
    OlderLogError,
    OtherLogError,
    UnsoundLogError,
)
from web.exporting.folder import Folder

LOG = "log"
CHECKPOINT = f"{LOG}/checkpoint"
VKEY = f"{LOG}/vkey"
KEYS = f"{LOG}/keys"
_TILE_BYTES = TILE_WIDTH * HASH_BYTES


def check_folder(folder: Folder, ledger: Ledger, size: int) -> int | None:
    """The size of the log that the folder holds so far, a beginning of ours; ``None`` when it holds none.

    Raises ``FolderTakenError``, ``OtherLogError``, ``OlderLogError``, ``ForkedExportError``.
    """
    place, vkey, note = str(folder.root), folder.read(VKEY), folder.read(CHECKPOINT)
    if vkey is None and note is None:
        if not folder.is_empty:
            raise FolderTakenError(place)
        return None
    if note is None:
        # An export was begun and never finished: whose it is, the key tells.
        _check_origin(place, (vkey or b"").decode(errors="replace").partition("+")[0], ledger)
        return None
    try:
        kept, _ = parse_checkpoint_note(note)
    except MalformedCheckpointError as error:
        raise FolderTakenError(place) from error
    _check_origin(place, kept.origin, ledger)
    if kept.size > size:
        raise OlderLogError(place, kept.size, size)
    if ledger.read(_root_hash, kept.size) != kept.root:
        raise ForkedExportError(place, kept.size)
    return kept.size


def begin_log(folder: Folder, ledger: Ledger) -> None:
    """Say whose export this is, before anything else of it is there."""
    folder.write(VKEY, ledger.read(format_log_keys))


def export_log(folder: Folder, ledger: Ledger, note: bytes, advance: Callable[[], None]) -> None:
    """Write what the checkpoint ``note`` needs and is not there yet, then the checkpoint.

    Every tile and entry is proven against it before it is written: a copy must not spread what does not hold.
    ``advance`` is called after each tile. Raises ``UnsoundLogError``, ``ChangedFileError``,
    ``FolderUnusableError``.
    """
    checkpoint, _ = parse_checkpoint_note(note)
    reader = AuthenticatedReader(_OwnFiles(ledger), checkpoint)
    try:
        for tile in tiles_of(checkpoint.size):
            _export_tile(folder, reader, tile)
            advance()
    except (TileMismatchError, NoSuchTileError) as error:
        raise UnsoundLogError(str(error)) from error
    folder.write(KEYS, ledger.read(read_log_key_history))
    folder.write(CHECKPOINT, note)
    _drop_outgrown(folder)


def count_tiles(size: int) -> int:
    """How many tiles and entry bundles a log of ``size`` has."""
    return sum(1 for _ in tiles_of(size))


def check_export(folder: Folder, checkpoint: Checkpoint, advance: Callable[[int], None]) -> None:
    """Read every tile and entry back from the folder as a stranger would, proven against ``checkpoint``.

    ``advance`` gets the index of every entry. Raises ``TileMismatchError`` and ``NoSuchTileError``.
    """
    reader = AuthenticatedReader(FolderSource(folder.root / LOG), checkpoint)
    reader.check_root()
    for index, _ in reader.read_entries():
        advance(index)


def _check_origin(place: str, found: str, ledger: Ledger) -> None:
    if found != ledger.origin:
        raise OtherLogError(place, found, ledger.origin)


def _root_hash(session: Session, size: int) -> bytes:
    return root_hash(size, TileReader(StoredTiles(session)))


def _export_tile(folder: Folder, reader: AuthenticatedReader, tile: Tile) -> None:
    path = f"{LOG}/{tile.format()}"
    if not tile.is_partial and _is_there(folder, path, tile):
        folder.kept += 1
    elif tile.level is None:
        folder.add(path, format_entry_bundle(reader.read_bundle(tile.number)))
    else:
        folder.add(path, reader.read_tile(tile.level, tile.number))


class _OwnFiles:
    """The files of our own log as a ``RemoteSource``: what is copied for others is not believed either."""

    __slots__ = ("_ledger",)

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def fetch(self, path: str, _max_bytes: int) -> bytes:
        """The tile or bundle. Raises ``NoSuchTileError``."""
        tile = Tile.parse(path)
        if tile.level is None:
            return self._ledger.read(read_entry_bundle, tile.number, tile.width)
        return self._ledger.read(read_tile, tile.level, tile.number, tile.width)


def _is_there(folder: Folder, path: str, tile: Tile) -> bool:
    """Full tiles never change: to look whether they are there is enough, and fast over a million entries."""
    size_bytes = folder.size_bytes(path)
    return bool(size_bytes) if tile.level is None else size_bytes == _TILE_BYTES


def _drop_outgrown(folder: Folder) -> None:
    """Remove partial tiles that have become full (C2SP tlog-tiles allows it; readers take the full one)."""
    for partials in (folder.root / LOG / "tile").rglob("*.p"):
        if partials.with_suffix("").is_file():
            for partial in partials.iterdir():
                partial.unlink()
            partials.rmdir()
