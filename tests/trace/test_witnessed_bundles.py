"""Bundles with witnesses: the reader's own policy decides, what the file claims is only shown."""

import copy
import json
from datetime import timedelta

import pytest

from ledger.coop.registers.certificates import FileCertificate, file_certificate
from ledger.log.policies import TrustPolicy
from ledger.log.witnesses import WitnessKey, WitnessPolicy
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import BUNDLE_TYPE, WITNESSED_BUNDLE_TYPE, Policy, verify_bundle
from ledger.trace.errors import BundleError
from ledger.witness.stamping import Authority
from signing.keys import PrivateKey
from signing.timestamps import load_authorities
from tests.support.time_authority import make_authority
from tests.support.witnessed_shop import open_witnessed_shop


@pytest.fixture(scope="module")
def witnessed(sqlite_template, tmp_path_factory):
    yield from open_witnessed_shop(sqlite_template, tmp_path_factory.mktemp("witnessed"))


@pytest.fixture
def vkey(witnessed):
    return witnessed.shop.market.world.ledger.vkey


@pytest.fixture
def now(witnessed):
    return witnessed.shop.market.clock.now


@pytest.fixture
def bundle(witnessed):
    market = witnessed.shop.market
    return market.world.read(lot_bundle, market.lot, witnessed.policy)


def policy(witnessed, wanted, **more):
    return Policy(witnesses=WitnessPolicy(witnessed.keys, wanted), **more)


def failing_step(bundle, vkey, asked=None):
    with pytest.raises(BundleError) as refused:
        verify_bundle(bundle, vkey=vkey, policy=asked)
    return refused.value.step


def test_both_witnesses_count_under_the_reader_s_own_policy(witnessed, bundle, vkey, now):
    assert bundle["type"] == WITNESSED_BUNDLE_TYPE
    asked = policy(witnessed, 2, max_age=timedelta(hours=1), now=now)
    report = verify_bundle(json.dumps(bundle).encode(), vkey=vkey, policy=asked)
    assert set(report.witnessed) == {"w1.example", "w2.example"}
    assert (report.claimed, report.stamped, report.warnings) == ({}, {}, ())


def test_without_a_policy_the_claims_are_shown_and_prove_nothing(bundle, vkey):
    report = verify_bundle(bundle, vkey=vkey)
    assert report.witnessed == {}
    assert set(report.claimed) == {"w1.example", "w2.example"}


def test_a_witness_that_did_not_cosign_is_missed(witnessed, bundle, vkey):
    stranger = WitnessKey("khac.example", PrivateKey.from_seed(bytes(32)).public_key)
    for keys, wanted in (((stranger,), 1), ((*witnessed.keys, stranger), 3)):
        assert failing_step(bundle, vkey, Policy(witnesses=WitnessPolicy(keys, wanted))) == 7


def test_what_the_file_wants_of_its_witnesses_is_not_what_the_reader_wants(witnessed, bundle, vkey):
    """A file that claims a quorum of none does not lower the reader's."""
    changed = copy.deepcopy(bundle)
    changed["policy"] = "quorum none\n"
    lines = changed["checkpoint"].splitlines(keepends=True)
    changed["checkpoint"] = "".join(lines[:-1])
    assert verify_bundle(changed, vkey=vkey).claimed == {}
    assert failing_step(changed, vkey, policy(witnessed, 2)) == 7


def test_old_cosignatures_are_too_old(witnessed, bundle, vkey, now):
    newest = max(verify_bundle(bundle, vkey=vkey).claimed.values())
    for later, is_good in ((timedelta(hours=24), True), (timedelta(hours=24, seconds=1), False)):
        asked = policy(witnessed, 1, max_age=timedelta(hours=24), now=newest + later)
        if is_good:
            verify_bundle(bundle, vkey=vkey, policy=asked)
        else:
            assert failing_step(bundle, vkey, asked) == 8
    # A time that is still to come is no time.
    asked = policy(witnessed, 1, max_age=timedelta(hours=24), now=now - timedelta(hours=1))
    assert failing_step(bundle, vkey, asked) == 8


@pytest.mark.parametrize("name", ["w1.example", "w2.example"])
def test_a_false_cosignature_under_a_known_key_fails(witnessed, bundle, vkey, name):
    changed = copy.deepcopy(bundle)
    head, mark, line = changed["checkpoint"].partition(f"— {name} ")
    changed["checkpoint"] = f"{head}{mark}{line[:30]}{'A' if line[30] != 'A' else 'B'}{line[31:]}"
    assert failing_step(changed, vkey) == 7, "the file gives the key"
    assert failing_step(changed, vkey, policy(witnessed, 1)) == 7


def test_a_bundle_without_witnesses_is_of_version_1_and_verifies(witnessed, vkey):
    market = witnessed.shop.market
    plain = market.world.read(lot_bundle, market.lot)
    assert plain["type"] == BUNDLE_TYPE
    # The cosignatures are there all the same: whoever knows the witnesses can check them.
    assert set(verify_bundle(plain, vkey=vkey, policy=policy(witnessed, 2)).witnessed) == {
        "w1.example",
        "w2.example",
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda bundle: bundle.update(type=BUNDLE_TYPE),
        lambda bundle: bundle.pop("policy"),
        lambda bundle: bundle.pop("timestamps"),
        lambda bundle: bundle.update(policy=bundle["policy"] + "# a remark\n"),
        lambda bundle: bundle.update(policy=bundle["policy"].replace("witness ", "witness  ", 1)),
        lambda bundle: bundle.update(policy=7),
        lambda bundle: bundle.update(timestamps={}),
        lambda bundle: bundle.update(timestamps=[{"authority": "A"}]),
        lambda bundle: bundle.update(timestamps=[{"authority": "A", "token": "AA"}]),
        lambda bundle: bundle.update(timestamps=[{"authority": 1, "token": "AAAA"}]),
        lambda bundle: bundle.update(timestamps=[{"authority": "A", "token": "AAAA"}] * 2),
        lambda bundle: bundle.update(timestamps=[{"authority": str(n), "token": "AAAA"} for n in range(17)]),
    ],
)
def test_version_2_has_one_spelling_too(bundle, vkey, change):
    changed = copy.deepcopy(bundle)
    change(changed)
    assert failing_step(changed, vkey) == 1


def test_an_entry_after_the_publication_is_proven_by_the_head(witnessed, vkey):
    """Recalls must not wait for witnesses: the bundle then says so by having none."""
    market = witnessed.shop.market
    from tests.support.market import _recall

    before = market.world.read(lot_bundle, market.expired_lot, witnessed.policy)
    _recall(market.world, market.expired_lot)
    after = market.world.read(lot_bundle, market.expired_lot, witnessed.policy)
    assert set(verify_bundle(before, vkey=vkey).claimed) == {"w1.example", "w2.example"}
    assert verify_bundle(after, vkey=vkey).claimed == {}
    witnessed.publish()
    again = market.world.read(lot_bundle, market.expired_lot, witnessed.policy)
    assert set(verify_bundle(again, vkey=vkey).claimed) == {"w1.example", "w2.example"}


def test_a_timestamp_is_checked_where_the_reader_believes_an_authority(witnessed, vkey, tmp_path):
    pytest.importorskip("rfc3161_client")
    authority, other = make_authority(tmp_path / "one"), make_authority(tmp_path / "two")
    roots, strangers = (load_authorities(one.pem.read_bytes()) for one in (authority, other))
    market = witnessed.shop.market
    today = market.world.today
    paper = FileCertificate("VietGAP", "VG-2", "Trung tâm", today, today + timedelta(days=9), ("NHO",))
    market.world.run(file_certificate, paper)
    with authority.serving() as url:
        done = witnessed.publish(authorities=(Authority("TSA_tỉnh", url, roots),))
    assert done.publication.is_stamped
    bundle = market.world.read(lot_bundle, market.lot, witnessed.policy)
    assert [stamp["authority"] for stamp in bundle["timestamps"]] == ["TSA_tỉnh"]
    report = verify_bundle(bundle, vkey=vkey, policy=Policy(authorities=roots))
    assert set(report.stamped) == {"TSA_tỉnh"}
    assert verify_bundle(bundle, vkey=vkey).stamped == {}
    assert failing_step(bundle, vkey, Policy(authorities=strangers)) == 8
    swapped = copy.deepcopy(bundle)
    token = swapped["timestamps"][0]["token"]
    swapped["timestamps"][0]["token"] = f"{token[:200]}{'A' if token[200] != 'A' else 'B'}{token[201:]}"
    assert failing_step(swapped, vkey, Policy(authorities=roots)) == 8
    # Without one there is nothing to check, and the report says so.
    plain = market.world.read(lot_bundle, market.lot, TrustPolicy())
    plain = {**plain, "timestamps": []}
    assert "dấu thời gian" in verify_bundle(plain, vkey=vkey, policy=Policy(authorities=roots)).warnings[-1]
