"""The right edge of a growing tree, all that appending needs: its peaks and its partial tiles. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.log.merkle import EMPTY_ROOT, HASH_BYTES, HashReader, Node, fold_peaks, node_hash, split_range
from ledger.log.tiles import TILE_HEIGHT, TILE_WIDTH, TileReader, TileSource, tile_width

_TILE_BYTES = TILE_WIDTH * HASH_BYTES


@dataclass(frozen=True, slots=True)
class GrownTile:
    """A tile that grew from ``old_width`` hashes (0: new) to ``hashes``."""

    level: int
    number: int
    old_width: int
    hashes: bytes


class RightEdge:
    """A tree of ``size`` that grows. Holds log2(size) peaks and one partial tile for each level."""

    __slots__ = ("_grown", "_kept_size", "_peaks", "_tiles", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = (), tiles: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        self._tiles = [bytearray(tile) for tile in tiles]
        # Tiles filled since the last take_grown_tiles(), and the size it saw.
        self._grown: list[GrownTile] = []
        self._kept_size = size

    @classmethod
    def read(cls, size: int, source: TileSource) -> "RightEdge":
        """The edge of the tree of ``size``. Raises ``NoSuchTileError`` when a tile is missing."""
        peaks = TileReader(source).read_hashes(list(split_range(0, size)))
        places = [(level, _rightmost(level, size)) for level in range(_levels(size))]
        tiles = source.read_tiles(places)
        widths = (tile_width(level, number, size) for level, number in places)
        return cls(
            size,
            peaks,
            [
                tiles[place][: width * HASH_BYTES] if width else b""
                for place, width in zip(places, widths, strict=True)
            ],
        )

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The hashes of the complete subtrees that make up the tree, left to right."""
        return tuple(self._peaks)

    def root_hash(self) -> bytes:
        """The root hash of the tree so far."""
        return fold_peaks(self._peaks) if self._peaks else EMPTY_ROOT

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash. Amortised cost: one hash."""
        self._extend_tile(0, leaf)
        completed, level, left_siblings = leaf, 0, self.size
        while left_siblings & 1:
            completed = node_hash(self._peaks.pop(), completed)
            left_siblings >>= 1
            level += 1
            if level % TILE_HEIGHT == 0:
                self._extend_tile(level // TILE_HEIGHT, completed)
        self._peaks.append(completed)
        self.size += 1

    def take_full_tiles(self) -> list[GrownTile]:
        """The tiles that became full since the last call of either ``take``."""
        full, self._grown = self._grown, []
        return full

    def take_grown_tiles(self) -> list[GrownTile]:
        """Every tile that grew since the last call, the partial ones as they are now."""
        grown = self.take_full_tiles()
        for level, tile in enumerate(self._tiles):
            number = _rightmost(level, self.size)
            old_width = tile_width(level, number, self._kept_size)
            if len(tile) > old_width * HASH_BYTES:
                grown.append(GrownTile(level, number, old_width, bytes(tile)))
        self._kept_size = self.size
        return grown

    def _extend_tile(self, level: int, hashed: bytes) -> None:
        if level == len(self._tiles):
            self._tiles.append(bytearray())
        tile = self._tiles[level]
        tile += hashed
        if len(tile) == _TILE_BYTES:
            number = self.size >> (TILE_HEIGHT * (level + 1))
            self._grown.append(
                GrownTile(level, number, tile_width(level, number, self._kept_size), bytes(tile))
            )
            tile.clear()


class EdgeReader:
    """A ``HashReader`` that knows the peaks of an edge's tree and asks ``beyond`` for all other nodes."""

    def __init__(self, edge: RightEdge, beyond: HashReader) -> None:
        self._peaks = dict(zip(split_range(0, edge.size), edge.peaks, strict=True))
        self._beyond = beyond

    def read_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of ``nodes``. Raises what ``beyond`` raises."""
        others = [node for node in nodes if node not in self._peaks]
        found = dict(zip(others, self._beyond.read_hashes(others), strict=True)) if others else {}
        return [self._peaks[node] if node in self._peaks else found[node] for node in nodes]


def _levels(size: int) -> int:
    """How many levels of tiles a tree of ``size`` has."""
    return -(-size.bit_length() // TILE_HEIGHT)


def _rightmost(level: int, size: int) -> int:
    """The number of the tile that the next hash of ``level`` goes to."""
    return size >> (TILE_HEIGHT * (level + 1))
