"""The tree cut into tiles, and entries into bundles (C2SP tlog-tiles). Pure.

A tile of level L and number N holds up to 256 hashes: those of the complete subtrees of 256**L leaves that
begin at leaf ``N * 256**(L+1)``. A tile with fewer is partial and only grows; a full one never changes.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, Self

from ledger.log.errors import MalformedTileError, NoSuchTileError
from ledger.log.merkle import HASH_BYTES, Node, node_hash

TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_LEVEL = 63
MAX_NUMBER = 2**55 - 1
"""Tile numbers of a log of at most 2**63 entries."""
MAX_BUNDLED_ENTRY_BYTES = 65_535

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: ``level`` 0 to 63, or ``None`` for an entry bundle; ``width`` 1 to 256 (256: full)."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        level_fits = self.level is None or 0 <= self.level <= MAX_LEVEL
        if not (level_fits and 0 <= self.number <= MAX_NUMBER and 1 <= self.width <= TILE_WIDTH):
            raise MalformedTileError(f"no such tile: {self.level}, {self.number}, {self.width}")

    @property
    def is_partial(self) -> bool:
        """Whether the tile has fewer than 256 hashes or entries."""
        return self.width < TILE_WIDTH

    @classmethod
    def parse(cls, path: str) -> Self:
        """The tile of ``tile/<L>/<N>[.p/<W>]``. Raises ``MalformedTileError`` for any other spelling."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise MalformedTileError(f"not a tile path: {path!r}")
        level, groups, last, width = match.groups()
        tile = cls(
            None if level == "entries" else int(level),
            int(groups.replace("x", "").replace("/", "") + last),
            TILE_WIDTH if width is None else int(width),
        )
        # Leading groups of zeros and a width of 256 written out are second spellings.
        if tile.format() != path:
            raise MalformedTileError(f"not the one spelling of a tile path: {path!r}")
        return tile

    def format(self) -> str:
        """The path below the log's prefix; the inverse of ``parse``."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        suffix = f".p/{self.width}" if self.is_partial else ""
        return f"tile/{level}/{'/'.join(reversed(groups))}{suffix}"


def tile_width(level: int, number: int, size: int) -> int:
    """How many hashes the tile has in the tree of ``size``: 0 to 256."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and entry bundle of the tree of ``size``, level by level, bundles last."""
    level = 0
    while size >> (TILE_HEIGHT * level):
        yield from _tiles_of_level(level, size >> (TILE_HEIGHT * level))
        level += 1
    yield from _tiles_of_level(None, size)


def _tiles_of_level(level: int | None, hashes: int) -> Iterator[Tile]:
    for number in range(-(-hashes // TILE_WIDTH)):
        yield Tile(level, number, min(TILE_WIDTH, hashes - number * TILE_WIDTH))


class TileSource(Protocol):
    """Where the tiles of a tree are kept."""

    def read_tiles(self, places: Sequence[tuple[int, int]], /) -> Mapping[tuple[int, int], bytes]:
        """The tiles at ``(level, number)``, as wide as they are kept; those not kept are left out."""


class TileReader:
    """A ``HashReader`` over tiles; keeps what it has read, so one reader serves many proofs of one tree.

    Tiles may be kept wider than ``size`` asks for: only hashes of complete subtrees within it are asked for.
    It believes its source, so it is for our own tables, which fsck checks. What comes from anywhere else is
    read through ``ledger.log.remote_tiles.AuthenticatedReader``; a test holds that no other caller exists.
    """

    __slots__ = ("_source", "_tiles")

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._tiles: dict[tuple[int, int], bytes] = {}

    def read_hashes(self, nodes: Sequence[Node]) -> list[bytes]:
        """The hashes of ``nodes``; raises ``NoSuchTileError`` when a tile is missing or too narrow."""
        missing = {_tile_of(node) for node in nodes} - self._tiles.keys()
        if missing:
            self._tiles.update(self._source.read_tiles(sorted(missing)))
        return [self._hash(node) for node in nodes]

    def _hash(self, node: Node) -> bytes:
        place = _tile_of(node)
        hashes = self._tiles.get(place, b"")
        height = node.level % TILE_HEIGHT
        position = node.number % (TILE_WIDTH >> height)
        if len(hashes) < (position + 1 << height) * HASH_BYTES:
            raise NoSuchTileError(f"tile {place} has {len(hashes) // HASH_BYTES} hashes, too few for {node}")
        if height == 0:
            return hashes[position * HASH_BYTES :][:HASH_BYTES]
        return _inner_hashes(hashes)[height - 1][position]


def _tile_of(node: Node) -> tuple[int, int]:
    return node.level // TILE_HEIGHT, (node.number << node.level % TILE_HEIGHT) // TILE_WIDTH


@lru_cache(maxsize=64)
def _inner_hashes(hashes: bytes) -> tuple[tuple[bytes, ...], ...]:
    """The complete nodes 1 to 7 levels above a tile's hashes. About 20 kB each, so a megabyte for all."""
    row = split_hashes(hashes)
    rows = []
    for _ in range(1, TILE_HEIGHT):
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        rows.append(tuple(row))
    return tuple(rows)


def split_hashes(hashes: bytes) -> list[bytes]:
    """The 32-byte hashes of a tile. Raises ``MalformedTileError`` when it is empty, too wide, or cut off."""
    if not 0 < len(hashes) <= TILE_WIDTH * HASH_BYTES or len(hashes) % HASH_BYTES:
        raise MalformedTileError(f"a tile has 1 to 256 hashes of 32 bytes, not {len(hashes)} bytes")
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def format_entry_bundle(entries: Iterable[bytes]) -> bytes:
    """The bundle of 1 to 256 ``entries`` of at most 65,535 bytes: (uint16 big-endian length ‖ entry)*."""
    listed = list(entries)
    if not 0 < len(listed) <= TILE_WIDTH or any(len(entry) > MAX_BUNDLED_ENTRY_BYTES for entry in listed):
        raise MalformedTileError("a bundle has 1 to 256 entries of at most 65,535 bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in listed)


def parse_entry_bundle(bundle: bytes) -> list[bytes]:
    """The entries of ``bundle``; the inverse of ``format_entry_bundle``. Raises ``MalformedTileError``."""
    entries = []
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        start, at = at + 2, at + 2 + length
        entries.append(bundle[start:at])
    if at != len(bundle) or not 0 < len(entries) <= TILE_WIDTH:
        raise MalformedTileError("a bundle has 1 to 256 entries and ends with the last")
    return entries
