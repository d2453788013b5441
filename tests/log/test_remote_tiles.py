"""What an authenticated reader gives out is proven; everything else is refused, whoever serves it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.checkpoints import Checkpoint
from ledger.log.errors import (
    ConsistencyError,
    InclusionError,
    MalformedTileError,
    NoSuchTileError,
    TileMismatchError,
)
from ledger.log.merkle import (
    EMPTY_ROOT,
    Node,
    check_consistency,
    check_inclusion,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
)
from ledger.log.remote_tiles import KEPT_TILES, AuthenticatedReader
from ledger.log.tiles import TileReader, format_entry_bundle, tile_width
from tests.support.ledgers import ORIGIN
from tests.support.remote import Kept, grown_tiles, log_files, path_of, some_entries

ENTRIES = some_entries(70_000)
TILES = grown_tiles(ENTRIES)
SIZES = [1, 2, 3, 255, 256, 257, 511, 512, 775, 1000, 65_535, 65_536, 65_537, 70_000]
SMALL = 775


@pytest.fixture(params=SIZES)
def log(request):
    """Source and checkpoint of a log."""
    return log_files(ENTRIES, request.param)


@pytest.fixture
def small():
    """A log of 775 entries: three full tiles, a partial one, and one above them."""
    return log_files(ENTRIES, SMALL)


def test_every_kind_of_entry_is_read_and_proven(log):
    files, checkpoint = log
    reader, size = AuthenticatedReader(files, checkpoint), checkpoint.size
    reader.check_root()
    for index in {0, 1, size // 3, size - 1, size & ~255, max(0, (size & ~255) - 1)} & set(range(size)):
        entry, hashes = reader.prove_entry(index)
        assert entry == ENTRIES[index]
        check_inclusion(index, size, leaf_hash(entry), hashes, checkpoint.root)
        assert hashes == prove_inclusion(index, size, TileReader(Kept(TILES)))


def test_proofs_of_consistency_are_those_of_the_log_itself(log):
    files, checkpoint = log
    reader, size = AuthenticatedReader(files, checkpoint), checkpoint.size
    for old in {0, 1, size // 2, size & ~255, size - 1, size} & set(range(size + 1)):
        earlier = Checkpoint(ORIGIN, old, root_hash(old, TileReader(Kept(TILES))))
        assert reader.check_extends(earlier) == prove_consistency(old, size, TileReader(Kept(TILES)))


def test_every_entry_of_a_log_in_its_order(small):
    files, checkpoint = small
    reader = AuthenticatedReader(files, checkpoint)
    assert list(reader.read_entries()) == list(enumerate(ENTRIES[:SMALL]))
    assert list(reader.read_entries(250, 515)) == list(enumerate(ENTRIES[250:515], 250))
    assert list(reader.read_entries(SMALL)) == []


def test_an_empty_log_has_an_edge_and_nothing_in_it():
    files, checkpoint = log_files([])
    reader = AuthenticatedReader(files, checkpoint)
    reader.check_root()
    assert list(reader.read_entries()) == []
    assert reader.check_extends(checkpoint) == ()
    with pytest.raises(NoSuchTileError):
        reader.read_tile(0, 0)
    with pytest.raises(InclusionError):
        reader.prove_entry(0)
    with pytest.raises(TileMismatchError):
        AuthenticatedReader(files, replace(checkpoint, root=bytes(32))).check_root()
    assert checkpoint.root == EMPTY_ROOT


@pytest.mark.parametrize("place", [(0, 3, 7), (0, 0, 256), (0, 1, 256), (0, 2, 256), (1, 0, 3)])
def test_no_hash_leaves_a_reader_whose_tile_was_changed(small, place):
    """Each hash of each tile in turn; the reader refuses before it answers."""
    files, checkpoint = small
    path, whole = path_of(*place), files[path_of(*place)]
    level, number, width = place
    for position in range(0, width, 17):
        files.flip(path, 32 * position + position % 32)
        with pytest.raises(TileMismatchError):
            AuthenticatedReader(files, checkpoint).read_hashes([Node(8 * level, 256 * number)])
        files[path] = whole


@settings(max_examples=60)
@given(st.integers(0, 774), st.integers(0, 8191), st.data())
def test_a_reader_answers_truly_or_not_at_all(index, at, data):
    files, checkpoint = log_files(ENTRIES, SMALL)
    path = data.draw(st.sampled_from(sorted(set(files) - {"checkpoint"})))
    files.flip(path, at % len(files[path]))
    try:
        entry, _ = AuthenticatedReader(files, checkpoint).prove_entry(index)
    except TileMismatchError:
        return
    assert entry == ENTRIES[index]


def test_a_log_of_other_entries_under_the_same_size_is_refused(small):
    _, checkpoint = small
    others, _ = log_files(some_entries(SMALL, word="other"))
    with pytest.raises(TileMismatchError) as caught:
        AuthenticatedReader(others, checkpoint).check_root()
    assert caught.value.path == "tile/0/003.p/7, tile/1/000.p/3"


@pytest.mark.parametrize(
    "bundle",
    [
        format_entry_bundle(ENTRIES[:255]),
        format_entry_bundle([ENTRIES[1], ENTRIES[0], *ENTRIES[2:256]]),
        format_entry_bundle([*ENTRIES[:255], b"another"]),
        format_entry_bundle(ENTRIES[:256])[:-1],
        format_entry_bundle(ENTRIES[:256]) + b"\x00",
        b"",
    ],
)
def test_a_bundle_with_other_entries_is_refused(small, bundle):
    files, checkpoint = small
    files["tile/entries/000"] = bundle
    with pytest.raises(TileMismatchError) as caught:
        AuthenticatedReader(files, checkpoint).read_bundle(0)
    assert caught.value.path == "tile/entries/000"


@pytest.mark.parametrize("cut", [0, 1, 32, 8191])
def test_a_tile_that_is_cut_short_is_refused(small, cut):
    files, checkpoint = small
    files["tile/0/001"] = files["tile/0/001"][:cut]
    with pytest.raises(TileMismatchError):
        AuthenticatedReader(files, checkpoint).read_tile(0, 1)


def test_a_partial_tile_that_is_gone_is_taken_from_the_wider_one_it_became():
    """C2SP tlog-tiles: a log may delete partial tiles once the full one is there."""
    files, _ = log_files(ENTRIES, 1024)
    older, checkpoint = log_files(ENTRIES, SMALL)
    files["tile/1/000.p/3"] = older["tile/1/000.p/3"]
    reader = AuthenticatedReader(files, checkpoint)
    assert [entry for _, entry in reader.read_entries()] == ENTRIES[:SMALL]
    assert reader.prove_entry(770)[0] == ENTRIES[770]


def test_what_is_not_there_is_told_from_what_is_false(small):
    files, checkpoint = small
    del files["tile/0/001"]
    reader = AuthenticatedReader(files, checkpoint)
    with pytest.raises(NoSuchTileError):
        reader.read_hashes([Node(0, 300)])
    for beyond in ((0, 4), (1, 1), (2, 0)):
        with pytest.raises(NoSuchTileError):
            reader.read_tile(*beyond)
    with pytest.raises(NoSuchTileError):
        list(reader.read_entries(0, SMALL + 1))
    with pytest.raises(MalformedTileError):
        reader.read_tile(0, -1)


def test_two_faces_of_a_log_are_told_apart(small):
    """The reader holds a tree; a checkpoint of another one of the same origin does not join it."""
    files, checkpoint = small
    reader = AuthenticatedReader(files, checkpoint)
    for size in (3, 256, SMALL):
        _, other = log_files(some_entries(size, word="other"))
        with pytest.raises(ConsistencyError):
            reader.check_extends(other)
    with pytest.raises(ConsistencyError):
        reader.check_extends(Checkpoint(ORIGIN, SMALL + 1, checkpoint.root))


def test_each_tile_is_fetched_once_and_few_are_kept():
    files, checkpoint = log_files(ENTRIES, 70_000)
    reader = AuthenticatedReader(files, checkpoint)
    for _ in reader.read_entries():
        pass
    asked = [path for path in files.asked if not path.startswith("tile/entries/")]
    assert (
        len(asked)
        == len(set(asked))
        == sum(1 for path in files if path.startswith(("tile/0", "tile/1", "tile/2")))
    )
    assert len(reader._proven) == KEPT_TILES


def test_a_proof_made_with_the_reader_is_checked_against_the_signed_root(small, monkeypatch):
    """Were the reader wrong one day, nothing would be proven by it: the last check does not use it."""
    files, checkpoint = small
    reader = AuthenticatedReader(files, checkpoint)
    monkeypatch.setattr(AuthenticatedReader, "read_hashes", lambda self, nodes: [bytes(32)] * len(nodes))
    with pytest.raises(InclusionError):
        reader.prove_entry(3)
    with pytest.raises(ConsistencyError):
        reader.check_extends(log_files(ENTRIES, 300)[1])


def test_the_root_hash_read_through_the_reader_is_the_signed_one(log):
    files, checkpoint = log
    assert root_hash(checkpoint.size, AuthenticatedReader(files, checkpoint)) == checkpoint.root
    old = checkpoint.size // 2
    early = root_hash(old, AuthenticatedReader(files, checkpoint))
    proof = prove_consistency(old, checkpoint.size, AuthenticatedReader(files, checkpoint))
    check_consistency(old, early, checkpoint.size, checkpoint.root, proof)
    assert tile_width(0, 0, checkpoint.size) == min(256, checkpoint.size)
