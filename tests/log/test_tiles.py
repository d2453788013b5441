"""Tile paths and bundles have one spelling; tiles give every hash that proofs need."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.errors import MalformedTileError, NoSuchTileError
from ledger.log.merkle import Node, check_inclusion, leaf_hash, prove_inclusion, root_hash
from ledger.log.right_edge import RightEdge
from ledger.log.tiles import (
    MAX_NUMBER,
    Tile,
    TileReader,
    format_entry_bundle,
    parse_entry_bundle,
    split_hashes,
    tile_width,
    tiles_of,
)

LEVELS = st.none() | st.integers(0, 63)
TILES = st.builds(Tile, LEVELS, st.integers(0, MAX_NUMBER), st.integers(1, 256))


class KeptTiles:
    """A ``TileSource`` in a dict."""

    def __init__(self, tiles):
        self.tiles = tiles
        self.reads = 0

    def read_tiles(self, places):
        self.reads += 1
        return {place: self.tiles[place] for place in places if place in self.tiles}


def grow(leaves, *, steps=(1,)):
    """The tiles of a tree grown by ``steps`` leaves at a time, written as a store would."""
    edge, tiles, at = RightEdge(), {}, 0
    while at < len(leaves):
        for leaf in leaves[at : at + steps[at % len(steps)]]:
            edge.append(leaf)
        at += steps[at % len(steps)]
        for tile in edge.take_grown_tiles():
            old = tiles.get((tile.level, tile.number), b"")
            assert len(old) == tile.old_width * 32
            assert tile.hashes.startswith(old)
            tiles[tile.level, tile.number] = tile.hashes
    return edge, tiles


@given(TILES)
def test_a_path_is_read_back(tile):
    assert Tile.parse(tile.format()) == tile
    assert tile.is_partial == (".p/" in tile.format())


def test_shared_tile_paths(shared_data):
    for vector in json.loads((shared_data / "vectors" / "notes.json").read_text())["tile_paths"]:
        tile = Tile(vector["level"], vector["index"], vector["width"])
        assert tile.format() == vector["path"]
        assert Tile.parse(vector["path"]) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/0",
        "tile/0/00",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/x234",
        "tile/0/1234",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p/",
        "tile/0/001.p/2.p/2",
        "tile/0/٠٠١",
        "tile/entry/000",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_other_spellings_of_a_path_are_refused(path):
    with pytest.raises(MalformedTileError):
        Tile.parse(path)


@given(TILES, st.data())
def test_a_changed_path_is_refused_or_names_another_tile(tile, data):
    path = tile.format()
    at = data.draw(st.integers(0, len(path) - 1))
    changed = path[:at] + data.draw(st.characters(codec="utf-8")) + path[at + 1 :]
    if changed != path:
        with contextlib.suppress(MalformedTileError):
            assert Tile.parse(changed) != tile


def test_the_tiles_of_70000_entries():
    """The example of C2SP tlog-tiles, "Partial Tiles"."""
    tiles = list(tiles_of(70_000))
    assert tiles[272:275] == [Tile(0, 272), Tile(0, 273, 112), Tile(1, 0)]
    assert tiles[275:277] == [Tile(1, 1, 17), Tile(2, 0, 1)]
    assert tiles[-1] == Tile(None, 273, 112)
    assert len(tiles) == 274 + 2 + 1 + 274
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("place", "size", "width"),
    [
        ((0, 0), 0, 0),
        ((0, 0), 1, 1),
        ((0, 0), 999, 256),
        ((0, 1), 256, 0),
        ((1, 0), 256, 1),
        ((1, 0), 255, 0),
    ],
)
def test_the_width_of_a_tile(place, size, width):
    assert tile_width(*place, size) == width


LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000])
def test_tiles_prove_every_kind_of_leaf(size):
    edge, tiles = grow(LEAVES[:size], steps=(997,))
    reader = TileReader(KeptTiles(tiles))
    root = root_hash(size, reader)
    assert root == edge.root_hash()
    assert {place: len(hashes) // 32 for place, hashes in tiles.items()} == {
        (tile.level, tile.number): tile.width for tile in tiles_of(size) if tile.level is not None
    }
    for index in {0, 1, size // 3, size - 1, size & ~255, max(0, (size & ~255) - 1)} & set(range(size)):
        check_inclusion(index, size, LEAVES[index], prove_inclusion(index, size, reader), root)


def test_an_edge_read_from_tiles_grows_like_the_one_that_wrote_them():
    for size in (0, 1, 3, 255, 256, 257, 600, 65_536):
        edge, tiles = grow(LEAVES[:size], steps=(64,))
        again = RightEdge.read(size, KeptTiles(tiles))
        for leaf in LEAVES[size : size + 300]:
            edge.append(leaf)
            again.append(leaf)
        assert again.root_hash() == edge.root_hash()
        assert again.take_grown_tiles() == edge.take_grown_tiles()


def test_an_edge_reads_tiles_that_are_wider_than_its_size():
    _, tiles = grow(LEAVES[:600], steps=(64,))
    edge, _ = grow(LEAVES[:300])
    assert RightEdge.read(300, KeptTiles(tiles)).root_hash() == edge.root_hash()


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_the_steps_of_growth_leave_no_trace(steps):
    leaves = LEAVES[:1000]
    assert grow(leaves, steps=steps)[1] == grow(leaves, steps=(1000,))[1]


def test_each_tile_is_read_once_for_many_proofs():
    _, tiles = grow(LEAVES[:1000])
    source = KeptTiles(tiles)
    reader = TileReader(source)
    for index in range(256):
        prove_inclusion(index, 1000, reader)
    assert source.reads == 1


def test_a_missing_or_narrow_tile_is_told():
    _, tiles = grow(LEAVES[:10])
    reader = TileReader(KeptTiles(tiles))
    for node in (Node(0, 10), Node(1, 5), Node(0, 256), Node(8, 0)):
        with pytest.raises(NoSuchTileError):
            reader.read_hashes([node])


@pytest.mark.parametrize("hashes", [b"", b"x" * 31, b"x" * 8193, b"x" * 8224])
def test_what_is_no_tile_is_not_split(hashes):
    with pytest.raises(MalformedTileError):
        split_hashes(hashes)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_is_read_back(entries):
    assert parse_entry_bundle(format_entry_bundle(entries)) == entries


@given(st.binary(max_size=300))
def test_bytes_are_a_bundle_in_one_way_or_refused(data):
    with contextlib.suppress(MalformedTileError):
        assert format_entry_bundle(parse_entry_bundle(data)) == data


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]])
def test_what_fits_no_bundle_is_refused(entries):
    with pytest.raises(MalformedTileError):
        format_entry_bundle(entries)


def test_the_longest_entry_fits_a_bundle():
    assert parse_entry_bundle(format_entry_bundle([bytes(65_535)])) == [bytes(65_535)]


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x02a", b"\x00\x00" * 257])
def test_what_is_no_bundle_is_refused(data):
    with pytest.raises(MalformedTileError):
        parse_entry_bundle(data)
