"""fsck notices a published checkpoint that is none of this log's, or not of its tree."""

import pytest
from sqlalchemy import delete, update

from ledger.audit.fsck import fsck
from ledger.audit.publication_check import PublicationCheck
from ledger.log.checkpoints import Checkpoint, parse_checkpoint_note, sign_checkpoint
from ledger.log.publishing import keep_publication
from ledger.log.queries import read_head
from ledger.log.tables import LogPublication
from signing.keys import NamedKey, PrivateKey
from tests.support.ledgers import LOG_KEY, ORIGIN, new_ledger, record_many
from tests.support.tampering import tamper


@pytest.fixture
def ledger(database):
    ledger = new_ledger(database)
    for _ in range(3):
        ledger.write(record_many, 2)
        publish(ledger, ledger.read(read_head).checkpoint)
    return ledger


def publish(ledger, note):
    ledger.write(keep_publication, parse_checkpoint_note(note)[0], note, is_full=True, is_stamped=True)


def findings_of(ledger):
    check = PublicationCheck()
    with ledger.database.reading() as session:
        found = list(fsck(session, projection_checks=(check,)))
    return found, check.rows_checked


def test_true_publications_are_counted_and_pass(ledger):
    assert findings_of(ledger) == ([], 3)


def test_a_log_that_never_published_passes(sqlite_database):
    assert findings_of(new_ledger(sqlite_database)) == ([], 0)


@pytest.mark.parametrize(
    ("checkpoint", "key", "what"),
    [
        (Checkpoint(ORIGIN, 6, bytes(32)), LOG_KEY, "root hash of size 6"),
        (Checkpoint(ORIGIN, 99, bytes(32)), LOG_KEY, "size"),
        (Checkpoint(ORIGIN, 6, bytes(32)), PrivateKey.from_seed(bytes(32)), "note of size 6"),
    ],
)
def test_another_checkpoint_is_found(ledger, checkpoint, key, what):
    note = sign_checkpoint(checkpoint, NamedKey(ORIGIN, key))
    tamper(ledger.database, delete(LogPublication).where(LogPublication.size == checkpoint.size))
    publish(ledger, note)
    found, _ = findings_of(ledger)
    assert [(finding.where, finding.what) for finding in found] == [("log_publication", what)]


def test_a_note_of_another_size_than_its_row_is_found(ledger):
    note = ledger.read(read_head).checkpoint
    tamper(ledger.database, update(LogPublication).where(LogPublication.size == 4).values(note=note))
    found, _ = findings_of(ledger)
    assert [finding.what for finding in found] == ["note of size 4"]
    assert found[0].found.startswith("8 ")
