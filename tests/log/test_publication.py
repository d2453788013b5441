"""Which published checkpoint a proof is made under, and what of it never changes. On both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.merkle import check_inclusion
from ledger.log.publication import (
    STRONGER_FOR,
    Timestamp,
    covering_checkpoint,
    newest_publication,
    prove_published,
    publication_covering,
    read_publication,
    read_publications,
    read_timestamps,
    served_checkpoint,
)
from ledger.log.publishing import (
    LEASE,
    Party,
    end_lease,
    keep_party,
    keep_publication,
    keep_timestamp,
    read_parties,
    take_lease,
)
from ledger.log.queries import read_entry, read_head
from ledger.log.second_key import find_second_key, hold_second_key, second_signer
from ledger.log.tables import LogPublication, LogTimestamp
from ledger.log.witnesses import find_cosignatures
from signing.notes import countersign, parse_note
from tests.support.ledgers import START, check_ledger, new_ledger, record_many


class HeldClock:
    now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def ledger(database, clock):
    ledger = new_ledger(database)
    ledger._clock = clock
    return ledger


def publish(ledger, *, is_full=True, is_stamped=True):
    """Publish the head as it is."""
    note = ledger.read(read_head).checkpoint
    checkpoint, _ = parse_checkpoint_note(note)
    return ledger.write(keep_publication, checkpoint, note, is_full=is_full, is_stamped=is_stamped)


def test_before_the_first_publication_the_head_is_shown(ledger):
    assert ledger.read(newest_publication) is None
    assert ledger.read(publication_covering, 0) is None
    head = ledger.read(read_head).checkpoint
    assert ledger.read(served_checkpoint) == ledger.read(covering_checkpoint, 0) == head


def test_the_newest_publication_is_shown_and_later_entries_have_the_head(ledger):
    first = publish(ledger)
    ledger.write(record_many, 3)
    assert ledger.read(served_checkpoint) == first.note
    assert ledger.read(covering_checkpoint, first.size - 1) == first.note
    assert ledger.read(covering_checkpoint, first.size) == ledger.read(read_head).checkpoint
    assert ledger.read(publication_covering, first.size) is None
    check_ledger(ledger)


def test_proofs_are_made_under_the_publication(ledger):
    published = publish(ledger)
    ledger.write(record_many, 300)
    for index, size in ((0, published.size), (1, published.size), (200, 302)):
        proof = ledger.read(prove_published, index)
        checkpoint, _ = parse_checkpoint_note(proof.checkpoint)
        assert checkpoint.size == size
        leaf = ledger.read(read_entry, index).leaf_hash
        check_inclusion(index, size, leaf, proof.hashes, checkpoint.root)


def test_more_witnesses_are_better_than_a_few_more_hours(ledger, clock):
    full = publish(ledger, is_stamped=False)
    ledger.write(record_many, 1)
    clock.now += STRONGER_FOR
    poor = publish(ledger, is_full=False)
    assert ledger.read(newest_publication) == poor
    assert ledger.read(publication_covering, 0) == full
    assert ledger.read(publication_covering, full.size) == poor
    ledger.write(record_many, 1)
    clock.now += timedelta(seconds=1)
    poorer = publish(ledger, is_full=False)
    assert ledger.read(publication_covering, 0) == poorer


def test_a_stamped_one_is_better_than_the_next(ledger):
    stamped = publish(ledger)
    ledger.write(record_many, 1)
    full = publish(ledger, is_stamped=False)
    ledger.write(record_many, 1)
    publish(ledger, is_full=False, is_stamped=True)
    assert ledger.read(publication_covering, 0) == stamped
    assert ledger.read(publication_covering, stamped.size) == full


def test_a_publication_is_renewed_and_stays_stamped(ledger, clock):
    first = publish(ledger)
    clock.now += timedelta(hours=1)
    renewed = publish(ledger, is_full=False, is_stamped=False)
    assert renewed == replace(first, renewed_at=clock.now, is_full=False)
    assert ledger.read(read_publication, first.size) == renewed
    # A clock that was set back does not take the row back.
    clock.now -= timedelta(hours=5)
    assert publish(ledger).renewed_at == renewed.renewed_at


def test_the_history_is_kept_newest_first(ledger):
    sizes = []
    for _ in range(5):
        ledger.write(record_many, 2)
        sizes.append(publish(ledger).size)
    history = ledger.read(read_publications, limit=3)
    assert [item.size for item in history] == sizes[:-4:-1]
    assert [item.size for item in ledger.read(read_publications, below=sizes[2], limit=9)] == sizes[1::-1]


def test_timestamps_are_kept_once_for_each_authority(ledger):
    published = publish(ledger)
    first, other = Timestamp("B", START, b"token"), Timestamp("A", START, b"other")
    for stamp in (first, other, replace(first, token=b"later")):
        ledger.write(keep_timestamp, published.size, stamp)
    assert ledger.read(read_timestamps, published.size) == (other, first)
    assert ledger.read(read_timestamps, published.size + 1) == ()


@pytest.mark.parametrize(
    "statement",
    [
        delete(LogPublication),
        update(LogPublication).values(root=bytes(32)),
        update(LogPublication).values(size=LogPublication.size + 1),
        update(LogPublication).values(published_at=START - timedelta(days=1)),
        update(LogPublication).values(renewed_at=START - timedelta(days=1)),
        delete(LogTimestamp),
        update(LogTimestamp).values(token=b"another"),
    ],
)
def test_what_was_published_cannot_be_unsaid(ledger, statement):
    published = publish(ledger)
    ledger.write(keep_timestamp, published.size, Timestamp("A", START, b"token"))
    with pytest.raises(DBAPIError, match="append-only"), ledger.database.writing() as session:
        session.execute(statement)


def test_replace_and_truncate_refused(ledger):
    publish(ledger)
    statement = "TRUNCATE log_publication CASCADE"
    if ledger.database.dialect == "sqlite":
        statement = "INSERT OR REPLACE INTO log_publication SELECT * FROM log_publication"
    with pytest.raises(DBAPIError, match="append-only"), ledger.database.writing() as session:
        session.execute(text(statement))


def test_one_publisher_at_a_time(ledger, clock):
    assert ledger.write(take_lease, "one")
    assert ledger.write(take_lease, "one")
    assert not ledger.write(take_lease, "two")
    clock.now += LEASE - timedelta(milliseconds=1)
    assert not ledger.write(take_lease, "two")
    clock.now += timedelta(milliseconds=1)
    assert ledger.write(take_lease, "two")
    ledger.write(end_lease, "one")
    assert not ledger.write(take_lease, "one")
    ledger.write(end_lease, "two")
    assert ledger.write(take_lease, "one")


def test_a_lease_by_a_clock_that_was_ahead_counts_for_nothing(ledger, clock):
    assert ledger.write(take_lease, "one")
    clock.now -= timedelta(hours=1)
    assert ledger.write(take_lease, "two")


def test_parties_are_remembered(ledger):
    party = Party("w1.example+00112233", 5, START, None, "no answer")
    ledger.write(keep_party, party)
    better = replace(party, size=7, answered_at=START, problem=None)
    ledger.write(keep_party, better)
    assert ledger.read(read_parties) == {party.key: better}


def test_the_second_key_is_made_once_and_sealed(ledger):
    vault, origin = ledger.vault, ledger.origin
    assert ledger.read(find_second_key, vault, origin) is None
    with pytest.raises(LookupError):
        ledger.read(second_signer, vault, origin, START)
    key = ledger.write(hold_second_key)
    assert key == ledger.write(hold_second_key) == ledger.read(find_second_key, vault, origin)
    signer = ledger.read(second_signer, vault, origin, START)
    note = countersign(parse_note(ledger.checkpoint()), signer)
    assert find_cosignatures(note, (key,)) == {key: START}
    check_ledger(ledger)
