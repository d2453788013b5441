"""Following a log from outside: what is reported, what is an alarm, and what a look costs."""

from datetime import timedelta

import pytest

from ledger.audit.monitor_report import format_look
from ledger.audit.monitor_state import parse_state
from ledger.audit.receipt_list import KeptReceipt
from ledger.log.authors import LOG_CHAIN
from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.errors import SourceError
from ledger.log.merkle import leaf_hash
from ledger.log.witnesses import Witness, WitnessPolicy
from signing.keys import NamedKey, PrivateKey
from signing.notes import countersign, format_note
from tests.support.following import NOON, VKEY, Follower, Scribe, key_of, opened_chain
from tests.support.ledgers import CHAIN, LOG_KEY, ORIGIN, OTHER_CHAIN
from tests.support.remote import LOG_SIGNER, Files, path_of

FIRST, SECOND = key_of(CHAIN), key_of(CHAIN, 9)
WITNESS = Witness("lmhtx.example.vn", PrivateKey.from_seed(bytes([40]) * 32), NOON)


def resigned(files: Files, *signers) -> Files:
    """The same log under a checkpoint signed by others."""
    checkpoint, _ = parse_checkpoint_note(files["checkpoint"])
    return Files({**files, "checkpoint": sign_checkpoint(checkpoint, *signers)})


def witnessed(files: Files, *witnesses) -> Files:
    _, note = parse_checkpoint_note(files["checkpoint"])
    return Files({**files, "checkpoint": format_note(countersign(note, *witnesses))})


# -- growing ---------------------------------------------------------------------------------------------


def test_a_log_is_followed_from_its_first_entry_on():
    scribe = opened_chain(700)
    follower = Follower(scribe.files(), chain_id=CHAIN)
    look = follower.look()
    assert (look.alarms, look.watch.entries, look.watch.own_entries) == ([], 701, 701)
    scribe.record(99)
    look = follower.look(scribe.files())
    assert (look.alarms, look.watch.entries, look.checkpoint.size) == ([], 99, 800)
    assert parse_state(follower.state).walked == 800
    assert follower.kept == []


def test_nothing_new_costs_one_small_file():
    follower = Follower(opened_chain(600).files())
    follower.look()
    follower.files.asked.clear()
    assert follower.kinds() == []
    assert follower.files.asked == ["checkpoint"]


def test_new_entries_cost_their_bundles_and_the_tiles_around_them():
    scribe = opened_chain(255 + 256 * 4)
    follower = Follower(scribe.files())
    follower.look()
    scribe.record(10)
    files = scribe.files()
    assert follower.kinds(files) == []
    bundles = [path for path in files.asked if path.startswith("tile/entries")]
    assert bundles == [path_of(None, 5, 10)]
    assert len(files.asked) < 10


def test_an_empty_log_and_its_first_entries():
    follower = Follower(Scribe().files())
    look = follower.look()
    assert (look.alarms, look.checkpoint.size, look.watch.entries) == ([], 0, 0)
    assert follower.kinds(opened_chain(3).files()) == []


def test_an_interrupted_look_goes_on_where_it_was():
    """The network goes away in the middle of the bundles, and comes back."""
    scribe = opened_chain(1100)
    files, hidden = scribe.files(), path_of(None, 3)
    broken = Files({path: data for path, data in files.items() if path != hidden})

    def fetch(path, max_bytes, fetch=broken.fetch):
        if path == hidden:
            raise SourceError(path, "gone")
        return fetch(path, max_bytes)

    broken.fetch = fetch
    follower = Follower(broken)
    assert follower.kinds() == ["unreachable"]
    assert parse_state(follower.state).walked == 768
    look = follower.look(files)
    assert (look.alarms, look.watch.entries) == ([], 1101 - 768)
    assert path_of(None, 2) not in files.asked


def test_a_look_killed_in_the_middle_repeats_only_what_was_not_kept(monkeypatch):
    monkeypatch.setattr("ledger.audit.monitor.KEEP_EVERY", 2)
    scribe = opened_chain(1500)
    scribe.entries[100] = scribe.entries[99]
    follower = Follower(scribe.files())

    class Killed(BaseException):
        """As if the process were no more."""

    keep, kept = follower.keep, []

    def kill(state, alarms):
        keep(state, alarms)
        kept.append(state.walked)
        if len(kept) == 2:
            raise Killed

    follower.keep = kill
    with pytest.raises(Killed):
        follower.look()
    assert kept == [512, 1024]
    assert {alarm.index for alarm in follower.kept} == {100, 101}
    del follower.keep
    look = follower.look()
    assert (look.alarms, look.watch.entries) == ([], 1501 - 1024)


def test_a_log_out_of_reach_is_told():
    follower = Follower(Files())
    assert follower.kinds() == ["unreachable"]
    scribe = opened_chain(10)
    files = scribe.files()
    del files[path_of(0, 0, 11)]
    assert follower.kinds(files) == ["tile-missing"]


# -- the checkpoint --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signer",
    [NamedKey(ORIGIN, PrivateKey.from_seed(bytes(32))), NamedKey("la.example.vn/log", LOG_KEY)],
    ids=["another key", "another name"],
)
def test_a_checkpoint_by_another_key_ends_the_look(signer):
    follower = Follower(resigned(opened_chain(5).files(), signer))
    assert follower.kinds() == ["bad-checkpoint"]
    assert follower.files.asked == ["checkpoint"]
    assert parse_state(follower.state).checkpoint == b""


def test_a_checkpoint_that_is_none_or_of_another_log_or_forged():
    good = opened_chain(5).files()["checkpoint"]
    for bad in (
        b"",
        good[:-2],
        good.replace(ORIGIN.encode(), b"la.example.vn", 1),
        good.replace(b"\n6\n", b"\n7\n"),
    ):
        follower = Follower(Files({"checkpoint": bad}))
        assert follower.kinds() == ["bad-checkpoint"]
        assert follower.kept[0].evidence == {"found.checkpoint": bad}


def test_the_key_of_the_log_is_replaced_and_then_revoked():
    scribe = opened_chain(10)
    follower = Follower(scribe.files())
    assert follower.kinds() == []
    second = key_of(LOG_CHAIN, 77)
    scribe.add_key(LOG_SIGNER, chain_id=LOG_CHAIN)
    scribe.add_key(second, LOG_SIGNER, chain_id=LOG_CHAIN)
    assert follower.kinds(resigned(scribe.files(), LOG_SIGNER, second)) == []
    # While both are valid, both must sign.
    scribe.record()
    late = Follower(resigned(scribe.files(), LOG_SIGNER))
    assert late.kinds() == ["bad-checkpoint"]
    scribe.revoke_key(LOG_SIGNER, second, chain_id=LOG_CHAIN)
    scribe.record()
    assert follower.kinds(resigned(scribe.files(), second)) == []
    # Not asked in between, the monitor reads the new key from the new entries.
    slow = Follower(opened_chain(0).files())
    slow.files = Scribe.files(scribe, 5)
    assert slow.kinds() == []
    assert slow.kinds(resigned(scribe.files(), second)) == []
    assert slow.kinds(resigned(scribe.files(), LOG_SIGNER)) == ["bad-checkpoint"]
    # What the old key signed in its time still counts: as what others were shown, and as evidence.
    earlier, forked = opened_chain(10), opened_chain(10)
    earlier.entries = scribe.entries[:11]
    assert follower.monitor().compare(earlier.files()["checkpoint"]).alarms == []
    assert [
        alarm.kind.value for alarm in follower.monitor().compare(forked.files()["checkpoint"]).alarms
    ] == ["fork"]
    assert follower.kinds(earlier.files()) == ["rolled-back"]


def test_a_monitor_may_bring_a_later_key_of_the_log():
    scribe = opened_chain(3)
    second = key_of(LOG_CHAIN, 77)
    scribe.add_key(LOG_SIGNER, chain_id=LOG_CHAIN)
    scribe.add_key(second, LOG_SIGNER, chain_id=LOG_CHAIN)
    files = resigned(scribe.files(), LOG_SIGNER, second)
    assert Follower(files, vkey=second.verifier_key).kinds() == []
    # A key under which a checkpoint is signed, but which the log's entries do not know.
    stranger = key_of(LOG_CHAIN, 78)
    assert Follower(
        resigned(scribe.files(), LOG_SIGNER, second, stranger), vkey=stranger.verifier_key
    ).kinds() == ["bad-checkpoint"]


def test_witnesses_and_their_age():
    files, policy = opened_chain(5).files(), WitnessPolicy((WITNESS.key,), 1)
    assert Follower(files, witnesses=policy).kinds() == ["too-few-witnesses"]
    follower = Follower(witnessed(files, WITNESS), witnesses=policy, max_age=timedelta(hours=2))
    look = follower.look()
    assert (look.alarms, look.witnessed_at) == ([], {WITNESS.name: NOON})
    follower.now = NOON + timedelta(hours=3)
    assert follower.kinds() == ["stale"]
    forged = (
        files["checkpoint"] + witnessed(opened_chain(6).files(), WITNESS)["checkpoint"].splitlines(True)[-1]
    )
    assert Follower(Files({**files, "checkpoint": forged}), witnesses=policy).kinds() == ["bad-checkpoint"]


def test_a_log_that_stopped_is_told_by_the_monitor_s_own_clock():
    scribe = opened_chain(5)
    follower = Follower(scribe.files(), max_quiet=timedelta(hours=24))
    assert follower.kinds() == []
    follower.now += timedelta(hours=25)
    assert follower.kinds() == ["stopped"]
    scribe.record()
    assert follower.kinds(scribe.files()) == []


def test_an_old_checkpoint_beside_all_tiles_is_a_log_rolled_back():
    """As a cache may show it, or who hides only the newest entries."""
    scribe = opened_chain(300)
    follower = Follower(scribe.files())
    follower.look()
    look = follower.look(Files({**scribe.files(), "checkpoint": scribe.files(290)["checkpoint"]}))
    assert [alarm.kind.value for alarm in look.alarms] == ["rolled-back"]
    assert look.alarms[0].what == "size 290 is shown, size 301 was seen before"


def test_a_log_that_grew_and_whose_new_tiles_are_others():
    scribe = opened_chain(300)
    follower = Follower(scribe.files())
    follower.look()
    scribe.record(300)
    files = scribe.files()
    files.flip(path_of(0, 2, 89), 40)
    look = follower.look(files)
    assert [alarm.kind.value for alarm in look.alarms] == ["tile-mismatch"]
    assert list(look.alarms[0].evidence) == ["found.checkpoint", "tile-1-000.p-2"]
    assert parse_state(follower.state).seen.size == 301


# -- entries and keys ------------------------------------------------------------------------------------


def test_new_and_revoked_keys_are_reported():
    scribe = opened_chain(3)
    follower = Follower(scribe.files(), chain_id=CHAIN)
    follower.look()
    scribe.add_key(SECOND, FIRST)
    scribe.record(4, key=SECOND)
    scribe.revoke_key(FIRST, SECOND)
    look = follower.look(scribe.files())
    assert look.alarms == []
    events = [(event.index, event.change.revoked, event.change.key) for event in look.watch.key_events]
    assert events == [(4, False, SECOND.verifier_key), (9, True, FIRST.verifier_key)]
    assert dict(look.watch.used) == {
        f"{SECOND.name}+{SECOND.key_id.hex()}": 6,
        f"{FIRST.name}+{FIRST.key_id.hex()}": 1,
    }


def test_keys_of_other_chains_are_reported_only_where_no_chain_is_one_s_own():
    scribe = opened_chain(3)
    scribe.add_key(key_of(OTHER_CHAIN, 2), chain_id=OTHER_CHAIN)
    assert len(Follower(scribe.files()).look().watch.used) == 2
    assert len(Follower(scribe.files(), chain_id=CHAIN).look().watch.used) == 1


def test_a_key_used_after_its_revocation_and_one_never_seen():
    scribe = opened_chain(3)
    scribe.add_key(SECOND, FIRST)
    scribe.revoke_key(FIRST, SECOND)
    scribe.record(key=FIRST)
    scribe.record(key=key_of(CHAIN, 5))
    scribe.write({"type": "KeyAdded"}, SECOND, kind="sogoc/statement/v1")
    look = Follower(scribe.files()).look()
    assert [(alarm.kind.value, alarm.index) for alarm in look.alarms] == [
        ("revoked-key", 6),
        ("unknown-key", 7),
        ("bad-key-statement", 8),
    ]


def test_a_signature_that_does_not_hold_and_an_entry_that_is_none():
    scribe = opened_chain(5)
    scribe.entries[2] = scribe.entries[2].replace(b"step-1", b"step-9")
    scribe.entries[5] = b"no entry"
    kinds = Follower(scribe.files()).kinds()
    assert kinds == ["bad-signature", "broken-chain", "malformed-entry"]


def test_a_key_that_the_owner_does_not_know():
    scribe = opened_chain(3)
    scribe.add_key(SECOND, FIRST)
    known = (FIRST.verifier_key,)
    look = Follower(scribe.files(), chain_id=CHAIN, known_keys=known).look()
    assert [(alarm.kind.value, alarm.index) for alarm in look.alarms] == [("strange-key", 4)]
    both = (*known, SECOND.verifier_key)
    assert Follower(scribe.files(), chain_id=CHAIN, known_keys=both).kinds() == []


@pytest.mark.parametrize(("expected", "kinds"), [(6, []), (7, ["chain-short"]), (5, ["chain-long"])])
def test_the_owner_s_own_count(expected, kinds):
    follower = Follower(opened_chain(5).files(), chain_id=CHAIN, expected_size=expected)
    assert follower.kinds() == kinds
    # It is held against the chain at every look, also when nothing is new.
    assert follower.kinds() == kinds


def test_a_chain_that_is_not_there_has_no_entries():
    assert Follower(opened_chain(5).files(), chain_id="HTX-NONE", expected_size=1).kinds() == ["chain-short"]


def test_receipts_are_held_against_the_tree():
    scribe = opened_chain(600)
    kept = [KeptReceipt(index, leaf_hash(scribe.entries[index])) for index in (0, 255, 256, 600)]
    follower = Follower(scribe.files(), receipts=tuple(kept))
    assert follower.kinds() == []
    assert follower.kinds() == []
    wrong = (KeptReceipt(3, bytes(32)), KeptReceipt(601, bytes(32)))
    look = Follower(scribe.files(), receipts=wrong).look()
    assert [(alarm.kind.value, alarm.index) for alarm in look.alarms] == [
        ("receipt-broken", 3),
        ("receipt-broken", 601),
    ]


def test_a_tail_that_is_only_late_is_waited_for():
    """The log answered at once and shows its checkpoint a few seconds later; or it never does."""
    scribe = opened_chain(10)
    late = KeptReceipt(10, leaf_hash(scribe.entries[10]))
    wishes = {"chain_id": CHAIN, "expected_size": 11, "receipts": (late,), "grace": timedelta(minutes=10)}
    follower = Follower(scribe.files(8), **wishes)
    assert follower.kinds() == []
    follower.now += timedelta(minutes=9)
    assert follower.kinds(scribe.files(9)) == []
    follower.now += timedelta(minutes=2)
    assert follower.kinds() == ["chain-short", "receipt-broken"]
    assert follower.kinds(scribe.files()) == []
    assert parse_state(follower.state).short_since is None


def test_an_entry_in_the_place_of_another_is_not_waited_for():
    scribe = opened_chain(10)
    wrong = (KeptReceipt(4, bytes(32)),)
    assert Follower(scribe.files(), receipts=wrong, grace=timedelta(days=1)).kinds() == ["receipt-broken"]


def test_only_so_many_particulars_are_kept(monkeypatch):
    monkeypatch.setattr("ledger.audit.entry_watch.MAX_LISTED", 3)
    scribe = opened_chain(0)
    scribe.record(10, key=key_of(CHAIN, 5))
    follower = Follower(scribe.files())
    look = follower.look()
    assert (len(look.alarms), look.alarms_count, parse_state(follower.state).alarms) == (3, 10, 10)


# -- comparing -------------------------------------------------------------------------------------------


def test_checkpoints_of_two_monitors_on_one_log_agree():
    scribe = opened_chain(400)
    early, late = scribe.files(300)["checkpoint"], scribe.files()["checkpoint"]
    follower = Follower(scribe.files(350))
    follower.look()
    assert follower.monitor().compare(early).alarms == []
    # A larger one can only be judged where its tiles are.
    assert [alarm.kind.value for alarm in follower.monitor().compare(late).alarms] == ["rolled-back"]
    follower.files = scribe.files()
    assert follower.monitor().compare(late).alarms == []


def test_a_checkpoint_that_nobody_signed_proves_nothing():
    follower = Follower(opened_chain(5).files())
    follower.look()
    stranger = resigned(opened_chain(3).files(), key_of(LOG_CHAIN, 5))["checkpoint"]
    assert [alarm.kind.value for alarm in follower.monitor().compare(stranger).alarms] == ["bad-checkpoint"]
    assert [alarm.kind.value for alarm in follower.monitor().compare(b"x").alarms] == ["bad-checkpoint"]


# -- the report ------------------------------------------------------------------------------------------


def test_a_report_says_what_was_seen():
    scribe = opened_chain(3)
    scribe.record(key=SECOND)
    follower = Follower(scribe.files(), chain_id=CHAIN)
    monitor = follower.monitor()
    look = monitor.look(NOON)
    report = format_look(look, monitor.state, follower.wishes, NOON, {0: "evidence/x"})
    assert report["alarms"][0].pop("what").startswith("key ")
    assert report["alarms"][0].pop("sentence").endswith(".")
    assert report | {"root": None} == {
        "version": "sogoc/monitor/v1",
        "ok": False,
        "at": "2026-09-30T05:00:00.000Z",
        "origin": ORIGIN,
        "size": 5,
        "root": None,
        "new_entries": 5,
        "chain": {"id": CHAIN, "size": 5, "new_entries": 5},
        "key_events": [{"index": 0, "chain": CHAIN, "change": "added", "key": FIRST.verifier_key.format()}],
        "key_events_count": 1,
        "keys_used": {
            f"{FIRST.name}+{FIRST.key_id.hex()}": 4,
            f"{SECOND.name}+{SECOND.key_id.hex()}": 1,
        },
        "witnessed_at": {},
        "alarms_count": 1,
        "alarms": [{"kind": "unknown-key", "index": 4, "evidence": "evidence/x"}],
        "earlier_alarms": 0,
    }
    assert VKEY.name == ORIGIN
