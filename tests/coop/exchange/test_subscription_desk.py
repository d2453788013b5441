"""Subscriptions as the manager sees and steers them."""

from datetime import timedelta

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import NotAllowedError, NotFoundError
from ledger.coop.exchange import deliveries
from ledger.coop.exchange.access_tokens import RevokeToken, Scope, revoke_token
from ledger.coop.exchange.deliveries import deliver_due
from ledger.coop.exchange.named_queries import create_query
from ledger.coop.exchange.subscription_desk import (
    DeliveryState,
    RetrySubscription,
    StopSubscription,
    count_undelivered,
    find_subscription,
    retry_subscription,
    stop_subscription,
    subscriptions_of,
)
from ledger.coop.exchange.subscriptions import subscribe
from tests.support.exchange import holder_of
from tests.support.world_fixtures import world, world_templates

__all__ = ["world", "world_templates"]

DEST = "https://client.example.com/hook"


def subscribed(world, **about):
    holder = holder_of(world, Scope.QUERY, Scope.SUBSCRIBE, **about)
    world.ledger.write(create_query, holder, {"name": "all", "query": {}})
    return world.ledger.write(subscribe, holder, "all", {"dest": DEST, "stream": True}).id


def deliver(world, answer, **later):
    world.clock.now += timedelta(**later)

    def send(url, body, headers):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return deliver_due(world.ledger, send, world.clock())


def card(world, subscription):
    return world.read(find_subscription, world.actors[Role.MANAGER], subscription)


def test_the_manager_sees_own_programs_and_partners_those_in_trouble_first(world):
    own, partners = subscribed(world), subscribed(world, partner=world.partner)
    world.season()
    deliver(world, 500)
    manager = world.actors[Role.MANAGER]
    found = world.read(subscriptions_of, manager)
    assert [(item.id, item.state) for item in found] == [
        (own, DeliveryState.FAILING),
        (partners, DeliveryState.RUNNING),
    ]
    assert (found[0].partner, found[1].partner) == (None, world.partner)
    assert (found[0].problem, found[0].failures, found[0].program) == ("HTTP 500", 1, "máy kế toán")
    for role in (Role.ACCOUNTANT, Role.PACKER):
        with pytest.raises(NotAllowedError):
            world.read(subscriptions_of, world.actors[role])
    assert world.read(subscriptions_of, world.neighbour_manager) == ()
    with pytest.raises(NotFoundError):
        world.read(find_subscription, world.neighbour_manager, own)


def test_what_came_while_it_was_stopped_is_sent_when_it_goes_on(world):
    subscription, manager = subscribed(world), world.actors[Role.MANAGER]
    world.run(stop_subscription, StopSubscription(subscription))
    world.season()
    assert deliver(world, 200, days=1) == 0
    assert card(world, subscription).is_stopped_by_hand
    assert world.read(count_undelivered, manager) == 0
    world.run(retry_subscription, RetrySubscription(subscription))
    assert deliver(world, 200) == 1
    assert card(world, subscription).state is DeliveryState.RUNNING


def test_what_was_given_up_is_counted_and_tried_again(world):
    subscription, manager = subscribed(world), world.actors[Role.MANAGER]
    world.season()
    deliver(world, 410)
    assert card(world, subscription).state is DeliveryState.STOPPED
    assert world.read(count_undelivered, manager) == 1
    assert world.read(count_undelivered, world.neighbour_manager) == 0
    world.run(retry_subscription, RetrySubscription(subscription))
    assert world.read(count_undelivered, manager) == 0
    assert deliver(world, 200) == 1


def test_one_that_is_stopped_while_a_delivery_is_on_its_way_stays_stopped(world):
    subscription = subscribed(world)
    world.season()
    due = world.read(deliveries._look, world.ledger, subscription, world.clock())
    assert world.ledger.write(deliveries._take, due)
    world.run(stop_subscription, StopSubscription(subscription))
    world.ledger.write(deliveries._note, subscription, deliveries._Result(None, due.next_index))
    assert card(world, subscription).is_stopped_by_hand
    assert card(world, subscription).last_notified_at is not None
    assert deliver(world, 200, days=1) == 0


def test_a_token_that_ended_cannot_be_made_good_by_trying_again(world):
    holder = holder_of(world)
    world.ledger.write(create_query, holder, {"name": "all", "query": {}})
    subscription = world.ledger.write(subscribe, holder, "all", {"dest": DEST, "stream": True}).id
    world.run(revoke_token, RevokeToken(token_id=holder.token_id))
    world.season()
    assert deliver(world, 200) == 0
    world.run(retry_subscription, RetrySubscription(subscription))
    assert deliver(world, 200) == 0
    assert card(world, subscription).state is DeliveryState.STOPPED
