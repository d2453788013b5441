"""A server that deceives who follows it from outside; it has the log's key and signs whatever it shows."""

from ledger.audit.monitor import FOUND, SEEN
from ledger.audit.receipt_list import KeptReceipt
from ledger.log.merkle import leaf_hash
from tests.support.following import Follower, Scribe, key_of, opened_chain
from tests.support.ledgers import CHAIN, OTHER_CHAIN, event_body
from tests.support.remote import path_of


def test_split_view_shown_to_monitor():
    """One tree to the public, another to the monitor: its own past, or a checkpoint of others, tells."""
    honest, crooked = opened_chain(300), opened_chain(300)
    follower = Follower(honest.files())
    assert follower.kinds() == []
    honest.record(20)
    crooked.record(40)
    shown_to_others = crooked.files()["checkpoint"]
    look = follower.look(crooked.files())
    assert [alarm.kind for alarm in look.alarms] == ["fork"]
    assert look.alarms[0].evidence == {SEEN: honest.files(301)["checkpoint"], FOUND: shown_to_others}
    # Never shown the other tree itself, it is still told by who was.
    assert follower.kinds(honest.files()) == []
    for size, kind in ((200, "fork"), (321, "fork"), (341, "rolled-back")):
        other = crooked.files(size)["checkpoint"]
        compared = follower.monitor().compare(other)
        assert [alarm.kind for alarm in compared.alarms] == [kind]
        assert compared.alarms[0].evidence[FOUND] == other


def test_log_rolled_back_before_monitor():
    scribe = opened_chain(400)
    follower = Follower(scribe.files())
    assert follower.kinds() == []
    assert follower.kinds(scribe.files(300)) == ["rolled-back"]
    # An old state of the disk, gone on with other entries, is another log.
    restored = Scribe()
    restored.entries, restored.ends = scribe.entries[:300], dict(scribe.ends)
    restored.record(150)
    assert follower.kinds(restored.files()) == ["fork"]
    assert follower.look().checkpoint.size == 401
    assert follower.kinds(scribe.files()) == []


def test_tail_truncated_before_monitor():
    """The server forgets the newest entries and all their tiles; the checkpoint seen before is evidence."""
    scribe = opened_chain(300)
    follower = Follower(scribe.files())
    follower.look()
    look = follower.look(scribe.files(290))
    assert [alarm.kind for alarm in look.alarms] == ["rolled-back"]
    assert look.alarms[0].evidence[SEEN] == scribe.files()["checkpoint"]
    # Who only holds a receipt sees it too, without having looked before.
    promised = KeptReceipt(295, leaf_hash(scribe.entries[295]))
    assert Follower(scribe.files(290), receipts=(promised,)).kinds() == ["receipt-broken"]


def test_entries_swapped_before_monitor():
    scribe = opened_chain(20)
    scribe.entries[7], scribe.entries[12] = scribe.entries[12], scribe.entries[7]
    look = Follower(scribe.files()).look()
    assert {(alarm.kind, alarm.index) for alarm in look.alarms} >= {("broken-chain", 7), ("broken-chain", 12)}
    assert look.alarms[0].evidence == {"entry": scribe.entries[7]}


def test_entry_replayed_before_monitor():
    """Copied to the end as it is, or its signed note put into a new entry of another chain."""
    scribe = opened_chain(20)
    scribe.entries.append(scribe.entries[9])
    assert set(Follower(scribe.files()).kinds()) == {"broken-chain"}
    scribe = opened_chain(20)
    scribe.add_key(key_of(OTHER_CHAIN, 2), chain_id=OTHER_CHAIN)
    scribe.write(event_body("sogoc:sowing"), key_of(CHAIN), chain_id=OTHER_CHAIN)
    look = Follower(scribe.files()).look()
    assert [(alarm.kind, alarm.index) for alarm in look.alarms] == [("unknown-key", 22)]


def test_entry_of_a_chain_skipped_before_monitor():
    """Left out in the middle it leaves a gap; at the end only the owner's own count, or a receipt, tells."""
    scribe = opened_chain(20)
    promised = KeptReceipt(20, leaf_hash(scribe.entries[20]))
    middle = Scribe()
    middle.entries = scribe.entries[:9] + scribe.entries[10:]
    look = Follower(middle.files(), chain_id=CHAIN).look()
    assert [(alarm.kind, alarm.index) for alarm in look.alarms] == [("broken-chain", 9)] * 2
    end = Scribe()
    end.entries = scribe.entries[:20]
    assert Follower(end.files(), chain_id=CHAIN).kinds() == []
    assert Follower(end.files(), chain_id=CHAIN, expected_size=21).kinds() == ["chain-short"]
    assert Follower(end.files(), receipts=(promised,)).kinds() == ["receipt-broken"]


def test_bundles_other_than_the_tree_served_to_monitor():
    """Tiles and checkpoint are in order, the entries beside them are others: nothing of them is believed."""
    scribe, forged = opened_chain(300), opened_chain(300)
    files = scribe.files()
    files[path_of(None, 0)] = forged.files()[path_of(None, 0)]
    follower = Follower(files)
    look = follower.look()
    assert [alarm.kind for alarm in look.alarms] == ["tile-mismatch"]
    assert look.alarms[0].evidence == {
        FOUND: files["checkpoint"],
        "tile-entries-000": files[path_of(None, 0)],
    }
    assert look.watch.entries == 0
    # Put in order again, the monitor goes on as if nothing had been.
    assert follower.kinds(scribe.files()) == []
