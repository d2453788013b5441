"""The file by which who holds an old key of the log gets to know the new one."""

import json

import pytest

from ledger.log.authors import LOG_CHAIN
from ledger.log.canonical import format_canonical
from ledger.log.checkpoints import parse_checkpoint_note, sign_checkpoint
from ledger.log.entries import Kind, format_event_text
from ledger.log.errors import MalformedError, MalformedProofFileError, NoSuchEntryError, VerificationError
from ledger.log.log_key_history import follow_log_keys, format_history, parse_history
from ledger.log.log_keys import read_log_keys
from ledger.log.log_recovery import record_recovery
from ledger.log.log_rotation import revoke_log_key, rotate_log_key
from ledger.log.proven_queries import prove_entries, read_log_key_history
from ledger.log.queries import read_head
from ledger.log.recoveries import Recovery
from signing.keys import NamedKey, PrivateKey
from signing.notes import sign_note
from tests.support.ledgers import LOG_KEY, ORIGIN, new_ledger, record, record_many

FIRST = NamedKey(ORIGIN, LOG_KEY)
SECOND = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([21]) * 32))
THIRD = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([22]) * 32))
THIEF = NamedKey(ORIGIN, PrivateKey.from_seed(bytes([66]) * 32))


@pytest.fixture
def ledger(sqlite_database):
    return new_ledger(sqlite_database)


@pytest.fixture
def rotated(ledger):
    """Three keys, one after the other: entries 2 to 8, with other work between them."""
    ledger.write(record_many, 3)
    ledger.write(rotate_log_key, new=SECOND)
    ledger.write(record)
    ledger.write(revoke_log_key, FIRST.verifier_key)
    ledger.write(rotate_log_key, new=THIRD)
    ledger.write(revoke_log_key, SECOND.verifier_key, reason="compromised")
    ledger.write(record)
    return ledger


def history_of(ledger):
    return ledger.read(read_log_key_history)


def follow(data, *keys):
    return follow_log_keys(data, [key.verifier_key for key in keys])


def fails_at(step, data, *keys):
    with pytest.raises(VerificationError) as caught:
        follow(data, *keys)
    assert caught.value.step == step, str(caught.value)
    return caught.value


def changed(data, change):
    body = json.loads(data)
    change(body)
    return format_canonical(body) + b"\n"


def test_before_any_rotation_the_first_key_is_all_there_is(ledger):
    found = follow(history_of(ledger), FIRST)
    assert (found.current, found.held) == ((FIRST.verifier_key,), ())
    assert found.at(0) == (FIRST.verifier_key,)
    fails_at(6, history_of(ledger), THIEF)


@pytest.mark.parametrize("pinned", [FIRST, SECOND, THIRD])
def test_whoever_knows_any_of_the_keys_gets_to_know_all(rotated, pinned):
    found = follow(history_of(rotated), pinned)
    assert found.current == (THIRD.verifier_key,)
    assert found.checkpoint.size == 12
    assert [item.key for item in found.held] == [key.verifier_key for key in (FIRST, SECOND, THIRD)]
    assert found.at(5) == (FIRST.verifier_key,)
    assert found.at(8) == (FIRST.verifier_key, SECOND.verifier_key)


def test_who_knows_none_of_the_keys_is_told_so(rotated):
    error = fails_at(6, history_of(rotated), THIEF)
    assert error.evidence["keys"] == [THIRD.verifier_key.format()]
    fails_at(6, history_of(rotated))


def test_a_file_has_one_form(rotated):
    data = history_of(rotated)
    assert format_history(parse_history(data)) == data
    for other in (
        data[:-1],
        data + b"\n",
        data.replace(b'"type"', b' "type"'),
        b"[]\n",
        b"{}\n",
        changed(data, lambda body: body.update(note="x")),
        changed(data, lambda body: body.update(type="sogoc/log-keys/v2")),
        changed(data, lambda body: body.update(first=7)),
        b" " * 5_000_000 + b"\n",
    ):
        with pytest.raises(MalformedError):
            parse_history(other)
        fails_at(1, other, FIRST)


@pytest.mark.parametrize(
    "entries",
    [
        7,
        [7],
        [{}],
        [{"index": 0, "entry": "x", "proof": [], "more": 1}],
        [{"index": -1, "entry": "x", "proof": []}],
        [{"index": True, "entry": "x", "proof": []}],
        [{"index": 0, "entry": 5, "proof": []}],
        [{"index": 0, "entry": "x", "proof": "abc"}],
        [{"index": 0, "entry": "x", "proof": ["AAAA"]}],
        [{"index": 0, "entry": "x", "proof": ["!"]}],
        [{"index": 0, "entry": "x", "proof": ["A" * 43 + "="] * 64}],
        [{"index": 1, "entry": "x", "proof": [], "prev": {"index": 0}}],
        [{"index": 1, "entry": "x", "proof": []}, {"index": 0, "entry": "x", "proof": []}],
        [{"index": 1, "entry": "x", "proof": []}] * 2,
    ],
)
def test_entries_that_are_no_entries_with_proofs_are_refused(rotated, entries):
    data = changed(history_of(rotated), lambda body: body.update(entries=entries))
    with pytest.raises(MalformedProofFileError):
        parse_history(data)


def test_each_part_that_is_changed_fails_at_its_step(rotated):
    data = history_of(rotated)

    def change_entry(number, old, new):
        def change(body):
            body["entries"][number]["entry"] = body["entries"][number]["entry"].replace(old, new)

        return changed(data, change)

    def swap_proofs(body):
        one, two = body["entries"][0], body["entries"][1]
        one["proof"], two["proof"] = two["proof"], one["proof"]

    def drop_link(body):
        del body["entries"][1]["prev"]

    def drop_entry(body):
        del body["entries"][2]

    def drop_last(body):
        del body["entries"][-1]

    fails_at(1, change_entry(0, "log 0 ", "log 1 "), FIRST)
    fails_at(1, changed(data, drop_entry), FIRST)
    fails_at(2, change_entry(1, SECOND.verifier_key.format(), THIEF.verifier_key.format()), FIRST)
    fails_at(3, changed(data, drop_link), FIRST)
    fails_at(5, changed(data, swap_proofs), FIRST)
    fails_at(6, changed(data, drop_last), FIRST)
    fails_at(6, changed(data, lambda body: body.update(first=THIEF.verifier_key.format())), THIEF)


def test_a_statement_that_fits_no_ring_fails_at_signatures(rotated):
    """The same key twice, well signed each time: no verifier can say from when it is valid."""
    data = history_of(rotated)

    def repeat(body):
        again = dict(body["entries"][1])
        again["entry"] = again["entry"].replace("log 1 ", "log 2 ")
        again["index"] += 1
        body["entries"][2:] = [again]

    fails_at(2, changed(data, repeat), FIRST)


def test_a_checkpoint_by_a_thief_or_by_a_revoked_key_is_refused(rotated):
    data = history_of(rotated)
    checkpoint, _ = parse_checkpoint_note(json.loads(data)["checkpoint"].encode())

    def signed_by(*keys):
        note = sign_checkpoint(checkpoint, *keys).decode()
        return changed(data, lambda body: body.update(checkpoint=note))

    assert follow(signed_by(THIRD), FIRST).current == (THIRD.verifier_key,)
    fails_at(6, signed_by(THIEF), FIRST)
    fails_at(6, signed_by(SECOND), FIRST)
    fails_at(6, signed_by(THIRD, SECOND), FIRST)


def test_a_history_that_leaves_no_key_is_refused(rotated):
    data = history_of(rotated)

    def revoke_all(body):
        """Both first keys revoked, the third never added."""
        body["entries"][3]["entry"] = body["entries"][4]["entry"].replace("log 4 ", "log 3 ")
        del body["entries"][4]

    assert fails_at(2, changed(data, revoke_all), FIRST).evidence["index"] == 9
    data = changed(data, lambda body: body.update(entries=[*body["entries"][:1], _own_revocation(body)]))
    assert "no key of the log is left" in fails_at(6, data, FIRST).message


def _own_revocation(body):
    revoked = {"type": "KeyRevoked", "id": "urn:uuid:1", "key": FIRST.verifier_key.format()}
    note = sign_note(format_event_text(Kind.STATEMENT, revoked), FIRST).decode()
    second = body["entries"][1]
    return second | {"entry": "\n".join(second["entry"].split("\n")[:3]) + "\n" + note}


def test_what_else_the_log_says_of_itself_stands_between(rotated):
    """A log that lost entries and says so, and then changes its key once more."""
    head = rotated.read(read_head)
    rotated.write(record_recovery, Recovery(head.size, head.root, None, None, "disk"))
    rotated.write(rotate_log_key, new=NamedKey(ORIGIN, PrivateKey.from_seed(bytes([24]) * 32)))
    found = follow(history_of(rotated), FIRST)
    assert len(found.held) == 4
    assert found.current == (THIRD.verifier_key, rotated.read(read_log_keys)[1])


def test_entries_behind_the_checkpoint_have_no_proof_yet(ledger):
    def prove_own(unit):
        index = record(unit).index
        prove_entries(unit.session, [index])

    with pytest.raises(NoSuchEntryError):
        ledger.write(prove_own)


def test_the_log_s_own_chain_is_named_in_the_file(rotated):
    entries = [item["entry"].splitlines()[1] for item in json.loads(history_of(rotated))["entries"]]
    assert [line.split()[:2] for line in entries] == [[LOG_CHAIN, str(seq)] for seq in range(5)]
