"""Programs with tokens who want more than they were given; addresses that lead back into our own network."""

import ipaddress
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from ledger.coop.actors import Role
from ledger.coop.errors import NotFoundError
from ledger.coop.exchange import destinations
from ledger.coop.exchange.access_tokens import Holder, RevokeToken, Scope, revoke_token
from ledger.coop.exchange.capture_jobs import Behaviour, capture_document
from ledger.coop.exchange.deliveries import deliver_due
from ledger.coop.exchange.errors import CaptureError, DestinationError, PageTokenError
from ledger.coop.exchange.event_queries import Asker, Page, find_event, find_events
from ledger.coop.exchange.named_queries import create_query
from ledger.coop.exchange.subscriptions import subscribe
from ledger.coop.goods.shipping import Ship, ship
from ledger.trace.identifiers import lot_uri
from ledger.trace.query.language import parse_query
from tests.support.exchange import document, event, holder_of, other_partner
from tests.support.world import BASE, new_world

ASKING = (Scope.QUERY, Scope.SUBSCRIBE)


@pytest.fixture
def world(sqlite_database):
    return new_world(sqlite_database)


def asker(world, holder: Holder) -> Asker:
    return Asker(holder, world.ledger.vault, world.clock())


def seen(world, holder: Holder, **parameters):
    page = world.read(find_events, asker(world, holder), parse_query(parameters), Page(500))
    assert page.next_token is None
    return [item.event for item in page.events]


def ship_to(world, lot, partner, packs):
    command = Ship(lot=lot, to_partner=partner, packs=packs, done_on=world.today)
    return world.run(ship, command, Role.PACKER)


def test_events_asked_for_with_a_neighbour_s_token(world):
    lot, mine, theirs = world.sealed(), holder_of(world), holder_of(world, who=world.neighbour_manager)
    own = seen(world, mine)
    assert own
    assert seen(world, theirs) == []
    assert seen(world, theirs, MATCH_anyEPCClass=[lot]) == []
    assert seen(world, theirs, EQ_eventID=[own[0]["eventID"]]) == []
    with pytest.raises(NotFoundError):
        world.read(find_event, asker(world, theirs), own[0]["eventID"])


def test_partner_asks_beyond_what_was_shipped_to_it(world):
    lot, other = world.sealed(), world.sealed()
    world.season()
    partner = holder_of(world, *ASKING, partner=world.partner)
    assert seen(world, partner) == []
    ship_to(world, lot, world.partner, 50)
    told = json.dumps(seen(world, partner))
    assert lot in told
    assert other not in told
    steps = {one["bizStep"] for one in seen(world, partner)}
    assert {"packing", "shipping", "sogoc:harvesting"} <= steps
    assert seen(world, holder_of(world, *ASKING, partner=other_partner(world))) == []


def test_partner_told_of_another_buyer(world):
    """One lot, two buyers: each is told of its own share, and of no other's name or quantity."""
    lot, rival = world.sealed(), other_partner(world)
    first, second = ship_to(world, lot, world.partner, 50), ship_to(world, lot, rival, 70)
    mine = seen(world, holder_of(world, *ASKING, partner=world.partner), EQ_bizStep=["shipping"])
    theirs = seen(world, holder_of(world, *ASKING, partner=rival), EQ_bizStep=["shipping"])
    assert [one["quantityList"][0]["quantity"] for one in mine] == [50]
    assert [one["quantityList"][0]["quantity"] for one in theirs] == [70]
    assert first.shipment not in json.dumps(theirs)
    assert second.shipment not in json.dumps(mine)
    assert mine[0]["destinationList"] != theirs[0]["destinationList"]


def test_sealed_value_guessed_by_a_query(world):
    """A condition is asked of what the holder sees: a sealed value answers nothing, right guess or wrong."""
    shipped = ship_to(world, world.sealed(), world.partner, 50)
    whole = holder_of(world)
    told = next(one for one in seen(world, whole) if one["bizStep"] == "shipping")
    party = told["destinationList"][0]["destination"]
    kind = told["destinationList"][0]["type"]
    asked = {f"EQ_destination_{kind}": [party]}
    assert len(seen(world, whole, **asked)) == 1
    blind = holder_of(world, Scope.QUERY)
    assert seen(world, blind, **asked) == []
    assert seen(world, blind, EQ_quantity=[50], EQ_bizStep=["shipping"]) == []
    assert shipped.index


def test_person_named_to_a_program_that_may_see_partners_values(world):
    season = world.season()
    world.spray(season, ago=3)
    for scopes in ((Scope.QUERY,), (Scope.QUERY, Scope.SEE_PARTNER), (Scope.QUERY, Scope.SEE_PRIVATE)):
        for one in seen(world, holder_of(world, *scopes)):
            assert "done_by" not in one.get("sogoc:fields", {})
            assert "/sogoc:fields/recorded_by" in one.get("sogoc:sealed", {"/sogoc:fields/recorded_by": ""})
    opened = seen(world, holder_of(world, Scope.QUERY, Scope.SEE_PERSON))
    assert any("done_by" in one.get("sogoc:fields", {}) for one in opened)


def test_page_token_taken_to_another_holder(world):
    world.sealed()
    query, mine = parse_query({}), holder_of(world)
    token = world.read(find_events, asker(world, mine), query, Page(1)).next_token
    for thief in (holder_of(world, who=world.neighbour_manager), holder_of(world, *ASKING)):
        with pytest.raises(PageTokenError):
            world.read(find_events, asker(world, thief), query, Page(1, token))
    late = Asker(mine, world.ledger.vault, world.clock() + timedelta(hours=2))
    with pytest.raises(PageTokenError):
        world.read(find_events, late, query, Page(1, token))
    with pytest.raises(PageTokenError):
        world.read(find_events, asker(world, mine), query, Page(1, token[:-2] + "AA"))


def test_lot_of_another_organisation_made_by_capture(world):
    holder, size = holder_of(world), world.size()
    lot = lot_uri(BASE, world.neighbour.code, "NHO", "L1")
    made = event(action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot, "quantity": 5}])
    job = capture_document(world.ledger, holder, document(made), Behaviour.ROLLBACK)
    assert not job.success
    assert world.size() == size
    world.check()


def test_diary_step_written_past_its_guards_by_capture(world):
    """A spraying of today with no waiting time, said in our own members by a program."""
    body = event(**{"sogoc:step": "pest_control", "sogoc:fields": {"phi_days": "0"}})
    with pytest.raises(CaptureError) as caught:
        capture_document(
            world.ledger, holder_of(world), document(body, sogoc="urn:sogoc:ns:"), Behaviour.ROLLBACK
        )
    assert caught.value.problems


def test_hash_of_a_private_value_left_behind(world):
    """Whoever erases a person erases what it could be guessed from: no table keeps the event's hash."""
    sent = document(event(**{"ex:worker": "Nguyễn Văn A"}), ex="https://ns.example.com/epcis/")
    job = capture_document(world.ledger, holder_of(world), sent, Behaviour.ROLLBACK)
    digest = (job.answers[0].event_hash or "").removeprefix("ni:///sha-256;").partition("?")[0]
    assert len(digest) == 64
    with world.ledger.database.reading() as session:
        for table in ("log_entry", "coop_capture_job", "disclosure", "trace_event"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert digest not in repr(rows)
            assert bytes.fromhex(digest) not in b"".join(
                v for row in rows for v in row if isinstance(v, bytes)
            )


def subscribed(world, holder, dest="https://client.example.com/hook"):
    world.ledger.write(create_query, holder, {"name": "all", "query": {}})
    return world.ledger.write(subscribe, holder, "all", {"dest": dest, "stream": True})


def test_revoked_token_goes_on_receiving(world):
    holder, sent = holder_of(world), []
    subscribed(world, holder)
    world.season()

    def send(url, body, headers):
        sent.append(body)
        return 200

    assert deliver_due(world.ledger, send, world.clock()) == 1
    world.run(revoke_token, RevokeToken(token_id=holder.token_id))
    world.season()
    for _ in range(3):
        assert deliver_due(world.ledger, send, world.clock()) == 0
    assert len(sent) == 1


PRIVATE = (
    "http://client.example.com/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://client.example.com:22/",
    "https://user:secret@client.example.com/",
    "https://client.example.com/#x",
    "https://intranet/",
    "file:///etc/passwd",
    "https://client.example.com\\@10.0.0.1/",
    "https://" + "a" * 600 + ".com/",
)


@pytest.mark.parametrize("dest", PRIVATE)
def test_subscription_sends_into_the_own_network(world, dest):
    with pytest.raises(DestinationError):
        subscribed(world, holder_of(world), dest)
    with pytest.raises(DestinationError):
        destinations.send(dest, b"", {}, find=lambda host, port: ["93.184.216.34"])


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        ["93.184.216.34", "192.168.1.1"],
        ["::1"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["224.0.0.1"],
    ],
)
def test_name_that_leads_into_the_own_network(addresses):
    """Looked up at the delivery, all its addresses are looked at: one that is not public spoils the name."""
    with pytest.raises(DestinationError):
        destinations.send("https://client.example.com/", b"", {}, find=lambda host, port: addresses)


def test_name_that_changes_its_address_after_the_check(monkeypatch):
    """It is looked up once, and the connection goes to the address that was checked."""
    lookups, connected = [], []

    def find(host, port):
        lookups.append(host)
        return ["93.184.216.34"] if len(lookups) == 1 else ["10.0.0.1"]

    def connect(address, timeout):
        connected.append(address)
        raise OSError("no network in a test")

    monkeypatch.setattr(destinations.socket, "create_connection", connect)
    with pytest.raises(OSError, match="no network"):
        destinations.send("https://client.example.com/", b"{}", {}, find=find)
    assert lookups == ["client.example.com"]
    assert connected == [("93.184.216.34", 443)]
    assert ipaddress.ip_address(connected[0][0]).is_global
