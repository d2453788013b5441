"""After a loss nothing is signed until a person decides; what is to be had elsewhere comes back unchanged."""

import json
from datetime import date
from types import SimpleNamespace

import pytest

from ledger.log.anti_rollback import HeadRecord
from ledger.log.authors import LOG_CHAIN
from ledger.log.checkpoints import Checkpoint, open_checkpoint
from ledger.log.errors import HeldError, RolledBackError, TileMismatchError
from ledger.log.keys import open_chain
from ledger.log.queries import StoredTiles, read_entry, read_entry_bundle, read_head, read_tile
from ledger.log.records import read_record
from ledger.log.recoveries import parse_recovery
from ledger.log.tiles import tiles_of
from ledger.trace.capture import capture_statement
from ledger.trace.events.statements import SubjectErased
from ledger.trace.queries import passport_of
from ledger.trace.sealed_fields.disclosures import destroy_key, open_rows
from ledger.upkeep import recovery as recovering
from ledger.upkeep.backup import take_backup
from ledger.upkeep.checking import check_whole_log
from ledger.upkeep.errors import NothingToRecoverError, RecoveryError
from ledger.upkeep.heads import HeadState, examine_head
from ledger.upkeep.recovery import accept_loss, confirm_newest
from ledger.upkeep.replay import replay_missing
from ledger.upkeep.restore import restore_backup
from tests.support.boxes import CHAINS, diary_step, diary_steps
from tests.support.farm import START, Farm


def write_copy(ledger, folder):
    """The log as static files, as an export holds them."""
    with ledger.database.reading() as session:
        head = read_head(session)
        for tile in tiles_of(head.size):
            path = folder / tile.format()
            path.parent.mkdir(parents=True, exist_ok=True)
            if tile.level is None:
                path.write_bytes(read_entry_bundle(session, tile.number, tile.width))
            else:
                path.write_bytes(read_tile(session, tile.level, tile.number, tile.width))
        (folder / "checkpoint").write_bytes(head.checkpoint)
    return folder


@pytest.fixture
def rolled_back(box, tmp_path):
    """A box whose old backup of 12 entries stands beside a record of 20; ``copy`` has all of them."""
    ledger = box.found()
    ledger.write(diary_steps, 10)
    backup = take_backup(ledger, tmp_path / "backup", photos=box.place.photos).path
    for _ in range(8):
        ledger.write(diary_step, CHAINS[_ % 2])
    write_copy(ledger, tmp_path / "copy")
    wipe(ledger, box)
    restore_backup(backup, box.place)
    return box


def wipe(ledger, box):
    """Lose the database, and nothing else."""
    if ledger.database.dialect == "sqlite":
        ledger.database.close()
        for path in box.data.glob("sogoc.db*"):
            path.unlink()
        return
    with ledger.database.engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
        connection.commit()
    ledger.database.close()


def record_of(box):
    return HeadRecord(box.head_record)


def test_it_shows_what_is_missing(rolled_back):
    result = rolled_back.run("recover", "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["state"], said["missing"]) == ("behind", 8)
    assert (said["stored"]["size"], said["recorded"]["size"]) == (12, 20)
    shown = rolled_back.run("recover").output
    assert said["recorded"]["root"] in shown
    assert "Thiếu:    8 bản ghi" in shown
    with pytest.raises(RolledBackError):
        rolled_back.open().write(diary_step)


def test_a_log_in_order_has_nothing_to_recover(sqlite_box):
    ledger = sqlite_box.found()
    assert sqlite_box.run("recover").exit_code == 0
    for words in (
        ["--newest"],
        ["--accept-loss", "--confirm", ledger.origin],
        ["--from", str(sqlite_box.data)],
    ):
        result = sqlite_box.run("recover", *words)
        assert (result.exit_code, "không có gì phải khôi phục" in result.output) == (1, True), result.output
    assert ledger.read(read_head).size == 2


def test_the_missing_entries_come_back_from_a_copy(rolled_back, tmp_path):
    """The best way: nothing is lost, nothing forks, and every old proof holds."""
    result = rolled_back.run("recover", "--from", str(tmp_path / "copy"))
    assert result.exit_code == 0, result.output
    assert "Đã lấy lại 8 bản ghi" in result.output
    ledger = rolled_back.open()
    assert examine_head(ledger.database, record_of(rolled_back)).state is HeadState.AGREES
    copied = open_checkpoint((tmp_path / "copy" / "checkpoint").read_bytes(), ledger.vkey)
    head = ledger.read(read_head)
    assert (head.size, head.root) == (copied.size, copied.root)
    check_whole_log(ledger.database, ledger.vault)
    assert ledger.write(diary_step).index == 20
    check_whole_log(ledger.database, ledger.vault)


def test_a_replay_that_was_cut_off_goes_on(rolled_back, tmp_path, monkeypatch):
    from ledger.upkeep import replay

    monkeypatch.setattr(replay, "ENTRIES_AT_ONCE", 3)
    real, calls = replay._append_again, []

    def cut_off(unit, batch, find):
        calls.append(batch)
        if len(calls) == 2:
            raise KeyError("power cut")
        return real(unit, batch, find)

    monkeypatch.setattr(replay, "_append_again", cut_off)
    ledger = rolled_back.open()
    with pytest.raises(KeyError):
        replay_missing(ledger, record_of(rolled_back), str(tmp_path / "copy"))
    assert ledger.read(read_head).size == 15
    with pytest.raises(RolledBackError):
        rolled_back.open().write(diary_step)
    monkeypatch.undo()
    assert replay_missing(ledger, record_of(rolled_back), str(tmp_path / "copy")).first == 15
    check_whole_log(ledger.database, ledger.vault)


def test_a_copy_that_was_changed_gives_nothing(rolled_back, tmp_path):
    bundle = next((tmp_path / "copy" / "tile" / "entries").rglob("*20"))
    data = bundle.read_bytes()
    bundle.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    ledger = rolled_back.open()
    with pytest.raises(TileMismatchError):
        replay_missing(ledger, record_of(rolled_back), str(tmp_path / "copy"))
    assert ledger.read(read_head).size == 12


def test_a_copy_that_ends_too_early_is_refused(rolled_back, tmp_path):
    short = write_copy(rolled_back.open(), tmp_path / "short")
    result = rolled_back.run("recover", "--from", str(short))
    assert (result.exit_code, "chỉ có 12 bản ghi, cần 20" in result.output) == (1, True)


def test_a_copy_of_another_branch_is_refused(rolled_back, tmp_path):
    """Somebody let another machine go on from the same backup: its entries are not those signed here."""
    other = type(rolled_back)(
        tmp_path / "other", SOGOC_MASTER_KEY_FILE=str(rolled_back.place.master_key_file)
    )
    restore_backup(tmp_path / "backup", other.place, is_newest=True)
    ledger = other.open()
    ledger.write(diary_steps, 30)
    result = rolled_back.run("recover", "--from", str(write_copy(ledger, tmp_path / "branch")))
    assert (result.exit_code, "một nhánh khác" in result.output) == (1, True)


def test_a_copy_of_another_log_is_refused(rolled_back, tmp_path):
    other = type(rolled_back)(tmp_path / "other")
    stranger = other.found()
    stranger.write(diary_steps, 30)
    copy = write_copy(stranger, tmp_path / "strange")
    result = rolled_back.run("recover", "--from", str(copy))
    assert (result.exit_code, "không do sổ này ký" in result.output) == (1, True)
    assert rolled_back.run("recover", "--from", str(tmp_path / "nowhere")).exit_code == 1


def test_a_chain_that_began_in_the_missing_time_is_named(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    backup = take_backup(ledger, tmp_path / "backup", photos=sqlite_box.place.photos).path
    ledger.write(open_chain, "HTX9NEW0AB")
    copy = write_copy(ledger, tmp_path / "copy")
    wipe(ledger, sqlite_box)
    restore_backup(backup, sqlite_box.place)
    result = sqlite_box.run("recover", "--from", str(copy))
    assert (result.exit_code, "HTX9NEW0AB không còn khóa ký" in result.output) == (0, True), result.output


def test_accepting_the_loss_is_said_in_the_log(rolled_back):
    origin = rolled_back.open().origin
    assert rolled_back.run("recover", "--accept-loss", text="yes\n").exit_code == 1
    assert rolled_back.open().read(read_head).size == 12
    result = rolled_back.run("recover", "--accept-loss", "--reason", "disk", text=f"{origin}\n")
    assert result.exit_code == 0, result.output
    ledger = rolled_back.open()
    said = ledger.read(read_record, ledger.read(read_head).size - 1)
    recovery = parse_recovery(said.body)
    assert said.chain_id == LOG_CHAIN
    assert said.signers == (origin,)
    assert (recovery.size, recovery.signed_size, recovery.reason) == (12, 20, "disk")
    check_whole_log(ledger.database, ledger.vault)
    ledger.write(diary_step)
    assert rolled_back.run("recover").exit_code == 0
    check_whole_log(ledger.database, ledger.vault)


def test_a_crash_between_statement_and_record_says_it_once(rolled_back, monkeypatch):
    def crash(_record, _signed):
        raise KeyboardInterrupt

    ledger = rolled_back.open()
    with monkeypatch.context() as patched:
        patched.setattr(HeadRecord, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            accept_loss(ledger, record_of(rolled_back), reason="disk")
    size = ledger.read(read_head).size
    assert accept_loss(ledger, record_of(rolled_back), reason="disk").size == 12
    assert ledger.read(read_head).size == size
    assert rolled_back.open().write(diary_step).index == size


def test_after_a_restore_somebody_says_that_it_is_the_newest(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    backup = take_backup(ledger, tmp_path / "backup", photos=sqlite_box.place.photos).path
    other = type(sqlite_box)(tmp_path / "o", SOGOC_MASTER_KEY_FILE=str(sqlite_box.place.master_key_file))
    restore_backup(backup, other.place)
    with pytest.raises(HeldError):
        other.open().write(diary_step)
    assert other.run("recover").exit_code == 1
    assert other.run("recover", "--newest").exit_code == 0
    assert other.open().write(diary_step).index == 2
    with pytest.raises(NothingToRecoverError):
        confirm_newest(other.open(), record_of(other))


def test_the_newest_is_not_believed_against_the_record(rolled_back):
    with pytest.raises(RecoveryError):
        confirm_newest(rolled_back.open(), record_of(rolled_back))
    result = rolled_back.run("recover", "--newest")
    assert (result.exit_code, "8 bản ghi" in result.output) == (1, True)


def test_a_held_log_may_also_be_filled_from_a_copy(rolled_back, tmp_path):
    """On a new machine there is no record: the copy's own checkpoint says how far it goes."""
    key = str(rolled_back.place.master_key_file)
    other = type(rolled_back)(tmp_path / "o", SOGOC_MASTER_KEY_FILE=key)
    restore_backup(tmp_path / "backup", other.place)
    replayed = replay_missing(other.open(), record_of(other), str(tmp_path / "copy"))
    assert (replayed.first, replayed.size) == (12, 20)
    assert other.open().write(diary_step).index == 20


def test_a_held_log_whose_loss_is_accepted_says_so_without_a_size(sqlite_box, tmp_path):
    ledger = sqlite_box.found()
    backup = take_backup(ledger, tmp_path / "backup", photos=sqlite_box.place.photos).path
    other = type(sqlite_box)(tmp_path / "o", SOGOC_MASTER_KEY_FILE=str(sqlite_box.place.master_key_file))
    restore_backup(backup, other.place)
    recovery = accept_loss(other.open(), record_of(other), reason="machine")
    assert (recovery.size, recovery.signed_size) == (2, None)
    assert other.open().write(diary_step)


def test_a_spoilt_record_is_mended_on_purpose(sqlite_box):
    ledger = sqlite_box.found()
    ledger.write(diary_step)
    sqlite_box.head_record.write_bytes(b"spoilt")
    result = sqlite_box.run("recover")
    assert (result.exit_code, "đã hỏng" in result.output) == (1, True)
    assert sqlite_box.run("recover", "--newest").exit_code == 0
    assert sqlite_box.open().write(diary_step).index == 3


def test_the_record_of_another_log_is_not_replaced(sqlite_box):
    ledger = sqlite_box.found()
    record = record_of(sqlite_box)
    record.replace(Checkpoint("la.example.vn/log", 9, bytes(32)))
    with pytest.raises(RecoveryError, match="another log"):
        accept_loss(ledger, record, reason="unknown")
    assert record.read().origin == "la.example.vn/log"


def test_a_log_that_took_another_way_differs(sqlite_box):
    ledger = sqlite_box.found()
    ledger.write(diary_steps, 4)
    record_of(sqlite_box).replace(Checkpoint(ledger.origin, 4, bytes(32)))
    assert examine_head(ledger.database, record_of(sqlite_box)).state is HeadState.DIFFERS
    result = sqlite_box.run("recover")
    assert (result.exit_code, "sogoc fsck" in result.output) == (1, True)


def test_only_one_way_at_a_time(sqlite_box):
    sqlite_box.found()
    assert sqlite_box.run("recover", "--newest", "--accept-loss").exit_code == 2
    assert recovering.__doc__


def test_entries_come_back_with_their_bytes(rolled_back, tmp_path):
    before = [line for line in (tmp_path / "copy" / "tile" / "entries").rglob("*") if line.is_file()]
    replay_missing(rolled_back.open(), record_of(rolled_back), str(tmp_path / "copy"))
    ledger = rolled_back.open()
    with ledger.database.reading() as session:
        assert read_entry_bundle(session, 0, 20) == before[0].read_bytes()
        assert StoredTiles(session).read_tiles([(0, 0)])
        assert read_entry(session, 19).index == 19


def test_a_whole_season_comes_back_from_an_export(sqlite_box, tmp_path):
    """Harvests, a seal with its credential, stamps, an erased person: everything that the log tells."""
    ledger = sqlite_box.found()
    clock = SimpleNamespace(now=START)
    farm = Farm(ledger.database, beside=SimpleNamespace(clock=clock, vault=ledger.vault, ledger=ledger))
    farm.register()
    farm.season("V260901-0")
    farm.diary(farm.lot("V260901-0"), 1)
    backup = take_backup(ledger, tmp_path / "backup", photos=sqlite_box.place.photos).path
    story = farm.story()
    ledger.write(destroy_key, farm.code, "TV-07")
    erased = ledger.write(capture_statement, farm.code, SubjectErased(erased="TV-07", disclosures=4))
    passport = ledger.read(passport_of, story.pack, date(2026, 10, 6), log_key=ledger.vkey)
    assert sqlite_box.run("export", str(tmp_path / "export")).exit_code == 0
    wipe(ledger, sqlite_box)
    restore_backup(backup, sqlite_box.place)

    result = sqlite_box.run("recover", "--from", str(tmp_path / "export"))
    assert result.exit_code == 0, result.output
    assert "không tìm được chứng thư" not in result.output
    again = sqlite_box.open()
    check_whole_log(again.database, again.vault)
    assert again.read(read_head).size == erased.index + 1
    restored = again.read(passport_of, story.pack, date(2026, 10, 6), log_key=again.vkey)
    assert restored.verdict is passport.verdict
    opened = again.read(open_rows, again.vault, range(erased.index))
    assert all(value is None for row in opened.values() for value in row.values())  # TV-07 stays erased
