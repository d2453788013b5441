"""Rounds of publishing: who is asked when, what is kept, and that nothing of it stops the log."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.database import open_database
from ledger.log.errors import RolledBackError
from ledger.log.policies import TrustPolicy
from ledger.log.publication import newest_publication, read_publications, read_timestamps
from ledger.log.publishing import LEASE, read_parties, take_lease
from ledger.log.second_key import find_second_key
from ledger.log.tables import LogWitness
from ledger.log.witnesses import find_cosignatures
from ledger.witness.errors import SizeConflictError, WitnessingError
from ledger.witness.publisher import RENEW_AFTER, Plan, Publisher
from ledger.witness.stamping import Authority
from signing.notes import check_note, parse_note
from signing.timestamps import check_timestamp, load_authorities
from tests.support.ledgers import check_ledger, new_ledger, record_many
from tests.support.time_authority import make_authority
from tests.support.witnessing import NOW, SetClock, answering, named, new_service
from web.witnessing.app import STATUS


class Town:
    """A ledger, its clock, and witnesses that can be taken away and brought back."""

    def __init__(self, ledger, folder, clock):
        self.ledger, self.folder, self.clock = ledger, folder, clock
        ledger._clock = clock
        self.services, self.down, self.asked = {}, set(), []
        self.stack = ExitStack()
        self.urls = {number: self.stack.enter_context(answering(self.answers(number))) for number in (1, 2)}

    def answers(self, number):
        path = self.folder / f"w{number}.db"
        self.services[number] = new_service(path, self.ledger.vkey, number=number, clock=self.clock)

        def answer(_path, body):
            self.asked.append(number)
            if number in self.down:
                return 503, {}, b"down\n"
            try:
                return 200, {}, self.services[number].add_checkpoint(body)
            except SizeConflictError as error:
                return 409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % error.size
            except WitnessingError as error:
                return int(STATUS[type(error)][:3]), {}, b"no\n"

        return answer

    def policy(self, wanted=2):
        witnesses = tuple(named(number, url) for number, url in self.urls.items())
        return TrustPolicy((), witnesses, wanted, tuple(witness.name for witness in witnesses))

    def publisher(self, **plan):
        return Publisher(self.ledger, Plan(**{"policy": self.policy(), **plan}), clock=self.clock)

    def signers(self):
        note = parse_note(self.ledger.read(newest_publication).note)
        return [line.name for line in note.signatures]


@pytest.fixture
def town(database, tmp_path):
    town = Town(new_ledger(database), tmp_path, SetClock())
    yield town
    town.stack.close()
    check_ledger(town.ledger)


def test_an_empty_log_is_not_published(database, tmp_path):
    from ledger.log.ledger import Ledger
    from tests.support.ledgers import ORIGIN, VAULT

    ledger = Ledger.create(database, VAULT, origin=ORIGIN, id_base="https://so.example.vn")
    assert Publisher(ledger, Plan()).publish() is None


def test_the_head_is_published_with_the_cosignatures_of_all(town):
    publisher = town.publisher()
    done = publisher.publish()
    assert (done.publication.size, done.publication.is_full, done.publication.is_stamped) == (2, True, True)
    assert town.signers() == [town.ledger.origin, "w1.example", "w2.example"]
    assert [party.problem for party in done.asked] == [None, None]
    assert publisher.publish() is None, "nothing is due"
    town.ledger.write(record_many, 3)
    assert publisher.publish().publication.size == 5
    assert sorted(town.asked) == [1, 1, 2, 2]
    assert [item.size for item in town.ledger.read(read_publications, limit=9)] == [5, 2]


def test_a_witness_that_is_down_is_told_of_and_asked_again(town):
    town.down.add(2)
    publisher = town.publisher()
    done = publisher.publish()
    assert not done.publication.is_full
    assert {party.key.partition("+")[0]: party.problem for party in done.asked} == {
        "w1.example": None,
        "w2.example": "answered 503",
    }
    town.ledger.write(record_many, 1)
    town.asked.clear()
    publisher.publish()
    publisher.publish()
    assert sorted(town.asked) == [1, 2, 2], "the one that cosigned is left in peace"
    town.down.clear()
    assert publisher.publish().publication.is_full
    assert town.signers() == [town.ledger.origin, "w1.example", "w2.example"]
    assert all(party.problem is None for party in town.ledger.read(read_parties).values())


def test_with_all_witnesses_down_the_log_is_published_all_the_same(town):
    town.down.update((1, 2))
    assert town.publisher().publish().publication.size == 2
    assert town.signers() == [town.ledger.origin]


def test_an_idle_log_stays_fresh(town):
    publisher = town.publisher()
    publisher.publish()
    town.clock.now += RENEW_AFTER - timedelta(seconds=1)
    assert publisher.publish() is None
    town.clock.now += timedelta(seconds=1)
    done = publisher.publish()
    keys = tuple(service.key for service in town.services.values())
    found = find_cosignatures(parse_note(done.publication.note), keys)
    assert set(found.values()) == {town.clock.now}
    assert len(parse_note(done.publication.note).signatures) == 3, "newer lines take the place of older ones"


def test_two_publishers_do_not_work_at_once(town):
    first, second = town.publisher(), town.publisher()
    first.publish()
    town.ledger.write(record_many, 1)
    assert second.publish() is None
    first.finish()
    assert second.publish().publication.size == 3
    town.ledger.write(record_many, 1)
    assert first.publish() is None
    town.clock.now += LEASE
    assert first.publish().publication.size == 4, "the second died"


def test_a_publisher_that_died_before_it_kept_anything_loses_nothing(town):
    """The witnesses have cosigned, the database does not know: their sizes are asked for."""
    publisher = town.publisher()
    publisher.publish()
    before = town.ledger.read(read_parties)
    town.ledger.write(record_many, 3)
    publisher.publish()
    with town.ledger.database.writing() as session:
        for row in session.scalars(select(LogWitness)):
            row.size = before[row.key].size
    town.ledger.write(record_many, 1)
    assert publisher.publish().publication.is_full


@pytest.fixture
def another_machine(sqlite_template, tmp_path):
    path = shutil.copyfile(sqlite_template, tmp_path / "old-copy.db")
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


def test_a_restored_old_copy_is_noticed_by_the_witnesses(town, another_machine):
    """On another machine, without any memory of what was signed since the copy was made."""
    town.ledger.write(record_many, 8)
    town.publisher().publish()
    old = new_ledger(another_machine)
    old.write(record_many, 2)
    publisher = Publisher(old, Plan(policy=town.policy()), clock=town.clock)
    problems = [party.problem for party in publisher.publish().asked]
    assert problems == ["ALARM: cosigned size 10, and this log has 4"] * 2
    # It goes on and becomes the larger one: a fork by now.
    old.write(record_many, 20)
    problems = [party.problem for party in publisher.publish().asked]
    assert problems == ["ALARM: cosigned another tree of size 10"] * 2
    assert town.services[1].register.latest(old.origin).size == 10


def test_a_second_signature_is_made_once_for_each_checkpoint(town):
    publisher = town.publisher(is_twice_signed=True)
    first = publisher.publish()
    key = town.ledger.read(find_second_key, town.ledger.vault, town.ledger.origin)
    note = parse_note(first.publication.note)
    assert find_cosignatures(note, (key,)) == {key: town.clock.now}
    assert check_note(note, (town.ledger.vkey,)) == (town.ledger.origin,)
    assert publisher.publish() is None
    town.clock.now += RENEW_AFTER
    renewed = publisher.publish()
    assert note.signatures[:2] == parse_note(renewed.publication.note).signatures[:2]


def test_a_second_signature_that_is_wished_later_is_added(town):
    town.publisher().publish()
    assert town.publisher(is_twice_signed=True).publish() is None, "another publisher holds the lease"
    town.clock.now += LEASE
    done = town.publisher(is_twice_signed=True).publish()
    assert [line.name for line in parse_note(done.publication.note).signatures] == [
        town.ledger.origin,
        "w1.example",
        "w2.example",
        town.ledger.origin,
    ]


def test_timestamps_are_taken_now_and_then_and_checked(town, tmp_path):
    pytest.importorskip("rfc3161_client")
    authority = make_authority(tmp_path / "tsa")
    roots = load_authorities(authority.pem.read_bytes())
    with authority.serving() as url:
        publisher = town.publisher(authorities=(Authority("TSA", url, roots),))
        done = publisher.publish()
        assert done.publication.is_stamped
        (stamp,) = town.ledger.read(read_timestamps, 2)
        text = parse_note(done.publication.note).text
        assert check_timestamp(stamp.token, text, roots) == stamp.stamped_at
        town.ledger.write(record_many, 1)
        assert not publisher.publish().publication.is_stamped, "asked an hour later"
        town.clock.now += timedelta(hours=1)
        town.ledger.write(record_many, 1)
        assert publisher.publish().publication.is_stamped
    assert [item.is_stamped for item in town.ledger.read(read_publications, limit=9)] == [True, False, True]


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "application/timestamp-reply"}, b"nonsense"),
        (200, {"Content-Type": "text/html"}, b"<html>"),
        (503, {}, b""),
        (302, {"Location": "/"}, b""),
    ],
    ids=str,
)
def test_an_authority_that_talks_nonsense_is_told_of(town, answer, tmp_path):
    pytest.importorskip("rfc3161_client")
    roots = load_authorities(make_authority(tmp_path / "tsa").pem.read_bytes())
    with answering(lambda *_: answer) as url:
        done = town.publisher(authorities=(Authority("TSA", url, roots),)).publish()
    assert done.publication.is_full
    assert not done.publication.is_stamped
    assert {party.key: party.problem is None for party in done.asked}["TSA"] is False
    assert town.ledger.read(read_timestamps, 2) == ()


def test_a_witness_without_an_address_is_not_asked(town):
    policy = replace(town.policy(1), witnesses=(*town.policy().witnesses[:1], named(2, None)))
    done = town.publisher(policy=policy).publish()
    assert [party.key.partition("+")[0] for party in done.asked] == ["w1.example"]
    assert done.publication.is_full


def test_appending_goes_on_while_a_witness_is_slow(town):
    """The publisher waits outside of every transaction."""
    import threading

    arrived, go_on = threading.Event(), threading.Event()

    def stall(*_):
        arrived.set()
        go_on.wait(20)
        return 503, {}, b""

    with answering(stall) as url:
        policy = replace(town.policy(), witnesses=(named(1, url),), quorum=("Bên_1",), wanted=1)
        thread = threading.Thread(target=town.publisher(policy=policy).publish)
        thread.start()
        assert arrived.wait(10)
        size = town.ledger.write(record_many, 5)[-1].index + 1
        go_on.set()
        thread.join(20)
    assert size == 7
    assert town.ledger.read(newest_publication).size == 2


def test_an_old_copy_on_this_machine_publishes_nothing(database, tmp_path):
    from ledger.log.anti_rollback import HeadRecord
    from ledger.log.checkpoints import Checkpoint

    record = HeadRecord(tmp_path / "last-signed-head")
    ledger = new_ledger(database, head_record=record)
    record.write(Checkpoint(ledger.origin, 100, bytes(32)))
    again = type(ledger).open(database, ledger.vault, clock=SetClock(NOW), head_record=record)
    with pytest.raises(RolledBackError):
        Publisher(again, Plan()).publish()


def test_a_publisher_that_came_second_does_not_show_an_older_tree(town):
    """It looked before the first one published; the witnesses would take it for an old copy."""
    first, second = town.publisher(), town.publisher()
    write, ledger = town.ledger.write, town.ledger

    def write_late(use_case, *arguments, **options):
        if use_case is take_lease and not late:
            late.append(1)
            ledger.write = write
            first.publish()
            first.finish()
        return write(use_case, *arguments, **options)

    late: list[int] = []
    ledger.write = write_late
    assert second.publish() is None
    del ledger.write
    assert all(party.problem is None for party in ledger.read(read_parties).values())
