"""``sogoc disclose``, ``sogoc erase`` and ``sogoc verify`` of what they leave behind."""

import json
from pathlib import Path

import pytest

from ledger.coop.actors import Role
from ledger.coop.field.diary import RecordStep, record_step
from ledger.coop.field.seasons import OpenSeason, open_season
from ledger.coop.people.account_queries import find_actor
from ledger.coop.registers.members import AddMember, add_member
from ledger.coop.registers.places import register_place
from ledger.coop.registers.products import register_product
from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.log_keys import open_log_signers
from ledger.log.queries import read_identity
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.units import local_day
from tests.support.operators import founded_coop
from tests.support.world import GRAPES, PLOT
from web.cli.opening import open_ledger
from web.config import load_config

POINTER = "/sogoc:fields/done_by"


class Coop:
    """A cooperative whose member TV01 watered the vineyard."""

    def __init__(self, folder):
        self.operator, self.code = founded_coop(folder / "data")
        self.folder = folder
        self.ledger = open_ledger(load_config(self.operator.environ))
        self.vkey = self.ledger.vkey.format()
        self.manager = self.ledger.read(find_actor, "quanly")
        self.member = self.work(add_member, AddMember(name="Nguyễn Thị Hoa")).id
        for use_case, command in ((register_place, PLOT), (register_product, GRAPES)):
            self.work(use_case, command)
        today = local_day(self.ledger._clock())
        opened = self.work(open_season, OpenSeason(product="NHO", place="VUON1", started_on=today))
        self.season = opened.lot
        self.index = self.work(
            record_step,
            RecordStep(
                lot=self.season,
                step="irrigation",
                done_on=today,
                values={"source": "Giếng khoan"},
                done_by="TV01",
            ),
        ).index

    def work(self, use_case, command):
        return self.ledger.write(use_case, self.manager, command)

    def disclose(self, name="tep.json"):
        file = self.folder / name
        words = (str(self.index), POINTER, "-o", str(file), "--to", "Ngân hàng", "--as", "quanly")
        done = self.operator.run("disclose", *words)
        assert done.exit_code == 0, done.output
        return str(file)

    def bundle(self, name="goi.json"):
        file = self.folder / name
        file.write_text(json.dumps(self.ledger.read(lot_bundle, self.season), ensure_ascii=False))
        return str(file)

    def history(self, name="khoa.json"):
        file = self.folder / name
        assert self.operator.run("key", "log-history", "-o", str(file)).exit_code == 0
        return str(file)

    def verify(self, *words):
        return self.operator.json("verify", *words)


def change(file, old, new):
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def coop(tmp_path):
    return Coop(tmp_path)


def test_a_disclosed_value_is_verified_from_its_file(coop):
    file = coop.disclose()
    code, said = coop.verify(file, "--vkey", coop.vkey)
    assert (code, said["value"], said["own_key"], said["index"]) == (0, coop.member, True, coop.index)
    told = coop.operator.run("verify", file)
    assert (told.exit_code, " 9 disclosure: đạt" in told.output) == (0, True)
    assert f'{POINTER} = "{coop.member}"' in told.output
    assert told.output.count("Lưu ý") == 2


def test_a_changed_value_fails_at_its_step_with_evidence(coop):
    file = coop.disclose()
    change(file, coop.member, "nguoi-khac")
    code, said = coop.verify(file, "--vkey", coop.vkey)
    assert (code, said["step"], said["evidence"]["pointer"]) == (1, 9, POINTER)
    assert "bước 9" in coop.operator.run("verify", file).output


def test_who_was_shown_what_can_be_listed(coop):
    coop.disclose()
    code, notes = coop.operator.json("disclose", "--given", "--as", "quanly")
    assert (code, [(note["index"], note["recipient"]) for note in notes]) == (0, [(coop.index, "Ngân hàng")])
    assert "→ Ngân hàng" in coop.operator.run("disclose", "--given", "--as", "quanly").output


def test_what_cannot_be_disclosed_is_refused_and_leaves_no_file(coop, tmp_path):
    words = ("-o", str(tmp_path / "x.json"), "--to", "ai đó", "--as", "quanly")
    assert coop.operator.run("disclose", "0", POINTER, *words).exit_code == 1
    assert coop.operator.run("disclose", str(coop.index), POINTER, "--as", "quanly").exit_code == 2
    elsewhere = ("-o", str(tmp_path / "no/x.json"), "--to", "ai đó", "--as", "quanly")
    assert coop.operator.run("disclose", str(coop.index), POINTER, *elsewhere).exit_code == 1
    assert not (tmp_path / "x.json").exists()
    assert coop.operator.json("disclose", "--given", "--as", "quanly")[1] == []


def test_an_erased_person_is_gone_and_every_file_given_before_still_verifies(coop):
    disclosed, bundle = coop.disclose(), coop.bundle()
    said = coop.operator.json("erase", "TV01", "--as", "quanly")
    assert (said[0], said[1]["disclosures"], said[1]["scrubbed"]) == (0, 1, True)
    assert coop.operator.json("erase", coop.member, "--as", "quanly") == said
    for file in (disclosed, bundle):
        assert coop.verify(file, "--vkey", coop.vkey)[1]["ok"] is True
    words = ("-o", disclosed, "--to", "ai đó", "--as", "quanly")
    refused = coop.operator.run("disclose", str(coop.index), POINTER, *words)
    assert (refused.exit_code, "đã được xóa" in refused.output) == (1, True)
    assert coop.operator.json("fsck")[1]["ok"] is True


def test_an_erasure_is_asked_about_first(coop):
    from click.testing import CliRunner

    from web.cli import main

    words = ["erase", "TV01", "--as", "quanly"]
    asked = CliRunner().invoke(main, words, env=coop.operator.environ, input="n\n")
    assert (asked.exit_code, "Xóa hẳn" in asked.output) == (1, True)
    done = coop.operator.run(*words, "--yes")
    assert (done.exit_code, "sao lưu" in done.output) == (0, True)
    assert coop.operator.run("erase", "TV99", "--as", "quanly", "--yes").exit_code == 1


def test_files_of_before_during_and_after_a_rotation_verify_under_any_key_of_the_log(coop):
    before = coop.bundle("truoc.json")
    new = coop.operator.json("key", "rotate-log")[1]["keys"][1]
    during = coop.bundle("trong.json")
    assert coop.operator.run("key", "revoke", coop.vkey).exit_code == 0
    after, disclosed, history = coop.bundle("sau.json"), coop.disclose(), coop.history()
    for file, keys in ((before, [coop.vkey]), (during, [coop.vkey, new]), (after, [new]), (disclosed, [new])):
        for key in keys:
            assert coop.verify(file, "--vkey", key)[0] == 0
        assert coop.verify(file, "--vkey", coop.vkey, "--vkey", new)[0] == 0
        for key in (coop.vkey, new):
            assert coop.verify(file, "--vkey", key, "--log-keys", history)[1]["ok"] is True


def test_who_knows_only_the_old_key_is_told_how_to_follow(coop):
    coop.operator.run("key", "rotate-log", "--revoke", "superseded")
    after, history = coop.bundle(), coop.history()
    code, said = coop.verify(after, "--vkey", coop.vkey)
    assert (code, said["step"]) == (1, 6)
    assert "/log/keys" in said["hints"][0]
    assert "--log-keys" in coop.operator.run("verify", after, "--vkey", coop.vkey).output
    code, followed = coop.verify(history, "--vkey", coop.vkey)
    assert (code, followed["keys"]) == (0, [coop.ledger.vkey.format()])
    assert followed["keys"][0] in coop.operator.run("verify", history, "--vkey", coop.vkey).output
    strange = coop.vkey.split("+")[0] + "khac+00000000+AAAA"
    assert coop.operator.run("verify", history, "--vkey", strange).exit_code == 2
    assert coop.operator.run("verify", history).exit_code == 2
    assert coop.operator.run("verify", after, "--log-keys", history).exit_code == 2


def test_with_the_history_a_revoked_key_is_not_believed_any_more(coop):
    """Whoever stole the old key signs the newest checkpoint with it: who asks for the history sees it."""
    with coop.ledger.database.reading() as session:
        (stolen,) = open_log_signers(session, coop.ledger.vault, read_identity(session))
    coop.operator.run("key", "rotate-log", "--revoke", "compromised")
    forged = coop.ledger.read(lot_bundle, coop.season)
    checkpoint, _ = parse_checkpoint_note(forged["checkpoint"].encode())
    forged["checkpoint"] = sign_checkpoint(checkpoint, stolen).decode()
    file = coop.folder / "gia.json"
    file.write_text(json.dumps(forged, ensure_ascii=False))
    code, said = coop.verify(str(file), "--vkey", coop.vkey, "--log-keys", coop.history())
    assert (code, said["step"]) == (1, 6)


def test_a_history_that_was_changed_is_not_followed(coop):
    coop.operator.run("key", "rotate-log")
    history = coop.history()
    change(history, "log 1 ", "log 2 ")
    code, said = coop.verify(coop.bundle(), "--vkey", coop.vkey, "--log-keys", history)
    assert (code, said["step"]) == (1, 1)
    assert coop.verify(history, "--vkey", coop.vkey)[0] == 1


def test_roles_count_as_in_the_console(coop):
    words = ("user", "add", coop.code, "goi", "--role", Role.PACKER.value, "--secret", "mot-hai-ba-4")
    assert coop.operator.run(*words).exit_code == 0
    shown = ("-o", str(coop.folder / "x.json"), "--to", "ai đó", "--as", "goi")
    assert coop.operator.run("disclose", str(coop.index), POINTER, *shown).exit_code == 1
    assert coop.operator.run("erase", "TV01", "--as", "goi", "--yes").exit_code == 1
    assert coop.operator.run("disclose", "--given", "--as", "goi").exit_code == 1
