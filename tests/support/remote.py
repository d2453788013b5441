"""A log seen from outside: its files by path, to be read whole, tampered with, or served."""

from collections.abc import Sequence
from pathlib import Path

from flask import Flask

from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.ledger import Ledger
from ledger.log.merkle import leaf_hash, root_hash
from ledger.log.right_edge import RightEdge
from ledger.log.tiles import Tile, TileReader, format_entry_bundle, tiles_of
from signing.keys import NamedKey
from tests.support.ledgers import LOG_KEY, ORIGIN
from web.app import make_app
from web.config import Config
from web.state import make_state

LOG_SIGNER = NamedKey(ORIGIN, LOG_KEY)


class Files(dict[str, bytes]):
    """A ``RemoteSource`` in a dict; counts what was asked for, a file that is ``None`` is not there."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.asked: list[str] = []

    def fetch(self, path: str, max_bytes: int) -> bytes | None:
        self.asked.append(path)
        data = self.get(path)
        assert data is None or len(data) <= max_bytes
        return data

    def flip(self, path: str, at: int) -> None:
        """Change one bit of a file."""
        changed = bytearray(self[path])
        changed[at] ^= 1
        self[path] = bytes(changed)

    def write(self, folder: Path) -> Path:
        """Put the files into a folder."""
        for path, data in self.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return folder


class Kept:
    """A ``TileSource`` of tiles by (level, number)."""

    def __init__(self, tiles: dict[tuple[int, int], bytes]) -> None:
        self.tiles = tiles

    def read_tiles(self, places):
        return {place: self.tiles[place] for place in places if place in self.tiles}


def some_entries(count: int, *, word: str = "entry") -> list[bytes]:
    """Entries that say nothing; a tree does not mind."""
    return [b"%b %d" % (word.encode(), number) for number in range(count)]


def grown_tiles(entries: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles of the tree of ``entries`` by (level, number)."""
    edge, tiles = RightEdge(), {}
    for entry in entries:
        edge.append(leaf_hash(entry))
    for tile in edge.take_grown_tiles():
        tiles[tile.level, tile.number] = tile.hashes
    return tiles


def log_files(entries: Sequence[bytes], size: int | None = None) -> tuple[Files, Checkpoint]:
    """The files of the log of the first ``size`` entries, with its signed checkpoint."""
    size = len(entries) if size is None else size
    tiles = grown_tiles(entries[:size])
    checkpoint = Checkpoint(ORIGIN, size, root_hash(size, TileReader(Kept(tiles))))
    files = Files({"checkpoint": sign_checkpoint(checkpoint, LOG_SIGNER)})
    for tile in tiles_of(size):
        files[tile.format()] = (
            format_entry_bundle(entries[tile.number * 256 :][: tile.width])
            if tile.level is None
            else tiles[tile.level, tile.number]
        )
    return files, checkpoint


def path_of(level: int | None, number: int, width: int = 256) -> str:
    """The path of a tile."""
    return Tile(level, number, width).format()


def config_of(ledger: Ledger, folder: Path) -> Config:
    """Settings for a ledger of a test's own, with its files in ``folder``."""
    return Config(
        data=folder,
        database_url="sqlite:///none",
        host="127.0.0.1",
        port=8000,
        public_url="http://127.0.0.1:8000",
        origin=ledger.origin,
        master_key_file=folder / "master.key",
    )


def open_log(ledger: Ledger, folder: Path) -> Flask:
    """The application in front of a ledger of a test's own."""
    return make_app(make_state(config_of(ledger, folder), ledger))
