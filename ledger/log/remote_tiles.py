"""Tiles of a log that is somewhere else, believed only as far as a signed checkpoint reaches. Pure.

A plain ``TileReader`` gives out the hashes of a tile as they come: fine over our own tables, which fsck
checks, but from a server, a copy or a USB stick nothing vouches for them. ``AuthenticatedReader`` is for
those: no hash and no entry leaves it before it was computed to be under the checkpoint's root hash.

- The hashes of the partial tiles make up the peaks of the tree, all of them and nothing else. They are read
  first, folded, and compared with the root hash: afterwards each of them is proven.
- Every other tile is full. Its 256 hashes are folded and compared with the one hash that stands for it in the
  tile above, which was proven the same way before.
- An entry is hashed and compared with its leaf hash in its proven tile.

One tile is proven at a time, before anything of it is used; there is no plan of tiles to be checked later, in
which one could be passed over (CVE-2026-56865). What is proven with this reader is still finished with a
check of its own (``check_inclusion``, ``check_consistency``) against the signed root hash.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import InclusionError, MalformedTileError, NoSuchTileError, TileMismatchError
from ledger.log.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Node,
    check_consistency,
    check_inclusion,
    fold_peaks,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    split_range,
)
from ledger.log.tiles import (
    MAX_BUNDLED_ENTRY_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    TileReader,
    parse_entry_bundle,
    split_hashes,
    tile_width,
)

MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_BUNDLED_ENTRY_BYTES)
KEPT_TILES = 64
"""Proven tiles kept in memory: half a megabyte, enough for several walks through a tree at once."""


class RemoteSource(Protocol):
    """Where somebody else keeps a log's files (C2SP tlog-tiles). Nothing it gives is believed."""

    def fetch(self, path: str, max_bytes: int, /) -> bytes | None:
        """The bytes at ``path`` below the log's prefix, ``None`` where there is no such file.

        Raises ``SourceError`` when the source cannot be read, or has more than ``max_bytes`` there.
        """


class AuthenticatedReader:
    """A ``HashReader`` and ``TileSource`` of the tree that ``checkpoint`` signs, read from ``source``.

    The caller has checked the checkpoint's signature (``open_checkpoint``); this class checks all that the
    source says against its size and root hash. Every method raises ``TileMismatchError`` for what is not the
    tree's, ``NoSuchTileError`` for what is not there or beyond the tree, ``SourceError``. Keeps at most 64
    proven tiles, so memory stays flat however large the tree is.
    """

    __slots__ = ("_edge", "_proven", "_source", "checkpoint")

    def __init__(self, source: RemoteSource, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._source = source
        self._edge: dict[tuple[int, int], bytes] | None = None
        self._proven: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def read_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of ``nodes``, each proven to be in the tree."""
        # A new one each time: it holds what it has read, which is ours to let go.
        return TileReader(self).read_hashes(nodes)

    def read_tiles(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """The proven tiles at ``(level, number)``, as wide as the tree has them."""
        return {place: self.read_tile(*place) for place in places}

    def read_tile(self, level: int, number: int) -> bytes:
        """The proven tile: 32 bytes for each of its 1 to 256 hashes."""
        edge, place = self._read_edge(), (level, number)
        if place in edge:
            return edge[place]
        if place not in self._proven:
            self._keep(place, self._prove_full_tile(level, number))
        self._proven.move_to_end(place)
        return self._proven[place]

    def read_bundle(self, number: int) -> list[bytes]:
        """The entries of a bundle, 1 to 256, each proven by its leaf hash."""
        hashes = split_hashes(self.read_tile(0, number))
        tile = Tile(None, number, len(hashes))
        data = self._fetch(tile, MAX_BUNDLE_BYTES)
        try:
            entries = parse_entry_bundle(data)[: tile.width]
        except MalformedTileError as error:
            raise TileMismatchError(tile.format(), str(error)) from error
        if [leaf_hash(entry) for entry in entries] != hashes:
            raise TileMismatchError(tile.format(), "its entries are not those of the leaf hashes")
        return entries

    def read_entries(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of the entries ``[start, end)``, by default to the end of the tree, each proven."""
        end = self.checkpoint.size if end is None else end
        if not 0 <= start <= end <= self.checkpoint.size:
            raise NoSuchTileError(f"no entries {start} to {end} in a tree of size {self.checkpoint.size}")
        for number in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            first = number * TILE_WIDTH
            for index, entry in enumerate(self.read_bundle(number), first):
                if start <= index < end:
                    yield index, entry

    def prove_entry(self, index: int) -> tuple[bytes, tuple[bytes, ...]]:
        """The entry at ``index`` and its inclusion proof, checked against the signed root hash.

        Raises ``InclusionError`` too, also for an index beyond the tree.
        """
        size, root = self.checkpoint.size, self.checkpoint.root
        if not 0 <= index < size:
            raise InclusionError("no such leaf", index=index, size=size)
        ((_, entry),) = self.read_entries(index, index + 1)
        hashes = prove_inclusion(index, size, self)
        check_inclusion(index, size, leaf_hash(entry), hashes, root)
        return entry, hashes

    def check_extends(self, earlier: Checkpoint) -> tuple[bytes, ...]:
        """Raise ``ConsistencyError`` unless the tree begins with that of ``earlier``; the proof, checked.

        ``ConsistencyError`` with both checkpoints at hand is proof that the log showed two faces.
        """
        size, root = self.checkpoint.size, self.checkpoint.root
        hashes = prove_consistency(earlier.size, size, self)
        check_consistency(earlier.size, earlier.root, size, root, hashes)
        return hashes

    def check_root(self) -> None:
        """Raise ``TileMismatchError`` unless the source has the right edge of this very tree."""
        self._read_edge()

    def _read_edge(self) -> dict[tuple[int, int], bytes]:
        """The partial tiles: their hashes are the peaks' subtrees, and the peaks fold to the root hash."""
        if self._edge is None:
            edge = {
                (tile.level, tile.number): self._fetch_hashes(tile.level, tile.number, tile.width)
                for tile in _edge_tiles(self.checkpoint.size)
                if tile.level is not None
            }
            if _fold_edge(self.checkpoint.size, edge) != self.checkpoint.root:
                paths = ", ".join(
                    Tile(*place, len(data) // HASH_BYTES).format() for place, data in edge.items()
                )
                raise TileMismatchError(paths, "together they do not give the signed root hash")
            self._edge = edge
        return self._edge

    def _prove_full_tile(self, level: int, number: int) -> bytes:
        tile = Tile(level, number)
        if tile_width(level, number, self.checkpoint.size) < TILE_WIDTH:
            raise NoSuchTileError(f"no full {tile.format()} in a tree of size {self.checkpoint.size}")
        above, position = self.read_tile(level + 1, number // TILE_WIDTH), number % TILE_WIDTH
        data = self._fetch_hashes(level, number, TILE_WIDTH)
        # The whole tile is one node: its own hash, 8 levels above its hashes.
        if _fold_tile(data) != above[position * HASH_BYTES :][:HASH_BYTES]:
            raise TileMismatchError(tile.format(), "it is not what the tile above stands for")
        return data

    def _fetch_hashes(self, level: int, number: int, width: int) -> bytes:
        tile = Tile(level, number, width)
        data = self._fetch(tile, MAX_TILE_BYTES)[: width * HASH_BYTES]
        if len(data) != width * HASH_BYTES:
            raise TileMismatchError(tile.format(), f"{len(data)} bytes for {width} hashes")
        return data

    def _fetch(self, tile: Tile, max_bytes: int) -> bytes:
        """The tile's file or, where a partial one is gone, that of the full one it grew into."""
        data = self._source.fetch(tile.format(), max_bytes)
        if data is None and tile.is_partial:
            data = self._source.fetch(Tile(tile.level, tile.number).format(), max_bytes)
        if data is None:
            raise NoSuchTileError(f"the source has no {tile.format()}")
        return data

    def _keep(self, place: tuple[int, int], data: bytes) -> None:
        self._proven[place] = data
        if len(self._proven) > KEPT_TILES:
            self._proven.popitem(last=False)


def _edge_tiles(size: int) -> Iterator[Tile]:
    """The partial tile of each level that has one, from the leaves up."""
    level = 0
    while size >> TILE_HEIGHT * level:
        number = size >> TILE_HEIGHT * (level + 1)
        width = tile_width(level, number, size)
        if width:
            yield Tile(level, number, width)
        level += 1


def _fold_edge(size: int, edge: Mapping[tuple[int, int], bytes]) -> bytes:
    if size == 0:
        return EMPTY_ROOT
    return fold_peaks(TileReader(_Kept(edge)).read_hashes(list(split_range(0, size))))


def _fold_tile(data: bytes) -> bytes:
    halves = [Node(TILE_HEIGHT - 1, 0), Node(TILE_HEIGHT - 1, 1)]
    return fold_peaks(TileReader(_Kept({(0, 0): data})).read_hashes(halves))


class _Kept:
    """A ``TileSource`` of tiles at hand."""

    __slots__ = ("_tiles",)

    def __init__(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        self._tiles = tiles

    def read_tiles(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Those of ``places`` that are at hand."""
        return {place: self._tiles[place] for place in places if place in self._tiles}
