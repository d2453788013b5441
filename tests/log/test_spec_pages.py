"""Every example of the log's pages under docs/spec is derived again, from the inputs that the pages give."""

import hashlib
import json

from ledger.log.authors import Place, check_signatures, find_authors
from ledger.log.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint_note, sign_checkpoint
from ledger.log.consistency import check_extension, format_consistency, parse_consistency, prove_extension
from ledger.log.entries import (
    Entry,
    Kind,
    format_entry,
    format_event_text,
    parse_entry,
    parse_event_note,
    parse_time,
)
from ledger.log.merkle import (
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
)
from ledger.log.proofs import Proof, format_proof, parse_proof
from ledger.log.right_edge import RightEdge
from ledger.log.tiles import Tile, format_entry_bundle, parse_entry_bundle, tiles_of
from ledger.log.verify import STEPS, Trust, verify_entry
from ledger.log.witnesses import Witness, WitnessKey, WitnessPolicy, check_witnesses
from signing.keyring import KeyRing
from signing.keys import NamedKey, PrivateKey, VerifierKey
from signing.notes import countersign, format_note, parse_note, sign_note
from tests.conftest import SPEC_FOLDER


def named_key(line):
    seed, name = line.split()[:2]
    return NamedKey(name, PrivateKey.from_seed(bytes.fromhex(seed)))


def test_event_note(spec_examples):
    page = spec_examples("event-note")
    signer = named_key(page["signer"])
    text = format_event_text(Kind.EVENT, json.loads(page["body"]))
    assert sign_note(text, signer) == page["note"].encode()
    statement = parse_event_note(page["statement"].encode())
    assert VerifierKey.parse(statement.body["key"]) == signer.verifier_key
    assert sign_note(format_event_text(Kind.STATEMENT, statement.body), signer) == page["statement"].encode()
    place = Place("truyxuat.example/log", "7k3m9q2f", 0, 0)
    check_signatures(statement, find_authors(statement, KeyRing(), place))


def test_entry(spec_examples):
    page, notes = spec_examples("entry"), spec_examples("event-note")
    first, second = parse_entry(page["first"].encode()), parse_entry(page["second"].encode())
    assert first.note == notes["statement"].encode()
    assert second.note == notes["note"].encode()
    leaf_hashes = [leaf_hash(page[name].encode()) for name in ("first", "second")]
    assert [hashed.hex() for hashed in leaf_hashes] == page["leaf-hashes"].split()
    for entry, seq, prev in ((first, 0, bytes(32)), (second, 1, leaf_hashes[0])):
        again = Entry("7k3m9q2f", seq, prev, entry.recorded_at, entry.note)
        assert format_entry(again) == page[("first", "second")[seq]].encode()


class Leaves:
    """A ``HashReader`` over a few leaf hashes."""

    def __init__(self, leaves):
        self.leaves = leaves

    def read_hashes(self, nodes):
        return [self._hash(level, number) for level, number in nodes]

    def _hash(self, level, number):
        if level == 0:
            return self.leaves[number]
        return node_hash(self._hash(level - 1, 2 * number), self._hash(level - 1, 2 * number + 1))


def test_tree(spec_examples):
    page = spec_examples("tree")
    lines = [line.split() for line in page["leaves"].splitlines()]
    leaves = [leaf_hash(letter.encode()) for letter, _ in lines]
    assert [hashed.hex() for hashed in leaves] == [hashed for _, hashed in lines]
    tree = Leaves(leaves)
    roots = [root_hash(size, tree) for size in range(8)]
    assert page["roots"] == "".join(f"{size} {root.hex()}\n" for size, root in enumerate(roots))
    inclusion = tuple(map(bytes.fromhex, page["inclusion-3-7"].split()))
    assert inclusion == prove_inclusion(3, 7, tree)
    check_inclusion(3, 7, leaves[3], inclusion, roots[7])
    for size in (3, 4):
        consistency = tuple(map(bytes.fromhex, page[f"consistency-{size}-7"].split()))
        assert consistency == prove_consistency(size, 7, tree)
        check_consistency(size, roots[size], 7, roots[7], consistency)


def small_log(spec_examples):
    """The two entries of the page on entries, their leaf hashes, and the edge of their tree."""
    page = spec_examples("entry")
    entries = [page["first"].encode(), page["second"].encode()]
    edge = RightEdge()
    for entry in entries:
        edge.append(leaf_hash(entry))
    return entries, [leaf_hash(entry) for entry in entries], edge


def test_checkpoint(spec_examples):
    page = spec_examples("checkpoint")
    _, _, edge = small_log(spec_examples)
    log_key = named_key(page["log-key"])
    checkpoint = Checkpoint(log_key.name, 2, edge.root_hash())
    assert sign_checkpoint(checkpoint, log_key) == page["checkpoint"].encode()
    assert log_key.verifier_key.format() == page["verifier-key"].strip()
    assert open_checkpoint(page["cosigned"].encode(), log_key.verifier_key) == checkpoint
    moment = parse_time(page["witness"].split()[2])
    holder = named_key(page["witness"])
    witness = Witness(holder.name, holder.private_key, moment)
    cosigned = countersign(parse_note(page["checkpoint"].encode()), witness)
    assert format_note(cosigned) == page["cosigned"].encode()
    witness_key = WitnessKey.parse(page["witness-key"].strip())
    _, note = parse_checkpoint_note(page["cosigned"].encode())
    assert check_witnesses(note, WitnessPolicy((witness_key,), 1)) == {witness.name: moment}


def test_consistency(spec_examples):
    page, letters = spec_examples("consistency"), spec_examples("tree")["leaves"].splitlines()
    tree = Leaves([bytes.fromhex(line.split()[1]) for line in letters])
    log_key = named_key(spec_examples("checkpoint")["log-key"])
    old, new = (Checkpoint(log_key.name, size, root_hash(size, tree)) for size in (3, 7))
    assert sign_checkpoint(old, log_key) == page["old"].encode()
    proof = prove_extension(3, sign_checkpoint(new, log_key), tree)
    assert format_consistency(proof) == page["proof"].encode()
    read = parse_consistency(page["proof"].encode())
    earlier = open_checkpoint(page["old"].encode(), log_key.verifier_key)
    assert check_extension(read, earlier, log_key.verifier_key) == new
    hashes = [bytes.fromhex(line) for line in spec_examples("tree")["consistency-3-7"].split()]
    assert list(read.hashes) == hashes


def test_proof_file(spec_examples):
    page, checkpoints = spec_examples("tlog-proof"), spec_examples("checkpoint")
    entries, leaf_hashes, _ = small_log(spec_examples)
    proof = Proof(1, (leaf_hashes[0],), checkpoints["checkpoint"].encode())
    assert format_proof(proof) == page["proof"].encode()
    assert parse_proof(page["proof"].encode()) == proof
    ring = KeyRing()
    ring.add(named_key(spec_examples("event-note")["signer"]).verifier_key, 0)
    trust = Trust(VerifierKey.parse(checkpoints["verifier-key"].strip()))
    assert verify_entry(entries[1], page["proof"].encode(), key_ring=ring, trust=trust).record.index == 1


def test_proof_file_names_the_steps_of_the_code():
    text = (SPEC_FOLDER / "tlog-proof.md").read_text(encoding="utf-8")
    for number, (name, _) in enumerate(STEPS, 1):
        assert f"\n{number}. **{name}** - " in text


def test_tiles(spec_examples):
    page = spec_examples("tiles")
    entries, leaf_hashes, edge = small_log(spec_examples)
    for line in page["paths"].splitlines():
        level, number, width, path = line.split()
        tile = Tile(None if level == "entries" else int(level), int(number), int(width))
        assert tile.format() == path
        assert Tile.parse(path) == tile
        assert tile in set(tiles_of(70_000)) or tile.number == 1234067
    (tile,) = edge.take_grown_tiles()
    assert tile.hashes == bytes.fromhex(page["tile"]) == b"".join(leaf_hashes)
    bundle = format_entry_bundle(entries)
    length, digest, *lengths = page["bundle"].split()
    assert (len(bundle), hashlib.sha256(bundle).hexdigest()) == (int(length), digest)
    assert [bytes.fromhex(text) for text in lengths] == [len(entry).to_bytes(2, "big") for entry in entries]
    assert parse_entry_bundle(bundle) == entries
