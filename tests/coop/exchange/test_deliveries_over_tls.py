"""A delivery from the subscription to a receiver's server and back, over TLS as in the world."""

import hashlib
import hmac
import json
import socket
from functools import partial

import pytest

from ledger.coop.exchange import destinations
from ledger.coop.exchange.deliveries import deliver_due
from ledger.coop.exchange.named_queries import create_query
from ledger.coop.exchange.subscriptions import list_subscriptions, subscribe
from tests.support.exchange import holder_of
from tests.support.tls_receiver import receiving
from tests.support.world import new_world

NAME, PUBLIC = "client.example.com", "93.184.216.34"
SECRET = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


@pytest.fixture
def world(sqlite_database):
    return new_world(sqlite_database)


@pytest.fixture
def local(monkeypatch):
    """The public address of a test leads to this machine; the checks before it are as they are."""
    connect = socket.create_connection

    def redirected(address, timeout):
        assert address[0] == PUBLIC
        return connect(("127.0.0.1", address[1]), timeout)

    monkeypatch.setattr(destinations.socket, "create_connection", redirected)


def subscribed(world, receiver, name=NAME):
    holder = holder_of(world)
    world.ledger.write(create_query, holder, {"name": "all", "query": {}})
    dest = f"https://{name}:{receiver.port}/hook?kenh=so"
    world.ledger.write(subscribe, holder, "all", {"dest": dest, "stream": True, "signatureToken": SECRET})
    world.season()
    return holder


def deliver(world, context):
    send = partial(destinations.send, find=lambda host, port: [PUBLIC], context=context)
    return deliver_due(world.ledger, send, world.clock())


def problem_of(world, holder):
    return world.read(list_subscriptions, holder, "all")[0].problem


def test_a_delivery_arrives_signed_at_the_server_of_that_name(world, local, tmp_path):
    with receiving(tmp_path, NAME) as receiver:
        holder = subscribed(world, receiver)
        assert deliver(world, receiver.trust) == 1
        assert problem_of(world, holder) is None
        ((path, headers, body),) = receiver.posted
        assert (path, receiver.names) == ("/hook?kenh=so", [NAME])
        assert headers["Host"] == f"{NAME}:{receiver.port}"
        moment, mac = (part.partition("=")[2] for part in headers["GS1-Signature"].split(","))
        told = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        assert mac == told
        assert json.loads(body)["type"] == "EPCISQueryDocument"


def test_a_server_that_leads_elsewhere_is_not_followed(world, local, tmp_path):
    with receiving(tmp_path, NAME) as receiver:
        holder = subscribed(world, receiver)
        receiver.answers.append(307)
        deliver(world, receiver.trust)
        assert problem_of(world, holder) == "HTTP 307"
        assert len(receiver.posted) == 1


def test_a_certificate_for_another_name_gets_nothing(world, local, tmp_path):
    with receiving(tmp_path, "other.example.com") as receiver:
        holder = subscribed(world, receiver)
        deliver(world, receiver.trust)
        assert "CERTIFICATE_VERIFY_FAILED" in problem_of(world, holder)
        assert receiver.posted == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(world, local, tmp_path):
    with receiving(tmp_path, NAME) as receiver:
        holder = subscribed(world, receiver)
        deliver(world, None)
        assert "CERTIFICATE_VERIFY_FAILED" in problem_of(world, holder)
        assert receiver.posted == []
