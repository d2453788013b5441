"""Attacks on who reads the log from a server, a mirror or a USB stick that may lie."""

import gzip

import pytest
from flask import Flask, Response

from ledger.log.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.consistency import check_extension, format_consistency, parse_consistency, prove_extension
from ledger.log.errors import ConsistencyError, InclusionError, SourceError, TileMismatchError
from ledger.log.merkle import Node, check_inclusion, leaf_hash, prove_inclusion
from ledger.log.remote_sources import HttpSource
from ledger.log.remote_tiles import AuthenticatedReader
from ledger.log.tiles import TileReader, format_entry_bundle
from tests.support.ledgers import ORIGIN
from tests.support.remote import LOG_SIGNER, Kept, grown_tiles, log_files, some_entries
from tests.support.serving import served

ENTRIES = some_entries(1000)
KEY = LOG_SIGNER.verifier_key
PEAKS_SHARE_TILES = 775
"""512 + 256 + 4 + 2 + 1 entries: five peaks in two tiles, so that three tiles of a plan that counts peaks
where it should count tiles are never compared with anything (CVE-2026-56865)."""


def test_tile_passed_over_by_a_reader():
    """A mirror forges the leaf hash of an entry that the log never had, in a full tile behind the edge."""
    files, checkpoint = log_files(ENTRIES, PEAKS_SHARE_TILES)
    forged = leaf_hash(b"an entry that was never logged")
    files["tile/0/000"] = forged + files["tile/0/000"][32:]
    # A reader that only cuts hashes out of tiles gives the forged one out, and so does one that checks no
    # more than that the edge folds to the root hash. What is computed with it does not lead to that hash.
    bare = TileReader(
        Kept({(0, 0): files["tile/0/000"], (0, 3): files["tile/0/003.p/7"], (1, 0): files["tile/1/000.p/3"]})
    )
    assert bare.read_hashes([Node(0, 0)]) == [forged]
    proof = prove_inclusion(1, PEAKS_SHARE_TILES, bare)
    with pytest.raises(InclusionError):
        check_inclusion(1, PEAKS_SHARE_TILES, leaf_hash(ENTRIES[1]), proof, checkpoint.root)
    for number in (0, 1, 2):
        files, _ = log_files(ENTRIES, PEAKS_SHARE_TILES)
        files.flip(f"tile/0/00{number}", 0)
        for read in (
            lambda reader, n=number: reader.read_hashes([Node(0, 256 * n)]),
            lambda reader, n=number: reader.read_hashes([Node(0, 256 * n + 1)]),
            lambda reader, n=number: reader.read_bundle(n),
            lambda reader, n=number: reader.prove_entry(256 * n + 1),
            # All wanted tiles at once, as a plan would have them.
            lambda reader: reader.read_hashes([Node(0, 0), Node(0, 256), Node(0, 512), Node(0, 770)]),
        ):
            with pytest.raises(TileMismatchError) as caught:
                read(AuthenticatedReader(files, checkpoint))
            assert caught.value.path == f"tile/0/00{number}"


def test_entry_bundle_exchanged():
    files, checkpoint = log_files(ENTRIES, PEAKS_SHARE_TILES)
    files["tile/entries/001"] = format_entry_bundle([*ENTRIES[256:511], b"another story"])
    with pytest.raises(TileMismatchError):
        list(AuthenticatedReader(files, checkpoint).read_entries())


def test_two_checkpoints_of_one_size():
    """The same key signs two trees of one size: each is proof against the other, and no proof joins them."""
    (shown, first), (_, second) = log_files(ENTRIES, 300), log_files(some_entries(300, word="other"), 300)
    for note in (shown["checkpoint"], sign_checkpoint(second, LOG_SIGNER)):
        assert open_checkpoint(note, KEY).size == 300
    with pytest.raises(ConsistencyError):
        AuthenticatedReader(shown, first).check_extends(second)
    tree = TileReader(Kept(grown_tiles(ENTRIES)))
    joined = parse_consistency(format_consistency(prove_extension(300, shown["checkpoint"], tree)))
    assert check_extension(joined, first, KEY) == first
    with pytest.raises(ConsistencyError):
        check_extension(joined, second, KEY)


def test_consistency_proof_forged():
    """A log that rewrote its past cannot prove that it begins with what it signed before."""
    kept = log_files(ENTRIES, 300)[1]
    rewritten = grown_tiles([*ENTRIES[:7], b"rewritten", *ENTRIES[8:]])
    _, newer = log_files([*ENTRIES[:7], b"rewritten", *ENTRIES[8:]], 1000)
    note = sign_checkpoint(newer, LOG_SIGNER)
    proof = parse_consistency(format_consistency(prove_extension(300, note, TileReader(Kept(rewritten)))))
    with pytest.raises(ConsistencyError):
        check_extension(proof, kept, KEY)
    # Nor by claiming a smaller beginning, at which both still agree.
    shorter = prove_extension(7, note, TileReader(Kept(rewritten)))
    with pytest.raises(ConsistencyError):
        check_extension(shorter, kept, KEY)
    agreed = Checkpoint(ORIGIN, 7, log_files(ENTRIES, 7)[1].root)
    check_extension(shorter, agreed, KEY)


def test_mirror_that_answers_without_end():
    app = Flask("mirror")

    @app.get("/log/<path:path>")
    def file(path):
        if path.startswith("tile/entries"):
            packed = gzip.compress(bytes(64 << 20))
            return Response(packed, headers={"Content-Encoding": "gzip"})
        return Response((bytes(8192) for _ in range(1000)), content_type="application/octet-stream")

    with served(app) as address:
        source = HttpSource(f"{address}/log")
        for path, most in (("tile/0/000", 8192), ("tile/entries/000", 1 << 24)):
            with pytest.raises(SourceError):
                source.fetch(path, most)
