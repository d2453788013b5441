"""A whole log of 1,000 entries that another program wrote: every file of it reads, and all of it agrees."""

import pytest

from ledger.log.checkpoints import open_checkpoint, parse_checkpoint
from ledger.log.merkle import (
    check_consistency,
    check_inclusion,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
)
from ledger.log.proofs import format_proof, parse_proof
from ledger.log.right_edge import RightEdge
from ledger.log.tiles import Tile, TileReader, parse_entry_bundle, split_hashes, tiles_of
from signing.canonical_base64 import format_base64
from signing.keys import VerifierKey
from signing.notes import parse_note

SIZE = 1000


class TileFiles:
    """The tiles of a log kept as files, as a static server keeps them."""

    def __init__(self, folder, size):
        self.folder = folder
        self.paths = {(tile.level, tile.number): tile.format() for tile in tiles_of(size)}

    def read_tiles(self, places):
        return {place: (self.folder / self.paths[place]).read_bytes() for place in places}


@pytest.fixture
def folder(shared_data):
    return shared_data / "vectors" / "log"


@pytest.fixture
def log_key(folder):
    return VerifierKey.parse((folder / "vkey").read_text().strip())


@pytest.fixture
def checkpoint(folder, log_key):
    return open_checkpoint((folder / "checkpoint").read_bytes(), log_key)


@pytest.fixture
def entries(folder):
    bundles = (tile for tile in tiles_of(SIZE) if tile.level is None)
    return [entry for tile in bundles for entry in parse_entry_bundle((folder / tile.format()).read_bytes())]


def test_the_files_are_those_that_the_size_calls_for(folder, checkpoint):
    stored = {str(file.relative_to(folder)) for file in (folder / "tile").rglob("*") if file.is_file()}
    assert checkpoint.size == SIZE
    assert stored == {tile.format() for tile in tiles_of(SIZE)}
    for path in stored:
        tile = Tile.parse(path)
        data = (folder / path).read_bytes()
        assert tile.width == len(parse_entry_bundle(data) if tile.level is None else split_hashes(data))


def test_entries_tiles_and_checkpoint_agree(folder, checkpoint, entries):
    assert len(entries) == SIZE
    edge = RightEdge()
    for entry in entries:
        edge.append(leaf_hash(entry))
    assert edge.root_hash() == checkpoint.root == root_hash(SIZE, TileReader(TileFiles(folder, SIZE)))
    for tile in edge.take_grown_tiles():
        path = Tile(tile.level, tile.number, len(tile.hashes) // 32).format()
        assert (folder / path).read_bytes() == tile.hashes


def test_every_entry_is_proved_from_the_tile_files(folder, checkpoint, entries):
    reader = TileReader(TileFiles(folder, SIZE))
    for index, entry in enumerate(entries):
        proof = prove_inclusion(index, SIZE, reader)
        check_inclusion(index, SIZE, leaf_hash(entry), proof, checkpoint.root)


def test_the_old_checkpoint_is_the_beginning_of_the_new_one(folder, checkpoint, log_key):
    old = open_checkpoint((folder / "checkpoint.old").read_bytes(), log_key)
    proof = prove_consistency(old.size, SIZE, TileReader(TileFiles(folder, SIZE)))
    check_consistency(old.size, old.root, SIZE, checkpoint.root, proof)


def test_the_proof_file_proves_its_entry(folder, checkpoint, log_key, entries):
    data = (folder / "entry.json.tlog-proof").read_bytes()
    proof = parse_proof(data)
    assert format_proof(proof) == data
    assert open_checkpoint(proof.checkpoint, log_key) == checkpoint
    entry = (folder / "entry.json").read_bytes()
    assert entries[proof.index] == entry
    check_inclusion(proof.index, SIZE, leaf_hash(entry), proof.hashes, checkpoint.root)
    assert proof.hashes == prove_inclusion(proof.index, SIZE, TileReader(TileFiles(folder, SIZE)))


@pytest.mark.parametrize("name", ["add-checkpoint.0", "add-checkpoint.1"])
def test_witness_requests_carry_our_consistency_proofs(folder, log_key, name):
    """C2SP tlog-witness: ``old N``, the consistency proof, a blank line, the new checkpoint."""
    head, _, note = (folder / name).read_bytes().partition(b"\n\n")
    old_line, *encoded = head.decode().splitlines()
    new = open_checkpoint(note, log_key)
    old_size = int(old_line.removeprefix("old "))
    hashes = prove_consistency(old_size, new.size, TileReader(TileFiles(folder, SIZE)))
    assert parse_checkpoint(parse_note(note).text) == new
    assert [format_base64(hashed) for hashed in hashes] == encoded
