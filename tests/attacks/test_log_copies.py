"""Attacks with genuine pieces in other places: signature lines, cut-off logs, old and altered backups."""

import hashlib
import shutil

import pytest
from sqlalchemy import delete, text, update

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.checkpoints import Checkpoint, format_checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import (
    ConsistencyError,
    HeldError,
    MalformedCheckpointError,
    MalformedEventNoteError,
    RolledBackError,
)
from ledger.log.ledger import Ledger
from ledger.log.merkle import check_consistency, prove_consistency, root_hash
from ledger.log.queries import StoredTiles, read_head
from ledger.log.tables import LogChain, LogEntry, LogHead, LogKey, LogTile
from ledger.log.tiles import TileReader
from ledger.upkeep.backup import take_backup
from ledger.upkeep.errors import BackupDamagedError
from ledger.upkeep.restore import restore_backup
from signing.errors import BadSignatureError, SigningError, UnknownSignerError
from signing.keys import NamedKey, PrivateKey
from signing.notes import Note, format_note, parse_note, sign_note
from tests.support.boxes import Box, close_opened, diary_step, diary_steps
from tests.support.ledgers import CHAIN, LOG_KEY, ORIGIN, VAULT, check_ledger, event_body, new_ledger, record
from tests.support.tampering import findings_of, tamper


@pytest.fixture
def ledger(database, tmp_path):
    """Ten entries under a record of the last signed head."""
    ledger = new_ledger(database, head_record=HeadRecord(tmp_path / "head"))
    for _ in range(8):
        ledger.write(record)
    return ledger


@pytest.fixture
def box(tmp_path):
    yield Box(tmp_path / "box")
    close_opened()


# -- signature lines -----------------------------------------------------------------------------------------


def test_checkpoint_line_copied_to_another_checkpoint(ledger):
    """Another size, another root, another log: a line covers the text that it was made over."""
    genuine = parse_note(ledger.checkpoint())
    head = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    for size, root in ((head.size + 1, head.root), (head.size, bytes(32)), (head.size - 1, head.root)):
        forged = format_note(Note(format_checkpoint(Checkpoint(ORIGIN, size, root)), genuine.signatures))
        with pytest.raises(BadSignatureError):
            open_checkpoint(forged, ledger.vkey)
    elsewhere = format_checkpoint(Checkpoint("la.example.vn", head.size, head.root))
    with pytest.raises((BadSignatureError, MalformedCheckpointError)):
        open_checkpoint(format_note(Note(elsewhere, genuine.signatures)), ledger.vkey)
    check_ledger(ledger)


def test_key_of_one_purpose_used_for_another(ledger):
    """A cooperative's key signs no checkpoint, though its name begins alike; nor the log's key events."""
    own = NamedKey(f"{ORIGIN}/{CHAIN}", PrivateKey.from_seed(bytes([1]) * 32))
    head = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    with pytest.raises(UnknownSignerError):
        open_checkpoint(sign_checkpoint(head, own), ledger.vkey)
    by_log = sign_note(format_event_text(Kind.EVENT, event_body("sogoc:sowing")), NamedKey(ORIGIN, LOG_KEY))
    with pytest.raises(SigningError):
        ledger.append(CHAIN, by_log)
    checkpoint_as_event = sign_note(format_checkpoint(head), own)
    with pytest.raises(MalformedEventNoteError):
        ledger.append(CHAIN, checkpoint_as_event)
    check_ledger(ledger)


# -- a log cut off in every table ----------------------------------------------------------------------------


def cut_everywhere(ledger, size):
    """What a careful attacker does who has the log's key: cut entries, chains, tiles and head to one size."""
    with ledger.database.reading() as session:
        reader = TileReader(StoredTiles(session))
        root = root_hash(size, reader)
        hashes = StoredTiles(session).read_tiles([(0, 0)])[0, 0][: size * 32]
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), NamedKey(ORIGIN, LOG_KEY))
    tamper(
        ledger.database,
        delete(LogEntry).where(LogEntry.index >= size),
        delete(LogKey).where(LogKey.valid_from >= size),
        update(LogTile).values(hashes=hashes),
        update(LogChain).where(LogChain.chain_id == CHAIN).values(size=size - 1, last_leaf_hash=hashes[-32:]),
        update(LogHead).values(size=size, root=root, checkpoint=note),
    )


def test_tail_cut_off_in_every_table(ledger, tmp_path):
    """fsck finds a whole log, for it is one. This machine's record and anybody's checkpoint know better."""
    kept = open_checkpoint(ledger.checkpoint(), ledger.vkey)
    cut_everywhere(ledger, 7)
    assert findings_of(ledger) == []
    with pytest.raises(RolledBackError) as caught:
        Ledger.open(ledger.database, VAULT, head_record=HeadRecord(tmp_path / "head")).write(record)
    assert (caught.value.recorded_size, caught.value.size) == (10, 7)
    with pytest.raises(RolledBackError):
        ledger.write(record)
    # Grown again beyond the cut by a machine without the record, it is a fork that no proof joins.
    other = Ledger.open(ledger.database, VAULT)
    for _ in range(5):
        other.write(record)
    now = open_checkpoint(other.checkpoint(), ledger.vkey)
    with other.database.reading() as session:
        proof = prove_consistency(kept.size, now.size, TileReader(StoredTiles(session)))
    with pytest.raises(ConsistencyError):
        check_consistency(kept.size, kept.root, now.size, now.root, proof)


# -- backups -------------------------------------------------------------------------------------------------


def test_old_database_put_back_beside_the_record(box, tmp_path):
    """By hand, with no command of ours: the file of last week in place of today's."""
    ledger = box.found()
    ledger.write(diary_steps, 3)
    ledger.database.close()
    shutil.copy(box.data / "sogoc.db", tmp_path / "last-week.db")
    ledger.write(diary_steps, 2)
    ledger.database.close()
    shutil.copy(tmp_path / "last-week.db", box.data / "sogoc.db")
    with pytest.raises(RolledBackError):
        box.open().write(diary_step)
    assert box.run("recover").exit_code == 1


def test_backup_restored_on_a_second_machine_to_go_on_there(box, tmp_path):
    """Two machines that go on from one backup would show two faces of one log: the second one is held."""
    ledger = box.found()
    backup = take_backup(ledger, tmp_path / "backup", photos=box.place.photos).path
    second = Box(tmp_path / "second", SOGOC_MASTER_KEY_FILE=str(box.place.master_key_file))
    restore_backup(backup, second.place)
    with pytest.raises(HeldError):
        second.open().write(diary_step)
    assert ledger.write(diary_step).index == 2


def test_backup_altered_on_its_way(box, tmp_path):
    """A stick in a drawer: somebody adds a manager to the books and makes every digest fit again."""
    ledger = box.found()
    folder = take_backup(ledger, tmp_path / "backup", photos=box.place.photos).path
    ledger.database.close()
    database = open_database(f"sqlite:///{folder / 'sogoc.db'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE smuggled (x)"))
    database.close()
    before = (folder / "SHA256SUMS").read_text()
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in before.splitlines()}
    fitting = before.replace(sums["sogoc.db"], hashlib.sha256((folder / "sogoc.db").read_bytes()).hexdigest())
    (folder / "SHA256SUMS").write_text(fitting)
    manifest = (folder / "manifest.json").read_text()
    old, new = (hashlib.sha256(listed.encode()).hexdigest() for listed in (before, fitting))
    (folder / "manifest.json").write_text(manifest.replace(old, new))
    (box.data / "sogoc.db").unlink()
    with pytest.raises(BackupDamagedError) as caught:
        restore_backup(folder, box.place)
    assert caught.value.findings[0].startswith("manifest.seal")
    assert not (box.data / "sogoc.db").exists()


def test_backup_stolen_without_master_key(box, tmp_path):
    """It holds no key that could sign; with another master key nothing of it opens."""
    ledger = box.found()
    ledger.write(diary_step)
    folder = take_backup(ledger, tmp_path / "backup", photos=box.place.photos).path
    thief = Box(tmp_path / "thief")
    thief.found().database.close()
    (thief.data / "sogoc.db").unlink()
    with pytest.raises(BackupDamagedError):
        restore_backup(folder, thief.place)
    shutil.copy(folder / "sogoc.db", thief.data / "sogoc.db")
    thief.head_record.unlink()
    stolen = thief.open()
    assert stolen.read(read_head).size == 3
    with pytest.raises(SigningError):
        stolen.write(diary_step)
