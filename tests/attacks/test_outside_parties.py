"""Witnesses and time-stamp authorities that lie, vanish or are made up; and readers who are shown such."""

import copy
import shutil
import socket
import threading
import time
from dataclasses import replace

import pytest

from ledger.database import open_database
from ledger.log.policies import TrustPolicy, format_policy, policy_of
from ledger.log.publication import newest_publication
from ledger.log.witnesses import Witness, WitnessKey, WitnessPolicy
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import Policy, verify_bundle
from ledger.trace.errors import BundleError
from ledger.witness.publisher import Plan, Publisher
from ledger.witness.stamping import Authority
from signing.canonical_base64 import format_base64
from signing.keys import PrivateKey
from signing.notes import countersign, format_note, parse_note
from signing.timestamps import load_authorities, request_timestamp
from tests.support.forking_log import ForkingLog, entries
from tests.support.ledgers import check_ledger, new_ledger, record_many
from tests.support.time_authority import make_authority
from tests.support.witnessed_shop import open_witnessed_shop
from tests.support.witnessing import SetClock, answering, named, new_service, witness_signer


@pytest.fixture(scope="module")
def witnessed(sqlite_template, tmp_path_factory):
    yield from open_witnessed_shop(sqlite_template, tmp_path_factory.mktemp("witnessed"))


@pytest.fixture
def bundle(witnessed):
    market = witnessed.shop.market
    return market.world.read(lot_bundle, market.lot, witnessed.policy)


@pytest.fixture
def vkey(witnessed):
    return witnessed.shop.market.world.ledger.vkey


def refused(bundle, vkey, **policy):
    with pytest.raises(BundleError) as failed:
        verify_bundle(bundle, vkey=vkey, policy=Policy(**policy))
    return failed.value.step


def publish(ledger, *witnesses, **plan):
    policy = TrustPolicy((), witnesses, 1, (witnesses[0].name,))
    publisher = Publisher(ledger, Plan(policy=policy, **plan), clock=SetClock())
    return publisher.publish()


def test_witness_that_lies_to_the_log(sqlite_database, tmp_path):
    """Each in a way of its own, beside an honest one, whose word is kept."""
    ledger = new_ledger(sqlite_database)
    honest = new_service(tmp_path / "w.db", ledger.vkey, number=9)
    other = parse_note(ForkingLog().checkpoint(entries(2, "other")))
    signer = witness_signer(1)
    of_another = countersign(other, Witness(signer.name, signer.private_key, SetClock().now)).signatures[-1]
    line = f"— {of_another.name} {format_base64(of_another.key_id + of_another.signature)}\n".encode()
    lies = [
        (200, {}, line),
        (200, {}, b"<html>all is well</html>"),
        (200, {}, b"x" * 200_000),
        (302, {"Location": "http://127.0.0.1:1/add-checkpoint"}, line),
        (409, {"Content-Type": "text/x.tlog.size"}, b"1000000\n"),
        (500, {}, b""),
    ]
    for lie in lies:
        with (
            answering(lambda *_, lie=lie: lie) as liar,
            answering(lambda _path, body: (200, {}, honest.add_checkpoint(body))) as url,
        ):
            ledger.write(record_many, 1)
            done = publish(ledger, named(9, url), named(1, liar))
        assert [line.name for line in parse_note(done.publication.note).signatures] == [
            ledger.origin,
            "w9.example",
        ]
        assert {party.key[:2]: party.problem is None for party in done.asked} == {"w9": True, "w1": False}
        _let_the_lease_end(ledger)
    check_ledger(ledger)


def _let_the_lease_end(ledger):
    from sqlalchemy import delete

    from ledger.log.tables import LogPublisher

    with ledger.database.writing() as session:
        session.execute(delete(LogPublisher))


def test_witness_that_never_finishes_its_answer(sqlite_database):
    """It sends a byte now and then, for ever. The round ends, and writers never knew of it."""
    ledger = new_ledger(sqlite_database)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def dribble():
            connection, _ = server.accept()
            with connection:
                try:
                    for _ in range(400):
                        connection.sendall(b"H")
                        time.sleep(0.02)
                except OSError:
                    return

        threading.Thread(target=dribble, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        done: list[object] = []
        publisher = threading.Thread(
            target=lambda: done.append(publish(ledger, named(1, url), exchange_s=0.5))
        )
        publisher.start()
        ledger.write(record_many, 3)
        publisher.join(20)
    assert done[0].asked[0].problem == "no answer in time"
    assert ledger.read(newest_publication).size in (2, 5)


def test_restored_log_noticed_by_witnesses(sqlite_database, sqlite_template, tmp_path):
    """An old copy on another machine, without the record of what was signed since."""
    ledger = new_ledger(sqlite_database)
    ledger.write(record_many, 5)
    service = new_service(tmp_path / "w.db", ledger.vkey)
    database = open_database(f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'copy.db')}")
    old = new_ledger(database)

    def answer(_path, body):
        from ledger.witness.errors import SizeConflictError

        try:
            return 200, {}, service.add_checkpoint(body)
        except SizeConflictError as error:
            return 409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % error.size

    with answering(answer) as url:
        assert publish(ledger, named(1, url)).publication.is_full
        (party,) = publish(old, named(1, url)).asked
    assert party.problem.startswith("ALARM: cosigned size 7")
    database.close()


def test_bundle_that_claims_witnesses_of_its_own(bundle, vkey, witnessed):
    """Made up and signed by whoever made the file: shown as its claim, and never counted."""
    invented = Witness("lien-minh.example", PrivateKey.generate(), witnessed.shop.market.clock.now)
    note = countersign(parse_note(bundle["checkpoint"].encode()), invented)
    forged = {
        **copy.deepcopy(bundle),
        "checkpoint": format_note(note).decode(),
        "policy": format_policy(policy_of({"Liên_minh": invented.key})),
    }
    report = verify_bundle(forged, vkey=vkey)
    assert (report.witnessed, set(report.claimed)) == ({}, {"lien-minh.example"})
    genuine = WitnessKey("lien-minh.example", PrivateKey.from_seed(bytes([5]) * 32).public_key)
    assert refused(forged, vkey, witnesses=WitnessPolicy((genuine,), 1)) == 7


def test_cosignature_copied_to_another_checkpoint(bundle, vkey, witnessed):
    """Genuine, of the same log and witness, and of another tree."""
    market = witnessed.shop.market
    from tests.support.market import _recall

    _recall(market.world, market.expired_lot)
    witnessed.publish()
    later = market.world.read(lot_bundle, market.expired_lot, witnessed.policy)
    text, _, _ = later["checkpoint"].partition("— w1.example")
    lines = bundle["checkpoint"][bundle["checkpoint"].index("— w1.example") :]
    moved = {**later, "checkpoint": text + lines}
    assert refused(moved, vkey, witnesses=WitnessPolicy(witnessed.keys, 1)) == 7
    assert refused(moved, vkey) == 7


def test_one_witness_counted_twice(bundle, vkey, witnessed):
    """The same key under another name, or the same line again, is still one witness."""
    first = witnessed.keys[0]
    twin = replace(first, name="sinh-doi.example")
    alone = {**bundle, "checkpoint": bundle["checkpoint"].partition("— w2.example")[0]}
    line = alone["checkpoint"][alone["checkpoint"].index("— w1.example") :]
    doubled = {**alone, "checkpoint": alone["checkpoint"] + line}
    assert refused(doubled, vkey, witnesses=WitnessPolicy((first, twin), 2)) == 7
    assert refused(doubled, vkey, witnesses=WitnessPolicy(witnessed.keys, 2)) == 7


def test_timestamp_of_another_checkpoint_or_authority(bundle, vkey, tmp_path):
    """Of another tree, by somebody else, or changed: none of them passes for what it is not."""
    pytest.importorskip("rfc3161_client")
    authority, stranger = make_authority(tmp_path / "one"), make_authority(tmp_path / "two")
    roots = load_authorities(authority.pem.read_bytes())
    text = parse_note(bundle["checkpoint"].encode()).text

    def stamped(by, message):
        token = by.reply(request_timestamp(message).data)
        return {**bundle, "timestamps": [{"authority": "TSA", "token": format_base64(token)}]}

    assert set(verify_bundle(stamped(authority, text), vkey=vkey, policy=Policy(authorities=roots)).stamped)
    assert refused(stamped(authority, text + b"more\n"), vkey, authorities=roots) == 8
    assert refused(stamped(stranger, text), vkey, authorities=roots) == 8


def test_authority_that_answers_for_another_request(sqlite_database, tmp_path):
    """A stamp of the right text that somebody asked for before: the nonce is another."""
    pytest.importorskip("rfc3161_client")
    ledger = new_ledger(sqlite_database)
    authority = make_authority(tmp_path / "tsa")
    roots = load_authorities(authority.pem.read_bytes())
    old = authority.reply(request_timestamp(parse_note(ledger.checkpoint()).text).data)
    headers = {"Content-Type": "application/timestamp-reply"}
    with answering(lambda *_: (200, headers, old)) as url:
        plan = Plan(authorities=(Authority("TSA", url, roots),))
        done = Publisher(ledger, plan, clock=SetClock()).publish()
    assert not done.publication.is_stamped
    assert "Nonce" in done.asked[0].problem
