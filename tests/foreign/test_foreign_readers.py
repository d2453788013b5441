"""Programs that know nothing of us open our log, prove every entry of it, and reject every forgery."""

import shutil

import pytest

from ledger.database import open_database
from ledger.log.checkpoints import Checkpoint, sign_checkpoint
from ledger.log.ledger import Ledger
from ledger.log.merkle import leaf_hash
from ledger.log.proofs import format_proof
from ledger.log.queries import read_entry, read_head
from ledger.log.tiles import format_entry_bundle
from ledger.log.witnesses import Witness
from signing.canonical_base64 import format_base64
from signing.keys import NamedKey, PrivateKey
from signing.ml_dsa import MlDsaPrivateKey
from tests.support.ledgers import CHAIN, ORIGIN, START, VAULT, SteppingClock, new_ledger, record_many
from tests.support.remote import LOG_SIGNER, Files, config_of, log_files, open_log, some_entries
from tests.support.serving import served
from web.app import make_app
from web.exporting.export import Progress, export
from web.state import make_state

VKEY = LOG_SIGNER.verifier_key.format()
ENTRIES = some_entries(1000)
SIZE = 775
"""Peaks that share tiles: where a reader of tiles may pass a tile over (CVE-2026-56865)."""
STRANGER = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([9]) * 32))
"""Another key under the log's name."""
QUIET = Progress(begin=lambda name, total: None, advance=lambda: None)


@pytest.fixture(scope="module")
def log(sqlite_template, tmp_path_factory):
    """A log of 775 entries, its checkpoint at 302, and an export of it."""
    folder = tmp_path_factory.mktemp("log")
    shutil.copyfile(sqlite_template, folder / "log.db")
    database = open_database(f"sqlite:///{folder / 'log.db'}")
    ledger = new_ledger(database)
    ledger.write(record_many, 300, CHAIN)
    (folder / "older").write_bytes(ledger.checkpoint())
    ledger.write(record_many, 473, CHAIN)
    state = make_state(config_of(ledger, folder), ledger)
    export(make_app(state), state, folder / "copy", QUIET)
    yield Ledger.open(database, VAULT, clock=SteppingClock()), folder
    database.close()


@pytest.fixture(params=["server", "export"])
def place(request, log):
    """The log as a server answers it, and as it stands in an export."""
    ledger, folder = log
    if request.param == "export":
        yield folder / "copy" / "log"
    else:
        with served(open_log(ledger, folder)) as address:
            yield f"{address}/log"


@pytest.fixture
def forged(tmp_path):
    """``forged(files)``: a folder with the files of a mirror that lies."""

    def write(files: Files):
        return files.write(tmp_path / "mirror")

    return write


# -- what holds ----------------------------------------------------------------------------------------------


def test_a_stranger_opens_our_checkpoint(reader, log, place):
    ledger, _ = log
    root = format_base64(ledger.read(read_head).root)
    assert reader.accepts("checkpoint", ledger.vkey.format(), place) == f"{SIZE} {root}"


def test_a_stranger_proves_every_entry(reader, log, place):
    ledger, _ = log
    assert reader.accepts("inclusion", ledger.vkey.format(), place) == str(SIZE)


def test_a_stranger_sees_that_the_log_only_grew(reader, log, place):
    ledger, folder = log
    assert reader.accepts("consistency", ledger.vkey.format(), place, folder / "older") == f"302 {SIZE}"
    same = folder / "copy" / "log" / "checkpoint"
    assert reader.accepts("consistency", ledger.vkey.format(), place, same) == f"{SIZE} {SIZE}"


@pytest.mark.parametrize("index", [0, 255, 300, 774])
def test_a_stranger_checks_a_proof_file_offline(reader, log, tmp_path, index):
    ledger, _ = log
    proof, entry = tmp_path / f"{index}.tlog-proof", tmp_path / "entry"
    proof.write_bytes(format_proof(ledger.prove(index)))
    entry.write_bytes(ledger.read(read_entry, index).entry)
    assert reader.accepts("proof", ledger.vkey.format(), proof, entry) == str(index)
    entry.write_bytes(ledger.read(read_entry, (index + 1) % SIZE).entry)
    reader.rejects("proof", ledger.vkey.format(), proof, entry)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512])
def test_logs_of_every_shape_are_read(reader, forged, size):
    files, _ = log_files(ENTRIES, size)
    assert reader.accepts("inclusion", VKEY, forged(files)) == str(size)


def test_further_signatures_do_not_disturb_a_stranger(reader, forged):
    """A second key of the log in its overlap, a witness, a second kind of signature: each has its reader."""
    files, checkpoint = log_files(ENTRIES, 300)
    witness = Witness("lien-minh.example/chung-kien", PrivateKey.from_seed(bytes([5]) * 32), START)
    second = Witness(ORIGIN, MlDsaPrivateKey.from_seed(bytes([6]) * 32), START)
    files["checkpoint"] = sign_checkpoint(checkpoint, STRANGER, LOG_SIGNER, witness, second)
    for key in (LOG_SIGNER, STRANGER):
        assert reader.accepts("inclusion", key.verifier_key.format(), forged(files)) == "300"


# -- what does not -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tile", ["0/000", "0/001", "0/002", "0/003.p/7", "1/000.p/3"])
def test_a_changed_sibling_hash_is_rejected(reader, forged, tile):
    files, _ = log_files(ENTRIES, SIZE)
    files.flip(f"tile/{tile}", 37)
    reader.rejects("inclusion", VKEY, forged(files))


def test_a_tile_that_the_tile_reader_passes_over_is_rejected_by_the_check_behind_it(go_reader, forged):
    """Of some versions the tile reader alone gives a forged hash out; what ends in a check never does."""
    files, _ = log_files(ENTRIES, SIZE)
    true = format_base64(leaf_hash(ENTRIES[0]))
    assert go_reader.accepts("leaf", VKEY, forged(files), 0) == true
    forgery = leaf_hash(b"an entry that was never logged")
    files["tile/0/000"] = forgery + files["tile/0/000"][32:]
    told = go_reader.run("leaf", VKEY, forged(files), 0)
    assert told.returncode == 1 or told.stdout.strip() == format_base64(forgery)
    go_reader.rejects("inclusion", VKEY, forged(files))
    # Also when the bundle goes along with the forged hash.
    files["tile/entries/000"] = format_entry_bundle([b"an entry that was never logged", *ENTRIES[1:256]])
    go_reader.rejects("inclusion", VKEY, forged(files))


@pytest.mark.parametrize(
    "bundle",
    [
        [*ENTRIES[:255], b"another"],
        [ENTRIES[1], ENTRIES[0], *ENTRIES[2:256]],
        ENTRIES[:255],
    ],
    ids=["exchanged", "swapped", "cut"],
)
def test_a_changed_entry_bundle_is_rejected(reader, forged, bundle):
    files, _ = log_files(ENTRIES, SIZE)
    files["tile/entries/000"] = format_entry_bundle(bundle)
    reader.rejects("inclusion", VKEY, forged(files))


def changed_checkpoints():
    """Checkpoints that a mirror could try, by what is wrong with them."""
    files, checkpoint = log_files(ENTRIES, SIZE)
    note = files["checkpoint"]
    text, _, line = note.partition(b"\n\n")
    _, other = log_files(some_entries(SIZE, word="other"))
    name, _, signature = line.rstrip().rpartition(b" ")
    broken = bytearray(signature)
    broken[40] = ord("A") if broken[40] != ord("A") else ord("B")
    return {
        "signature": text + b"\n\n" + name + b" " + bytes(broken) + b"\n",
        "root": note.replace(format_base64(checkpoint.root).encode(), format_base64(other.root).encode()),
        "size": note.replace(b"\n775\n", b"\n774\n"),
        "origin": note.replace(ORIGIN.encode(), b"so.example.vn/khac", 1),
        "key": sign_checkpoint(checkpoint, STRANGER),
        "unsigned": text + b"\n\n",
    }


@pytest.mark.parametrize("what", sorted(changed_checkpoints()))
def test_a_changed_checkpoint_is_rejected(reader, forged, what):
    files, _ = log_files(ENTRIES, SIZE)
    files["checkpoint"] = changed_checkpoints()[what]
    reader.rejects("checkpoint", VKEY, forged(files))


def test_a_good_checkpoint_over_another_log_s_tiles_is_rejected(reader, forged):
    files, _ = log_files(some_entries(SIZE, word="other"))
    files["checkpoint"] = log_files(ENTRIES, SIZE)[0]["checkpoint"]
    reader.rejects("inclusion", VKEY, forged(files))


@pytest.mark.parametrize("kept_size", [1, 256, 302, SIZE])
def test_a_split_view_is_told_apart(reader, forged, tmp_path, kept_size):
    """The same key signed another tree, of a size before or of this very size, and somebody kept that."""
    files, _ = log_files(ENTRIES, SIZE)
    _, other = log_files(some_entries(kept_size, word="other"))
    kept = tmp_path / "kept"
    kept.write_bytes(sign_checkpoint(other, LOG_SIGNER))
    assert reader.accepts("checkpoint", VKEY, forged(files))
    reader.rejects("consistency", VKEY, forged(files), kept)


def test_a_log_that_lost_its_end_is_told(reader, forged, tmp_path):
    files, _ = log_files(ENTRIES, 300)
    kept = tmp_path / "kept"
    kept.write_bytes(sign_checkpoint(Checkpoint(ORIGIN, SIZE, log_files(ENTRIES, SIZE)[1].root), LOG_SIGNER))
    reader.rejects("consistency", VKEY, forged(files), kept)


def test_words_that_the_programs_do_not_know_are_told(reader):
    assert reader.run("everything").returncode == 2
