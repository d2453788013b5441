"""What subscriptions are sent: once, signed, in order; again when nobody answered, and not for ever."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import CommandError, NotFoundError
from ledger.coop.exchange import deliveries
from ledger.coop.exchange.access_tokens import Scope
from ledger.coop.exchange.deliveries import BATCH, GIVEN_UP_AFTER, deliver_due
from ledger.coop.exchange.errors import ScopeError, SubscriptionError
from ledger.coop.exchange.named_queries import create_query, delete_query, list_queries
from ledger.coop.exchange.subscriptions import MAX_SUBSCRIPTIONS, list_subscriptions, subscribe, unsubscribe
from ledger.coop.field.diary import RecordStep, record_step
from tests.support.exchange import holder_of
from tests.support.world import new_world

SECRET = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
DEST = "https://client.example.com/hook"


@pytest.fixture
def world(sqlite_database):
    return new_world(sqlite_database)


@pytest.fixture
def holder(world):
    found = holder_of(world)
    world.ledger.write(create_query, found, {"name": "all", "query": {}})
    return found


class Receiver:
    """Somebody's server: answers with what it is told to, and keeps what it was sent."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def __call__(self, url, body, headers):
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        self.sent.append((url, json.loads(body), dict(headers), body))
        return answer

    @property
    def event_ids(self):
        return [one["eventID"] for _, doc, _, _ in self.sent for one in events_of(doc)]


def events_of(doc):
    return doc["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def subscribed(world, holder, **controls):
    body = {"dest": DEST, "signatureToken": SECRET, **(controls or {"stream": True})}
    return world.ledger.write(subscribe, holder, "all", body)


def water(world, season, count=1):
    for _ in range(count):
        step = RecordStep(lot=season, step="irrigation", done_on=world.today, values={"source": "well"})
        world.run(record_step, step, Role.GROWER)


def deliver(world, receiver, **later):
    world.clock.now += timedelta(**later)
    return deliver_due(world.ledger, receiver, world.clock())


def state(world, holder):
    return world.read(list_subscriptions, holder, "all")[0]


def test_new_events_are_sent_once_and_signed(world, holder):
    season, receiver = world.season(), Receiver()
    made = subscribed(world, holder)
    assert deliver(world, receiver) == 0
    water(world, season, 2)
    assert deliver(world, receiver) == 1
    url, doc, headers, body = receiver.sent[0]
    assert url == DEST
    assert doc["type"] == "EPCISQueryDocument"
    assert doc["epcisBody"]["queryResults"]["subscriptionID"] == made.id
    assert [one["bizStep"] for one in events_of(doc)] == ["sogoc:irrigation"] * 2
    moment, mac = (part.partition("=")[2] for part in headers["GS1-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert mac == expected
    assert deliver(world, receiver) == 0
    water(world, season)
    assert deliver(world, receiver) == 1
    assert len(set(receiver.event_ids)) == len(receiver.event_ids) == 3


def test_what_is_sent_is_what_the_token_may_see(world, holder):
    blind = holder_of(world, Scope.QUERY, Scope.SUBSCRIBE)
    season, receiver = world.season(), Receiver()
    subscribed(world, blind)
    water(world, season)
    deliver(world, receiver)
    assert "recorded_by" not in events_of(receiver.sent[0][1])[0].get("sogoc:fields", {})


def test_without_an_answer_it_is_tried_again_ever_less_often(world, holder):
    season, receiver = world.season(), Receiver(OSError("no route"), 500, 200)
    subscribed(world, holder)
    water(world, season)
    assert deliver(world, receiver) == 1
    assert state(world, holder).problem == "no route"
    assert deliver(world, receiver) == 0
    assert deliver(world, receiver, minutes=1) == 1
    assert state(world, holder).problem == "HTTP 500"
    assert deliver(world, receiver, minutes=1) == 0
    assert deliver(world, receiver, minutes=5) == 1
    assert state(world, holder).problem is None
    assert len(set(receiver.event_ids)) == 1


def test_after_three_days_it_is_given_up(world, holder):
    season, receiver = world.season(), Receiver(*[OSError("down")] * 50)
    subscribed(world, holder)
    water(world, season)
    tried = 0
    while not state(world, holder).is_stopped:
        tried += deliver(world, receiver, hours=12)
    assert tried <= GIVEN_UP_AFTER / timedelta(hours=12) + 1
    assert deliver(world, receiver, days=30) == 0


def test_who_is_gone_is_not_asked_again(world, holder):
    season = world.season()
    subscribed(world, holder)
    water(world, season)
    deliver(world, Receiver(410))
    assert state(world, holder).is_stopped


def test_too_large_a_batch_is_halved(world, holder):
    season, receiver = world.season(), Receiver(413, 413)
    subscribed(world, holder)
    water(world, season, 5)
    deliver(world, receiver)
    assert [len(events_of(doc)) for _, doc, _, _ in receiver.sent] == [5, 2, 1]
    deliver(world, receiver)
    accepted = receiver.sent[2:]
    assert sum(len(events_of(doc)) for _, doc, _, _ in accepted) == 5


def test_a_long_list_goes_in_batches(world, holder):
    subscribed(world, holder)
    water(world, world.season(), BATCH + 5)
    receiver = Receiver()
    while deliver(world, receiver):
        pass
    assert [len(events_of(doc)) for _, doc, _, _ in receiver.sent] == [BATCH, 6]


def test_a_schedule_waits_for_its_hour_and_may_report_nothing(world, holder):
    receiver = Receiver()
    subscribed(world, holder, schedule={"hour": "9"}, reportIfEmpty=True)
    assert deliver(world, receiver) == 0
    assert deliver(world, receiver, hours=2) == 1
    assert events_of(receiver.sent[0][1]) == []
    assert deliver(world, receiver, hours=2) == 0
    assert deliver(world, receiver, days=1) == 1


def test_a_schedule_without_news_says_nothing(world, holder):
    receiver = Receiver()
    subscribed(world, holder, schedule={"hour": "9"})
    assert deliver(world, receiver, days=2) == 0
    assert state(world, holder).last_notified_at is None


def test_a_subscription_may_begin_in_the_past(world, holder):
    world.season()
    receiver = Receiver()
    since = (world.clock() - timedelta(hours=1)).isoformat()
    subscribed(world, holder, stream=True, initialRecordTime=since)
    deliver(world, receiver)
    assert len(receiver.event_ids) == 1


def test_two_processes_do_not_send_the_same(world, holder):
    """The second finds it taken: between its look and its sending the first had it."""
    season, receiver = world.season(), Receiver()
    subscribed(world, holder)
    water(world, season)
    due = world.read(deliveries._look, world.ledger, state(world, holder).id, world.clock())
    assert world.ledger.write(deliveries._take, due)
    assert not world.ledger.write(deliveries._take, due)
    assert deliver(world, receiver) == 0


def test_a_query_that_finds_little_gets_on_through_a_long_log(world, holder, monkeypatch):
    """What was looked at is noted: the next round begins behind it, not at the first entry again."""
    monkeypatch.setattr(deliveries, "NOTED_AFTER", 3)
    world.ledger.write(create_query, holder, {"name": "none", "query": {"EQ_bizStep": ["arriving"]}})
    world.ledger.write(subscribe, holder, "none", {"dest": DEST, "stream": True})
    water(world, world.season(), 4)
    receiver = Receiver()
    assert deliver(world, receiver) == 0
    found = world.read(list_subscriptions, holder, "none")[0]
    due = world.read(deliveries._look, world.ledger, found.id, world.clock())
    assert due.first_index == world.size()


def test_a_query_goes_with_its_subscriptions(world, holder):
    subscribed(world, holder)
    world.ledger.write(delete_query, holder, "all")
    assert world.read(list_queries, holder) == ()
    water(world, world.season())
    assert deliver(world, Receiver()) == 0


def test_subscriptions_have_a_limit_and_an_end(world, holder):
    made = [subscribed(world, holder) for _ in range(MAX_SUBSCRIPTIONS)]
    with pytest.raises(SubscriptionError):
        subscribed(world, holder)
    world.ledger.write(unsubscribe, holder, "all", made[0].id)
    with pytest.raises(NotFoundError):
        world.ledger.write(unsubscribe, holder, "all", made[0].id)
    subscribed(world, holder)


def test_a_token_without_the_scope_subscribes_to_nothing(world):
    asking = holder_of(world, Scope.QUERY)
    with pytest.raises(ScopeError):
        world.ledger.write(create_query, asking, {"name": "x", "query": {}})
    with pytest.raises(ScopeError):
        world.ledger.write(subscribe, asking, "x", {})
    with pytest.raises((ScopeError, CommandError)):
        world.ledger.write(delete_query, asking, "x")
